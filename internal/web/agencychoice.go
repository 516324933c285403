package web

import (
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/i18n"
	"hailong/internal/org"
)

// agencyChoices lists all agencies to choose from, after a line for none of
// them, which is called none.
func agencyChoices(register *org.Register, current, none string, l *i18n.Language) []choice {
	names := agencyNames(register, l)
	return choicesOf(none, current, register.Agencies(), func(a org.Agency) (string, string) { return a.Code, names[a.Code] })
}

// agencyNames returns by code what each agency is called where it has to be
// told from all others. After a merger an agency often goes on under the name of
// an older one: then the years follow, or the code where they do not tell either.
func agencyNames(register *org.Register, l *i18n.Language) map[string]string {
	agencies := register.Agencies()
	names, sharing := make(map[string]string, len(agencies)), map[string]int{}
	for i := range agencies {
		names[agencies[i].Code] = agencies[i].Name
		sharing[agencies[i].Name]++
	}
	for _, tell := range []func(*org.Agency) string{
		func(a *org.Agency) string { return yearsOf(a, l) },
		func(a *org.Agency) string { return a.Code },
	} {
		told := map[string]int{}
		for i := range agencies {
			a := &agencies[i]
			if sharing[names[a.Code]] > 1 {
				names[a.Code] = a.Name + " (" + tell(a) + ")"
			}
			told[names[a.Code]]++
		}
		sharing = told
	}
	return names
}

// yearsOf says from when until when an agency is one; the code where the
// register does not know.
func yearsOf(a *org.Agency, l *i18n.Language) string {
	year := func(d *calendar.Day) string { y, _, _ := d.Date(); return fmt.Sprint(y) }
	switch {
	case a.ValidFrom != nil && a.ValidTo != nil:
		return year(a.ValidFrom) + "–" + year(a.ValidTo)
	case a.ValidFrom != nil:
		return l.T("agency.since", "Year", year(a.ValidFrom))
	case a.ValidTo != nil:
		return l.T("agency.until", "Year", year(a.ValidTo))
	}
	return a.Code
}
