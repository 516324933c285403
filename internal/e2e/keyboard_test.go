package e2e_test

import (
	"net/http"
	"testing"

	"hailong/internal/survey"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused is an expression: which element has the focus? Its id, or what it is.
const focused = `document.activeElement.id || document.activeElement.tagName.toLowerCase()`

// focusSeen is an expression: does a person see where the focus is? The
// control of a face or a chip is invisible, so its label is what is looked at.
const focusSeen = `(() => {
	const control = document.activeElement;
	const choice = control.matches("input[type=radio], input[type=checkbox]");
	const style = getComputedStyle(choice ? control.labels[0] : control);
	return control.matches(":focus-visible") && style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
})()`

// testKeyboard fills in and sends the short form without touching anything
// but keys, and always sees where it is.
func testKeyboard(t *testing.T, b *chromium) {
	s := serve(t, 0)
	c := s.counter(t, "mot-cua")
	p := b.visit(t, s.url, desk)
	p.open(s.form(c), http.StatusOK)
	for _, step := range []struct{ keys, want string }{
		{kb.Tab, "a"}, // English
		{kb.Tab, "q-overall-1"},
		{" ", "q-overall-1"},
		{kb.ArrowRight, "q-overall-2"},
		{kb.Tab, "q-reasons-slow"},
		{" ", "q-reasons-slow"},
		{kb.Tab, "q-reasons-attitude"},
		{kb.Tab, "q-reasons-guidance"},
		{" ", "q-reasons-guidance"},
		{kb.Tab + kb.Tab + kb.Tab + kb.Tab + kb.Tab, "q-reasons-other"},
		{kb.Tab, "t-comment"},
		{"Cho lau qua", "t-comment"},
		{kb.Tab, "service"},
		{kb.ArrowDown, "service"},
		{kb.Tab, "button"},
	} {
		p.do(chromedp.KeyEvent(step.keys))
		if got := value[string](p, focused); got != step.want {
			t.Fatalf("after %q the focus is on %s, want %s", step.keys, got, step.want)
		}
		if !value[bool](p, focusSeen) {
			t.Errorf("nobody sees that the focus is on %s", step.want)
		}
	}
	p.do(chromedp.KeyEvent(kb.Enter))
	p.awaitThanks(c)
	want := s.answer(c, overall("2"),
		survey.Answer{Question: "reasons", Values: []string{"slow", "guidance"}}, commented("Cho lau qua"))
	want.Service = s.Register.Current().Agency(agency).Services[0].Code
	s.expectReceived(t, want)
}
