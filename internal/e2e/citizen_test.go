package e2e_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hailong/internal/auth"
	"hailong/internal/org"
	"hailong/internal/outside"
	"hailong/internal/response"
	"hailong/internal/survey"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/unicode/norm"
)

// The parts of the short form, as a person sees them.
const (
	reasons  = "#q-reasons"
	comment  = "#t-comment"
	send     = "#sheet button"
	slow     = `label[for="q-reasons-slow"]`
	waiting  = `label[for="q-reasons-waiting"]`
	opinion  = "Cán bộ rất nhiệt tình, nhưng chỗ ngồi chờ hơi chật.\nXin cảm ơn Quý Sở!"
	thankYou = "Cảm ơn Ông/Bà!"
)

func level(value string) string { return `label[for="q-overall-` + value + `"]` }

// awaitThanks waits for the page that says the answer is safe.
func (p *tab) awaitThanks(c *org.Counter) {
	p.t.Helper()
	p.awaitPage("/q/" + c.Link + "/thanks")
	if title := p.text("h1"); title != thankYou {
		p.t.Errorf("after sending the page says %q, want %q", title, thankYou)
	}
}

// expectReceived compares what came in today with what was meant. A browser
// that is driven is faster than people, which is noted and holds nothing.
func (s *service) expectReceived(t *testing.T, want ...response.Response) {
	t.Helper()
	if diff := cmp.Diff(want, s.received(t), cmpopts.IgnoreFields(response.Response{}, "ID", "Shift", "Verdict.Reasons"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

// answer is a sheet of the short form as it should be stored.
func (s *service) answer(c *org.Counter, answers ...survey.Answer) response.Response {
	return response.Response{
		Day: s.today, Agency: agency, Counter: c.Code, Channel: response.QR,
		Form: s.Forms.Current(c.Form).Ref(), Lang: survey.Vietnamese, Answers: answers,
	}
}

func overall(value string) survey.Answer {
	return survey.Answer{Question: "overall", Values: []string{value}}
}

func commented(text string) survey.Answer { return survey.Answer{Question: "comment", Text: text} }

// testPoster goes the whole way: the clerk prints the poster, a phone reads
// its code, and the person answers, in two minds, by touch.
func testPoster(t *testing.T, b *chromium) {
	s := serve(t, 0, auth.Clerk)
	c := s.counter(t, "mot-cua")
	address := scan(t, downloadPoster(t, b, s, c))
	if want := s.form(c); address != want {
		t.Fatalf("the poster's code says %q, want %q", address, want)
	}

	p := b.visit(t, s.url, phone)
	p.open(address, http.StatusOK)
	p.await(hidden(reasons))
	p.tap(level("2"))
	p.await(shown(reasons))
	p.tap(slow)
	p.tap(waiting)
	p.tap(comment)
	p.write(norm.NFD.String(opinion)) // as some keyboards spell it
	p.tap(level("5"))
	p.await(hidden(reasons))
	p.inspect()
	p.tap(send)
	p.awaitThanks(c)
	s.expectReceived(t, s.answer(c, overall("5"), commented(opinion)))
}

// downloadPoster prints the poster of a counter as the clerk does and returns
// the file.
func downloadPoster(t *testing.T, b *chromium, s *service, c *org.Counter) string {
	t.Helper()
	folder := t.TempDir()
	p := b.visit(t, s.url, desk)
	p.logIn(userOf(t, auth.Clerk))
	p.awaitPage("/posters/" + agency)
	chrome := chromedp.FromContext(p.ctx)
	_, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: chrome.BrowserContextID, DownloadPath: folder,
	})
	must(t, err)
	p.click(`a[href="/posters/` + agency + "/" + c.Link + `-a4.pdf"]`)
	var files []string
	p.until("the poster is saved", func() bool {
		files, err = filepath.Glob(filepath.Join(folder, "*.pdf"))
		must(t, err)
		return len(files) == 1
	})
	return files[0]
}

// scan returns what a phone's camera reads from the poster.
func scan(t *testing.T, pdf string) string {
	t.Helper()
	picture := strings.TrimSuffix(pdf, ".pdf")
	outside.Run(t, outside.Tool(t, "poppler-utils", "pdftoppm"), "-png", "-r", "110", "-singlefile", pdf, picture)
	return strings.TrimSpace(outside.Run(t, outside.Tool(t, "zbar-tools", "zbarimg"), "--quiet", "--raw", picture+".png"))
}

// testWithoutScripts answers on a phone that runs no script: the style sheet
// alone shows the reasons, and a sheet with answers to a question that is no
// longer asked comes back to be sent again.
func testWithoutScripts(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	p := b.visit(t, s.url, phone)
	p.switchScripts(false)
	p.open(s.form(c), http.StatusOK)
	p.await(hidden(reasons))
	p.tap(level("2"))
	p.await(shown(reasons))
	p.tap(slow)
	p.tap(comment)
	p.write(opinion)
	p.tap(level("5"))
	p.await(hidden(reasons))
	p.tap(send)
	p.awaitPage("/q/" + c.Link)
	p.await(`document.querySelector(".banner") !== null`)
	if banner, fault := p.text(".banner"), p.text(reasons+" .fault"); !strings.Contains(banner, "chưa gửi được") || !strings.Contains(fault, "bấm Gửi lần nữa") {
		t.Errorf("the sheet that came back says %q and %q", banner, fault)
	}
	s.expectReceived(t)
	p.inspect()
	p.tap(send)
	p.awaitThanks(c)
	s.expectReceived(t, s.answer(c, overall("5"), commented(opinion)))
}

// testBlank sends before anything is chosen: the form says at the question, in
// its own words, that an answer is missing, and forgets it as soon as there is
// one. Without scripts the browser asks.
func testBlank(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	p := b.visit(t, s.url, phone)
	for _, said := range []struct{ lang, want string }{{"vi", "Xin chọn một câu trả lời."}, {"en", "Please choose an answer."}} {
		p.open(s.form(c)+"?lang="+said.lang, http.StatusOK)
		p.tap(send)
		p.tap(send)
		if faults := value[[]string](p, `Array.from(document.querySelectorAll(".fault"), (f) => f.parentNode.id + " " + f.innerText)`); !slices.Equal(faults, []string{"q-overall " + said.want}) {
			t.Errorf("%s: the blank form says %q, want %q at the question", said.lang, faults, said.want)
		}
		p.await(`document.activeElement.id === "q-overall-1" && document.querySelector("#q-overall .fault").getBoundingClientRect().top >= 0`)
		p.inspect()
	}
	if sent := p.seen.sent(); sent != 0 {
		t.Errorf("a blank form was sent %d times", sent)
	}
	p.tap(level("2"))
	p.await(`document.querySelector(".fault") === null`)
	p.tap(send)
	p.awaitPage("/q/" + c.Link + "/thanks")
	want := s.answer(c, overall("2"))
	want.Lang = "en"
	s.expectReceived(t, want)

	plain := b.visit(t, s.url, phone)
	plain.switchScripts(false)
	plain.open(s.form(c), http.StatusOK)
	plain.tap(send)
	plain.await(`location.pathname === "/q/` + c.Link + `" && document.querySelector("#sheet:invalid") !== null`)
	s.expectReceived(t, want)
}

// testPoll taps through the opinion poll, with scripts and without: a yes brings
// up what follows it, a no takes it away.
func testPoll(t *testing.T, b *chromium) {
	s := serve(t, 0)
	place := s.Register.Current().Agency("syt")
	c := place.Counter("y-kien")
	option := func(id string) string { return `label[for="q-` + id + `"]` }
	var want []response.Response
	for _, scripts := range []bool{true, false} {
		p := b.visit(t, s.url, phone)
		p.switchScripts(scripts)
		p.open(s.form(c), http.StatusOK)
		p.await(hidden("#q-trouble_kinds"))
		p.tap(option("relation-visitor"))
		p.tap(option("listening-2"))
		p.tap(option("trouble-yes"))
		p.await(shown("#q-trouble_kinds"))
		p.tap(option("trouble-no"))
		p.await(hidden("#q-trouble_kinds"))
		if scripts { // a second tap leaves the question blank again
			for _, answer := range []string{"trouble-no", "trouble-yes", "listening-2", "relation-visitor"} {
				p.tap(option(answer))
				p.await(`document.querySelector("#q-` + answer + `").checked === ` + strconv.FormatBool(answer == "trouble-yes"))
			}
			p.click(option("trouble-yes"))
			p.await(hidden("#q-trouble_kinds"))
			p.await(`document.querySelector("#sheet :checked:not(option)") === null`)
			p.tap(option("relation-visitor"))
			p.tap(option("listening-2"))
		}
		p.tap(option("trouble-yes"))
		p.tap(option("trouble_kinds-delay"))
		p.inspect()
		p.tap(send)
		p.awaitThanks(c)
		one := s.answer(c,
			survey.Answer{Question: "relation", Values: []string{"visitor"}}, survey.Answer{Question: "listening", Values: []string{"2"}},
			survey.Answer{Question: "trouble", Values: []string{survey.Yes}}, survey.Answer{Question: "trouble_kinds", Values: []string{"delay"}})
		one.Agency = place.Code
		want = append(want, one)
		s.expectReceived(t, want...)
	}
}

// testDoubleTap sends with two quick taps, with scripts and without.
func testDoubleTap(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	var want []response.Response
	for _, scripts := range []bool{true, false} {
		p := b.visit(t, s.url, phone)
		p.switchScripts(scripts)
		p.open(s.form(c), http.StatusOK)
		p.tap(level("4"))
		p.tapTwice(send)
		p.awaitThanks(c)
		if sent := p.seen.sent(); scripts && sent != 1 {
			t.Errorf("two taps sent %d times, want once", sent)
		}
		want = append(want, s.answer(c, overall("4")))
		s.expectReceived(t, want...)
	}
}

// tapTwice touches the middle of an element twice, as fast as it goes.
func (p *tab) tapTwice(selector string) {
	p.t.Helper()
	middle := value[[]float64](p, `(() => {
		const element = document.querySelector("`+selector+`");
		element.scrollIntoView();
		const box = element.getBoundingClientRect();
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`)
	tap := chromedp.TapXY(middle[0], middle[1])
	p.do(tap)
	soon, cancel := context.WithTimeout(p.ctx, time.Second)
	defer cancel()
	err := chromedp.Do(soon, tap) // nobody answers for a tap on a page that is being left
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		p.t.Fatal(err)
	}
}

// testBack goes back after sending. Without scripts the same sheet is there
// again, and sending it stores nothing new; with scripts it is gone.
func testBack(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	p := b.visit(t, s.url, phone)
	p.switchScripts(false)
	p.open(s.form(c), http.StatusOK)
	p.tap(level("3"))
	p.tap(send)
	p.awaitThanks(c)
	p.do(chromedp.NavigateBack())
	p.awaitPage("/q/" + c.Link)
	p.tap(level("1"))
	p.tap(send)
	p.awaitThanks(c)
	first := s.answer(c, overall("3"))
	s.expectReceived(t, first)

	p = b.visit(t, s.url, phone)
	p.open("/login", http.StatusOK)
	p.open(s.form(c), http.StatusOK)
	p.tap(level("4"))
	p.tap(send)
	p.awaitThanks(c)
	p.do(chromedp.Reload())
	p.awaitThanks(c)
	p.do(chromedp.NavigateBack())
	p.awaitPage("/login")
	s.expectReceived(t, inOrder(s.received(t), first, s.answer(c, overall("4")))...)
}

// testLanguages changes the language in the middle of a sheet: what was chosen
// and written is still there, and the tab remembers nothing of it.
func testLanguages(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	p := b.visit(t, s.url, phone)
	p.open(s.form(c), http.StatusOK)
	p.tap(level("2"))
	p.await(shown(reasons))
	p.tap(slow)
	p.tap(comment)
	p.write(opinion)
	before := value[int](p, `history.length`)
	p.tap(`.languages a[hreflang="en"]`)
	p.await(`document.documentElement.lang === "en" && document.querySelector("#sheet.scripted") !== null`)
	p.await(shown(reasons))
	if broken := value[[]string](p, brokenWords); len(broken) > 0 {
		t.Errorf("words below faces that are broken: %q", broken)
	}
	if low := value[float64](p, `Math.min(...Array.from(document.querySelectorAll(".languages > *"), (link) => link.getBoundingClientRect().height))`); low < 44 {
		t.Errorf("a language is %v px high, too low for a thumb", low)
	}
	if after := value[int](p, `history.length`); after != before {
		t.Errorf("the way back has %d pages, want %d: the filled sheet is still there", after, before)
	}
	if left := value[int](p, `sessionStorage.length`); left != 0 {
		t.Errorf("the tab remembers %d things of a sheet that was carried over, want none", left)
	}
	p.tap(send)
	p.awaitPage("/q/" + c.Link + "/thanks")
	want := s.answer(c, overall("2"), survey.Answer{Question: "reasons", Values: []string{"slow"}}, commented(opinion))
	want.Lang = "en"
	s.expectReceived(t, want)

	tablet := b.visit(t, s.url, phone)
	tablet.open("/kiosk/"+c.Link, http.StatusOK)
	tablet.tap(level("2"))
	tablet.tap(`.languages a[hreflang="en"]`)
	tablet.await(`document.documentElement.lang === "en" && document.querySelector("#sheet.scripted") !== null`)
	if !value[bool](tablet, `document.querySelector("input:checked") === null && sessionStorage.length === 0`) {
		t.Error("a tablet carries over what somebody chose")
	}
}

// brokenWords is an expression: which words below the faces stand in more than
// one line?
const brokenWords = `Array.from(document.querySelectorAll(".faces span")).flatMap((label) => {
	const text = label.firstChild, range = document.createRange(), broken = [];
	for (const word of text.data.matchAll(/\S+/g)) {
		range.setStart(text, word.index);
		range.setEnd(text, word.index + word[0].length);
		if (new Set(Array.from(range.getClientRects(), (box) => box.top)).size > 1) broken.push(word[0]);
	}
	return broken;
})`

// inOrder puts what is wanted into the order of what was got: by id, which
// says nothing of the order of arrival.
func inOrder(got []response.Response, want ...response.Response) []response.Response {
	place := func(r response.Response) int {
		return slices.IndexFunc(got, func(g response.Response) bool { return cmp.Equal(g.Answers, r.Answers) })
	}
	slices.SortFunc(want, func(x, y response.Response) int { return place(x) - place(y) })
	return want
}
