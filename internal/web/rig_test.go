package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hailong/internal/annual"
	"hailong/internal/audit"
	"hailong/internal/auth"
	"hailong/internal/collect"
	"hailong/internal/comment"
	"hailong/internal/coverage"
	"hailong/internal/ledger"
	"hailong/internal/official"
	"hailong/internal/paper"
	"hailong/internal/period"
	"hailong/internal/quality"
	"hailong/internal/remark"
	"hailong/internal/report"
	"hailong/internal/response"
	"hailong/internal/review"
	"hailong/internal/store"
	"hailong/internal/ticket"
	"hailong/internal/trial"
	"hailong/internal/web"
	"hailong/surveys"
)

// register is the small Khối that the tests of this package run on.
const register = `party_organisations:
  - {code: db-stp, name: Đảng bộ cơ sở Sở Tư pháp, kind: dang_bo}
agencies:
  - code: stp
    name: Sở Tư pháp
    party_organisation: db-stp
    services:
      - {code: lltp, name: Cấp Phiếu lý lịch tư pháp, field: Lý lịch tư pháp}
      - {code: cc, name: Công chứng, field: Công chứng}
    counters:
      - {code: q1, name: Quầy 1, location: Trung tâm Hành chính công, form: mot-cua, link: 7K3M9QXA}
      - {code: q2, name: Quầy 2, form: mot-cua-22, link: 7K3M9QXB}
      - {code: q3, name: Quầy đã đóng, form: mot-cua, link: 7K3M9QXC, valid_to: 2026-01-31}
      - {code: q4, name: Quầy sắp mở, form: mot-cua, link: 7K3M9QXE, valid_from: 2030-01-01}
  - code: syt
    name: "Sở Y tế <script>alert(1)</script>"
    counters:
      - {code: q1, name: Quầy 1, form: mot-cua, link: 7K3M9QXD}
  - {code: bdv, name: Ban Dân vận, has_procedures: false}
`

const password = "mat-khau-dai-2026"

// accounts are one of each role, by email.
var accounts = map[string]auth.User{
	"admin@x.example":   {Role: auth.Admin},
	"office@x.example":  {Role: auth.Office},
	"leader@x.example":  {Role: auth.Leader, Agency: "stp"},
	"other@x.example":   {Role: auth.Leader, Agency: "syt"},
	"clerk@x.example":   {Role: auth.Clerk, Agency: "stp"},
	"auditor@x.example": {Role: auth.Auditor},
	"review@x.example":  {Role: auth.Reviewer},
	"second@x.example":  {Role: auth.Reviewer},
	"stp@x.example":     {Role: auth.Reviewer, Agency: "stp"},
}

// rig is the whole service on a store of its own, with a clock that the test
// sets.
type rig struct {
	t        testing.TB
	trial    *trial.Office
	server   *web.Server
	users    *auth.Accounts
	keys     *auth.Keys
	tickets  *ticket.Book
	trail    *audit.Log
	book     *coverage.Book
	periods  *period.Office
	annual   *annual.Book
	official *official.Desk
	remarks  *remark.Book
	review   *review.Book
	ledger   *ledger.Ledger
	store    *flaky
	log      *bytes.Buffer
	mu       sync.Mutex
	clock    time.Time
	sessions map[string]*http.Cookie
}

// flaky is a store that a test can make fail, and that counts what is read.
type flaky struct {
	store.Store
	down    bool
	torn    atomic.Int64 // answers after which a scan breaks off; 0: never
	records atomic.Int64 // single records read
}

func (f *flaky) Record(ctx context.Context, kind, key string) (store.Record, error) {
	f.records.Add(1)
	return f.Store.Record(ctx, kind, key)
}

func (f *flaky) Scan(ctx context.Context, q store.Scan, visit func(*response.Response) error) error {
	n, torn := int64(0), f.torn.Load()
	return f.Store.Scan(ctx, q, func(one *response.Response) error {
		if n++; torn > 0 && n > torn {
			return store.ErrUnavailable
		}
		return visit(one)
	})
}

func (f *flaky) Insert(ctx context.Context, batch []response.Response) ([]store.Outcome, error) {
	if f.down {
		return nil, store.ErrUnavailable
	}
	return f.Store.Insert(ctx, batch)
}

func (f *flaky) Ping(ctx context.Context) error {
	if f.down {
		return store.ErrUnavailable
	}
	return f.Store.Ping(ctx)
}

type option func(*web.Options)

func newRig(t testing.TB, options ...option) *rig {
	t.Helper()
	r := &rig{t: t, store: &flaky{Store: trial.NewStore(t)}, log: new(bytes.Buffer), sessions: map[string]*http.Cookie{},
		clock: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	r.trial = trial.New(t, trial.Options{Store: r.store, Register: register, Now: r.now})
	exists := func(_ context.Context, code string) (bool, error) { return r.trial.Register.Agency(code) != nil, nil }
	r.users, r.keys = auth.New(r.store, exists, r.now), auth.NewKeys(r.store, exists, r.now, trial.Vietnam)
	r.tickets = ticket.NewBook(r.store, r.now, trial.Vietnam)
	r.office()
	words, err := comment.LoadLexicon(surveys.FS)
	must(t, err)
	r.remarks = remark.NewBook(remark.Options{Store: r.store, Lexicon: words, Policy: comment.AtOnce, Audit: r.trail, Now: r.now, Location: trial.Vietnam})
	thresholds, err := quality.Load(surveys.FS)
	must(t, err)
	r.review = review.New(review.Options{Store: r.store, Ledger: r.ledger, Audit: r.trail, Forms: r.trial.Forms, Thresholds: thresholds, Frozen: r.periods.Frozen, Now: r.now})
	collector := collect.New(r.store, words, 1, r.now, trial.Vietnam)
	t.Cleanup(collector.Close)
	o := web.Options{
		Store: r.store, Collector: collector, Reader: report.NewReader(r.ledger, r.trial.Forms, r.trial.Methods, r.store), Accounts: r.users,
		Keys: r.keys, Tickets: r.tickets, Audit: r.trail, Coverage: r.book, Periods: r.periods, Annual: r.annual, Official: r.official, Remarks: r.remarks,
		Review: r.review,
		Paper:  &paper.Desk{Store: r.store, Ledger: r.ledger, Lexicon: words, Audit: r.trail, Frozen: r.periods.Frozen, Now: r.now},
		Forms:  r.trial.Forms, Methods: r.trial.Methods, Register: r.trial.Current,
		PublicURL: "http://127.0.0.1:8080", Now: r.now, Location: trial.Vietnam, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}
	for _, change := range options {
		change(&o)
	}
	r.server, err = web.New(o)
	must(t, err)
	return r
}

// office makes what the office of the Khối works with.
func (r *rig) office() {
	r.t.Helper()
	r.ledger, r.book, r.trail = r.trial.Ledger, r.trial.Coverage, r.trial.Audit
	r.periods = period.New(r.trial.Periods())
	r.annual = annual.New(r.trial.Annual(r.periods))
	letterheads, err := official.LoadLetterheads(surveys.FS)
	must(r.t, err)
	r.official = official.New(official.Options{
		Periods: r.periods, Annual: r.annual, Letterheads: letterheads, Forms: r.trial.Forms, Register: r.trial.Current, Now: r.now, Location: trial.Vietnam,
	})
}

func (r *rig) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock
}

func (r *rig) advance(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = r.clock.Add(d)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an answer with its body read.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r *rig) do(request *http.Request) reply {
	r.t.Helper()
	response, err := r.server.Test(request)
	must(r.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(r.t, err)
	return reply{response.StatusCode, response.Header, string(body)}
}

func (r *rig) get(path string, headers ...string) reply {
	return r.do(with(httptest.NewRequest(http.MethodGet, path, nil), headers))
}

func (r *rig) postForm(path string, values url.Values, headers ...string) reply {
	return r.sendForm(http.MethodPost, path, values, headers...)
}

func (r *rig) sendForm(method, path string, values url.Values, headers ...string) reply {
	request := httptest.NewRequest(method, path, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.do(with(request, headers))
}

func (r *rig) postJSON(path, body string, headers ...string) reply {
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	return r.do(with(request, headers))
}

// with sets headers given as names and values in turn.
func with(request *http.Request, headers []string) *http.Request {
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return request
}

// as returns the headers of a request of a person logged in. The account is
// made when it is first needed: hashing a password takes its time.
func (r *rig) as(email string) []string {
	r.t.Helper()
	if email == "" {
		return nil
	}
	if r.sessions[email] == nil {
		user := accounts[email]
		if err := r.users.Add(context.Background(), email, user.Role, user.Agency, password); !errors.Is(err, store.ErrExists) {
			must(r.t, err)
		}
		answer := r.postForm("/login", url.Values{"email": {email}, "password": {password}})
		if answer.status != http.StatusSeeOther {
			r.t.Fatalf("login of %s: %d\n%s", email, answer.status, answer.body)
		}
		cookie, err := http.ParseSetCookie(answer.header.Get("Set-Cookie"))
		must(r.t, err)
		r.sessions[email] = cookie
	}
	return []string{"Cookie", r.sessions[email].Name + "=" + r.sessions[email].Value}
}

// chart reads one chart as a person logged in.
func (r *rig) chart(email, path string) (table struct {
	Columns []string
	Rows    [][]any
}) {
	r.t.Helper()
	answer := r.get(path, r.as(email)...)
	if answer.status != http.StatusOK {
		r.t.Fatalf("%s: %d %s", path, answer.status, answer.body)
	}
	var chart struct {
		Options json.RawMessage
		Table   *struct {
			Columns []string
			Rows    [][]any
		}
	}
	must(r.t, json.Unmarshal([]byte(answer.body), &chart))
	return *chart.Table
}

// responses reads what is stored.
func (r *rig) responses() []response.Response {
	r.t.Helper()
	var all []response.Response
	everything := store.Scan{}
	everything.Range.From, everything.Range.To = 0, 1<<30
	must(r.t, r.store.Scan(context.Background(), everything, func(one *response.Response) error {
		all = append(all, *one)
		return nil
	}))
	return all
}
