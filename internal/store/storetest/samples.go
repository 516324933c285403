package storetest

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
)

// today is the day of sample responses that do not say another one.
const today calendar.Day = 20_636

// awkward are different keys to a careful store and the same key, or a broken
// query, to a careless one: letters that differ by case, by accent or by
// normal form, letters outside the basic plane, and the signs that mean
// something to a query language. Their order is that of their bytes.
func awkward() []string {
	keys := []string{
		"stp", "STP", "sTp", "sở", "so", "số", "sơ", "Sở", "đắk", "Đắk", "dak", "Dak",
		"M'nông", "M'n\u00f4\u0306ng", "M'no\u0302\u0306ng", "mnong", "R\u0306êh", "r\u0306êh",
		"🙂", "🙃", "👩‍⚖️", "𝒜", "𐍈", "字", "İ", "ı", "i", "I", "ß", "ss",
		"a.b", "a.b.c", ".", "$", "$ne", "$a.$b", "a$", "%", "_", "*", "?", ":a", "@p1",
		`"`, `'`, `''`, `\`, `\n`, "`", "--", ";", "{}", "[0]", "null", "0", "00", "1e3", "true",
		"a\nb", "a\r\nb", "a\tb", "a b", "a\u00a0b", "a\u2028b",
	}
	slices.Sort(keys)
	return keys
}

// always is every day that a response may have.
func always() calendar.Range { return calendar.Range{From: -100_000, To: math.MaxInt32} }

// idOf returns the nth of an endless row of ids, spread as true ones are.
func idOf(n int) response.ID {
	sum := sha256.Sum256(fmt.Appendf(nil, "sample %d", n))
	return response.ID(sum[:16])
}

// verdictOf returns the verdict of the nth sample: of five, one was held and
// one noted.
func verdictOf(n int) response.Verdict {
	switch n % 5 {
	case 2:
		return response.Verdict{Held: true, Reasons: []string{"same_device", "burst"}}
	case 4:
		return response.Verdict{Reasons: []string{fmt.Sprintf("note %d", n)}}
	}
	return response.Verdict{}
}

// sheet returns the nth sample response, without free text, as changed.
func sheet(n int, changes ...func(*response.Response)) response.Response {
	r := response.Response{
		ID: idOf(n), Day: today, Shift: calendar.Morning, Agency: "stp", Counter: "q1", Service: "lltp",
		Channel: response.QR, Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi",
		Answers: []survey.Answer{{Question: "overall", Values: []string{fmt.Sprint(n%5 + 1)}}},
		Verdict: verdictOf(n),
	}
	for _, change := range changes {
		change(&r)
	}
	return r
}

// sheets returns the sample responses from the nth to before the mth.
func sheets(n, m int, changes ...func(*response.Response)) []response.Response {
	var batch []response.Response
	for ; n < m; n++ {
		batch = append(batch, sheet(n, changes...))
	}
	return batch
}

func on(day calendar.Day) func(*response.Response) {
	return func(r *response.Response) { r.Day = day }
}

func at(agency string) func(*response.Response) {
	return func(r *response.Response) { r.Agency = agency }
}

func saying(text string) func(*response.Response) {
	return func(r *response.Response) {
		r.Answers = append(r.Answers, survey.Answer{Question: "comment", Text: text})
	}
}

// insert stores a batch that has to succeed and returns the outcomes.
func insert(t *testing.T, s store.Responses, batch []response.Response) []store.Outcome {
	t.Helper()
	outcomes, err := s.Insert(t.Context(), batch)
	if err != nil {
		t.Fatalf("Insert of %d responses: %v", len(batch), err)
	}
	if len(outcomes) != len(batch) {
		t.Fatalf("Insert of %d responses returned %d outcomes", len(batch), len(outcomes))
	}
	return outcomes
}

// scan returns copies of all responses of a scan that has to succeed.
func scan(t *testing.T, s store.Responses, q store.Scan) []response.Response {
	t.Helper()
	var found []response.Response
	err := s.Scan(t.Context(), q, func(r *response.Response) error {
		found = append(found, clone(*r))
		return nil
	})
	if err != nil {
		t.Fatalf("Scan %+v: %v", q, err)
	}
	return found
}

// clone copies all that the store may use again after a visit.
func clone(r response.Response) response.Response {
	r.Answers = slices.Clone(r.Answers)
	r.Verdict.Reasons = slices.Clone(r.Verdict.Reasons)
	for i := range r.Answers {
		r.Answers[i].Values = slices.Clone(r.Answers[i].Values)
	}
	return r
}

func texts(t *testing.T, s store.Responses, q store.Texts) []response.Response {
	t.Helper()
	found, err := s.Texts(t.Context(), q)
	if err != nil {
		t.Fatalf("Texts %+v: %v", q, err)
	}
	return found
}

// inScanOrder sorts as Scan does.
func inScanOrder(rs []response.Response) []response.Response {
	return slices.SortedFunc(slices.Values(rs), func(a, b response.Response) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), strings.Compare(a.Agency, b.Agency), slices.Compare(a.ID[:], b.ID[:]))
	})
}

// same reports the difference between two values. A nil list equals an empty
// one: no store needs to tell them apart.
func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// together runs f in n goroutines that begin at the same moment and waits for
// all of them.
func together(n int, f func(i int)) {
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	all.Wait()
}
