package demo

import (
	_ "embed"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hailong/internal/yamlfile"

	"golang.org/x/text/unicode/norm"
)

//go:embed comments.yaml
var commentsFile []byte

// voice is what people of one language and tone say.
type voice struct {
	Before []string            `yaml:"before"` // sentences that may stand before a comment
	After  []string            `yaml:"after"`  // and after it
	Themes map[string][]string `yaml:"themes"` // comments by complaint, or "poll"
}

// pollTheme holds comments on an agency and its party organisation, not on a
// visit; they are never mixed with the others.
const pollTheme = "poll"

// anyTheme stands for all themes but pollTheme.
const anyTheme = ""

// speaker writes comments. It goes through the corpus in a shuffled order, so
// that a sentence comes back only after all its neighbours.
type speaker struct {
	rng    *rand.Rand
	voices map[string]map[tone]voice // by language
	decks  map[deckKey]*deck
}

type deckKey struct {
	lang  string
	tone  tone
	theme string
}

func newSpeaker(rng *rand.Rand) *speaker {
	voices := map[string]map[tone]voice{}
	if _, err := yamlfile.Load("comments.yaml", commentsFile, &voices); err != nil {
		panic("demo: corpus of comments: " + err.Error())
	}
	return &speaker{rng: rng, voices: voices, decks: map[deckKey]*deck{}}
}

// comment returns what the person writes, "" if nothing fits.
func (s *speaker) comment(v *visit, t tone) string {
	deck := s.deckFor(v, t)
	for range deck.cards {
		card := deck.draw(s.rng)
		if core, ok := s.fillSlots(card, v); ok {
			return norm.NFC.String(s.typed(s.framed(core, card == core, v, t)))
		}
	}
	return ""
}

func (s *speaker) deckFor(v *visit, t tone) *deck {
	theme := v.topic
	switch {
	case !v.counter.paper.asksOverall:
		theme = pollTheme
	case t == good, s.rng.Float64() < 0.15:
		theme = anyTheme
	}
	key := deckKey{v.lang, t, theme}
	if len(s.voices[v.lang][t].Themes[theme]) == 0 && theme != pollTheme {
		key.theme = anyTheme
	}
	if s.decks[key] == nil {
		s.decks[key] = &deck{cards: s.cards(key)}
	}
	return s.decks[key]
}

func (s *speaker) cards(key deckKey) []string {
	themes := s.voices[key.lang][key.tone].Themes
	if key.theme != anyTheme {
		return slices.Clone(themes[key.theme])
	}
	var all []string
	for _, theme := range slices.Sorted(maps.Keys(themes)) {
		if theme != pollTheme {
			all = append(all, themes[theme]...)
		}
	}
	return all
}

// framed puts a sentence before or after a comment that is one itself and is
// about a visit; before it only where the comment is plain, since both may name
// the service.
func (s *speaker) framed(core string, plain bool, v *visit, t tone) string {
	voice := s.voices[v.lang][t]
	if !isSentence(core) || !v.counter.paper.asksOverall {
		return core
	}
	if before, ok := s.oneOf(voice.Before, 0.25, v); ok && plain {
		core = before + " " + core
	}
	if more, ok := s.oneOf(s.deckFor(v, t).cards, 0.25, v); ok && t != bad && isSentence(more) && more != core {
		core += " " + more
	}
	if after, ok := s.oneOf(voice.After, 0.35, v); ok {
		core += " " + after
	}
	return core
}

func isSentence(text string) bool { return strings.HasSuffix(text, ".") }

func (s *speaker) oneOf(sentences []string, chance float64, v *visit) (string, bool) {
	if len(sentences) == 0 || s.rng.Float64() >= chance {
		return "", false
	}
	return s.fillSlots(sentences[s.rng.IntN(len(sentences))], v)
}

// typed is how it comes out of a phone: some people leave out the capital and
// the full stop, some type without accents.
func (s *speaker) typed(text string) string {
	x := s.rng.Float64()
	if x < 0.15 {
		first, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToLower(first)) + strings.TrimSuffix(text[size:], ".")
	}
	if x < 0.05 {
		text = unaccented(text)
	}
	return text
}

var dStroke = strings.NewReplacer("đ", "d", "Đ", "D")

// unaccented returns Vietnamese as it is typed in a hurry: bare Latin letters.
func unaccented(text string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
	return dStroke.Replace(bare)
}

// fillSlots puts what belongs to the visit into the slots of a sentence. It
// returns false when the sentence names the service and the person did not.
func (s *speaker) fillSlots(sentence string, v *visit) (string, bool) {
	if !strings.Contains(sentence, "{") {
		return sentence, true
	}
	service, field := "", ""
	if v.service != nil {
		service, field = lowerFirst(v.service.Name), lowerFirst(v.service.Field)
	}
	if strings.Contains(sentence, "{service}") && service == "" || strings.Contains(sentence, "{field}") && field == "" {
		return "", false
	}
	return strings.NewReplacer(
		"{service}", service,
		"{field}", field,
		"{counter}", lowerFirst(v.counter.place.Counter.Name),
		"{days}", strconv.Itoa(5*(1+s.rng.IntN(6))),
		"{times}", strconv.Itoa(2+s.rng.IntN(4)),
		"{minutes}", strconv.Itoa(10*(2+s.rng.IntN(8))),
	).Replace(sentence), true
}

func lowerFirst(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	return string(unicode.ToLower(first)) + name[size:]
}

// deck is a pack of sentences, shuffled anew whenever it has been gone through.
type deck struct {
	cards []string
	next  int
}

func (d *deck) draw(rng *rand.Rand) string {
	if d.next == 0 {
		rng.Shuffle(len(d.cards), func(i, j int) { d.cards[i], d.cards[j] = d.cards[j], d.cards[i] })
	}
	card := d.cards[d.next]
	d.next = (d.next + 1) % len(d.cards)
	return card
}
