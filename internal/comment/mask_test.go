package comment_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/comment"
	"hailong/surveys"

	"golang.org/x/text/unicode/norm"
)

func lexicon(t testing.TB) *comment.Lexicon {
	t.Helper()
	l, err := comment.LoadLexicon(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var planted = regexp.MustCompile(`\{([a-z]+)\|([^}]+)\}`)

// sentence is one line of the corpus.
type sentence struct {
	text, want string
	kinds      []comment.Kind
	words      []string // what must not be left of each
}

func corpus(t testing.TB, file string) []sentence {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var all []sentence
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s := sentence{text: planted.ReplaceAllString(line, "$2")}
		s.want = planted.ReplaceAllStringFunc(line, func(hit string) string {
			return comment.Mark(comment.Kind(planted.FindStringSubmatch(hit)[1]))
		})
		for _, match := range planted.FindAllStringSubmatch(line, -1) {
			s.kinds = append(s.kinds, comment.Kind(match[1]))
			s.words = append(s.words, match[2])
		}
		all = append(all, s)
	}
	return all
}

// count is what a run over the corpus found.
type count struct{ sentences, planted, hidden, exact, clean, changed int }

func measure(t *testing.T, l *comment.Lexicon, sentences []sentence, written func(string) string) count {
	var c count
	for _, s := range sentences {
		c.sentences++
		got, found := l.Mask(written(s.text))
		if len(s.kinds) == 0 {
			c.clean++
			if got != norm.NFC.String(written(s.text)) {
				c.changed++
				t.Logf("changed: %s\n      -> %s", s.text, got)
			}
			continue
		}
		for i, words := range s.words {
			c.planted++
			if !strings.Contains(got, norm.NFC.String(written(words))) && len(found) >= len(s.words) {
				c.hidden++
			} else {
				t.Logf("%s left: %s\n      -> %s", s.kinds[i], s.text, got)
			}
		}
		if got == norm.NFC.String(s.want) {
			c.exact++
		} else {
			t.Logf("not as wanted: %s\n      -> %s", s.want, got)
		}
	}
	return c
}

// The limits are what the product promises: nineteen in twenty of what is
// personal is hidden, and hardly a harmless sentence is touched. The rules grew
// beside corpus.txt; unseen.txt was written after them, and at its first run
// 51 of 53 were hidden and 1 of 51 clean sentences changed.
func TestCorpus(t *testing.T) {
	l := lexicon(t)
	for _, file := range []string{"corpus.txt", "unseen.txt"} {
		sentences := corpus(t, file)
		for form, written := range map[string]func(string) string{
			"as written": func(s string) string { return s },
			"decomposed": norm.NFD.String,
		} {
			t.Run(file+" "+form, func(t *testing.T) {
				c := measure(t, l, sentences, written)
				recall, touched := float64(c.hidden)/float64(c.planted), float64(c.changed)/float64(c.clean)
				t.Logf("%d sentences: %d of %d personal items hidden (recall %.3f), %d of %d sentences with some exactly as wanted, %d of %d clean ones changed (%.3f)",
					c.sentences, c.hidden, c.planted, recall, c.exact, c.sentences-c.clean, c.changed, c.clean, touched)
				if c.sentences < 90 || recall < 0.95 || touched > 0.03 {
					t.Errorf("recall %.3f, at least 0.95 wanted; %.3f of the clean sentences changed, at most 0.03 wanted", recall, touched)
				}
			})
		}
	}
}

// The comments of the demo name nobody.
func TestDemoCommentsStay(t *testing.T) {
	data, err := os.ReadFile("../demo/comments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, tried := lexicon(t), 0
	for line := range strings.Lines(string(data)) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !ok {
			continue
		}
		tried++
		if masked, found := l.Mask(text); masked != text || len(found) > 0 {
			t.Errorf("%s\n-> %s", text, masked)
		}
	}
	if tried < 300 {
		t.Errorf("only %d comments were found", tried)
	}
}

func BenchmarkMask(b *testing.B) {
	l := lexicon(b)
	for name, text := range map[string]string{
		"clean":     "Tôi nộp hồ sơ ở quầy từ tháng trước, giờ hỏi vẫn nói đang xử lý. Mong lãnh đạo xem lại.",
		"personal":  "Tôi nộp hồ sơ ở quầy 3 từ tháng trước, giờ hỏi vẫn nói đang xử lý. Anh Tuấn số 0912345678 hẹn năm ngày.",
		"disguised": "Tôi nộp hồ sơ ở quầy 3 từ tháng trước – giờ hỏi vẫn nói đang xử lý 😡. Anh Tuấn số ０９１２\u200b３４５６７８ hẹn năm ngày.",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l.Mask(text)
			}
		})
	}
}
