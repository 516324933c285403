package mongo

import (
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// responseDoc is one response. Text says that an answer is free text; only
// then it is in the indexes for comments. Held and Noted put it into those for
// reviews.
type responseDoc struct {
	ID      []byte      `bson:"_id"`
	Day     int32       `bson:"day"`
	Shift   string      `bson:"shift"`
	Agency  string      `bson:"agency"`
	Counter string      `bson:"counter"`
	Service string      `bson:"service,omitempty"`
	Channel string      `bson:"channel"`
	Form    string      `bson:"form"`
	Version int         `bson:"version"`
	Lang    string      `bson:"lang"`
	Answers []answerDoc `bson:"answers,omitempty"`
	Text    bool        `bson:"text,omitempty"`
	Held    bool        `bson:"held,omitempty"`
	Noted   bool        `bson:"noted,omitempty"` // there are reasons
	Reasons []string    `bson:"reasons,omitempty"`
}

// answerDoc names its question in a value: what comes from a questionnaire may
// hold characters that mean something in the name of a field.
type answerDoc struct {
	Question string   `bson:"q"`
	Values   []string `bson:"v,omitempty"`
	Text     string   `bson:"t,omitempty"`
}

func documentOf(r *response.Response) *responseDoc {
	doc := &responseDoc{
		ID: r.ID[:], Day: int32(r.Day), Shift: string(r.Shift),
		Agency: r.Agency, Counter: r.Counter, Service: r.Service, Channel: string(r.Channel),
		Form: r.Form.ID, Version: r.Form.Version, Lang: r.Lang,
		Answers: make([]answerDoc, len(r.Answers)), Text: r.HasText(),
		Held: r.Verdict.Held, Noted: len(r.Verdict.Reasons) > 0, Reasons: r.Verdict.Reasons,
	}
	for i, answer := range r.Answers {
		doc.Answers[i] = answerDoc(answer)
	}
	return doc
}

func (d *responseDoc) response() (response.Response, error) {
	if len(d.ID) != len(response.ID{}) {
		return response.Response{}, fmt.Errorf("response with an id of %d bytes: %w", len(d.ID), errSpoiled)
	}
	r := response.Response{
		ID: response.ID(d.ID), Day: calendar.Day(d.Day), Shift: calendar.Shift(d.Shift),
		Agency: d.Agency, Counter: d.Counter, Service: d.Service, Channel: response.Channel(d.Channel),
		Form: survey.Ref{ID: d.Form, Version: d.Version}, Lang: d.Lang,
		Answers: make([]survey.Answer, len(d.Answers)),
		Verdict: response.Verdict{Held: d.Held, Reasons: d.Reasons},
	}
	for i, answer := range d.Answers {
		r.Answers[i] = survey.Answer(answer)
	}
	return r, nil
}
