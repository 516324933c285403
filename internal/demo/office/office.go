// Package office lets the office of the sample Khối have worked through the
// year that package demo tells of: dossiers were counted, reports handed in,
// periods closed and signed, sheets entered and verified. It does so by the
// same calls as the pages and commands, and may not write a record itself: what
// an office cannot do, the sample has not done either.
package office

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"hailong/internal/annual"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/coverage"
	"hailong/internal/demo"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/period"
	"hailong/internal/survey"
)

// Office is what the work is done with.
type Office struct {
	Register *org.Register
	Forms    *survey.Forms
	Ledger   *ledger.Ledger
	Coverage *coverage.Book
	Periods  *period.Office
	Annual   *annual.Book
	Year     demo.Options // of the answers, which are in the store and whose days are sealed
}

// step is a piece of the work that shows in the progress.
type step func(context.Context) error

// Work does everything, once, and tells how many steps of how many are done.
// Equal offices on equal days do the same. Steps carry the present instant,
// reports on targets the day on which they were handed in. The errors are those
// of the parts.
func (o *Office) Work(ctx context.Context, progress func(done, total int)) error {
	steps := []step{o.countDossiers}
	for _, plan := range []func() ([]step, error){o.reports, o.lastYear, o.quarters, o.thisYear} {
		more, err := plan()
		if err != nil {
			return err
		}
		steps = append(steps, more...)
	}
	for i, do := range steps {
		if err := do(ctx); err != nil {
			return fmt.Errorf("let the office work, step %d of %d: %w", i+1, len(steps), err)
		}
		progress(i+1, len(steps))
	}
	return nil
}

// countDossiers enters what the one-stop software would report.
func (o *Office) countDossiers(ctx context.Context) error {
	frozen, err := o.Periods.Frozen(ctx)
	if err != nil {
		return err
	}
	rules := coverage.Rules{Register: o.Register, Today: o.Ledger.Today(), Closed: frozen}
	_, err = o.Periods.Serve(ctx, rules, demo.Served(o.Register, o.Forms, o.Year))
	return err
}

// account is the address of the sample's account with the role.
func account(role auth.Role) string {
	users := demo.Users()
	return users[slices.IndexFunc(users, func(u demo.User) bool { return u.Role == role })].Email
}

// leader is the address of an agency's leader. Two of them have an account in
// the sample; of the others only their work is there.
func leader(agency string) string { return "lanhdao." + agency + "@mau.hailong.example" }

// party is a party organisation at work.
type party struct {
	code   string
	leader string // e-mail
	rng    *rand.Rand
}

// parties lists the party organisations that have an agency on the day, in the
// register's order.
func (o *Office) parties(day calendar.Day, what string) []party {
	var all []party
	for _, p := range o.Register.File().PartyOrganisations {
		for i := range o.Register.Agencies() {
			agency := &o.Register.Agencies()[i]
			if agency.PartyOrganisation == p.Code && agency.ExistsIn(calendar.Range{From: day, To: day}) {
				all = append(all, party{code: p.Code, leader: leader(agency.Code), rng: rand.New(rand.NewPCG(o.Year.Seed, demo.Hash(what, p.Code)))})
				break
			}
		}
	}
	return all
}
