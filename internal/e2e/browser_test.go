package e2e_test

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// patience is how long a tab waits for anything.
const patience = 2 * time.Minute

// chromium is one running Chromium.
type chromium struct{ ctx context.Context }

func start(t *testing.T, program string) *chromium {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], // with a profile folder of its own
		chromedp.ExecPath(program),
		chromedp.CombinedOutput(io.Discard),
		chromedp.NoSandbox, // it opens nothing but our own pages
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-features", "Translate,BackForwardCache"), // a phone short of memory keeps no pages for "back"
	)
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, quit := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		quit()
		free()
	})
	must(t, chromedp.Do(ctx))
	return &chromium{ctx}
}

// screen is what a visitor looks at.
type screen struct {
	name          string
	width, height int64
	scale         float64
	touch         bool
}

var (
	phone = screen{name: "360", width: 360, height: 640, scale: 2, touch: true}
	desk  = screen{name: "1280", width: 1280, height: 800, scale: 1}
)

// tab is one visitor: a tab with cookies and a cache of its own.
type tab struct {
	t          *testing.T
	ctx        context.Context
	home       string
	screen     screen
	seen       *watch
	scriptless bool
}

// visit opens a tab that may only ask home. What the watch finds in it fails
// the test.
func (b *chromium) visit(t *testing.T, home string, s screen) *tab {
	t.Helper()
	seen := newWatch(home)
	ctx, leave := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(seen.note))
	t.Cleanup(leave)
	p := &tab{t: t, ctx: ctx, home: home, screen: s, seen: seen}
	must(t, chromedp.Do(ctx)) // the tab lives as long as this context, so no deadline here
	p.do(command(audits.Enable, cdp.Empty{}), s.emulate())
	t.Cleanup(p.clean)
	return p
}

func (s screen) emulate() chromedp.Action[chromedp.Void] {
	options := []chromedp.EmulateViewportOption{chromedp.EmulateScale(s.scale)}
	if s.touch {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	return chromedp.EmulateViewport(s.width, s.height, options...)
}

// command makes an action of a protocol command whose result does not matter.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// clean fails the test if the watch found something.
func (p *tab) clean() {
	p.t.Helper()
	for _, fault := range p.seen.take() {
		p.t.Errorf("%s: %s", p.screen.name, fault)
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	must(p.t, chromedp.Do(ctx, steps...))
}

// open goes to a path, or to an address of home.
func (p *tab) open(address string, wantStatus int) {
	p.t.Helper()
	if address[0] == '/' {
		address = p.home + address
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	reply, err := chromedp.Run(ctx, chromedp.NavigateResponse(address))
	must(p.t, err)
	if int(reply.Status) != wantStatus {
		p.t.Fatalf("%s: status %d, want %d", address, reply.Status, wantStatus)
	}
}

// value evaluates an expression in the page; a promise is waited for.
func value[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%.200s: %v", expression, err)
	}
	return v
}

// until waits for a condition.
func (p *tab) until(what string, met func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !met(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// await waits until an expression is true in the page, also over the change
// from one page to the next.
func (p *tab) await(expression string) {
	p.t.Helper()
	p.until(expression, func() bool {
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		defer cancel()
		met, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && met
	})
}

// awaitPage waits until the page at the path is complete.
func (p *tab) awaitPage(path string) {
	p.t.Helper()
	p.await(fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, path))
}

// tap touches the middle of an element.
func (p *tab) tap(selector string) {
	p.t.Helper()
	p.do(chromedp.Tap(chromedp.CSS(selector)))
}

// click does the same with a mouse.
func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// write puts text into the field that has the focus, as the keyboard of a
// phone does.
func (p *tab) write(text string) {
	p.t.Helper()
	p.do(command(input.InsertText, input.InsertTextParams{Text: text}))
}

// shown is an expression: does the element take up room?
func shown(selector string) string {
	return "document.querySelector(" + strconv.Quote(selector) + ").getClientRects().length > 0"
}

func hidden(selector string) string { return "!(" + shown(selector) + ")" }

// text returns what the element says.
func (p *tab) text(selector string) string {
	p.t.Helper()
	return value[string](p, "document.querySelector("+strconv.Quote(selector)+").innerText")
}

// prefer sets the colours that the visitor wants, light or dark, and less
// motion, so that a page is soon as it stays.
func (p *tab) prefer(colours string) {
	p.t.Helper()
	p.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: colours},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}}))
}

// switchScripts lets the pages run scripts or not. Expressions of the tests
// work in any case, if they wait for nothing.
func (p *tab) switchScripts(on bool) {
	p.t.Helper()
	p.scriptless = !on
	p.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}))
}
