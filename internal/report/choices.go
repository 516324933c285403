package report

import (
	"slices"

	"hailong/internal/survey"
	"hailong/internal/tally"
)

// ChoiceCounts says how often each answer to a question was chosen that takes
// one answer.
type ChoiceCounts struct {
	Form     string // id
	Question *survey.Question
	Options  []OptionCount // in the form's order; those of a yes_no question have no label
	Answered int64
}

// takesOne says whether people choose one of several answers that are no levels.
func takesOne(q *survey.Question) bool { return q.Kind == survey.Choice || q.Kind == survey.YesNo }

// choices counts each question that takes one answer. Versions of one form are
// added up. A question that fewer than few people have answered is left out.
func (r *Reader) choices(byForm map[survey.Ref]*tally.Counts, few int64) []ChoiceCounts {
	var rows []ChoiceCounts
	r.eachQuestion(byForm, func(form *survey.Form, q *survey.Question, counts *tally.Counts) {
		if !takesOne(q) {
			return
		}
		i := slices.IndexFunc(rows, func(row ChoiceCounts) bool { return row.Form == form.ID && row.Question.ID == q.ID })
		if i < 0 {
			i = len(rows)
			rows = append(rows, ChoiceCounts{Form: form.ID, Question: q})
		}
		answers := counts.Questions[q.ID]
		rows[i].Options = addOptions(rows[i].Options, optionsOf(form, q), answers)
		if answers != nil {
			rows[i].Answered += answers.Answered
		}
	})
	return slices.DeleteFunc(rows, func(row ChoiceCounts) bool { return row.Answered < max(1, few) })
}

// optionsOf lists what can be answered to a question that takes one answer.
func optionsOf(form *survey.Form, q *survey.Question) []survey.Option {
	if q.Kind == survey.Choice {
		return q.Options
	}
	var options []survey.Option
	for _, value := range form.Values(q) {
		options = append(options, survey.Option{ID: value})
	}
	return options
}

// addOptions adds up how often each option was chosen; those not met before
// follow at the end.
func addOptions(rows []OptionCount, options []survey.Option, answers *tally.Question) []OptionCount {
	for _, option := range options {
		i := slices.IndexFunc(rows, func(row OptionCount) bool { return row.Option.ID == option.ID })
		if i < 0 {
			i = len(rows)
			rows = append(rows, OptionCount{Option: option})
		}
		if answers != nil {
			rows[i].Count += answers.Values[option.ID]
		}
	}
	return rows
}
