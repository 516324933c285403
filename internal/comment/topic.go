package comment

import (
	"strings"
	"unicode"

	"hailong/internal/survey"

	"golang.org/x/text/unicode/norm"
)

// TopicID names a topic in data and addresses; it never changes.
type TopicID string

// Topic is something that comments are about.
type Topic struct {
	ID     TopicID
	Name   survey.Text
	Signal bool // concerns the law or the dignity of people: the office sees it first

	phrases, accented, unless phrases
	glued                     map[rune][]glued // of a signal, by the first letter
}

// negation says when a phrase is denied: "không hề chậm" is no complaint.
type negation struct {
	reach                                int
	negators, except, breaks, conditions phrases
	all                                  phrases // of the topics
}

func (f *topicsFile) compile() ([]Topic, negation) {
	topics := make([]Topic, len(f.Topics))
	var all []string
	for i, t := range f.Topics {
		all = append(all, t.Phrases...)
		topics[i] = Topic{
			ID: t.ID, Name: t.Name, Signal: t.Signal,
			phrases: newPhrases(t.Phrases), accented: newPhrases(t.Accented), unless: newPhrases(t.Unless), glued: map[rune][]glued{},
		}
		if t.Signal {
			newGlued(t.Phrases, false, topics[i].glued)
			newGlued(t.Accented, true, topics[i].glued)
		}
	}
	n := f.Negation
	return topics, negation{
		reach: n.Reach, negators: newPhrases(n.Negators), except: newPhrases(n.Except),
		breaks: newPhrases(n.Breaks), conditions: newPhrases(n.Conditions), all: newPhrases(all),
	}
}

// All returns every topic, signals included, in the order of the file.
func (l *Lexicon) All() []Topic { return l.topics }

// Topic returns the topic with the id, or nil.
func (l *Lexicon) Topic(id TopicID) *Topic {
	for i := range l.topics {
		if l.topics[i].ID == id {
			return &l.topics[i]
		}
	}
	return nil
}

// Topics returns what the text is about, in the order of the file, without
// signals. Nothing found says nothing: phrases cover only what was thought of.
func (l *Lexicon) Topics(text string) []TopicID { return l.find(text, false) }

// Signals returns the signals that the text carries, in the order of the file,
// also where their words are cut into pieces or written as one.
func (l *Lexicon) Signals(text string) []TopicID { return l.find(text, true) }

func (l *Lexicon) find(text string, signal bool) []TopicID {
	text = viewOf(norm.NFC.String(strings.ToValidUTF8(text, string(unicode.ReplacementChar)))).text
	words := wordsOf(text)
	bare := isBare(words)
	denied := l.negation.negated(words, bare)
	var found []TopicID
	for i := range l.topics {
		t := &l.topics[i]
		if t.Signal == signal && (t.standsIn(words, bare, denied, &l.negation) || t.disguised(text, words, bare, denied, &l.negation)) {
			found = append(found, t.ID)
		}
	}
	return found
}

// standsIn says whether a phrase of the topic stands in the text undenied.
func (t *Topic) standsIn(words []word, bare bool, denied []bool, n *negation) bool {
	excused := 0 // words before this one are covered by an "unless" phrase
	for i := range words {
		if covered := t.unless.at(words, i, bare); covered > 0 {
			excused = max(excused, i+covered)
		}
		length := max(t.phrases.at(words, i, bare), t.accented.at(words, i, false))
		if length == 0 || i < excused || t.excusedWithin(words, i, length, bare) {
			continue
		}
		if !denied[i] || n.isCondition(words, i+length, bare) {
			return true
		}
	}
	return false
}

// excusedWithin finds "unless" phrases that begin inside the phrase found.
func (t *Topic) excusedWithin(words []word, i, length int, bare bool) bool {
	for k := i + 1; k < i+length; k++ {
		if t.unless.at(words, k, bare) > 0 {
			return true
		}
	}
	return false
}

// negated tells for each word whether a negator stands closely before it.
func (n *negation) negated(words []word, bare bool) []bool {
	denied := make([]bool, len(words))
	left := 0 // how many words the last negator still reaches
	for i := 0; i < len(words); {
		if i > 0 && !words[i].joined || n.breaks.at(words, i, bare) > 0 && n.all.at(words, i, bare) == 0 {
			left = 0
		}
		denied[i] = left > 0
		left--
		skip := 1
		if exempt := n.exempt(words, i, bare); exempt > 0 {
			skip, left = exempt, 0
		} else if length := n.negators.at(words, i, bare); length > 0 {
			skip, left = length, n.reach
		}
		for k := i + 1; k < i+skip; k++ {
			denied[k] = denied[i]
		}
		i += skip
	}
	return denied
}

// exempt returns the length of a phrase at words[i] that only looks like a
// negation. Where a topic's phrase begins inside it, it is one after all:
// without marks "không nhũng nhiễu" begins like "không những".
func (n *negation) exempt(words []word, i int, bare bool) int {
	length := n.except.at(words, i, bare)
	if length > 0 && i+1 < len(words) && n.all.at(words, i+1, bare) > 0 {
		return 0
	}
	return length
}

// isCondition says whether what was denied is only supposed: "không đưa phong
// bì thì …".
func (n *negation) isCondition(words []word, i int, bare bool) bool {
	return i < len(words) && words[i].joined && n.conditions.at(words, i, bare) > 0
}
