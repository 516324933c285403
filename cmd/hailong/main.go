// Command hailong collects citizens' satisfaction at one-stop counters and
// shows it to those who are answerable for it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // the image has no zone files

	"hailong/internal/app"
	"hailong/internal/audit"
	"hailong/internal/backup"
	"hailong/internal/config"
	"hailong/internal/store"

	"github.com/alecthomas/kong"
)

// The exit codes of the contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands is the command line.
type commands struct {
	Serve       serveCommand       `cmd:"" help:"Run the service."`
	Demo        demoCommand        `cmd:"" help:"Run the service with a sample Khối and a year of made-up answers."`
	Org         orgCommands        `cmd:"" help:"The register of agencies, counters and services."`
	User        userCommands       `cmd:"" help:"Accounts."`
	Key         keyCommands        `cmd:"" help:"API keys."`
	Survey      surveyCommands     `cmd:"" help:"Questionnaires and methods."`
	QR          qrCommand          `cmd:"" name:"qr" help:"Write QR codes and printable posters."`
	Ticket      ticketCommands     `cmd:"" help:"One-time tickets."`
	Import      importCommands     `cmd:"" help:"Old answers from files."`
	Served      servedCommands     `cmd:"" help:"How many dossiers were returned, which answers are held against."`
	Period      periodCommands     `cmd:"" help:"Close, seal and publish periods."`
	Scores      scoresCommand      `cmd:"" help:"Print the scores of a period."`
	Backup      backupCommand      `cmd:"" help:"Write everything into one file, while the service runs."`
	Restore     restoreCommand     `cmd:"" help:"Read a backup into an empty database; also the way from SQLite to MongoDB."`
	Verify      verifyCommand      `cmd:"" help:"Count every answer again and compare with the kept sums and with the sealed sheets; or check an exported sheet."`
	Recount     recountCommand     `cmd:"" help:"Count closed days anew from the answers, after a clock ran ahead."`
	Retention   retentionCommands  `cmd:"" help:"Remove single answers whose time is over; their sums stay."`
	Bench       benchCommands      `cmd:"" help:"Measure this machine: form, submit, charts; as ratios within one run."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a running service whether it is ready."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// console is what a command may use of the world.
type console struct {
	ctx    context.Context
	in     io.Reader
	out    io.Writer
	err    io.Writer
	log    *slog.Logger
	now    func() time.Time
	silent bool // no progress bars
}

func main() {
	config.TuneHeap()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c := &console{
		ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now,
		log:    slog.New(slog.NewTextHandler(os.Stderr, nil)),
		silent: !isTerminal(os.Stderr),
	}
	code := run(os.Args[1:], c)
	stop()
	os.Exit(code)
}

// run carries out one command line and returns the exit code.
func run(args []string, c *console) int {
	exited := -1
	parser, err := kong.New(new(commands),
		kong.Name("hailong"),
		kong.Description("Citizens' satisfaction at one-stop counters, for the yearly rating."),
		kong.Writers(c.out, c.err),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		config.Environment(),
	)
	if err != nil {
		fmt.Fprintln(c.err, "hailong:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	switch {
	case exited >= 0: // help was asked for and printed
		return exited
	case err != nil:
		fmt.Fprintf(c.err, "hailong: %s\nSee hailong --help.\n", err)
		return exitUsage
	}
	if err := command.Run(c); err != nil {
		fmt.Fprintln(c.err, "hailong:", err)
		return exitFailed
	}
	return exitDone
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// open opens the app for a command that works on data that is there. A
// database file that is missing is more likely a wrong name than a wish for
// an empty one.
func (c *console) open(data config.Data) (*app.App, error) {
	if path, ok := data.SQLite(); ok {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("there is no database %s; hailong serve and hailong org import make one, and --db names another", path)
		}
	}
	return c.create(data)
}

// create opens the app and makes the database if there is none.
func (c *console) create(data config.Data) (*app.App, error) {
	a, err := c.begin(data)
	if err != nil {
		return nil, err
	}
	if err := backup.Unfinished(c.ctx, a.Store); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), a.Close())
	}
	return a, nil
}

// begin opens the app also where a restore was broken off.
func (c *console) begin(data config.Data) (*app.App, error) {
	a, err := app.Open(c.ctx, data, c.now, c.log)
	switch _, embedded := data.SQLite(); {
	case errors.Is(err, store.ErrNewerSchema):
		return nil, fmt.Errorf("%w; install the hailong that wrote it, or a newer one", err)
	case embedded && errors.Is(err, store.ErrUnavailable):
		return nil, fmt.Errorf("%w; check that --db names a database of hailong or a new file, in a folder that can be written to, on a disk with room", err)
	}
	return a, err
}

// printJSON writes to standard output, for programs and still legible.
func (c *console) printJSON(v any) error {
	encoder := json.NewEncoder(c.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// printf writes to standard output.
func (c *console) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// table writes cells that end in tabs as columns to standard output, when it is
// flushed.
func (c *console) table() *tabwriter.Writer { return tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0) }

// noAgency says what an operator can do about a code that is not known.
func noAgency(code string) error {
	return fmt.Errorf("the register has no agency %q; hailong org list tells which there are", code)
}

// note writes to the audit log what was done with a command. It was done, so it
// is written even if the command is interrupted now. Values that are empty are
// left out.
func (c *console) note(a *app.App, action, subject string, detail map[string]string) error {
	told := map[string]string{}
	for name, value := range detail {
		if value != "" {
			told[name] = value
		}
	}
	event := audit.Event{At: c.now(), By: audit.CommandLine, Action: action, Subject: subject, Detail: told}
	if err := a.Audit.Append(context.WithoutCancel(c.ctx), event); err != nil {
		return fmt.Errorf("it was done, but could not be written to the audit log; note it down elsewhere: %w", err)
	}
	return nil
}
