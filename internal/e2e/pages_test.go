package e2e_test

import (
	_ "embed"
	"testing"

	"hailong/internal/auth"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// view is a page that somebody looks at.
type view struct {
	name   string
	path   string
	role   auth.Role // "": a citizen
	status int
}

// allPages are the pages that the tests look at. What only a POST answers with
// is looked at where the tests send it.
func allPages(t *testing.T, s *service) []view {
	t.Helper()
	short, long := "/q/"+s.counter(t, "mot-cua").Link, "/q/"+s.counter(t, "mot-cua-22").Link
	closed := "/q/" + s.Register.Current().Agency("skhdt").Counters[0].Link // an agency that ended in 2025
	board := "/dashboard/" + agency
	return []view{
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
		{"code", "/q", "", 200},
		{"code-wrong", "/q?link=abc&lang=en", "", 404},
		{"dashboard", board, auth.Leader, 200},
		{"dashboard-en", board + "?lang=en", auth.Leader, 200},
		{"dashboard-22", board + "?method=mot-cua-5", auth.Leader, 200},
		{"dashboard-empty", board + "?channel=ticket", auth.Leader, 200},
		{"dashboard-choices", "/dashboard/svhttdl?method=nd61-3", auth.Office, 200},
		{"comments", board + "/comments", auth.Leader, 200},
		{"comments-empty", board + "/comments?channel=ticket", auth.Leader, 200},
		{"comments-found", board + "/comments?q=cam+on", auth.Leader, 200},
		{"wrong-dates", board + "?from=2026-02-02&to=2026-01-01", auth.Leader, 422},
		{"account", "/account", auth.Leader, 200},
		{"posters", "/posters/" + agency, auth.Clerk, 200},
		{"paper", "/paper/" + agency, auth.Clerk, 200},
		{"paper-22", "/paper/" + agency + "?counter=" + s.counter(t, "mot-cua-22").Code, auth.Clerk, 200},
		{"kiosk", "/kiosk/" + s.counter(t, "mot-cua").Link, "", 200},
		{"forbidden", "/office", auth.Clerk, 403},
		{"office", "/office", auth.Office, 200},
		{"comments-all", board + "/comments", auth.Office, 200},
		{"checks", "/office/comments", auth.Office, 200},
		{"checks-all", "/office/comments?kind=all", auth.Office, 200},
		{"register", "/admin/register", auth.Admin, 200},
		{"users", "/admin/users", auth.Admin, 200},
	}
}

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

// look opens a page and inspects it with everything unfolded.
func (p *tab) look(page view, colours string) {
	p.t.Helper()
	p.open(page.path, page.status)
	p.awaitCharts()
	p.fits()
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach((d) => { d.open = true; })`))
	p.inspect()
	if shots() != "" {
		p.shoot(page.name+"-"+p.screen.name+"-"+colours, wholePage)
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
	p.fits()
	for _, fault := range p.seen.take() {
		p.t.Errorf("%s: %s", p.path(), fault)
	}
	if p.scriptless { // axe waits for timers
		p.switchScripts(true)
		defer p.switchScripts(false)
	}
	p.do(chromedp.Evaluate[chromedp.Void](axe + ";0"))
	for _, obstacle := range value[[]string](p, audit) {
		p.t.Errorf("%s: %s", p.path(), obstacle)
	}
	p.seen.take() // what axe itself did is not the page's fault
}

// fits fails the test if the page is wider than the screen.
func (p *tab) fits() {
	p.t.Helper()
	if width := value[int64](p, "document.documentElement.scrollWidth"); width > p.screen.width {
		p.t.Errorf("%s: %d pixels wide on a screen of %d", p.path(), width, p.screen.width)
	}
}

// path returns where the tab is, without the host.
func (p *tab) path() string {
	p.t.Helper()
	return value[string](p, "location.pathname + location.search")
}
