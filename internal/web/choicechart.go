package web

import (
	"slices"

	"hailong/internal/chart"
	"hailong/internal/i18n"
	"hailong/internal/report"
)

// choiceChart is the name of the chart of one question that takes one answer.
func choiceChart(row report.ChoiceCounts) string {
	return "choice-" + row.Form + "-" + row.Question.ID
}

// choiceOf returns the question whose chart has the name, nil where there is
// none.
func choiceOf(board *report.Dashboard, name string) *report.ChoiceCounts {
	i := slices.IndexFunc(board.Choices, func(row report.ChoiceCounts) bool { return choiceChart(row) == name })
	if i < 0 {
		return nil
	}
	return &board.Choices[i]
}

// chartsOf names the charts that are drawn on a dashboard, in the order of the
// page: the questions that take one answer follow the levels.
func chartsOf(board *report.Dashboard) []string {
	names := slices.Clone(chartNames)
	at := slices.Index(names, "levels") + 1
	for i, row := range board.Choices {
		names = slices.Insert(names, at+i, choiceChart(row))
	}
	return names
}

// answersTo words what can be answered to a question: the two answers to a
// yes_no question are words of the interface.
func answersTo(row *report.ChoiceCounts, l *i18n.Language) []chart.Option {
	answers := options(row.Options, l.Code)
	for i := range answers {
		if row.Options[i].Option.Label == nil {
			answers[i].Label = l.T("answer." + answers[i].ID)
		}
	}
	return answers
}

// answerNames maps the answers to a question to their words.
func answerNames(row *report.ChoiceCounts, l *i18n.Language) map[string]string {
	names := map[string]string{}
	for _, answer := range answersTo(row, l) {
		names[answer.ID] = answer.Label
	}
	return names
}
