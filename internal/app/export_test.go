package app

// Learned says whether the checks know what the counters were used to.
func (a *App) Learned() bool { return a.learned }
