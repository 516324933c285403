package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"hailong/internal/auth"
	"hailong/internal/demo"
	"hailong/internal/demo/office"

	"github.com/chromedp/chromedp"
)

// shots is a folder for a picture of every page; "" makes none.
func shots() string { return os.Getenv("HAILONG_E2E_SHOTS") }

// shoot saves a picture under the folder of shots.
func (p *tab) shoot(name string, picture chromedp.Action[[]byte]) {
	p.t.Helper()
	file := filepath.Join(shots(), name+".png")
	must(p.t, os.MkdirAll(filepath.Dir(file), 0o755))
	png, err := chromedp.Run(p.ctx, picture)
	must(p.t, err)
	must(p.t, os.WriteFile(file, png, 0o644))
}

// wholePage is a picture of all that one can scroll to.
var wholePage = chromedp.FullScreenshot(100)

// testPictures makes the two pictures of the README, of a year with as many
// answers as `hailong demo` has and of the same office.
func testPictures(t *testing.T, b *chromium) {
	const answers = 60_000
	s := serve(t, answers, auth.Leader)
	sample := &office.Office{Register: s.Register.Current(), Forms: s.Forms, Ledger: s.Ledger, Coverage: s.Coverage, Periods: s.Periods, Annual: s.Annual,
		Year: demo.Options{Seed: 14, Responses: answers, Last: s.today - 1}}
	must(t, sample.Work(t.Context(), func(int, int) {}))
	form := b.visit(t, s.url, screen{name: "form", width: 360, height: 760, scale: 2, touch: true})
	form.prefer("light")
	form.open(s.form(s.counter(t, "mot-cua")), http.StatusOK)
	form.tap(level("4"))
	form.do(chromedp.Evaluate[chromedp.Void]("scrollTo(0, 0)"))
	form.shoot("readme/form", chromedp.CaptureScreenshot())

	board := b.visit(t, s.url, screen{name: "dashboard", width: 1280, height: 1250, scale: 1})
	board.prefer("light")
	board.logIn(userOf(t, auth.Leader))
	board.awaitPage("/dashboard/" + agency)
	board.awaitCharts()
	board.shoot("readme/dashboard", chromedp.CaptureScreenshot())
}
