// Package trial sets the office of the Khối to work for tests: on what the
// embedded files say, a register of the test and a store, with answers made up.
// It may be imported by tests only, and it asserts nothing about what it set up.
package trial

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata" // Vietnam is known on every machine

	"hailong/internal/annual"
	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/sheet"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"
)

const timezone = "Asia/Ho_Chi_Minh"

// Vietnam is where every office of a test stands.
var Vietnam = func() *time.Location {
	location, err := time.LoadLocation(timezone)
	if err != nil {
		panic(err)
	}
	return location
}()

// Options is what an office needs from its test.
type Options struct {
	Store    store.Store // nil: a new one in a file
	Register string      // YAML, as an operator imports it
	Rules    fs.FS       // with a folder ratings; nil: the embedded ones
	Now      func() time.Time
}

// Office is everything that periods and annual sheets are made of. Register may
// be exchanged at any time, for it is asked for whenever it is needed.
type Office struct {
	Store      store.Store
	Forms      *survey.Forms
	Methods    *tally.Methods
	Rules      *rating.Rules
	Programmes *rating.Programmes
	Register   *org.Register
	Ledger     *ledger.Ledger
	Coverage   *coverage.Book
	Audit      *audit.Log

	t    testing.TB
	now  func() time.Time
	key  string // the file with it
	made int    // answers
}

// New sets up an office. It ends the test when a file has a fault.
func New(t testing.TB, options Options) *Office {
	t.Helper()
	o := &Office{Store: options.Store, t: t, now: options.Now, key: filepath.Join(t.TempDir(), "signing.key")}
	if o.Store == nil {
		o.Store = NewStore(t)
	}
	rules := options.Rules
	if rules == nil {
		rules = surveys.FS
	}
	var err error
	o.Forms, err = survey.LoadForms(surveys.FS)
	o.must(err)
	o.Methods, err = tally.LoadMethods(surveys.FS, o.Forms)
	o.must(err)
	o.Rules, err = rating.LoadRules(rules, o.Methods)
	o.must(err)
	o.Programmes, err = rating.LoadProgrammes(surveys.FS)
	o.must(err)
	o.Register, err = org.Parse("org.yaml", []byte(options.Register), func(id string) bool { return o.Forms.Current(id) != nil })
	o.must(err)
	o.Ledger, o.Coverage, o.Audit = ledger.New(o.Store, o.now, Vietnam), coverage.NewBook(o.Store), audit.New(o.Store)
	return o
}

// NewStore opens an SQLite file of its own, until the test has ended.
func NewStore(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "hailong.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (o *Office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// Current returns the register.
func (o *Office) Current() *org.Register { return o.Register }

// Periods is what a period.Office is made of. All of one Office sign with the
// same key.
func (o *Office) Periods() period.Options {
	return period.Options{
		Store: o.Store, Ledger: o.Ledger, Coverage: o.Coverage, Audit: o.Audit, Forms: o.Forms, Methods: o.Methods, Rules: o.Rules, Register: o.Current,
		Key:      func(wanted bool) (ed25519.PrivateKey, error) { return sheet.OpenKey(o.key, wanted) },
		Timezone: timezone, Now: o.now,
	}
}

// Annual is what an annual.Book over the periods is made of.
func (o *Office) Annual(periods *period.Office) annual.Options {
	return annual.Options{
		Store: o.Store, Periods: periods, Audit: o.Audit, Rules: o.Rules, Programmes: o.Programmes, Register: o.Current, Now: o.now, Location: Vietnam,
	}
}

// Sheet is an answer sheet of the short form, filled in by phone at a counter
// with a level from 1 to 5. It has no id yet.
func Sheet(agency, counter string, day calendar.Day, level int) response.Response {
	return response.Response{
		Day: day, Shift: calendar.Morning, Agency: agency, Counter: counter, Channel: response.QR, Lang: "vi",
		Form: survey.Ref{ID: "mot-cua", Version: 1}, Answers: []survey.Answer{Level("overall", level)},
	}
}

// Level is the answer to a question with levels.
func Level(question string, level int) survey.Answer {
	return survey.Answer{Question: question, Values: []string{strconv.Itoa(level)}}
}

// Number gives sheets ids that no other sheet of the office has.
func (o *Office) Number(sheets []response.Response) {
	for i := range sheets {
		o.made++
		binary.BigEndian.PutUint64(sheets[i].ID[:], uint64(o.made)*0x9e3779b97f4a7c15)
	}
}

// Add numbers sheets and stores them.
func (o *Office) Add(sheets []response.Response) {
	o.t.Helper()
	o.Number(sheets)
	for batch := range slices.Chunk(sheets, 500) {
		_, err := o.Ledger.Add(context.Background(), batch)
		o.must(err)
	}
}

// Answer stores n sheets that say the same.
func (o *Office) Answer(n int, agency, counter string, day calendar.Day, level int) {
	o.t.Helper()
	o.Add(slices.Repeat([]response.Response{Sheet(agency, counter, day, level)}, n))
}

// Seal closes a period and signs its sheet.
func (o *Office) Seal(periods *period.Office, id string, by period.Actor) {
	o.t.Helper()
	_, err := periods.Close(context.Background(), id, by)
	o.must(err)
	_, err = periods.Seal(context.Background(), id, by)
	o.must(err)
}
