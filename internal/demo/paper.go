package demo

import (
	"slices"

	"hailong/internal/survey"
)

// paper is a form made ready for filling in fast.
type paper struct {
	form        *survey.Form
	items       []item
	asksOverall bool    // about one visit; otherwise it is a poll about the agency
	appeal      float64 // how many fill it in, beside the short form
}

// item is one question.
type item struct {
	question *survey.Question
	values   [][]string // by offered value: a list of it alone, shared by all who answer so
	cuts     []float64  // rating: the moods at which the next level begins
	blank    float64    // how likely it is left out although it was seen
}

// longForm is the number of questions above which people give up half-way.
const longForm = 10

// preparePapers returns the current version of each form, by id.
func preparePapers(forms *survey.Forms) map[string]*paper {
	papers := map[string]*paper{}
	for _, form := range forms.All() {
		papers[form.ID] = preparePaper(form) // the highest version comes last
	}
	return papers
}

func preparePaper(form *survey.Form) *paper {
	p := &paper{form: form, asksOverall: form.Question("overall") != nil, appeal: 1}
	for i := range form.Questions {
		p.items = append(p.items, prepareItem(form, &form.Questions[i]))
	}
	switch {
	case !p.asksOverall:
		p.appeal = 0.06
	case p.long():
		p.appeal = 0.4
	}
	return p
}

func prepareItem(form *survey.Form, q *survey.Question) item {
	it := item{question: q, blank: 0.05}
	for _, value := range form.Values(q) {
		it.values = append(it.values, []string{value})
	}
	switch {
	case q.Required:
		it.blank = 0
	case q.ID == "overall":
		it.blank = 0.02
	case q.Factor == "feedback":
		it.blank = 0.3 // most people never made a complaint
	case q.Kind == survey.Choices:
		it.blank = 0.12
	}
	if q.Kind == survey.Rating {
		it.cuts = cutsOf(len(it.values))
	}
	return it
}

func (p *paper) long() bool { return len(p.items) > longForm }

// speaks says whether the form is written in the language.
func (p *paper) speaks(lang string) bool { return slices.Contains(p.form.Languages(), lang) }

// A mood is a number with the standard deviation 1 around that of the counter;
// from 0 on a person is satisfied. The scale only cuts it into levels, so that
// forms with different scales tell of the same people: one with three levels
// takes some of the neutral ones for satisfied.
const (
	angry   = -1.0
	unhappy = -0.6
	content = 0
	happy   = 1.2
)

// cutsOf returns the moods that part the levels of a scale, one fewer than
// levels, rising.
func cutsOf(levels int) []float64 {
	switch levels {
	case 2:
		return []float64{content}
	case 3:
		return []float64{unhappy + 0.2, happy}
	case 4:
		return []float64{angry, content, happy}
	case 5:
		return []float64{angry, unhappy, content, happy}
	}
	cuts := make([]float64, levels-1)
	for i := range cuts {
		cuts[i] = angry + (happy-angry)*float64(i)/float64(levels-2)
	}
	return cuts
}

// level returns the place on a scale that a mood falls on.
func level(cuts []float64, mood float64) int {
	for i, cut := range cuts {
		if mood < cut {
			return i
		}
	}
	return len(cuts)
}
