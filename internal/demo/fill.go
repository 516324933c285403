package demo

import (
	"unicode/utf8"

	"hailong/internal/survey"
)

// fill answers the form as the person would, in the form's order. Hardly
// anybody sends an empty sheet, so a blank one is thought over; it stays blank
// only where a form asks for nothing but text.
func (a *author) fill(p *paper, v *visit) []survey.Answer {
	answers := a.attempt(p, v)
	for tries := 1; len(answers) == 0 && tries < 10; tries++ {
		answers = a.attempt(p, v)
	}
	return answers
}

func (a *author) attempt(p *paper, v *visit) []survey.Answer {
	answers := make([]survey.Answer, 0, len(p.items))
	seen := a.patience(p)
	for i := range p.items {
		it := &p.items[i]
		if !p.form.Shown(it.question, answers) {
			continue
		}
		if !it.question.Required && (i >= seen || a.rng.Float64() < it.blank) {
			continue
		}
		if answer, ok := a.answer(it, v); ok {
			answers = append(answers, answer)
		}
	}
	return answers
}

// patience returns how many questions the person reads. Of a long form many
// leave the end blank.
func (a *author) patience(p *paper) int {
	if !p.long() || a.rng.Float64() < 0.7 {
		return len(p.items)
	}
	return 1 + a.rng.IntN(len(p.items))
}

// answer returns false for a blank.
func (a *author) answer(it *item, v *visit) (survey.Answer, bool) {
	q := it.question
	switch q.Kind {
	case survey.Rating:
		return survey.Answer{Question: q.ID, Values: it.values[level(it.cuts, a.mood(q, v))]}, true
	case survey.Choice:
		return survey.Answer{Question: q.ID, Values: it.values[a.option(len(it.values), v)]}, true
	case survey.YesNo:
		return survey.Answer{Question: q.ID, Values: it.values[a.yesNo(v)]}, true
	case survey.Choices:
		return a.reasons(it, v)
	default:
		return a.comment(q, v)
	}
}

// mood returns how the person feels about one item.
func (a *author) mood(q *survey.Question, v *visit) float64 {
	if q.ID == "overall" {
		return v.overall
	}
	mood := v.temper + ofItem*a.rng.NormFloat64()
	if q.Factor == weakFactor[v.counter.profile.weak] {
		mood += weakShift
	}
	return mood
}

// option takes the first options of a choice for the usual and untroubled
// ones, as the forms list them.
func (a *author) option(options int, v *visit) int {
	next := 0.12
	if v.overall < content {
		next = 0.45
	}
	for i := range options - 1 {
		if a.rng.Float64() >= next {
			return i
		}
	}
	return options - 1
}

// yesNo returns 0 for yes: in the forms, that something went wrong.
func (a *author) yesNo(v *visit) int {
	chance := 0.02
	if v.overall < unhappy {
		chance = 0.45
	}
	if a.rng.Float64() < chance {
		return 0
	}
	return 1
}

// reasons picks what went wrong and remembers one of it for the comment.
func (a *author) reasons(it *item, v *visit) (survey.Answer, bool) {
	answer := survey.Answer{Question: it.question.ID}
	for _, value := range it.values {
		if a.rng.Float64() < chanceOf(value[0], v.counter.profile.weak) {
			answer.Values = append(answer.Values, value[0])
		}
	}
	if len(answer.Values) == 0 {
		return answer, false
	}
	v.topic = answer.Values[a.rng.IntN(len(answer.Values))]
	return answer, true
}

// commenting is how likely a person of that tone writes something.
var commenting = map[tone]float64{bad: 0.21, middling: 0.11, good: 0.056}

func (a *author) comment(q *survey.Question, v *visit) (survey.Answer, bool) {
	tone := v.tone(a.rng.Float64())
	if a.rng.Float64() >= commenting[tone] {
		return survey.Answer{}, false
	}
	text := a.speaker.comment(v, tone)
	if text == "" || utf8.RuneCountInString(text) > q.MaxLength {
		return survey.Answer{}, false
	}
	return survey.Answer{Question: q.ID, Text: text}, true
}
