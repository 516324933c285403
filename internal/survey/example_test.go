package survey_test

import (
	"bytes"
	"testing"

	"hailong/internal/collect"
	"hailong/internal/survey"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

const key = "AAAAAAAAAAAAAAAAAAAAAA"

// given reads an example as the service reads what programs send.
func given(t testing.TB, form *survey.Form, example []byte) survey.Given {
	t.Helper()
	var body struct {
		Answers map[string]jsontext.Value `json:"answers"`
	}
	if err := json.Unmarshal(example, &body); err != nil {
		t.Fatalf("%v in\n%s", err, example)
	}
	given, mistyped := collect.FromJSON(form, body.Answers)
	if len(mistyped) > 0 {
		t.Errorf("of the wrong type in the example of %s: %v", form.ID, mistyped)
	}
	return given
}

// overall = 3 shows one question more and 5 shows one more; of equals the
// higher level wins, so praise and whom are shown and reasons is not.
func TestExampleHasEveryShapeInTheOrderOfTheForm(t *testing.T) {
	want := `{
  "submission": "AAAAAAAAAAAAAAAAAAAAAA",
  "lang": "vi",
  "answers": {
    "overall": 5,
    "change": 1,
    "reasons": null,
    "praise": true,
    "whom": "Góp ý thử",
    "way": "online",
    "site": "portal",
    "comment": "Góp ý thử"
  }
}
`
	f := form(t, "good_every_kind.yaml")
	if diff := cmp.Diff(want, string(f.Example(key))); diff != "" {
		t.Errorf("example (-want +got):\n%s", diff)
	}
	if _, err := f.Validate(given(t, f, f.Example(key))); err != nil {
		t.Error(err)
	}
}

func TestExampleKeepsToTheLengthOfAText(t *testing.T) {
	f := parse(t, minimal+"  - {id: comment, kind: text, max_length: 4, required: true, text: {vi: Góp ý}}\n")
	answers, err := f.Validate(given(t, f, f.Example(key)))
	if err != nil || len(answers) != 2 || answers[1].Text != "Góp" {
		t.Errorf("%v, %v", answers, err)
	}
}

func TestExampleOfSeveralChoicesIsAList(t *testing.T) {
	f := parse(t, minimal+"  - {id: why, kind: choices, options: [{id: a, label: {vi: A}}, {id: b, label: {vi: B}}], text: {vi: Vì sao?}}\n")
	if !bytes.Contains(f.Example(key), []byte("\"why\": [\n      \"a\"\n    ]")) {
		t.Errorf("example:\n%s", f.Example(key))
	}
}
