package e2e_test

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/auth"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// page is a page that somebody looks at.
type page struct {
	name   string
	path   string
	role   auth.Role // "": a citizen
	status int
}

// allPages are the pages that the tests look at. What only a POST answers with
// is looked at where the tests send it.
func allPages(t *testing.T, s *service) []page {
	t.Helper()
	short, long := "/q/"+s.counter(t, "mot-cua").Link, "/q/"+s.counter(t, "mot-cua-22").Link
	closed := "/q/" + s.Register.Current().Agency("skhdt").Counters[0].Link // an agency that ended in 2025
	board := "/dashboard/" + agency
	return []page{
		{"form", short, "", 200},
		{"form-en", short + "?lang=en", "", 200},
		{"form-22", long, "", 200},
		{"form-22-en", long + "?lang=en", "", 200},
		{"thanks", short + "/thanks", "", 200},
		{"thanks-en", short + "/thanks?lang=en", "", 200},
		{"unknown-link", "/q/00000000", "", 404},
		{"not-found", "/nowhere", "", 404},
		{"closed-link", closed, "", 410},
		{"login", "/login", "", 200},
		{"dashboard", board, auth.Leader, 200},
		{"dashboard-22", board + "?method=mot-cua-5", auth.Leader, 200},
		{"dashboard-empty", board + "?channel=ticket", auth.Leader, 200},
		{"comments", board + "/comments", auth.Leader, 200},
		{"comments-empty", board + "/comments?channel=ticket", auth.Leader, 200},
		{"wrong-dates", board + "?from=2026-02-02&to=2026-01-01", auth.Leader, 422},
		{"account", "/account", auth.Leader, 200},
		{"posters", "/posters/" + agency, auth.Clerk, 200},
		{"forbidden", "/office", auth.Clerk, 403},
		{"office", "/office", auth.Office, 200},
		{"register", "/admin/register", auth.Admin, 200},
		{"users", "/admin/users", auth.Admin, 200},
	}
}

// shots is a folder for a picture of every page; "" makes none.
func shots() string { return os.Getenv("HAILONG_E2E_SHOTS") }

// testPages looks at every page on a phone and on a desk, light and dark.
func testPages(t *testing.T, b *chromium) {
	s := serve(t, 2000, auth.Leader, auth.Clerk, auth.Office, auth.Admin)
	sessions := map[auth.Role]string{}
	for _, role := range []auth.Role{auth.Leader, auth.Clerk, auth.Office, auth.Admin} {
		user := userOf(t, role)
		token, _, _, err := s.Accounts.Login(t.Context(), user.Email, user.Password, "e2e")
		must(t, err)
		sessions[role] = token
	}
	for _, screen := range []screen{phone, desk} {
		for _, colours := range []string{"light", "dark"} {
			t.Run(screen.name+"-"+colours, func(t *testing.T) {
				p := b.visit(t, s.url, screen)
				p.prefer(colours)
				for _, page := range allPages(t, s) {
					p.become(sessions[page.role])
					p.look(page, colours)
				}
			})
		}
	}
}

// become continues as whoever the session belongs to; "" is nobody.
func (p *tab) become(session string) {
	p.t.Helper()
	p.do(command(network.ClearBrowserCookies, cdp.Empty{}))
	if session != "" {
		p.do(command(network.SetCookie, network.SetCookieParams{Name: "hailong", Value: session, URL: p.home}))
	}
}

// look opens a page and inspects it as it comes and with everything unfolded.
func (p *tab) look(page page, colours string) {
	p.t.Helper()
	p.open(page.path, page.status)
	p.awaitCharts()
	p.inspect()
	if value[bool](p, `document.querySelector("details") !== null`) {
		p.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach((d) => { d.open = true; })`))
		p.inspect()
	}
	if folder := shots(); folder != "" {
		p.shoot(filepath.Join(folder, page.name+"-"+p.screen.name+"-"+colours+".png"))
	}
}

//go:embed testdata/axe.min.js
var axe string

// audit runs axe-core and tells what it finds, one line for each element. The
// debugger puts it into the page, past the content security policy.
const audit = `axe.run(document, {
	runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] },
	resultTypes: ["violations"],
}).then(({ violations }) => violations.flatMap((v) => v.nodes.map((n) =>
	v.id + " (" + v.impact + ") " + n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " "))))`

// inspect looks for what no page may have: a complaint of the browser, a part
// that one has to scroll sideways to, an obstacle for people who see, hear or
// move otherwise.
func (p *tab) inspect() {
	p.t.Helper()
	address := strings.TrimPrefix(value[string](p, "location.href"), p.home)
	for _, fault := range p.seen.take() {
		p.t.Errorf("%s: %s", address, fault)
	}
	if width := value[int64](p, "document.documentElement.scrollWidth"); width > p.screen.width {
		p.t.Errorf("%s: %d pixels wide on a screen of %d", address, width, p.screen.width)
	}
	if p.scriptless { // axe waits for timers
		p.switchScripts(true)
		defer p.switchScripts(false)
	}
	p.do(chromedp.Evaluate[chromedp.Void](axe + ";0"))
	for _, obstacle := range value[[]string](p, audit) {
		p.t.Errorf("%s: %s", address, obstacle)
	}
	p.seen.take() // what axe itself did is not the page's fault
}

// shoot saves a picture of the whole page.
func (p *tab) shoot(file string) {
	p.t.Helper()
	must(p.t, os.MkdirAll(filepath.Dir(file), 0o755))
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	must(p.t, err)
	must(p.t, os.WriteFile(file, picture, 0o644))
}
