package web

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/i18n"
	"hailong/internal/quality"

	"github.com/gofiber/fiber/v2"
)

// auditRows is how many entries a page shows.
const auditRows = 50

type auditPage struct {
	officePage
	Head     int64  // number of the last entry
	Hash     string // of the last entry
	Entries  []auditRow
	Paged    bool   // it does not begin with the newest entry
	Older    int64  // number to go on before; 0: no older ones
	Verified int64  // entries found whole, when the chain was verified just now
	Checked  bool   // it was
	Broken   string // what is wrong with the chain
}

type auditRow struct {
	Sequence          int64
	When, Who, Action string
	Subject           string
	Details           []detailRow
}

type detailRow struct{ Name, Value string }

// showAudit shows who did what, the newest first. Each entry shown is held
// against its own hash; the whole chain is verified when that is asked for,
// since it is read from its first entry on.
func (s *Server) showAudit(c *fiber.Ctx) error {
	before, ok := whole(c.Query("before"))
	if c.Query("before") != "" && !ok {
		return problem(fiber.StatusUnprocessableEntity, "bad_position")
	}
	l := s.language(c)
	page := auditPage{officePage: s.officeBase(c, l, l.T("audit.title")), Checked: c.Query("verify") != "", Paged: before > 0}
	if err := s.readAudit(l, &page, int64(before)); err != nil {
		var broken *audit.BrokenError
		if !errors.As(err, &broken) {
			return err
		}
		page.Broken = l.T("audit.broken", "Entry", l.Int(broken.Sequence))
	}
	return s.sendOffice(c, "audit", l, page)
}

func (s *Server) readAudit(l *i18n.Language, page *auditPage, before int64) error {
	ctx, cancel := work()
	defer cancel()
	var err error
	if page.Head, page.Hash, err = s.Audit.Head(ctx); err != nil {
		return err
	}
	entries, err := s.Audit.Entries(ctx, before, auditRows)
	if err != nil {
		return err
	}
	for _, e := range entries {
		page.Entries = append(page.Entries, s.auditRow(l, e))
		if len(entries) == auditRows && e.Sequence > 1 {
			page.Older = e.Sequence
		}
	}
	if page.Checked {
		page.Verified, err = s.Audit.Verify(ctx)
	}
	return err
}

func (s *Server) auditRow(l *i18n.Language, e audit.Entry) auditRow {
	row := auditRow{Sequence: e.Sequence, When: s.instant(l, e.At), Who: whoSays(l, e.By), Action: l.T("audit.action." + e.Action), Subject: e.Subject}
	if strings.HasPrefix(row.Action, "audit.") {
		row.Action = e.Action // of a newer version
	}
	for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
		label := name
		if key, known := detailWords[name]; known {
			label = l.T(key)
		}
		row.Details = append(row.Details, detailRow{label, s.detailValue(l, e.Subject, name, e.Detail[name])})
	}
	return row
}

// detailValue words the codes of checks, roles, agencies and levels, and
// writes numbers and days as people do; everything else is as it was written.
// The subject names the rule that a level is of.
func (s *Server) detailValue(l *i18n.Language, subject, name, value string) string {
	switch name {
	case "checks":
		return checkNames(l, value)
	case "role":
		if role, err := auth.ParseRole(value); err == nil {
			return l.T("role." + string(role))
		}
	case "agency":
		return s.agencyName(value, l)
	case "level":
		for _, rule := range s.Annual.Rules.All() {
			if slices.Contains(strings.Split(subject, "/"), rule.ID) {
				return levelName(rule, value, l)
			}
		}
	}
	if number, err := strconv.ParseFloat(value, 64); err == nil && numeric[name] {
		return short(l, number)
	}
	if day, err := calendar.ParseDay(value); err == nil {
		return l.Date(day)
	}
	return value
}

// numeric are the details that are numbers, not codes that look like one.
var numeric = map[string]bool{
	"self": true, "verified": true, "count": true, "answers": true, "rows": true, "new": true, "changed": true, "same": true, "changes": true,
}

// agencyName is what an agency is called among all others; its code where the
// register does not know it.
func (s *Server) agencyName(code string, l *i18n.Language) string {
	return cmp.Or(agencyNames(s.Register(), l)[code], code)
}

func checkNames(l *i18n.Language, value string) string {
	var words []string
	for _, code := range strings.Fields(value) {
		if slices.Contains(quality.Checks(), quality.Reason(code)) {
			code = l.T("review.check." + code)
		}
		words = append(words, code)
	}
	return strings.Join(words, ", ")
}

// instant writes a moment as the clock on the wall showed it.
func (s *Server) instant(l *i18n.Language, at time.Time) string {
	return l.Date(calendar.Of(at, s.Location)) + " " + at.In(s.Location).Format(time.TimeOnly)
}

// whoSays names who did something: a person by the account, or a program.
func whoSays(l *i18n.Language, by string) string {
	if name, ok := strings.CutPrefix(by, audit.ByKey("")); ok {
		return l.T("audit.by_key", "Name", name)
	}
	if by == audit.CommandLine {
		return l.T("audit.by_command")
	}
	return by
}

// detailWords name what is told of an act beside its subject.
var detailWords = map[string]string{
	"revision": "audit.detail_revision",
	"why":      "audit.detail_why",
	"reason":   "audit.detail_why",
	"scopes":   "audit.detail_scopes",
	"agency":   "audit.detail_agency",
	"role":     "audit.detail_role",
	"new":      "audit.detail_new",
	"changed":  "audit.detail_changed",
	"same":     "audit.detail_same",
	"self":     "audit.detail_self",
	"verified": "audit.detail_verified",
	"level":    "audit.detail_level",
	"count":    "audit.detail_count",
	"day":      "audit.detail_day",
	"expires":  "audit.detail_expires",
	"refused":  "audit.detail_refused",
	"service":  "audit.detail_service",
	"sheet":    "audit.detail_sheet",
	"comments": "audit.detail_comments",
	"act":      "audit.detail_act",
	"answers":  "audit.detail_answers",
	"checks":   "audit.detail_checks",
	"counter":  "audit.detail_counter",
	"rows":     "audit.detail_rows",
	"version":  "audit.detail_version",
	"changes":  "audit.detail_changes",
	"sha256":   "audit.detail_digest",
}

// OlderURL is the address of the next page.
func (p auditPage) OlderURL() string { return "/admin/audit?before=" + strconv.FormatInt(p.Older, 10) }

// noteAct writes down what the person logged in has done. It was done: an
// audit log that cannot be written is an error, but takes nothing back.
func (s *Server) noteAct(c *fiber.Ctx, action, subject string, detail map[string]string) error {
	ctx, cancel := work()
	defer cancel()
	return s.Audit.Append(ctx, audit.Event{At: s.Now(), By: userOf(c).Email, Action: action, Subject: subject, Detail: detail})
}
