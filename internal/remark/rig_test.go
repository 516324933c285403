package remark_test

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/remark"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/sqlite"
	"hailong/internal/survey"
	"hailong/surveys"
)

type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

var words = func() *comment.Lexicon {
	loaded, err := comment.LoadLexicon(surveys.FS)
	if err != nil {
		panic(err)
	}
	return loaded
}()

// today is a day in the middle of a quarter.
var today = calendar.Date(2026, 11, 22)

var always = calendar.Range{From: calendar.Date(2020, 1, 1), To: today}

// rig is a book over a store of its own. Only the policy and the day change.
type rig struct {
	*remark.Book
	db    *sqlite.Store
	trail *audit.Log
	on    calendar.Day
}

func open(t tester, file string, policy comment.Policy) *rig {
	t.Helper()
	db, err := sqlite.Open(context.Background(), file)
	must(t, err)
	r := &rig{db: db, trail: audit.New(db), on: today}
	r.Book = remark.NewBook(remark.Options{Store: db, Lexicon: words, Policy: policy, Audit: r.trail, Now: r.now, Location: time.UTC})
	return r
}

func newRig(t *testing.T, policy comment.Policy) *rig {
	t.Helper()
	r := open(t, filepath.Join(t.TempDir(), "hailong.db"), policy)
	t.Cleanup(func() { must(t, r.db.Close()) })
	return r
}

func (r *rig) now() time.Time { return r.on.Midnight(time.UTC).Add(9 * time.Hour) }

// said is the nth answer sheet with a comment.
func said(n int, agency string, day calendar.Day, text string) response.Response {
	one := response.Response{Day: day, Shift: calendar.Afternoon, Agency: agency, Counter: "q1", Service: "cc", Channel: response.QR,
		Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi",
		Answers: []survey.Answer{{Question: "overall", Values: []string{"2"}}, {Question: "comment", Text: text}}}
	binary.BigEndian.PutUint32(one.ID[:], uint32(n+1)*2654435761)
	binary.BigEndian.PutUint32(one.ID[12:], uint32(n))
	return one
}

func (r *rig) insert(t tester, batch ...response.Response) {
	t.Helper()
	_, err := r.db.Insert(context.Background(), batch)
	must(t, err)
}

// ref names an answer sheet in the state that the nth decision left it in.
func ref(one response.Response, revision int64) remark.Ref {
	return remark.Ref{Day: one.Day, Agency: one.Agency, ID: one.ID, Revision: revision}
}

// decide decides about sheets for which nothing was decided before.
func (r *rig) decide(t tester, state comment.Check, sheets ...response.Response) {
	t.Helper()
	var refs []remark.Ref
	for _, one := range sheets {
		refs = append(refs, ref(one, 0))
	}
	outcome, err := r.Decide(context.Background(), "van.phong@x.example", state, "có tên cán bộ", refs)
	must(t, err)
	if outcome.Done != len(refs) {
		t.Fatalf("%s: %+v", state, outcome)
	}
}

// texts returns the first text of each remark.
func texts(remarks []remark.Remark) []string {
	var all []string
	for _, r := range remarks {
		all = append(all, r.Texts[0])
	}
	return all
}

// turn reads all pages of the latest first.
func (r *rig) turn(t tester, q remark.Query, size int) [][]string {
	t.Helper()
	var pages [][]string
	var after *store.TextPosition
	for {
		page, err := r.Page(context.Background(), q, after, size)
		must(t, err)
		pages = append(pages, texts(page.Remarks))
		if page.Next == nil {
			return pages
		}
		after = page.Next
	}
}

// shelves reads all pages of the agency's own.
func (r *rig) shelves(t tester, q remark.Query, size int) [][]string {
	t.Helper()
	var pages [][]string
	for skip := 0; ; skip += size {
		shelf, err := r.Shelf(context.Background(), q, skip, size)
		must(t, err)
		pages = append(pages, texts(shelf.Remarks))
		if skip+size >= shelf.Total {
			return pages
		}
	}
}
