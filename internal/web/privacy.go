package web

import (
	"hailong/internal/i18n"

	"github.com/gofiber/fiber/v2"
)

// CookieHours is the longest life of a cookie that a citizen's page sets.
const CookieHours = 24

// ticketDays is after how many days a ticket that has expired is gone at the
// latest, see ticket.Book.RemoveExpired.
const ticketDays = 2

// What /privacy says. Each statement stands for a fact, and a test holds the
// one against the other; see privacy_test.go. The fields are those of
// response.Response in its order.
var (
	storedFields = []string{
		"privacy.field.id", "privacy.field.day", "privacy.field.shift", "privacy.field.agency", "privacy.field.counter",
		"privacy.field.service", "privacy.field.channel", "privacy.field.form", "privacy.field.lang", "privacy.field.answers",
		"privacy.field.verdict",
	}
	neverStored = []string{"privacy.never.person", "privacy.never.network", "privacy.never.time", "privacy.never.ticket"}
)

type privacyView struct {
	citizenPage
	Stored, Never, More []string
}

// showPrivacy says what is kept of an answer and what is not.
func (s *Server) showPrivacy(c *fiber.Ctx) error {
	l := s.language(c)
	view := privacyView{citizenPage: s.pages.base(l, l.T("privacy.title")), More: s.statements(l)}
	for _, key := range storedFields {
		view.Stored = append(view.Stored, l.T(key))
	}
	for _, key := range neverStored {
		view.Never = append(view.Never, l.T(key))
	}
	c.Set(fiber.HeaderCacheControl, "private, max-age=60")
	return s.pages.send(c, "privacy", l, view.policy(), view)
}

func (s *Server) statements(l *i18n.Language) []string {
	retention := l.T("privacy.retention", "Months", s.RetentionMonths)
	if s.RetentionMonths == 0 {
		retention = l.T("privacy.retention_none")
	}
	return []string{
		l.T("privacy.order"), l.T("privacy.text"), l.T("privacy.voluntary"), l.T("privacy.readers"), l.T("privacy.signals"),
		l.T("privacy.cookie", "Hours", CookieHours), l.T("privacy.third"), l.T("privacy.log"),
		retention, l.T("privacy.tickets", "Days", ticketDays), l.T("privacy.limits"),
	}
}
