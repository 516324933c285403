// Package app opens the store, wires the parts together, runs them and stops
// them in order. It holds no rule of the field.
package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"hailong/internal/annual"
	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/collect"
	"hailong/internal/comment"
	"hailong/internal/config"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/official"
	"hailong/internal/period"
	"hailong/internal/quality"
	"hailong/internal/rating"
	"hailong/internal/report"
	"hailong/internal/retention"
	"hailong/internal/review"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/ticket"
	"hailong/surveys"
)

// App is the opened program: a store and what is computed over it.
type App struct {
	Store    store.Store
	Forms    *survey.Forms // with the pinned forms whose files are gone
	Methods  *tally.Methods
	Lexicon  *comment.Lexicon
	Ledger   *ledger.Ledger
	Reader   *report.Reader
	Accounts *auth.Accounts
	Keys     *auth.Keys
	Register *Directory
	Rules    *rating.Rules
	Coverage *coverage.Book
	Audit    *audit.Log
	Periods  *period.Office
	Annual   *annual.Book
	Official *official.Desk
	Tickets  *ticket.Book
	Review   *review.Book
	Keeper   *retention.Keeper

	judge    *quality.Judge
	learned  bool // the judge knows what the counters were used to
	holder   *review.Holder
	now      func() time.Time
	location *time.Location
	writers  int // commits under way at once
	log      *slog.Logger
}

// Open opens the store and loads everything that is data. It refuses to open
// with a faulty or changed questionnaire. Close must be called.
func Open(ctx context.Context, data config.Data, now func() time.Time, log *slog.Logger) (*App, error) {
	a := &App{now: now, location: data.Location(), log: log}
	var err error
	if a.Store, a.writers, err = openStore(ctx, data); err != nil {
		return nil, err
	}
	if err := a.load(ctx, data); err != nil {
		return nil, errors.Join(err, a.Store.Close())
	}
	return a, nil
}

// mongoWriters is how many commits are under way at once on MongoDB, to fill
// the time that each spends on the network.
const mongoWriters = 3

// openStore returns the store and how many may write to it at once. Its errors
// name the database as the adapters do, without a password.
func openStore(ctx context.Context, data config.Data) (store.Store, int, error) {
	if path, ok := data.SQLite(); ok {
		s, err := sqlite.Open(ctx, path)
		if err != nil {
			return nil, 0, err
		}
		return s, 1, nil
	}
	s, err := mongo.Open(ctx, data.DB)
	if err != nil {
		return nil, 0, err
	}
	return s, mongoWriters, nil
}

func (a *App) load(ctx context.Context, data config.Data) error {
	files := Surveys(data)
	forms, err := survey.LoadForms(files)
	if err != nil {
		return err
	}
	if a.Methods, err = tally.LoadMethods(files, forms); err != nil {
		return err
	}
	if a.Lexicon, err = Lexicon(files); err != nil {
		return err
	}
	pins, err := a.Store.Pins(ctx)
	if err != nil {
		return err
	}
	if a.Forms, err = collect.WithPinned(forms, pins); err != nil {
		return err
	}
	a.Register = newDirectory(a.Store)
	if err := a.Register.Refresh(ctx); err != nil {
		return err
	}
	a.Ledger = ledger.New(a.Store, a.now, a.location)
	a.Reader = report.NewReader(a.Ledger, a.Forms, a.Methods, a.Store)
	a.Accounts = auth.New(a.Store, a.Register.exists, a.now)
	a.Keys = auth.NewKeys(a.Store, a.Register.exists, a.now, a.location)
	a.Tickets = ticket.NewBook(a.Store, a.now, a.location)
	return a.loadOffice(files, data)
}

// Surveys returns the questionnaires and methods: a folder of the operator's,
// or the built-in ones.
func Surveys(data config.Data) fs.FS {
	if data.Surveys != "" {
		return os.DirFS(data.Surveys)
	}
	return surveys.FS
}

// Collector starts accepting responses, judged or not. The caller closes it.
func (a *App) Collector(judged bool) *collect.Collector {
	c := collect.New(a.Store, a.Lexicon, a.writers, a.now, a.location)
	if judged {
		c.CheckWith(&collect.Checks{Judge: a.judge, Later: a.holder.Later})
	}
	return c
}

// Close releases the store.
func (a *App) Close() error { return a.Store.Close() }
