package demo_test

import (
	"os"
	"regexp"
	"testing"

	"hailong/internal/survey"
	"hailong/internal/yamlfile"

	"golang.org/x/text/unicode/norm"
)

// voice is the shape of comments.yaml below language and tone.
type voice struct {
	Before []string            `yaml:"before"`
	After  []string            `yaml:"after"`
	Themes map[string][]string `yaml:"themes"`
}

func corpus(t *testing.T) map[string]map[string]voice {
	t.Helper()
	data, err := os.ReadFile("comments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	voices := map[string]map[string]voice{}
	if _, err := yamlfile.Load("comments.yaml", data, &voices); err != nil {
		t.Fatal(err)
	}
	return voices
}

func TestCorpusIsCompleteAndDistinct(t *testing.T) {
	seen := map[string]bool{}
	for lang, tones := range corpus(t) {
		for _, tone := range []string{"bad", "middling", "good"} {
			if len(tones[tone].Themes) == 0 || len(tones) != 3 {
				t.Errorf("%s has no comments for %s, or another tone", lang, tone)
			}
			for theme, comments := range tones[tone].Themes {
				for _, text := range comments {
					if seen[text] {
						t.Errorf("%s %s %s: %q stands there twice", lang, tone, theme, text)
					}
					seen[text] = true
				}
			}
		}
	}
	if len(seen) < 120 {
		t.Errorf("only %d comments", len(seen))
	}
}

func TestCorpusHasCommentsForEveryReason(t *testing.T) {
	voices := corpus(t)["vi"]
	for _, option := range forms(t).Current("mot-cua").Question("reasons").Options {
		for _, tone := range []string{"bad", "middling"} {
			if len(voices[tone].Themes[option.ID]) < 3 {
				t.Errorf("fewer than 3 %s comments on %s", tone, option.ID)
			}
		}
	}
}

var (
	slot       = regexp.MustCompile(`\{[^}]*\}`)
	knownSlot  = regexp.MustCompile(`^\{(service|field|counter|days|times|minutes)\}$`)
	manyDigits = regexp.MustCompile(`[0-9]{4}`)
)

func TestCorpusPassesTheFormAndNamesNobody(t *testing.T) {
	form := forms(t).Current("mot-cua")
	check := func(text string) {
		answers, err := form.Validate(survey.Given{"overall": {"4"}, "comment": {text}})
		if err != nil || len(answers) != 2 || answers[1].Text != text || !norm.NFC.IsNormalString(text) {
			t.Errorf("%q becomes %v, %v", text, answers, err)
		}
		if manyDigits.MatchString(text) {
			t.Errorf("%q holds something like a telephone number", text)
		}
		for _, found := range slot.FindAllString(text, -1) {
			if !knownSlot.MatchString(found) {
				t.Errorf("%q has the unknown slot %s", text, found)
			}
		}
	}
	for _, tones := range corpus(t) {
		for _, voice := range tones {
			for _, sentences := range voice.Themes {
				for _, text := range sentences {
					check(text)
				}
			}
			for _, text := range append(voice.Before, voice.After...) {
				check(text)
			}
		}
	}
}
