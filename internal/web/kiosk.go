package web

import (
	"strconv"
	"strings"

	"hailong/internal/collect"
	"hailong/internal/response"
	"hailong/internal/survey"

	"github.com/gofiber/fiber/v2"
)

// kioskPath begins the addresses of tablets at counters. Which of a counter's
// addresses an answer came to is all that a channel says: whoever knows the
// counter's link may open either, as with a poster's code, so a channel proves
// nothing about the device. It cannot be chosen in the body.
const kioskPath = "/kiosk/"

// How long a tablet waits for the next person, in seconds.
const (
	thanksSeconds = 8
	idleSeconds   = 60  // since the last touch; then the answers are wiped
	unscripted    = 300 // since the page was opened, where no script runs
)

// kioskView is what a page on a tablet has besides: it goes back to an empty
// form by itself.
type kioskView struct {
	Home    string // the counter's empty form
	Refresh string // when and whither the page goes without being touched
	Idle    int    // seconds
}

func atKiosk(c *fiber.Ctx) bool { return strings.HasPrefix(c.Path(), kioskPath) }

func newKioskView(home string, seconds int) *kioskView {
	return &kioskView{Home: home, Refresh: strconv.Itoa(seconds) + ";url=" + home, Idle: idleSeconds}
}

// onTablet makes a form page one for a tablet.
func (p *citizenPages) onTablet(view *formView, home string, form *survey.Form) {
	view.Kiosk = newKioskView(home, unscripted)
	view.Style = safeStyle(p.style + p.kiosk.style + conditions(form))
	view.Script = safeScript(p.script + p.kiosk.script)
}

// showKiosk sends the counter's form for a tablet. It sets no cookie and is
// kept nowhere.
func (s *Server) showKiosk(c *fiber.Ctx) error {
	place, form, err := s.openPlace(c.Params("link"))
	if err != nil {
		return err
	}
	return s.sendForm(c, place, form, way{kiosk: true})
}

// submitKiosk takes one response from a tablet.
func (s *Server) submitKiosk(c *fiber.Ctx) error {
	place, form, err := s.openPlace(c.Params("link"))
	if err != nil {
		return err
	}
	return s.receive(c, incoming{way: way{kiosk: true}, Submission: collect.Submission{Place: place, Channel: response.Kiosk, Form: form, Lang: survey.Vietnamese}})
}
