package app

import "hailong/internal/paper"

// Paper returns the desk at which clerks type sheets of paper.
func (a *App) Paper() *paper.Desk {
	return &paper.Desk{Store: a.Store, Ledger: a.Ledger, Lexicon: a.Lexicon, Audit: a.Audit, Frozen: a.Periods.Frozen, Now: a.now}
}
