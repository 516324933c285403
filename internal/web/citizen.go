package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/static"

	"github.com/gofiber/fiber/v2"
	lru "github.com/hashicorp/golang-lru/v2"
)

// citizenPages makes and keeps the pages that citizens see. Each is one
// self-contained reply: its style and script stand inside it, allowed by their
// hashes.
type citizenPages struct {
	server *Server
	style  string // of every citizen's page
	script string
	kiosk  struct{ style, script string } // what a tablet's pages have besides
	kept   *lru.Cache[pageName, *keptPage]
}

// keptPages bounds the pages kept, of 25 to 50 KB each: an office has as many as
// counters, ways, languages and, by tickets, services.
const keptPages = 2048

// pageName is what a kept form page is found by. The pages of all tickets of a
// counter for one service are one: a ticket's code stands in the address alone.
type pageName struct {
	link, lang string
	way        way
}

// way is how a person comes to a form.
type way struct {
	ticket  bool   // by a one-time ticket, otherwise by the counter's link
	kiosk   bool   // on a tablet at the counter
	service string // code of the one that the ticket knows, "": none
}

// keptPage is a form page as long as the register it was made from is current.
type keptPage struct {
	register *org.Register
	page     *splicedPage
	headers  []header
}

func newCitizenPages(s *Server) (*citizenPages, error) {
	p := &citizenPages{server: s}
	for _, file := range []struct {
		to    *string
		names []string
	}{
		{&p.style, []string{"css/tokens.css", "css/citizen.css"}},
		{&p.script, []string{"js/citizen.js"}},
		{&p.kiosk.style, []string{"css/kiosk.css"}},
		{&p.kiosk.script, []string{"js/kiosk.js"}},
	} {
		for _, name := range file.names {
			content, err := fs.ReadFile(static.FS, name)
			if err != nil {
				return nil, err
			}
			*file.to += string(content)
		}
	}
	var err error
	if p.kept, err = lru.New[pageName, *keptPage](keptPages); err != nil {
		return nil, err
	}
	return p, p.try()
}

// try makes every page of every form once, so that a form that cannot be shown
// stops the program at start.
func (p *citizenPages) try() error {
	agency := org.Agency{Code: "x", Name: "x", Services: []org.Service{{Code: "a", Name: "a"}, {Code: "b", Name: "b"}}}
	for _, form := range p.server.Forms.All() {
		counter := org.Counter{Code: "x", Name: "x", Form: form.ID, Link: "00000000"}
		for _, code := range form.Languages() {
			view := p.formView(org.Place{Agency: &agency, Counter: &counter}, form, p.server.catalog.Language(code), code, sheet{})
			if _, _, err := p.splice(view); err != nil {
				return fmt.Errorf("form %s version %d: %w", form.ID, form.Version, err)
			}
		}
	}
	return nil
}

// citizenPage is what every page for citizens has.
type citizenPage struct {
	Lang   string
	Title  string
	Sample bool
	Style  template.CSS
	Script template.JS // "": none
	Kiosk  *kioskView  // nil: not on a tablet at a counter
}

// policy names the page's own style and script and nothing else.
func (p citizenPage) policy() string {
	policy := "default-src 'none'; style-src " + hashSource(string(p.Style)) + "; img-src data:; "
	if p.Script != "" {
		policy += "script-src " + hashSource(string(p.Script)) + "; connect-src 'self'; "
	}
	return policy + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// showForm sends the form of a counter. The page was made and compressed
// before; only the submission key and the time are new.
func (s *Server) showForm(c *fiber.Ctx) error {
	place, form, err := s.openPlace(c.Params("link"))
	if err != nil {
		return err
	}
	return s.sendForm(c, place, form, way{})
}

// sendForm sends the kept page with a new submission key and the time.
func (s *Server) sendForm(c *fiber.Ctx, place org.Place, form *survey.Form, w way) error {
	kept, err := s.pages.form(place, form, formLanguage(form, c.Query("lang")), w)
	if err != nil {
		return err
	}
	setHeaders(c, kept.headers)
	if !w.kiosk {
		s.markDevice(c)
	}
	// The reply's own buffer is used over and over: a page costs no memory.
	buffer := c.Response().SwapBody(nil)
	c.Response().SwapBody(kept.append(buffer[:0], c, []byte(response.NewSubmission()), s.stamps.make()))
	return nil
}

// append appends the page with its key and stamp in the best encoding the
// client takes.
func (k *keptPage) append(dst []byte, c *fiber.Ctx, key, stamp []byte) []byte {
	switch encoding := encodingOf(c); encoding {
	case "br":
		c.Response().Header.SetContentEncoding(encoding)
		return k.page.appendBrotli(dst, key, stamp)
	case "gzip":
		c.Response().Header.SetContentEncoding(encoding)
		return k.page.appendGzip(dst, key, stamp)
	}
	return k.page.appendPlain(dst, key, stamp)
}

// openPlace finds the counter of a link that takes answers today, and the
// form that it asks.
func (s *Server) openPlace(typed string) (org.Place, *survey.Form, error) {
	place, known := s.Register().Place(typed) // as a code holds it
	if !known {
		if link, ok := canonicalLink(typed); ok {
			place, known = s.Register().Place(link)
		}
	}
	today := s.today()
	switch {
	case !known:
		return org.Place{}, nil, problem(fiber.StatusNotFound, "unknown_link")
	case place.BeginsAfter(today):
		return org.Place{}, nil, problem(fiber.StatusGone, "not_yet_open")
	case !place.OpenOn(today):
		return org.Place{}, nil, problem(fiber.StatusGone, "closed_link")
	}
	form, err := s.formOf(place)
	return place, form, err
}

// formOf returns the form that a counter asks.
func (s *Server) formOf(place org.Place) (*survey.Form, error) {
	form := s.Forms.Current(place.Counter.Form)
	if form == nil {
		return nil, &httpProblem{status: fiber.StatusServiceUnavailable, key: "unavailable", retryAfter: busySeconds,
			cause: fmt.Errorf("counter %s/%s asks form %q, which is not loaded", place.Agency.Code, place.Counter.Code, place.Counter.Form)}
	}
	return form, nil
}

// canonicalLink reads the link in a path, which may be percent-encoded.
func canonicalLink(inPath string) (string, bool) {
	typed, err := url.PathUnescape(inPath)
	if err != nil {
		return "", false
	}
	return org.CanonicalLink(typed)
}

func formLanguage(form *survey.Form, asked string) string {
	if asked != "" && slices.Contains(form.Languages(), asked) {
		return asked
	}
	return survey.Vietnamese
}

// keeping says how long a browser may keep a form. It is never shared, but kept
// for "back", where the same sheet then has the same key; on a tablet "back"
// must show nothing of the one before.
func (w way) keeping() string {
	if w.kiosk {
		return "no-store"
	}
	return "private, no-cache"
}

// form returns the kept page of a counter in a language, made anew when the
// register has changed.
func (p *citizenPages) form(place org.Place, form *survey.Form, lang string, w way) (*keptPage, error) {
	register := p.server.Register()
	name := pageName{place.Counter.Link, lang, w}
	if kept, ok := p.kept.Get(name); ok && kept.register == register {
		return kept, nil
	}
	view := p.formView(place, form, p.server.catalog.Language(lang), lang, sheet{way: w})
	page, policy, err := p.splice(view)
	if err != nil {
		return nil, err
	}
	kept := &keptPage{register: register, page: page, headers: []header{
		newHeader(fiber.HeaderContentSecurityPolicy, policy),
		newHeader(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8),
		newHeader(fiber.HeaderCacheControl, w.keeping()),
		newHeader(fiber.HeaderVary, fiber.HeaderAcceptEncoding),
	}}
	p.kept.Add(name, kept)
	return kept, nil
}

func (p *citizenPages) splice(view formView) (*splicedPage, string, error) {
	view.Key, view.Opened = string(gapMark), string(gapMark)
	page, err := p.server.views.render("form", p.server.catalog.Language(view.Lang), view)
	if err != nil {
		return nil, "", err
	}
	spliced, err := newSplicedPage(page)
	return spliced, view.policy(), err
}

func (p *citizenPages) base(l *i18n.Language, title string) citizenPage {
	return citizenPage{Lang: l.Code, Title: title, Sample: p.server.Sample, Style: safeStyle(p.style)}
}

// send renders a page that is made for this one reply.
func (p *citizenPages) send(c *fiber.Ctx, name string, l *i18n.Language, policy string, view any) error {
	page, err := p.server.views.render(name, l, view)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(page)
}

type thanksView struct {
	citizenPage
	Agency, Counter string
}

// showThanks answers after a submission. It says nothing of the answers, so
// the page may be shown again; a tablet goes back to an empty form after a while.
func (s *Server) showThanks(c *fiber.Ctx) error {
	link, ok := canonicalLink(c.Params("link"))
	place, known := s.Register().Place(link)
	if !ok || !known || place.Counter == nil {
		return problem(fiber.StatusNotFound, "unknown_link")
	}
	c.Set(fiber.HeaderCacheControl, "private, max-age=60") // the script has fetched it already, and the network may be gone
	l := s.language(c)
	view := thanksView{citizenPage: s.pages.base(l, l.T("thanks.title")), Agency: place.Agency.Name, Counter: place.Counter.Name}
	if atKiosk(c) {
		view.Kiosk = newKioskView(kioskPath+place.Counter.Link, thanksSeconds)
		view.Style = safeStyle(s.pages.style + s.pages.kiosk.style)
	}
	return s.pages.send(c, "thanks", l, view.policy(), view)
}

type problemView struct {
	citizenPage
	Status     int
	Text       string
	RetryAfter int        // seconds, 0: not said
	Minutes    int        // the same in minutes, where it is more than one
	Again      *again     // what was sent when the session was over; nil: nothing to send again
	Expired    bool       // the session was over
	Home       bool       // a way back for people at work; a citizen's way is the code at the counter
	Code       *codeField // where one may be typed again, otherwise nil
}

// sendProblemPage shows a problem to a person: what happened and what to do.
func (s *Server) sendProblemPage(c *fiber.Ctx, p *httpProblem) error {
	l := s.language(c)
	view := problemView{
		citizenPage: s.pages.base(l, l.T("problem."+p.key+".title")),
		Status:      p.status,
		Text:        l.T("problem." + p.key + ".text"),
		RetryAfter:  p.retryAfter,
		Minutes:     minutesOf(p.retryAfter),
		Home:        c.Path() != "/q" && !strings.HasPrefix(c.Path(), "/q/") && !strings.HasPrefix(c.Path(), "/t/") && !atKiosk(c),
	}
	if p.key == "unknown_link" && !atKiosk(c) {
		view.Code = newCodeField(l, c.Query("link"))
	}
	if view.Expired = p.key == "expired"; view.Expired {
		view.Again = againOf(c)
	}
	return s.pages.send(c, "problem", l, view.policy(), view)
}

// minutesOf rounds seconds up to minutes; up to one minute it is 0, since
// seconds say it better.
func minutesOf(seconds int) int {
	if seconds <= 60 {
		return 0
	}
	return (seconds + 59) / 60
}

// conditions writes the style rules that show a question only while its
// condition is met, for phones that run no script. Browsers that do not know
// :has() show the question always; the server then asks to mend the sheet.
func conditions(form *survey.Form) string {
	var css strings.Builder
	for i := range form.Questions {
		q := &form.Questions[i]
		if q.ShowIf == nil {
			continue
		}
		var checked []string
		for _, value := range meeting(form, q.ShowIf) {
			checked = append(checked, "#"+inputID(q.ShowIf.Question, value)+":checked")
		}
		fmt.Fprintf(&css, "@supports selector(:has(*)){form:not(.mending):not(:has(%s)) #q-%s{display:none}}", strings.Join(checked, ","), q.ID)
	}
	return css.String()
}

// meeting lists the answers that meet a condition.
func meeting(form *survey.Form, condition *survey.Condition) []string {
	var values []string
	for _, value := range form.Values(form.Question(condition.Question)) {
		if condition.Met(value) {
			values = append(values, value)
		}
	}
	return values
}

func inputID(question, value string) string { return "q-" + question + "-" + value }
