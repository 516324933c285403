package web

import (
	"bytes"
	"net/netip"
	"net/url"
	"strings"

	"hailong/internal/auth"
	"hailong/internal/document"
	"hailong/internal/org"
	"hailong/internal/survey"

	"github.com/gofiber/fiber/v2"
)

type postersPage struct {
	officePage
	Agency   *org.Agency
	Counters []posterView
	Tickets  bool   // the person may issue them
	OnlyHere string // address that no phone can open; "": it may be opened from elsewhere
}

type posterView struct {
	Counter org.Counter
	Open    bool
	Later   bool   // it begins on a later day
	URL     string // what the QR code holds
	Files   string // address of the files without ending
}

// onlyHere returns the public address where it leads to this machine alone:
// what is printed with it no phone can open.
func (s *Server) onlyHere() string {
	address, err := url.Parse(s.PublicURL)
	if err != nil {
		return ""
	}
	host := address.Hostname()
	ip, err := netip.ParseAddr(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && (ip.Unmap().IsLoopback() || ip.IsUnspecified()) {
		return s.PublicURL
	}
	return ""
}

// qrPixels is the side of a QR code sent as PNG: sharp at 10 cm in print.
const qrPixels = 1200

func (s *Server) counterURL(c *org.Counter) string { return s.PublicURL + "/q/" + c.Link }

func (s *Server) ownPosters(c *fiber.Ctx) error {
	user := userOf(c)
	if user.Agency == "" {
		return c.Redirect("/admin/register", fiber.StatusSeeOther)
	}
	return c.Redirect("/posters/"+user.Agency, fiber.StatusSeeOther)
}

func (s *Server) showPosters(c *fiber.Ctx) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	page := postersPage{officePage: s.officeBase(c, l, l.T("posters.title")), Agency: agency, Tickets: userOf(c).May(auth.PrintTickets, agency.Code), OnlyHere: s.onlyHere()}
	for _, place := range agency.Places() {
		page.Counters = append(page.Counters, posterView{
			Counter: *place.Counter,
			Open:    place.OpenOn(s.today()),
			Later:   place.BeginsAfter(s.today()),
			URL:     s.counterURL(place.Counter),
			Files:   "/posters/" + agency.Code + "/" + place.Counter.Link,
		})
	}
	return s.sendOffice(c, "posters", l, page)
}

// sendPoster sends one counter's code or poster, or (all-a4.pdf, all-a5.pdf)
// the posters of the whole agency. There is none of a counter that takes no
// answers any more: whoever scanned it would find a closed door.
func (s *Server) sendPoster(c *fiber.Ctx) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	name, kind, _ := strings.Cut(c.Params("file"), ".")
	link, size, _ := strings.Cut(name, "-")
	var counters []org.Counter
	for _, place := range agency.Places() {
		if (link == "all" || place.Counter.Link == link) && !place.EndedBefore(s.today()) {
			counters = append(counters, *place.Counter)
		}
	}
	if len(counters) == 0 {
		return problem(fiber.StatusNotFound, "not_found")
	}
	return s.sendCode(c, agency, counters, kind, document.Size(size))
}

func (s *Server) sendCode(c *fiber.Ctx, agency *org.Agency, counters []org.Counter, kind string, size document.Size) error {
	var content []byte
	var err error
	switch {
	case kind == "png" && len(counters) == 1:
		content, err = document.PNG(s.counterURL(&counters[0]), qrPixels)
	case kind == "svg" && len(counters) == 1:
		content, err = document.SVG(s.counterURL(&counters[0]))
	case kind == "pdf" && (size == document.A4 || size == document.A5):
		var out bytes.Buffer
		err = document.Posters(&out, Posters(s.PublicURL, s.Forms, agency, counters), size)
		content = out.Bytes()
	default:
		return problem(fiber.StatusNotFound, "not_found")
	}
	if err != nil {
		return err
	}
	if kind != "svg" { // shown on the page; the others are to be kept
		name := document.FileName("hailong", agency.Code, counters[0].Code, string(size))
		c.Attachment(name + "." + kind)
	}
	c.Type(kind)
	return c.Send(content)
}

// Posters returns what the posters of an agency's counters say, each of the
// form that its counter asks.
func Posters(publicURL string, forms *survey.Forms, agency *org.Agency, counters []org.Counter) []document.Poster {
	posters := make([]document.Poster, len(counters))
	for i, counter := range counters {
		posters[i] = document.Poster{
			Agency: agency.Name, Counter: counter.Name, Location: counter.Location,
			URL: publicURL + "/q/" + counter.Link, Link: counter.Link,
		}
		if form := forms.Current(counter.Form); form != nil {
			posters[i].Form = posterForm(form)
		}
	}
	return posters
}

// posterForm tells of a form what its poster says. Half a minute with one rating
// of the dossier to begin with is what the usual poster asks; any other form
// stands there under its own title.
func posterForm(form *survey.Form) document.PosterForm {
	var told document.PosterForm
	for _, level := range form.Levels(&form.Questions[0]) {
		told.Levels = append(told.Levels, level.Label.In(survey.Vietnamese))
	}
	seconds := len(form.Questions) * secondsPerQuestion
	if seconds > 30 {
		told.Minutes = (seconds + 59) / 60
	}
	if told.Minutes > 0 || told.Levels == nil || form.WithoutService {
		told.Title, told.English = form.Title.In(survey.Vietnamese), form.Title["en"]
	}
	return told
}

// secondsPerQuestion is what people are told a question takes: about as long as
// reading it and one tap.
const secondsPerQuestion = 7
