package ticket_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/sqlite"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/ticket"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	noon  = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC) // in Vietnam
	today = calendar.Date(2026, 11, 22)
	where = ticket.For{Agency: "stp", Counter: "q1", Service: "lltp"}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func vietnam(t testing.TB) *time.Location {
	t.Helper()
	location, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	must(t, err)
	return location
}

func book(t testing.TB, db store.Records, now time.Time) *ticket.Book {
	t.Helper()
	return ticket.NewBook(db, func() time.Time { return now }, vietnam(t))
}

// onBothStores runs a test on an empty store of each kind.
func onBothStores(t *testing.T, test func(t *testing.T, s store.Store)) {
	for name, open := range map[string]func(t *testing.T) (store.Store, error){
		"sqlite": func(t *testing.T) (store.Store, error) {
			return sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
		},
		"mongodb": func(t *testing.T) (store.Store, error) { return mongo.Open(t.Context(), engine.MongoDB(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := open(t)
			must(t, err)
			defer func() { must(t, s.Close()) }()
			test(t, s)
		})
	}
}

// issue makes one ticket and returns its code.
func issue(t testing.TB, b *ticket.Book, days int) string {
	t.Helper()
	issued, err := b.Issue(context.Background(), where, 1, days)
	must(t, err)
	return issued[0].Code
}

// use shows a ticket as a phone does: find it, check it, use it.
func use(b *ticket.Book, code, submission string) error {
	found, err := b.Find(context.Background(), code)
	if err == nil {
		err = b.Check(found, submission)
	}
	if err == nil {
		err = b.Use(context.Background(), found, submission)
	}
	return err
}

func TestIssueAndFind(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		b := book(t, s, noon)
		issued, err := b.Issue(t.Context(), where, 20, 30)
		must(t, err)
		looks, seen := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{28}$`), map[string]bool{}
		for _, one := range issued {
			if !looks.MatchString(one.Code) || one.Expires != today+30 || seen[one.Code] {
				t.Errorf("issued %+v", one)
			}
			seen[one.Code] = true
			for _, typed := range []string{one.Code, strings.ToLower(one.Code), ticket.Grouped(one.Code), strings.ReplaceAll(one.Code, "1", "l")} {
				found, err := b.Find(t.Context(), typed)
				must(t, err)
				if found.For != where || found.Expires != today+30 {
					t.Errorf("%s: found %+v", typed, found)
				}
			}
		}
		if len(issued) != 20 {
			t.Errorf("%d tickets", len(issued))
		}
	})
}

func TestGrouped(t *testing.T) {
	for code, want := range map[string]string{
		"ABCDEFGHJKMNPQRSTVWXYZ012345": "ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345", "ABCDE": "ABCD-E", "ABCD": "ABCD", "": "",
	} {
		if got := ticket.Grouped(code); got != want {
			t.Errorf("Grouped(%q) = %q, want %q", code, got, want)
		}
	}
}

func TestIssueRefuses(t *testing.T) {
	b := book(t, nil, noon) // nothing reaches the store
	for _, c := range []struct {
		count, days int
		want        error
	}{{0, 30, ticket.ErrCount}, {-1, 30, ticket.ErrCount}, {1001, 30, ticket.ErrCount}, {1, 0, ticket.ErrDays}, {1, 367, ticket.ErrDays}} {
		if _, err := b.Issue(t.Context(), where, c.count, c.days); !errors.Is(err, c.want) {
			t.Errorf("%d for %d days: %v, want %v", c.count, c.days, err, c.want)
		}
	}
}

func TestFindRefuses(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		b := book(t, s, noon)
		code := issue(t, b, 30)
		changed := func(i int) string {
			other := "2"
			if code[i:i+1] == other {
				other = "3"
			}
			return code[:i] + other + code[i+1:]
		}
		for _, typed := range []string{"", "x", code[1:], code + "0", strings.Repeat(code, 3), changed(5), changed(27), "{$ne:1}", strings.Repeat("U", 28), strings.Repeat("ă", 14)} {
			if _, err := b.Find(t.Context(), typed); !errors.Is(err, ticket.ErrUnknown) {
				t.Errorf("Find(%q): %v", typed, err)
			}
		}
		if found, err := b.Find(t.Context(), changed(1)); err == nil {
			t.Errorf("a ticket whose last day was changed is found: %+v", found)
		}
	})
}

// Of everybody who shows one ticket at once, on any instance, one is let in.
func TestOneTicketLetsOneIn(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		const instances, phones, tickets = 4, 40, 5
		first := book(t, s, noon)
		for range tickets {
			code := issue(t, first, 30)
			var wait sync.WaitGroup
			var mu sync.Mutex
			let, submissions := map[error]int{}, make([]string, phones)
			winner := ""
			for i := range phones {
				submissions[i] = response.NewSubmission()
				b := book(t, s, noon)
				if i%instances == 0 {
					b = first
				}
				wait.Go(func() {
					err := use(b, code, submissions[i])
					mu.Lock()
					defer mu.Unlock()
					let[err]++
					if err == nil {
						winner = submissions[i]
					}
				})
			}
			wait.Wait()
			if diff := cmp.Diff(map[error]int{nil: 1, ticket.ErrUsed: phones - 1}, let); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, again := range submissions {
				want := ticket.ErrUsed
				if again == winner {
					want = nil
				}
				if err := use(first, code, again); !errors.Is(err, want) {
					t.Errorf("again, winner %v: %v", again == winner, err)
				}
			}
		}
	})
}

// One phone whose sheet is sent twice at once uses its ticket both times.
func TestOneSubmissionTwiceAtOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		code, submission := issue(t, book(t, s, noon), 30), response.NewSubmission()
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				if err := use(book(t, s, noon), code, submission); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if err := use(book(t, s, noon), code, response.NewSubmission()); !errors.Is(err, ticket.ErrUsed) {
			t.Errorf("another: %v", err)
		}
	})
}

func TestExpiry(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		code, submission := issue(t, book(t, s, noon), 3), response.NewSubmission()
		used := issue(t, book(t, s, noon), 3)
		must(t, use(book(t, s, noon), used, submission))
		for days, want := range map[int]error{0: nil, 3: nil, 4: ticket.ErrExpired, 400: ticket.ErrExpired, 600: ticket.ErrExpired, 1020: ticket.ErrExpired} {
			b := book(t, s, noon.AddDate(0, 0, days))
			found, err := b.Find(t.Context(), code)
			if err == nil {
				err = b.Check(found, "")
			}
			if days >= 512 { // the code names another day by now
				want = ticket.ErrUnknown
			}
			if !errors.Is(err, want) {
				t.Errorf("after %d days: %v, want %v", days, err, want)
			}
		}
		late := book(t, s, noon.AddDate(0, 0, 4))
		if err := use(late, code, submission); !errors.Is(err, ticket.ErrExpired) {
			t.Errorf("too late: %v", err)
		}
		must(t, use(late, used, submission)) // it may not have heard that its answer is safe
		if err := use(late, used, response.NewSubmission()); !errors.Is(err, ticket.ErrUsed) {
			t.Errorf("another, too late: %v", err)
		}
	})
}

func TestRemoveExpired(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		b := book(t, s, noon)
		for days, count := range map[int]int{1: 700, 2: 1, 3: 1, 30: 1} {
			_, err := b.Issue(t.Context(), where, count, days)
			must(t, err)
		}
		used := issue(t, b, 1)
		must(t, use(b, used, response.NewSubmission()))
		kept := issue(t, b, 30)
		for _, c := range []struct{ days, want int }{{0, 0}, {2, 0}, {3, 701}, {3, 0}, {4, 1}} {
			removed, err := book(t, s, noon.AddDate(0, 0, c.days)).RemoveExpired(t.Context())
			must(t, err)
			if removed != c.want {
				t.Errorf("after %d days %d removed, want %d", c.days, removed, c.want)
			}
		}
		later := book(t, s, noon.AddDate(0, 0, 4))
		if _, err := later.Find(t.Context(), used); !errors.Is(err, ticket.ErrExpired) {
			t.Errorf("a removed ticket: %v", err)
		}
		must(t, use(later, kept, response.NewSubmission()))
	})
}

// A ticket that upkeep removes between Find and Use lets nobody in.
func TestRemovedMeanwhile(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		b := book(t, s, noon)
		found, err := b.Find(t.Context(), issue(t, b, 1))
		must(t, err)
		_, err = book(t, s, noon.AddDate(0, 0, 9)).RemoveExpired(t.Context())
		must(t, err)
		if err := b.Use(t.Context(), found, response.NewSubmission()); !errors.Is(err, ticket.ErrUnknown) {
			t.Errorf("Use: %v", err)
		}
	})
}

// The database holds no ticket that works, and nothing of a used one that is
// also in the answer.
func TestRecordsHoldNoSecret(t *testing.T) {
	onBothStores(t, func(t *testing.T, s store.Store) {
		b := book(t, s, noon)
		code, submission := issue(t, b, 30), response.NewSubmission()
		must(t, use(b, code, submission))
		id, err := response.NewID(submission)
		must(t, err)
		records, err := s.Records(t.Context(), store.Span{Kind: "ticket"})
		must(t, err)
		if len(records) != 1 || !strings.HasPrefix(records[0].Key, "2026-12-22/") {
			t.Fatalf("records %+v", records)
		}
		if !regexp.MustCompile(`^{"agency":"stp","counter":"q1","service":"lltp","claim":"[0-9a-f]{64}"}$`).Match(records[0].Data) {
			t.Errorf("data %s", records[0].Data)
		}
		text := strings.ToUpper(records[0].Key + string(records[0].Data))
		for _, secret := range []string{code, code[2:], submission, id.String()} {
			if strings.Contains(text, strings.ToUpper(secret)) {
				t.Errorf("%q is in the record %s", secret, text)
			}
		}
		for part := range 4 {
			if strings.Contains(text, strings.ToUpper(id.String()[part*8:part*8+8])) {
				t.Errorf("a part of the answer's id %s is in the record %s", id, text)
			}
		}
	})
}

// broken is a store in which nothing works.
type broken struct{ reading }

// reading is a store.Records under a name of its own.
type reading = store.Records

func (broken) Record(_ context.Context, kind, key string) (store.Record, error) {
	return store.Record{}, fmt.Errorf("record %s %q: %w", kind, key, store.ErrUnavailable)
}

func (broken) PutRecords(_ context.Context, records []store.Record) error {
	return fmt.Errorf("put record %q: %w", records[0].Key, store.ErrUnavailable)
}

func (broken) Records(context.Context, store.Span) ([]store.Record, error) {
	return []store.Record{{Key: "2026-01-01/abc"}}, nil
}

func (broken) RemoveRecords(_ context.Context, _ string, keys []string) error {
	return fmt.Errorf("remove %q: %w", keys, store.ErrUnavailable)
}

// What goes to a log names no ticket, not even by its digest.
func TestErrorsNameNoTicket(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	defer s.Close()
	whole, down := book(t, s, noon), book(t, broken{s}, noon)
	found, err := whole.Find(t.Context(), issue(t, whole, 30))
	must(t, err)
	_, notFound := down.Find(t.Context(), issue(t, whole, 30))
	_, notIssued := down.Issue(t.Context(), where, 2, 30)
	_, notRemoved := down.RemoveExpired(t.Context())
	for name, err := range map[string]error{
		"Find": notFound, "Issue": notIssued, "RemoveExpired": notRemoved, "Use": down.Use(t.Context(), found, response.NewSubmission()),
	} {
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if regexp.MustCompile(`[0-9a-f]{12}|\d{4}-\d\d-\d\d`).MatchString(err.Error()) || !strings.Contains(err.Error(), "…") {
			t.Errorf("%s says %q", name, err)
		}
	}
}

// Whatever somebody types, Find says what it is and does not break.
func TestFindTakesAnything(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	defer s.Close()
	b := book(t, s, noon)
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9A-Za-z -]{28,34}`)).Draw(t, "typed")
		if found, err := b.Find(context.Background(), typed); !errors.Is(err, ticket.ErrUnknown) && !errors.Is(err, ticket.ErrExpired) {
			t.Fatalf("%+v, %v", found, err)
		}
	})
}

// A ticket is found on each of its days, whatever the day it was issued on.
func TestCodeNamesItsDay(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "hailong.db"))
	must(t, err)
	defer s.Close()
	rapid.Check(t, func(r *rapid.T) {
		issuedOn := noon.AddDate(0, 0, rapid.IntRange(-25_000, 30_000).Draw(r, "day"))
		days := rapid.IntRange(1, ticket.MaxDays).Draw(r, "days")
		later := rapid.IntRange(0, days).Draw(r, "later")
		issued, err := book(t, s, issuedOn).Issue(context.Background(), where, 1, days)
		must(t, err)
		if err := use(book(t, s, issuedOn.AddDate(0, 0, later)), issued[0].Code, response.NewSubmission()); err != nil {
			r.Fatalf("issued on %v for %d days, after %d: %v", issuedOn, days, later, err)
		}
	})
}
