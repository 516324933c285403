package sqlite

import (
	"encoding/json"

	"hailong/internal/survey"
)

// answer is a survey.Answer with names as short as a person can still read.
type answer struct {
	Question string   `json:"q"`
	Values   []string `json:"v,omitempty"`
	Text     string   `json:"t,omitempty"`
}

func encodeAnswers(answers []survey.Answer) ([]byte, error) {
	stored := make([]answer, len(answers))
	for i, a := range answers {
		stored[i] = answer(a)
	}
	return json.Marshal(stored)
}

func decodeAnswers(data []byte) ([]survey.Answer, error) {
	var stored []answer
	if err := json.Unmarshal(data, &stored); err != nil {
		return nil, err
	}
	answers := make([]survey.Answer, len(stored))
	for i, a := range stored {
		answers[i] = survey.Answer(a)
	}
	return answers, nil
}

// encodeReasons writes the codes of a verdict; nothing for none.
func encodeReasons(reasons []string) (string, error) {
	if len(reasons) == 0 {
		return "", nil
	}
	data, err := json.Marshal(reasons)
	return string(data), err
}

func decodeReasons(data []byte) (reasons []string, err error) {
	if len(data) == 0 {
		return nil, nil
	}
	err = json.Unmarshal(data, &reasons)
	return reasons, err
}
