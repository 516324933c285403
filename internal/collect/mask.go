package collect

import (
	"slices"

	"hailong/internal/comment"
	"hailong/internal/survey"
)

// masked returns the answers with marks in place of personal data. A mark can
// be longer than what it stands for, so a text is cut to its question's length.
func masked(form *survey.Form, answers []survey.Answer, words *comment.Lexicon) []survey.Answer {
	answers = slices.Clone(answers)
	for i, a := range answers {
		if a.Text == "" {
			continue
		}
		text, found := words.Mask(a.Text)
		if len(found) > 0 {
			text = comment.Cut(text, form.Question(a.Question).MaxLength)
		}
		answers[i].Text = text
	}
	return answers
}
