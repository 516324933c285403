package survey

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// exampleText answers every text question of an example.
const exampleText = "Góp ý thử"

// Example returns a valid submission of the form under the given submission
// key, as the indented JSON that POST /q/{link} takes, with a line break at the
// end. It answers so that as many questions as can be are shown; one that is
// still not shown is null. The same form gives the same bytes.
func (f *Form) Example(submission string) []byte {
	data, err := json.MarshalIndent(struct {
		Submission string  `json:"submission"`
		Lang       string  `json:"lang"`
		Answers    members `json:"answers"`
	}{submission, Vietnamese, f.exampleAnswers()}, "", "  ")
	if err != nil {
		panic("survey: an example is plain data and always encodes: " + err.Error())
	}
	return append(data, '\n')
}

func (f *Form) exampleAnswers() members {
	answers := make(members, 0, len(f.Questions))
	var before []Answer
	for i := range f.Questions {
		q := &f.Questions[i]
		var value any
		if f.Shown(q, before) {
			answer := f.exampleAnswer(q)
			value, before = q.Machine(answer), append(before, answer)
		}
		answers = append(answers, member{q.ID, value})
	}
	return answers
}

func (f *Form) exampleAnswer(q *Question) Answer {
	if q.Kind == Prose {
		text := []rune(exampleText)
		return Answer{Question: q.ID, Text: string(text[:min(len(text), q.MaxLength)])}
	}
	values := f.Values(q)
	if q.Kind == Rating {
		slices.Reverse(values) // of equals, the most satisfied
	}
	best := slices.MaxFunc(values, func(a, b string) int { return f.followedBy(q, a) - f.followedBy(q, b) })
	return Answer{Question: q.ID, Values: []string{best}}
}

// followedBy counts the later questions that the value shows.
func (f *Form) followedBy(q *Question, value string) int {
	shown := 0
	for _, later := range f.Questions {
		if later.ShowIf != nil && later.ShowIf.Question == q.ID && later.ShowIf.Met(value) {
			shown++
		}
	}
	return shown
}

// Machine returns an answer to the question as programs write it in JSON.
func (q *Question) Machine(a Answer) any {
	switch q.Kind {
	case Prose:
		return a.Text
	case Rating:
		return json.Number(a.Values[0])
	case YesNo:
		return a.Values[0] == Yes
	case Choices:
		return a.Values
	default:
		return a.Values[0]
	}
}

// member is one key of a JSON object.
type member struct {
	key   string
	value any
}

// members is a JSON object that keeps the order of its keys.
type members []member

// MarshalJSON writes the members in their order.
func (m members) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, member := range m {
		if i > 0 {
			out.WriteByte(',')
		}
		value, err := json.Marshal(member.value)
		if err != nil {
			return nil, err
		}
		out.WriteString(strconv.Quote(member.key)) // question ids are plain ASCII
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
