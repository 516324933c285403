package survey_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestValidateReturnsAnswersInTheOrderOfTheForm(t *testing.T) {
	f := form(t, "good_every_kind.yaml")
	for name, c := range map[string]struct {
		given survey.Given
		want  []survey.Answer
	}{
		"one tap": {
			survey.Given{"overall": {"4"}},
			[]survey.Answer{{Question: "overall", Values: []string{"4"}}},
		},
		"blanks of every shape": {
			survey.Given{"overall": {"4"}, "change": nil, "way": {}, "site": {""}, "comment": {"", " \t\r\n\u00a0\u200b\ufeff"}, "reasons": {"", ""}},
			[]survey.Answer{{Question: "overall", Values: []string{"4"}}},
		},
		"choices in any order": {
			survey.Given{"reasons": {"fees", "slow"}, "overall": {"3"}},
			[]survey.Answer{{Question: "overall", Values: []string{"3"}}, {Question: "reasons", Values: []string{"slow", "fees"}}},
		},
		"every choice": {
			survey.Given{"overall": {"1"}, "reasons": {"fees", "attitude", "slow"}},
			[]survey.Answer{{Question: "overall", Values: []string{"1"}}, {Question: "reasons", Values: []string{"slow", "attitude", "fees"}}},
		},
		"a chain of conditions": {
			survey.Given{"whom": {"Quầy 1"}, "praise": {"yes"}, "overall": {"5"}, "change": {"-1"}},
			[]survey.Answer{
				{Question: "overall", Values: []string{"5"}}, {Question: "change", Values: []string{"-1"}},
				{Question: "praise", Values: []string{"yes"}}, {Question: "whom", Text: "Quầy 1"},
			},
		},
		"a condition on a choice": {
			survey.Given{"overall": {"4"}, "way": {"online"}, "site": {"other"}},
			[]survey.Answer{{Question: "overall", Values: []string{"4"}}, {Question: "way", Values: []string{"online"}}, {Question: "site", Values: []string{"other"}}},
		},
		"text is trimmed and its line ends are one character": {
			survey.Given{"overall": {"4"}, "comment": {"\r\n dòng một\r\n\tdòng hai \n"}},
			[]survey.Answer{{Question: "overall", Values: []string{"4"}}, {Question: "comment", Text: "dòng một\n\tdòng hai"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := f.Validate(c.given)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	f := form(t, "good_every_kind.yaml")
	for name, c := range map[string]struct {
		given survey.Given
		want  []survey.FieldError
	}{
		"nothing at all":              {nil, faults("overall", survey.Missing)},
		"required left blank":         {survey.Given{"overall": {""}}, faults("overall", survey.Missing)},
		"required and shown":          {survey.Given{"overall": {"2"}}, faults("reasons", survey.Missing)},
		"white space where required":  {survey.Given{"overall": {"5"}, "praise": {"yes"}, "whom": {" \t\u3000\r\n"}}, faults("whom", survey.Missing)},
		"nothing visible":             {survey.Given{"overall": {"5"}, "praise": {"yes"}, "whom": {"\u200b\u2060\ufeff"}}, faults("whom", survey.Missing)},
		"not shown":                   {survey.Given{"overall": {"4"}, "reasons": {"slow"}}, faults("reasons", survey.NotShown)},
		"not shown after a blank":     {survey.Given{"overall": {"4"}, "site": {"portal"}}, faults("site", survey.NotShown)},
		"not shown along a chain":     {survey.Given{"overall": {"5"}, "praise": {"no"}, "whom": {"Quầy 1"}}, faults("whom", survey.NotShown)},
		"above the scale":             {survey.Given{"overall": {"6"}}, faults("overall", survey.NotAnOption)},
		"below the scale":             {survey.Given{"overall": {"0"}}, faults("overall", survey.NotAnOption)},
		"between two levels":          {survey.Given{"overall": {"3.5"}}, faults("overall", survey.NotAnOption)},
		"a level written otherwise":   {survey.Given{"overall": {"+4"}, "change": {"01"}}, faults("overall", survey.NotAnOption, "change", survey.NotAnOption)},
		"full-width digit":            {survey.Given{"overall": {"５"}}, faults("overall", survey.NotAnOption)},
		"another scale's level":       {survey.Given{"overall": {"5"}, "change": {"2"}}, faults("change", survey.NotAnOption)},
		"not yes, not no":             {survey.Given{"overall": {"5"}, "praise": {"Yes"}}, faults("praise", survey.NotAnOption)},
		"no such option":              {survey.Given{"overall": {"1"}, "reasons": {"slow", "gone"}}, faults("reasons", survey.NotAnOption)},
		"a label for an id":           {survey.Given{"overall": {"4"}, "way": {"Qua mạng"}}, faults("way", survey.NotAnOption)},
		"control character for an id": {survey.Given{"overall": {"4\x00"}, "way": {"\x00"}}, faults("overall", survey.NotAnOption, "way", survey.NotAnOption)},
		"two levels":                  {survey.Given{"overall": {"4", "5"}}, faults("overall", survey.TooMany)},
		"two texts":                   {survey.Given{"overall": {"4"}, "comment": {"một", "hai"}}, faults("comment", survey.TooMany)},
		"repeated":                    {survey.Given{"overall": {"1"}, "reasons": {"slow", "slow"}}, faults("reasons", survey.Repeated)},
		"ten thousand choices":        {survey.Given{"overall": {"1"}, "reasons": slices.Repeat([]string{"slow"}, 10_000)}, faults("reasons", survey.TooMany)},
		"unknown question":            {survey.Given{"overall": {"4"}, "tên": {"An"}}, faults("tên", survey.UnknownQuestion)},
		"unknown question left blank": {survey.Given{"overall": {"4"}, "name": nil}, faults("name", survey.UnknownQuestion)},
		"all in order, unknown last": {
			survey.Given{"zz": {"1"}, "aa": {"1"}, "comment": {"\x07"}, "overall": {"9"}, "change": {"9"}},
			faults("overall", survey.NotAnOption, "change", survey.NotAnOption, "comment", survey.BadCharacters, "aa", survey.UnknownQuestion, "zz", survey.UnknownQuestion),
		},
	} {
		t.Run(name, func(t *testing.T) {
			answers, err := f.Validate(c.given)
			var invalid *survey.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("accepted as %v, %v", answers, err)
			}
			if diff := cmp.Diff(c.want, invalid.Fields); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// faults pairs questions with codes.
func faults(pairs ...any) []survey.FieldError {
	var list []survey.FieldError
	for pair := range slices.Chunk(pairs, 2) {
		list = append(list, survey.FieldError{Question: pair[0].(string), Code: pair[1].(survey.Code)})
	}
	return list
}

func TestValidateText(t *testing.T) {
	f := form(t, "good_every_kind.yaml")
	for name, c := range map[string]struct {
		text string
		want survey.Code // "": accepted
	}{
		"Vietnamese":                                   {"Cảm ơn cán bộ Quầy 1, giải quyết rất nhanh!", ""},
		"M'nông":                                       {"aƀaơ, bĭch, dŭt uĕh, nkô̆", ""},
		"emoji of several characters":                  {"👍🏽 👨‍👩‍👧", ""},
		"a formula is only text":                       {`=HYPERLINK("http://x")`, ""},
		"markup is only text":                          {"<script>alert(1)</script>", ""},
		"exactly as long as allowed":                   {strings.Repeat("ế", 1000), ""},
		"decomposed, as long as allowed once composed": {norm.NFD.String(strings.Repeat("ế", 1000)), ""},
		"spaces around do not count":                   {" " + strings.Repeat("a", 1000) + " ", ""},
		"one too long":                                 {strings.Repeat("ế", 1001), survey.TooLong},
		"U+0000":                                       {"a\x00b", survey.BadCharacters},
		"U+0000 alone":                                 {"\x00", survey.BadCharacters},
		"bell":                                         {"a\x07", survey.BadCharacters},
		"escape":                                       {"\x1b[31mđỏ", survey.BadCharacters},
		"delete":                                       {"a\x7f", survey.BadCharacters},
		"C1 control":                                   {"a\u0085b", survey.BadCharacters},
		"lone carriage return":                         {"a\rb", survey.BadCharacters},
		"direction override":                           {"a\u202eb", survey.BadCharacters},
		"direction override alone":                     {"\u202e", survey.BadCharacters},
		"direction isolate":                            {"a\u2066b", survey.BadCharacters},
		"not a character":                              {"a\uffff", survey.BadCharacters},
		"invalid UTF-8":                                {"a\xff", survey.BadCharacters},
		"invalid UTF-8 alone":                          {"\xc3", survey.BadCharacters},
		"surrogate":                                    {"\xed\xa0\x80", survey.BadCharacters},
	} {
		t.Run(name, func(t *testing.T) {
			answers, err := f.Validate(survey.Given{"overall": {"4"}, "comment": {c.text}})
			var invalid *survey.InvalidError
			switch {
			case errors.As(err, &invalid):
				if diff := cmp.Diff(faults("comment", c.want), invalid.Fields); diff != "" {
					t.Errorf("faults (-want +got):\n%s", diff)
				}
			case c.want != "":
				t.Errorf("accepted as %q, want %s", answers[1].Text, c.want)
			case answers[1].Text != strings.TrimSpace(norm.NFC.String(c.text)):
				t.Errorf("stored %q of %q", answers[1].Text, c.text)
			}
		})
	}
}

func TestValidateComposes(t *testing.T) {
	f := form(t, "good_every_kind.yaml")
	composed := "Thủ tục rườm rà, chờ đợi lâu"
	answers, err := f.Validate(survey.Given{"overall": {"4"}, "comment": {norm.NFD.String(composed)}})
	if err != nil || answers[1].Text != composed {
		t.Errorf("%+v, %v; want %q", answers, err, composed)
	}
}

// What a client made up comes back in the error, so it must be harmless.
func TestUnknownQuestionIsPrintable(t *testing.T) {
	f := parse(t, minimal)
	for sent, want := range map[string]string{
		"":                                "",
		"a\x00b\nc\x1b":                   "abc",
		"\u202eevil":                      "evil",
		"\xff\xfe":                        "",
		strings.Repeat("ế", 40):           strings.Repeat("ế", 40),
		strings.Repeat("ế", 41):           strings.Repeat("ế", 40) + "…",
		strings.Repeat("x", 1<<20) + "\n": strings.Repeat("x", 40) + "…",
	} {
		_, err := f.Validate(survey.Given{sent: {"1"}})
		var invalid *survey.InvalidError
		if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Question != want {
			t.Errorf("question %.50q is reported as %v, want %q", sent, err, want)
		}
	}
}

func TestInvalidErrorNamesTheFirstFault(t *testing.T) {
	_, err := parse(t, minimal).Validate(survey.Given{"overall": {"9"}, "x": {"1"}})
	if got, want := fmt.Sprint(err), "invalid answers: overall: not_an_option (2 in all)"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestConditionMet(t *testing.T) {
	at := func(n int) *int { return &n }
	for name, c := range map[string]struct {
		condition survey.Condition
		met, not  []string
	}{
		"at_most":        {survey.Condition{AtMost: at(3)}, []string{"1", "3", "-5"}, []string{"4", "", "yes", "3.0"}},
		"at_least":       {survey.Condition{AtLeast: at(4)}, []string{"4", "11"}, []string{"3", "", "no"}},
		"at_most zero":   {survey.Condition{AtMost: at(0)}, []string{"0", "-1"}, []string{"1"}},
		"is one of many": {survey.Condition{Is: []string{"slow", "fees"}}, []string{"slow", "fees"}, []string{"", "attitude"}},
	} {
		for _, value := range c.met {
			if !c.condition.Met(value) {
				t.Errorf("%s: %q does not meet it", name, value)
			}
		}
		for _, value := range c.not {
			if c.condition.Met(value) {
				t.Errorf("%s: %q meets it", name, value)
			}
		}
	}
}
