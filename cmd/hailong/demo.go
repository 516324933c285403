package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"path/filepath"

	"hailong/internal/app"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/config"
	"hailong/internal/demo"
	"hailong/internal/demo/office"
	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/retention"
	"hailong/surveys"

	"github.com/mdp/qrterminal/v3"
)

type demoCommand struct {
	Listen    string `default:"127.0.0.1:8080" help:"Address to listen on; 0.0.0.0:8080 lets phones in." placeholder:"ADDR"`
	PublicURL string `name:"public-url" help:"Address that phones see, such as http://192.168.1.10:8080." placeholder:"URL"`
	DataDir   string `name:"data" default:"data/demo" help:"Folder for the sample data; it is made once and used again." type:"path" placeholder:"DIR"`
	Responses int    `default:"60000" help:"How many answers to make up." placeholder:"N"`
	Seed      uint64 `default:"14" help:"Another seed makes other answers." placeholder:"N"`
	Timezone  string `default:"Asia/Ho_Chi_Minh" help:"Time zone in which days begin and end." placeholder:"ZONE"`
}

// Validate checks all settings at once.
func (d *demoCommand) Validate() error {
	if d.Responses < 0 {
		return fmt.Errorf("--responses: %d is negative", d.Responses)
	}
	data, http := d.settings(d.file())
	if err := data.Validate(); err != nil {
		return err
	}
	return http.Validate()
}

func (d *demoCommand) file() string { return filepath.Join(d.DataDir, "demo.db") }

func (d *demoCommand) settings(file string) (config.Data, config.HTTP) {
	return config.Data{DB: "sqlite:" + file, Timezone: d.Timezone},
		config.HTTP{Listen: d.Listen, PublicURL: d.PublicURL, ClientRate: 3000}
}

func (d *demoCommand) Run(c *console) error {
	listener, err := net.Listen("tcp", d.Listen) // before the long work: a taken port is told at once
	if err != nil {
		return fmt.Errorf("%w; choose another address with --listen", err)
	}
	defer listener.Close()
	if _, err := os.Stat(d.file()); errors.Is(err, os.ErrNotExist) {
		if err := d.prepare(c); err != nil {
			return fmt.Errorf("make sample data: %w", err)
		}
	}
	data, http := d.settings(d.file())
	a, err := c.create(data)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(c.ctx, app.Service{HTTP: http, Comments: comment.AtOnce, Retention: retention.DefaultMonths, Sample: true, Listener: listener,
		Started: func(net.Listener) { d.welcome(c, a, http.Public()) }})
}

// prepare makes the sample data under another name and renames it when it is
// whole, so that a run that was cut leaves nothing half made behind.
func (d *demoCommand) prepare(c *console) error {
	partial := filepath.Join(d.DataDir, "making.db")
	for _, leftover := range []string{partial, partial + "-wal", partial + "-shm"} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	data, _ := d.settings(partial)
	a, err := c.create(data)
	if err != nil {
		return err
	}
	if err := d.fill(c, a); err != nil {
		return errors.Join(err, a.Close())
	}
	if err := a.Close(); err != nil {
		return err
	}
	return os.Rename(partial, d.file())
}

const sampleRegister = "org/daknong.yaml"

func (d *demoCommand) fill(c *console, a *app.App) error {
	register, err := surveys.FS.ReadFile(sampleRegister)
	if err != nil {
		return err
	}
	if _, err := a.Register.Import(c.ctx, sampleRegister, register, formExists(a), false); err != nil {
		return err
	}
	for _, user := range demo.Users() {
		if err := a.Accounts.Add(c.ctx, user.Email, user.Role, user.Agency, user.Password); err != nil {
			return err
		}
	}
	year := demo.Options{Seed: d.Seed, Responses: d.Responses, Last: a.Ledger.Today() - 1}
	if err := insertAll(c.ctx, a, demo.Responses(a.Register.Current(), a.Forms, year), d.Responses, c.progress("making answers")); err != nil {
		return err
	}
	if err := d.stage(c, a, year); err != nil {
		return err
	}
	if err := a.Ledger.Seal(c.ctx, c.progress("adding up days")); err != nil {
		return err
	}
	work := &office.Office{Register: a.Register.Current(), Forms: a.Forms, Ledger: a.Ledger,
		Coverage: a.Coverage, Periods: a.Periods, Annual: a.Annual, Year: year}
	if err := work.Work(c.ctx, c.progress("letting the office work")); err != nil {
		return err
	}
	return insertAll(c.ctx, a, demo.Responses(a.Register.Current(), a.Forms, d.today(c, a)), todays, c.progress("opening today"))
}

// stage adds what the reviewers have to look at.
func (d *demoCommand) stage(c *console, a *app.App, year demo.Options) error {
	thresholds, err := quality.Load(surveys.FS)
	if err != nil {
		return err
	}
	data, _ := d.settings(d.file())
	_, err = a.Store.Insert(c.ctx, demo.Staged(a.Register.Current(), a.Forms, thresholds, data.Location(), year))
	return err
}

// todays is how many answers of the open day the demo begins with, so that a
// chart of the live day is not empty on a working day.
const todays = 12

func (d *demoCommand) today(c *console, a *app.App) demo.Options {
	data, _ := d.settings(d.file())
	morning := calendar.ShiftOf(c.now(), data.Location()) == calendar.Morning
	return demo.Options{Seed: d.Seed, Responses: min(todays, d.Responses), Last: a.Ledger.Today(), Days: 1, Morning: morning}
}

// insertAll stores made-up responses before any day is sealed.
func insertAll(ctx context.Context, a *app.App, all iter.Seq[response.Response], total int, progress func(done, total int)) error {
	const size = 500
	batch := make([]response.Response, 0, size)
	done := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		_, err := a.Store.Insert(ctx, batch)
		done += len(batch)
		progress(done, total)
		batch = batch[:0]
		return err
	}
	for r := range all {
		if batch = append(batch, r); len(batch) == size {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// welcome tells where to look. The words are in both languages of the demo's
// likely readers.
func (d *demoCommand) welcome(c *console, a *app.App, public string) {
	agency, counter := shown(a.Register.Current())
	c.printf("\nHailong demo – DỮ LIỆU MẪU (sample data)\n\n")
	c.printf("  Citizen's form   %s/q/%s   %s, %s\n", public, counter.Link, agency.Name, counter.Name)
	c.printf("  Office           %s/login\n\n", public)
	for _, user := range demo.Users() {
		c.printf("    %-34s %s   %s %s\n", user.Email, user.Password, user.Role, user.Agency)
	}
	c.printf("\n  Scan with a phone (it must reach %s):\n\n", public)
	printCode(c.out, public+"/q/"+counter.Link)
	c.printf("\n  Sample data is kept in %s. Stop with Ctrl+C.\n\n", d.DataDir)
}

// shown is the counter to begin with: the first of the first leader's agency.
func shown(register *org.Register) (*org.Agency, *org.Counter) {
	for _, user := range demo.Users() {
		if agency := register.Agency(user.Agency); agency != nil && len(agency.Counters) > 0 {
			return agency, &agency.Counters[0]
		}
	}
	return new(org.Agency), new(org.Counter)
}

func printCode(w io.Writer, url string) {
	qrterminal.GenerateWithConfig(url, qrterminal.Config{Level: qrterminal.L, Writer: w, HalfBlocks: true,
		BlackChar: qrterminal.BLACK_BLACK, WhiteChar: qrterminal.WHITE_WHITE,
		BlackWhiteChar: qrterminal.BLACK_WHITE, WhiteBlackChar: qrterminal.WHITE_BLACK, QuietZone: 2})
}
