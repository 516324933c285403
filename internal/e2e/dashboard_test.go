package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// logIn comes to the login page and fills it in.
func (p *tab) logIn(user demo.User) {
	p.t.Helper()
	p.open("/login", http.StatusOK)
	p.click("#email")
	p.write(user.Email)
	p.tryPassword(user.Password)
	p.await(`location.pathname !== "/login"`)
}

func (p *tab) tryPassword(password string) {
	p.t.Helper()
	p.click("#password")
	p.write(password)
	p.click("form.stack button")
}

// mistype tries a wrong password, and looks at what the page says to it.
func (p *tab) mistype(user demo.User) {
	p.t.Helper()
	p.open("/login", http.StatusOK)
	p.click("#email")
	p.write(user.Email)
	p.tryPassword("khong-phai-mat-khau")
	p.await(`document.querySelector(".alert") !== null`)
	if email := value[string](p, `document.getElementById("email").value`); email != user.Email {
		p.t.Errorf("after a wrong password the address is %q, want %q", email, user.Email)
	}
	p.inspect()
}

// count is the default method's figure, counted anew from what is stored: one
// question, and who chose one of the upper two of five levels.
type count struct{ satisfied, answered, responses int64 }

func (s *service) count(t *testing.T) count {
	t.Helper()
	year := calendar.Range{From: (s.today.Month() - 11).First(), To: s.today}
	var c count
	for _, r := range s.scan(t, store.Scan{Agency: agency, Range: year}) {
		c.responses++
		for _, a := range r.Answers {
			if a.Question == "overall" {
				c.answered++
				if a.Values[0] == "4" || a.Values[0] == "5" {
					c.satisfied++
				}
			}
		}
	}
	return c
}

// index writes the share in percent with two digits, halves rounded up, in
// whole numbers alone.
func (c count) index() string {
	hundredths := (20000*c.satisfied + c.answered) / (2 * c.answered)
	return fmt.Sprintf("%d,%02d", hundredths/100, hundredths%100)
}

// picture is what a chart's canvas holds.
type picture struct {
	Name    string
	Colours int // that are not transparent
}

const pictures = `[...document.querySelectorAll("[data-chart]")].map((plot) => {
	const canvas = plot.querySelector("canvas");
	const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
	return { Name: plot.dataset.chart.match(/charts\/(\w+)/)[1], Colours: new Set(pixels.filter((pixel) => pixel >>> 24)).size };
})`

// awaitCharts waits until every chart of the page is drawn.
func (p *tab) awaitCharts() {
	p.t.Helper()
	p.await(`[...document.querySelectorAll("[data-chart]")].every((plot) => plot.dataset.drawn === "true")`)
}

// few is the number of answers from which on something is shown to the agency
// that they are about.
const few = 5

// testDashboard reads the leader's page, and the office's of the same agency
// against what is stored, before and after a few more answers: the office sees
// each at once, the leader not less than five together.
func testDashboard(t *testing.T, b *chromium) {
	s := serve(t, 2000, auth.Leader, auth.Office)
	c := s.counter(t, "mot-cua")
	leader := b.visit(t, s.url, desk)
	leader.mistype(userOf(t, auth.Leader))
	leader.logIn(userOf(t, auth.Leader))
	leader.awaitPage("/dashboard/" + agency)
	leader.awaitCharts()
	var names []string
	for _, picture := range value[[]picture](leader, pictures) {
		names = append(names, picture.Name)
		if picture.Colours < 3 {
			t.Errorf("the chart %s is blank: %d colours", picture.Name, picture.Colours)
		}
	}
	if want := []string{"trend", "levels", "reasons", "counters", "services"}; !slices.Equal(names, want) {
		t.Errorf("charts %v, want %v", names, want)
	}
	office := b.visit(t, s.url, desk)
	office.logIn(userOf(t, auth.Office))
	office.open(s.url+"/dashboard/"+agency, http.StatusOK)
	office.awaitCharts()
	before := s.count(t)
	office.expectFigures(before)
	shown := leader.shown()
	if held := before.responses - shown; shown == 0 || held < 0 || held > 4*few {
		t.Errorf("the leader is shown %d of %d answers", shown, before.responses)
	}

	citizen := b.visit(t, s.url, phone)
	citizen.open(s.form(c), http.StatusOK)
	citizen.tap(level("1"))
	citizen.tap(slow)
	citizen.tap(send)
	citizen.awaitThanks(c)
	for n := range int64(few) {
		if n > 0 {
			s.unhappy(t, c)
		}
		after := s.count(t)
		if want := (count{before.satisfied, before.answered + n + 1, before.responses + n + 1}); after != want {
			t.Errorf("after %d unhappy answers the store counts %+v, want %+v", n+1, after, want)
		}
		office.do(chromedp.Reload())
		office.awaitCharts()
		office.expectFigures(after)
		leader.do(chromedp.Reload())
		leader.awaitCharts()
		if step := leader.shown() - shown; step != 0 && step < few {
			t.Errorf("one answer has moved the leader's figure by %d", step)
		}
	}
	if leader.shown() < shown+few {
		t.Errorf("%d answers have not moved the leader's figure", few)
	}
}

// unhappy stores one more answer as if another device had sent it.
func (s *service) unhappy(t *testing.T, c *org.Counter) {
	t.Helper()
	id, err := response.NewID(response.NewSubmission())
	must(t, err)
	_, err = s.Store.Insert(t.Context(), []response.Response{{ID: id, Day: s.today, Shift: calendar.Morning, Agency: agency, Counter: c.Code,
		Channel: response.QR, Form: s.Forms.Current(c.Form).Ref(), Lang: "vi",
		Answers: []survey.Answer{{Question: "overall", Values: []string{"1"}}}}})
	must(t, err)
}

// shown returns the number of answers on the page, which its chart must have.
func (p *tab) shown() int64 {
	p.t.Helper()
	n := value[string](p, `document.getElementById("responses").dataset.n`)
	fromChart := value[float64](p, `fetch("/dashboard/`+agency+`/charts/summary.json").then((reply) => reply.json()).then(({ table }) => table.rows[0][0])`)
	if fmt.Sprint(fromChart) != n {
		p.t.Errorf("the page has %s answers, its chart %v", n, fromChart)
	}
	shown, err := strconv.ParseInt(n, 10, 64)
	must(p.t, err)
	return shown
}

// expectFigures compares the page, and the summary chart's data, with a count.
func (p *tab) expectFigures(c count) {
	p.t.Helper()
	type figures struct{ N, Index string }
	want := figures{fmt.Sprint(c.responses), c.index()}
	got := figures{
		value[string](p, `document.getElementById("responses").dataset.n`),
		strings.Trim(p.text("#index"), " \u00a0%"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.t.Errorf("page (-stored +shown):\n%s", diff)
	}
	row := value[[]float64](p, `fetch("/dashboard/`+agency+`/charts/summary.json")
		.then((reply) => reply.json())
		.then(({ table }) => ["n", "numerator", "denominator", "index"].map((name) => table.rows[0][table.columns.indexOf(name)]))`)
	fromChart := fmt.Sprintf("%v %v %v %s", row[0], row[1], row[2], strings.Replace(fmt.Sprintf("%.2f", row[3]), ".", ",", 1))
	if fromStore := fmt.Sprintf("%d %d %d %s", c.responses, c.satisfied, c.answered, c.index()); fromChart != fromStore {
		p.t.Errorf("the summary chart says %s, want %s", fromChart, fromStore)
	}
}
