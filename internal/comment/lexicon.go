// Package comment decides what may be shown of a citizen's own words: personal
// data is masked before anything is stored, what a comment is about is told by
// phrases, and a policy says when the rated agency reads it. It stores nothing,
// knows no account and no clock, and never guesses by a model: every find has a
// word of a list or a shape behind it.
package comment

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"hailong/internal/survey"
	"hailong/internal/yamlfile"
)

// Lexicon is the word lists of one installation, ready for use. It is safe for
// concurrent use.
type Lexicon struct {
	names    names
	topics   []Topic
	negation negation
}

// LoadLexicon reads lexicon/names.yaml and lexicon/topics.yaml of fsys. The
// error lists every fault of both with its place.
func LoadLexicon(fsys fs.FS) (*Lexicon, error) {
	var people namesFile
	var themes topicsFile
	err := errors.Join(
		load(fsys, "lexicon/names.yaml", &people, people.check),
		load(fsys, "lexicon/topics.yaml", &themes, themes.check),
	)
	if err != nil {
		return nil, err
	}
	l := &Lexicon{names: people.compile()}
	l.topics, l.negation = themes.compile()
	return l, nil
}

func load(fsys fs.FS, file string, out any, check func(*yamlfile.Document)) error {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return fmt.Errorf("the word list %s: %w", file, err)
	}
	return parse(file, data, out, check)
}

// CheckFile lists every fault of one word list with its place: of topics where
// the file has that key, of names otherwise.
func CheckFile(file string, data []byte) error {
	if yamlfile.HasKey(data, "topics") {
		var themes topicsFile
		return parse(file, data, &themes, themes.check)
	}
	var people namesFile
	return parse(file, data, &people, people.check)
}

func parse(file string, data []byte, out any, check func(*yamlfile.Document)) error {
	doc, err := yamlfile.Load(file, data, out)
	if err != nil {
		return err
	}
	check(doc)
	return doc.Err()
}

type namesFile struct {
	Forms struct {
		Personal []string `yaml:"personal"`
		Official []string `yaml:"official"`
		Naming   []string `yaml:"naming"`
		Short    []string `yaml:"short"`
	} `yaml:"forms"`
	BareForms []string `yaml:"bare_forms"`
	Families  struct {
		Common   []string `yaml:"common"`
		SureBare []string `yaml:"sure_bare"`
		Other    []string `yaml:"other"`
		Open     []string `yaml:"open"`
		Clans    []string `yaml:"clans"`
	} `yaml:"families"`
	Middles struct {
		Strong []string `yaml:"strong"`
		Other  []string `yaml:"other"`
	} `yaml:"middles"`
	Givens     []string `yaml:"givens"`
	Alone      []string `yaml:"alone"`
	WeakBare   []string `yaml:"weak_bare"`
	PlaceLeads struct {
		Always  []string `yaml:"always"`
		Areas   []string `yaml:"areas"`
		Offices []string `yaml:"offices"`
	} `yaml:"place_leads"`
	NotNames  []string `yaml:"not_names"`
	Revered   []string `yaml:"revered"`
	Places    []string `yaml:"places"`
	Stations  []string `yaml:"stations"`
	Networks  []string `yaml:"networks"`
	Addresses struct {
		Houses   []string `yaml:"houses"`
		Sure     []string `yaml:"sure"`
		Counted  []string `yaml:"counted"`
		Roads    []string `yaml:"roads"`
		Streets  []string `yaml:"streets"`
		Numbered []string `yaml:"numbered"`
		Named    []string `yaml:"named"`
		Communes []string `yaml:"communes"`
	} `yaml:"addresses"`
	CommonWords []string `yaml:"common_words"`
}

func (f *namesFile) check(doc *yamlfile.Document) {
	single := map[string][]string{
		"families.common": f.Families.Common, "families.sure_bare": f.Families.SureBare, "families.other": f.Families.Other, "families.open": f.Families.Open,
		"middles.strong": f.Middles.Strong, "middles.other": f.Middles.Other, "givens": f.Givens, "weak_bare": f.WeakBare,
		"place_leads.offices": f.PlaceLeads.Offices, "common_words": f.CommonWords,
	}
	several := map[string][]string{
		"forms.personal": f.Forms.Personal, "forms.official": f.Forms.Official, "bare_forms": f.BareForms, "alone": f.Alone,
		"place_leads.always": f.PlaceLeads.Always, "place_leads.areas": f.PlaceLeads.Areas,
		"not_names": f.NotNames, "revered": f.Revered, "places": f.Places,
	}
	for place, list := range single {
		checkList(doc, place, list, 1)
	}
	for place, list := range several {
		checkList(doc, place, list, maxPhrase)
	}
	for place, list := range f.optional() {
		if len(list) > 0 {
			checkList(doc, place, list, maxPhrase)
		}
	}
}

// optional are the lists that an installation's own file may lack: without one,
// what it finds is not found.
func (f *namesFile) optional() map[string][]string {
	a := &f.Addresses
	return map[string][]string{
		"families.clans": f.Families.Clans, "forms.naming": f.Forms.Naming, "forms.short": f.Forms.Short, "stations": f.Stations, "networks": f.Networks,
		"addresses.houses": a.Houses, "addresses.sure": a.Sure, "addresses.counted": a.Counted, "addresses.roads": a.Roads,
		"addresses.streets": a.Streets, "addresses.numbered": a.Numbered, "addresses.named": a.Named, "addresses.communes": a.Communes,
	}
}

// maxPhrase bounds the words of a phrase, and so the work at each word of a text.
const maxPhrase = 8

// checkList demands phrases of at most so many words, none twice.
func checkList(doc *yamlfile.Document, place string, list []string, most int) {
	if len(list) == 0 {
		doc.Addf(place, "the list %s is missing or empty", place)
	}
	seen := map[string]bool{}
	for i, text := range list {
		at := fmt.Sprintf("%s.%d", place, i)
		switch n := len(wordsOf(text)); {
		case n == 0:
			doc.Addf(at, "%q holds no word", text)
		case n > most:
			doc.Addf(at, "%q has %d words, at most %d fit here", text, n, most)
		case seen[spelled(text)]:
			doc.Addf(at, "%q stands twice in the list", text)
		}
		seen[spelled(text)] = true
	}
}

type topicsFile struct {
	Negation struct {
		Reach      int      `yaml:"reach"`
		Negators   []string `yaml:"negators"`
		Except     []string `yaml:"except"`
		Breaks     []string `yaml:"breaks"`
		Conditions []string `yaml:"conditions"`
	} `yaml:"negation"`
	Topics []struct {
		ID       TopicID     `yaml:"id"`
		Name     survey.Text `yaml:"name"`
		Signal   bool        `yaml:"signal"`
		Phrases  []string    `yaml:"phrases"`
		Accented []string    `yaml:"accented"`
		Unless   []string    `yaml:"unless"`
	} `yaml:"topics"`
}

var validTopic = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func (f *topicsFile) check(doc *yamlfile.Document) {
	n := f.Negation
	if n.Reach < 1 || n.Reach > maxPhrase {
		doc.Addf("negation.reach", "reach must be 1 to %d words", maxPhrase)
	}
	for place, list := range map[string][]string{"negators": n.Negators, "except": n.Except, "breaks": n.Breaks, "conditions": n.Conditions} {
		checkList(doc, "negation."+place, list, maxPhrase)
	}
	if len(f.Topics) == 0 {
		doc.Addf("topics", "there is no topic")
	}
	seen := map[TopicID]bool{}
	for i, t := range f.Topics {
		place := fmt.Sprintf("topics.%d", i)
		if !validTopic.MatchString(string(t.ID)) || seen[t.ID] {
			doc.Addf(place+".id", "topic id %q must be its own, begin with a letter and hold only a-z, 0-9 and _", t.ID)
		}
		seen[t.ID] = true
		for _, lang := range []string{survey.Vietnamese, "en"} {
			if strings.TrimSpace(t.Name[lang]) == "" {
				doc.Addf(place+".name", "topic %q has no name in %q", t.ID, lang)
			}
		}
		checkList(doc, place+".phrases", t.Phrases, maxPhrase)
		for key, list := range map[string][]string{".accented": t.Accented, ".unless": t.Unless} {
			if len(list) > 0 {
				checkList(doc, place+key, list, maxPhrase)
			}
		}
	}
}
