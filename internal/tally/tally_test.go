package tally_test

import (
	"strings"
	"testing"

	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestTallyCountsTheResponses(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		responses := drawResponses(t, set)
		folded := fold(responses)
		if diff := cmp.Diff(count(responses), lines(folded)); diff != "" {
			t.Fatalf("counts (-responses +tally):\n%s", diff)
		}
		if folded.N() != int64(len(responses)) {
			t.Fatalf("N = %d of %d responses", folded.N(), len(responses))
		}
	})
}

func TestNeitherOrderNorPartsMatter(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		responses := drawResponses(t, set)
		whole := fold(responses)
		shuffled := rapid.Permutation(responses).Draw(t, "order")
		same(t, "another order", whole, fold(shuffled))

		parts := make([]tally.Tally, rapid.IntRange(1, 5).Draw(t, "parts"))
		for i := range parts {
			parts[i] = tally.New()
		}
		for i := range shuffled {
			parts[rapid.IntRange(0, len(parts)-1).Draw(t, "part")].Add(&shuffled[i])
		}
		sum := tally.New()
		for _, part := range rapid.Permutation(parts).Draw(t, "order of parts") {
			sum.Merge(part)
		}
		same(t, "in parts", whole, sum)
	})
}

// A sum must not share counts with its parts: the open day is merged into
// tallies that are kept.
func TestMergeLeavesItsPartsAlone(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		responses := drawResponses(t, set)
		part := fold(responses)
		before := string(part.Encode())
		sum := tally.New()
		sum.Merge(part)
		sum.Merge(part)
		for i := range responses {
			sum.Add(&responses[i])
		}
		if diff := cmp.Diff(before, string(part.Encode())); diff != "" {
			t.Fatalf("the part changed (-before +after):\n%s", diff)
		}
		same(t, "three times over", fold(append(append(responses, responses...), responses...)), sum)
	})
}

func TestEncodeReadsBack(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		folded := fold(drawResponses(t, set))
		decoded, err := tally.Decode(folded.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(folded, decoded); diff != "" {
			t.Fatalf("decoded (-want +got):\n%s", diff)
		}
		decoded.Merge(folded) // what was decoded can be counted on
	})
}

func TestEncodeIsReadable(t *testing.T) {
	folded := fold([]response.Response{
		{Counter: "q2", Channel: response.Paper, Form: survey.Ref{ID: "five", Version: 2}},
		{Counter: "q1", Channel: response.QR, Service: "lltp", Form: survey.Ref{ID: "five", Version: 2}, Answers: []survey.Answer{
			{Question: "overall", Values: []string{"2"}}, {Question: "reasons", Values: []string{"slow", "fees"}}, {Question: "comment", Text: "Chậm"},
		}},
	})
	want := `[{"form":"five","version":2,"counter":"q1","service":"lltp","channel":"qr","n":1,` +
		`"questions":{"comment":{"answered":1},"overall":{"answered":1,"values":{"2":1}},"reasons":{"answered":1,"values":{"fees":1,"slow":1}}}},` +
		`{"form":"five","version":2,"counter":"q2","channel":"paper","n":1}]`
	if diff := cmp.Diff(want, string(folded.Encode())); diff != "" {
		t.Errorf("encoded (-want +got):\n%s", diff)
	}
	if got := string(tally.New().Encode()); got != "[]" {
		t.Errorf("nothing is encoded as %s", got)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, data := range []string{"", "{", `{"form":"five"}`, `[{"n":"1"}]`, "[]x"} {
		if decoded, err := tally.Decode([]byte(data)); err == nil || !strings.HasPrefix(err.Error(), "decode tally: ") {
			t.Errorf("Decode(%q) = %v, %v", data, decoded, err)
		}
	}
}

func TestFilterAndItsComplementMakeTheWhole(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		whole := fold(drawResponses(t, set))
		chosen := map[tally.Key]bool{}
		for key := range whole {
			chosen[key] = rapid.Bool().Draw(t, "kept")
		}
		kept := whole.Filter(func(k tally.Key) bool { return chosen[k] })
		dropped := whole.Filter(func(k tally.Key) bool { return !chosen[k] })
		for key := range kept {
			if !chosen[key] {
				t.Fatalf("kept %v", key)
			}
		}
		sum := tally.New()
		sum.Merge(kept)
		sum.Merge(dropped)
		same(t, "kept and dropped", whole, sum)
	})
}

func TestGroupsMakeTheWhole(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		whole := fold(drawResponses(t, set))
		sum := tally.New()
		for counter, group := range tally.GroupBy(whole, func(k tally.Key) string { return k.Counter }) {
			same(t, "counter "+counter, whole.Filter(func(k tally.Key) bool { return k.Counter == counter }), group)
			sum.Merge(group)
		}
		same(t, "all counters", whole, sum)
	})
}

func TestByFormSumsTheCells(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		responses := drawResponses(t, set)
		sums := fold(responses).ByForm()
		oneCell := map[survey.Ref]tally.Tally{}
		for _, r := range responses {
			if oneCell[r.Form] == nil {
				oneCell[r.Form] = tally.New()
			}
			oneCell[r.Form].Add(&response.Response{Form: r.Form, Answers: r.Answers})
		}
		if len(sums) != len(oneCell) {
			t.Fatalf("%d forms, want %d", len(sums), len(oneCell))
		}
		for ref, cells := range oneCell {
			if diff := cmp.Diff(cells[tally.Key{Form: ref}], sums[ref]); diff != "" {
				t.Fatalf("form %v (-want +got):\n%s", ref, diff)
			}
		}
	})
}

func TestAskedCountsThoseWhoSawTheQuestion(t *testing.T) {
	set := forms(t)
	rapid.Check(t, func(t *rapid.T) {
		responses := drawResponses(t, set)
		for ref, counts := range fold(responses).ByForm() {
			form := set.Version(ref)
			for i := range form.Questions {
				q := &form.Questions[i]
				if got, want := counts.Asked(q), shownTo(responses, form, q); got != want {
					t.Fatalf("%s of %v: asked %d, shown to %d", q.ID, ref, got, want)
				}
			}
		}
	})
}

// shownTo counts the responses whose answers show the question.
func shownTo(responses []response.Response, form *survey.Form, q *survey.Question) int64 {
	var shown int64
	for _, r := range responses {
		if r.Form == form.Ref() && form.Shown(q, r.Answers) {
			shown++
		}
	}
	return shown
}
