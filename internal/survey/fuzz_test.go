package survey_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// back turns answers into what a client would send to give them.
func back(answers []survey.Answer) survey.Given {
	given := survey.Given{}
	for _, a := range answers {
		given[a.Question] = slices.Clone(a.Values)
		if a.Text != "" {
			given[a.Question] = []string{a.Text}
		}
	}
	return given
}

// checkOutcome holds whatever Validate said against what it promises.
func checkOutcome(t rapid.TB, f *survey.Form, answers []survey.Answer, err error) {
	t.Helper()
	if err != nil {
		checkFaults(t, err)
		return
	}
	for _, a := range answers {
		checkAnswer(t, f.Question(a.Question), a)
	}
	again, err := f.Validate(back(answers))
	if err != nil {
		t.Fatalf("valid answers %+v are refused when fed back: %v", answers, err)
	}
	if diff := cmp.Diff(answers, again); diff != "" {
		t.Fatalf("fed back (-first +second):\n%s", diff)
	}
}

func checkFaults(t rapid.TB, err error) {
	t.Helper()
	var invalid *survey.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Fields) == 0 {
		t.Fatalf("error %v names no fault", err)
	}
	for _, fault := range invalid.Fields {
		if fault.Code == "" || !utf8.ValidString(fault.Question) || utf8.RuneCountInString(fault.Question) > 41 || strings.ContainsAny(fault.Question, "\x00\r\n\x1b") {
			t.Fatalf("fault %+q", fault)
		}
	}
}

func checkAnswer(t rapid.TB, q *survey.Question, a survey.Answer) {
	t.Helper()
	switch {
	case q == nil:
		t.Fatalf("answer %+v to no question", a)
	case q.Kind == survey.Prose:
		if a.Text == "" || a.Values != nil || !norm.NFC.IsNormalString(a.Text) || strings.ContainsAny(a.Text, "\x00\r") || utf8.RuneCountInString(a.Text) > q.MaxLength {
			t.Fatalf("text %+q", a)
		}
	case a.Text != "" || len(a.Values) == 0 || q.Kind != survey.Choices && len(a.Values) != 1:
		t.Fatalf("answer %+v to a %s", a, q.Kind)
	}
}

func FuzzValidate(f *testing.F) {
	questionnaire := form(f, "good_every_kind.yaml")
	f.Add("3", "slow", "fees", "yes", "online", "Cảm ơn", "comment", "x")
	f.Add("5", "", "", "yes", "portal", "e\u0302\u0301 \r\n", "whom", "Quầy 1")
	f.Add("1", "slow", "slow", "no", "", "\x00\xff", "tên", "An")
	f.Add("4", "", "", "", "counter", " "+strings.Repeat("\u0301", 70), "comment", "\u1e9b\u0323")
	f.Fuzz(func(t *testing.T, overall, reason1, reason2, praise, way, comment, key, value string) {
		given := survey.Given{"overall": {overall}, "reasons": {reason1, reason2}, "praise": {praise}, "way": {way}, "comment": {comment}}
		given[key] = append(given[key], value)
		answers, err := questionnaire.Validate(given)
		checkOutcome(t, questionnaire, answers, err)
	})
}

func FuzzParseForm(f *testing.F) {
	for _, pattern := range []string{"good_*.yaml", "fail_*.yaml"} {
		for _, data := range corpus(f, pattern) {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		accepted, err := survey.ParseForm("f.yaml", data)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("refused without a word")
			}
			return
		}
		if first, again := accepted.Hash(), accepted.Hash(); first != again || accepted.Languages()[0] != survey.Vietnamese {
			t.Fatal("hash or languages")
		}
		answers, err := accepted.Validate(given(t, accepted, accepted.Example(key)))
		if err != nil {
			t.Fatalf("no valid submission: %v\n%s", err, accepted.Example(key))
		}
		checkOutcome(t, accepted, answers, nil)
	})
}

// Given drawn from values that matter, so that most combinations of answered,
// blank, shown and hidden questions come up.
func TestValidateIsAFixpoint(t *testing.T) {
	f := form(t, "good_every_kind.yaml")
	values := []string{"", " ", "-1", "0", "1", "2", "3", "4", "5", "yes", "no", "slow", "attitude", "fees", "counter", "online", "portal", "other", "Góp ý", "e\u0302"}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		given := survey.Given{"overall": {rapid.SampledFrom([]string{"1", "3", "4", "5", "6"}).Draw(t, "overall")}}
		for _, id := range []string{"change", "reasons", "praise", "whom", "way", "site", "comment"} {
			if rapid.Bool().Draw(t, "answers "+id) {
				given[id] = rapid.SliceOfN(rapid.SampledFrom(values), 0, 3).Draw(t, id)
			}
		}
		answers, err := f.Validate(given)
		if err == nil {
			accepted++
		}
		checkOutcome(t, f, answers, err)
	})
	if accepted == 0 {
		t.Error("no draw was a valid submission")
	}
}
