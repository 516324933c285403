package comment

import (
	"slices"
	"unicode"
)

// vocabulary is a set of single words.
type vocabulary struct{ exact, bare map[string]bool }

func newVocabulary(lists ...[]string) vocabulary {
	v := vocabulary{exact: map[string]bool{}, bare: map[string]bool{}}
	for _, list := range lists {
		for _, text := range list {
			w := wordsOf(text)[0]
			v.exact[w.key], v.bare[w.folded] = true, true
		}
	}
	return v
}

// has says whether the word is in the set; with bare, a word without marks
// stands for any of the set.
func (v vocabulary) has(w *word, bare bool) bool {
	return v.exact[w.key] || bare && w.plain && v.bare[w.folded]
}

// names is what names of persons are recognised by.
type names struct {
	personal, official, bareForms      phrases
	common, sureBare, other, open      vocabulary // families
	clans                              vocabulary // Ê Đê, no other words
	strong, middles, givens            vocabulary
	weakBare, ordinary, offices, known vocabulary
	alone                              phrases
	placeLeads, areaLeads              phrases
	notNames, revered, places          phrases
	naming, shorts, stations, networks phrases
	where                              addresses
}

func (f *namesFile) compile() names {
	families := slices.Concat(f.Families.Common, f.Families.Other, f.Families.Open, f.Families.Clans)
	middles := slices.Concat(f.Middles.Strong, f.Middles.Other)
	return names{
		personal: newPhrases(f.Forms.Personal), official: newPhrases(f.Forms.Official), bareForms: newPhrases(f.BareForms),
		common: newVocabulary(f.Families.Common), sureBare: newVocabulary(f.Families.SureBare),
		other: newVocabulary(f.Families.Other), open: newVocabulary(f.Families.Open, f.Families.Clans), clans: newVocabulary(f.Families.Clans),
		strong: newVocabulary(f.Middles.Strong), middles: newVocabulary(middles), givens: newVocabulary(f.Givens),
		weakBare: newVocabulary(f.WeakBare), ordinary: newVocabulary(f.CommonWords), offices: newVocabulary(f.PlaceLeads.Offices),
		known: newVocabulary(families, middles, f.Givens), alone: newPhrases(f.Alone),
		placeLeads: newPhrases(f.PlaceLeads.Always), areaLeads: newPhrases(f.PlaceLeads.Areas),
		notNames: newPhrases(f.NotNames), revered: newPhrases(f.Revered), places: newPhrases(f.Places),
		naming: newPhrases(f.Forms.Naming), shorts: newPhrases(f.Forms.Short), stations: newPhrases(f.Stations), networks: newPhrases(f.Networks),
		where: f.compileAddresses(),
	}
}

// isShouting says whether a text is written in capitals, so that they say
// nothing about its words.
func isShouting(text string) bool {
	upper, lower := 0, 0
	for _, r := range text {
		if unicode.IsUpper(r) {
			upper++
		} else if unicode.IsLower(r) {
			lower++
		}
	}
	return upper > lower
}
