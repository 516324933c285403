package collect_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/comment"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/surveys"
)

// formSource is a form with a question of each kind that matters here.
const formSource = `
id: mot-cua
version: 1
title: {vi: Phiếu, en: Sheet}
wording_source: for tests
scales:
  five:
    - {value: 1, label: {vi: Kém, en: Poor}}
    - {value: 2, label: {vi: Tạm, en: Fair}}
    - {value: 3, label: {vi: Tốt, en: Good}}
questions:
  - {id: overall, kind: rating, scale: five, required: true, text: {vi: Chung, en: Overall}}
  - id: reasons
    kind: choices
    show_if: {question: overall, at_most: 1}
    options: [{id: slow, label: {vi: Chậm, en: Slow}}, {id: rude, label: {vi: Gắt, en: Rude}}]
    text: {vi: Vì sao, en: Why}
  - {id: comment, kind: text, max_length: 20, text: {vi: Góp ý, en: Comment}}
`

// form parses formSource anew, so that each call is another pointer.
func form(t testing.TB) *survey.Form {
	t.Helper()
	f, err := survey.ParseForm("mot-cua.yaml", []byte(formSource))
	must(t, err)
	return f
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// words is the lexicon that every test masks with.
var words = func() *comment.Lexicon {
	loaded, err := comment.LoadLexicon(surveys.FS)
	if err != nil {
		panic(err)
	}
	return loaded
}()

func place() org.Place {
	agency := &org.Agency{Code: "stp", Name: "Sở Tư pháp", Services: []org.Service{{Code: "lltp", Name: "Lý lịch"}},
		Counters: []org.Counter{{Code: "q1", Name: "Quầy 1", Form: "mot-cua", Link: "7K3M9QXA"}}}
	return org.Place{Agency: agency, Counter: &agency.Counters[0]}
}

// key makes a valid submission key; the same number gives the same key.
func key(n int) string { return fmt.Sprintf("submission-key-%08d", n) }

// id is the id of the response that key(n) becomes.
func id(t testing.TB, n int) response.ID {
	t.Helper()
	made, err := response.NewID(key(n))
	must(t, err)
	return made
}

// sheet is a valid submission.
func sheet(f *survey.Form, n int) collect.Submission {
	return collect.Submission{
		Key: key(n), Place: place(), Channel: response.QR, Form: f, Service: "lltp", Lang: "vi",
		Given: survey.Given{"overall": {"3"}, "comment": {"Cảm ơn"}},
	}
}

var noon = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC) // in Vietnam

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func vietnam(t testing.TB) *time.Location {
	t.Helper()
	location, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	must(t, err)
	return location
}

func openStore(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// start starts a collector that is closed at the end of the test.
func start(t testing.TB, s collect.Store, now func() time.Time) *collect.Collector {
	t.Helper()
	c := collect.New(s, words, 1, now, vietnam(t))
	t.Cleanup(c.Close)
	return c
}

// stored returns everything in the store.
func stored(t testing.TB, s store.Responses) []response.Response {
	t.Helper()
	var all []response.Response
	span := calendar.Range{From: calendar.Date(2000, 1, 1), To: calendar.Date(2100, 1, 1)}
	must(t, s.Scan(context.Background(), store.Scan{Range: span}, func(r *response.Response) error {
		all = append(all, *r)
		return nil
	}))
	return all
}

// memory is a store in memory whose calls a test can hold up and fail. It has
// no more than a collector needs.
type memory struct {
	collect.Store // nil: what is not written below is not to be called

	beforeInsert func(ctx context.Context, call int) error // nil: nothing happens
	afterInsert  func(call int) error                      // likewise; what was inserted stays
	pinError     error
	existsError  error

	mu      sync.Mutex
	calls   []string // "pin", "exists", "insert", in order
	batches []int    // sizes of the batches whose Insert began
	kept    map[response.ID]response.Response
	pins    map[survey.Ref]store.Pin
}

func newMemory() *memory {
	return &memory{kept: map[response.ID]response.Response{}, pins: map[survey.Ref]store.Pin{}}
}

func (m *memory) called(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, what)
}

func (m *memory) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	m.called("insert")
	m.mu.Lock()
	m.batches = append(m.batches, len(batch))
	call := len(m.batches)
	m.mu.Unlock()
	if m.beforeInsert != nil {
		if err := m.beforeInsert(ctx, call); err != nil {
			return nil, err
		}
	}
	outcomes := m.keep(batch)
	if m.afterInsert != nil {
		if err := m.afterInsert(call); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

func (m *memory) keep(batch []response.Response) []store.Outcome {
	m.mu.Lock()
	defer m.mu.Unlock()
	outcomes := make([]store.Outcome, len(batch))
	for i, r := range batch {
		if _, there := m.kept[r.ID]; there {
			outcomes[i] = store.Duplicate
			continue
		}
		m.kept[r.ID] = r
	}
	return outcomes
}

func (m *memory) Exists(_ context.Context, id response.ID) (bool, error) {
	m.called("exists")
	m.mu.Lock()
	defer m.mu.Unlock()
	_, there := m.kept[id]
	return there, m.existsError
}

func (m *memory) PinForm(_ context.Context, pin store.Pin) (store.Pin, error) {
	m.called("pin")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pinError != nil {
		return store.Pin{}, m.pinError
	}
	if _, there := m.pins[pin.Form]; !there {
		m.pins[pin.Form] = pin
	}
	return m.pins[pin.Form], nil
}

func (m *memory) has(id response.ID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, there := m.kept[id]
	return there
}

func (m *memory) sizes() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.batches)
}

// answer is what one Accept returned.
type answer struct {
	outcome store.Outcome
	err     error
}

// accept runs Accept on its own goroutine.
func accept(ctx context.Context, c *collect.Collector, s collect.Submission) <-chan answer {
	done := make(chan answer, 1)
	go func() {
		outcome, err := c.Accept(ctx, s)
		done <- answer{outcome, err}
	}()
	return done
}
