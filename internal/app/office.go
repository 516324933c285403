package app

import (
	"crypto/ed25519"
	"io/fs"

	"hailong/internal/annual"
	"hailong/internal/audit"
	"hailong/internal/config"
	"hailong/internal/coverage"
	"hailong/internal/official"
	"hailong/internal/period"
	"hailong/internal/quality"
	"hailong/internal/rating"
	"hailong/internal/retention"
	"hailong/internal/review"
	"hailong/internal/sheet"
)

// loadOffice makes what the office of the Khối works with.
func (a *App) loadOffice(files fs.FS, data config.Data) error {
	var err error
	if a.Rules, err = rating.LoadRules(files, a.Methods); err != nil {
		return err
	}
	programmes, err := rating.LoadProgrammes(files)
	if err != nil {
		return err
	}
	letterheads, err := official.LoadLetterheads(files)
	if err != nil {
		return err
	}
	a.Coverage = coverage.NewBook(a.Store)
	a.Audit = audit.New(a.Store)
	a.Periods = period.New(period.Options{
		Store: a.Store, Ledger: a.Ledger, Coverage: a.Coverage, Audit: a.Audit,
		Forms: a.Forms, Methods: a.Methods, Rules: a.Rules, Register: a.Register.Current,
		Key: func(wanted bool) (ed25519.PrivateKey, error) { return sheet.OpenKey(data.KeyFile(), wanted) }, Timezone: data.Timezone, Now: a.now,
	})
	a.Ledger.GuardWith(a.Periods.Frozen)
	thresholds, err := quality.Load(files)
	if err != nil {
		return err
	}
	a.judge = quality.New(thresholds, a.location)
	a.Review = review.New(review.Options{
		Store: a.Store, Ledger: a.Ledger, Audit: a.Audit, Forms: a.Forms, Thresholds: thresholds, Frozen: a.Periods.Frozen, Now: a.now,
	})
	a.holder = review.NewHolder(a.Review, a.log)
	a.Keeper = retention.New(retention.Options{Store: a.Store, Ledger: a.Ledger, Audit: a.Audit, Tickets: a.Tickets, Now: a.now})
	a.Annual = annual.New(annual.Options{
		Store: a.Store, Periods: a.Periods, Audit: a.Audit, Rules: a.Rules, Programmes: programmes,
		Register: a.Register.Current, Now: a.now, Location: a.location,
	})
	a.Official = official.New(official.Options{
		Periods: a.Periods, Annual: a.Annual, Letterheads: letterheads, Forms: a.Forms,
		Register: a.Register.Current, Now: a.now, Location: a.location,
	})
	return nil
}
