package main_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"hailong/internal/response"
	"hailong/internal/survey"
)

// question is what a citizen is asked, as the contract tells it to outsiders.
type question struct {
	id      string
	levels  int      // of a rating
	options []string // to choose from
	several bool     // of the options
	must    bool
	upTo    int // asked if "overall" is at most this; 0: always
}

// forms are the questions of three shipped forms, comments left out.
var forms = map[string][]question{
	"mot-cua": {
		{id: "overall", levels: 5, must: true},
		{id: "reasons", options: []string{"slow", "attitude", "guidance", "supplement", "visits", "fees", "waiting", "other"}, several: true, upTo: 3},
	},
	"mot-cua-22": append([]question{{id: "overall", levels: 5}},
		ratings(5, "tc1 tc2 tc3 tc4 tt1 tt2 tt3 tt4 tt5 cc1 cc2 cc3 cc4 cc5 cc6 kq1 kq2 kq3 gy1 gy2 gy3 gy4")...),
	"nd61-3": {
		{id: "overall", levels: 3, must: true},
		{id: "returns", options: []string{"none", "once", "more"}},
		{id: "agencies", options: []string{"none", "one", "more"}},
		{id: "attitude", levels: 3},
	},
}

func ratings(levels int, ids string) []question {
	var all []question
	for id := range strings.FieldsSeq(ids) {
		all = append(all, question{id: id, levels: levels})
	}
	return all
}

func (q question) stored(values []string) survey.Answer {
	return survey.Answer{Question: q.id, Values: values}
}

// agency and counter are what the test puts in the register.
type agency struct {
	code, name string
	services   []string // codes
	counters   []counter
}

type counter struct{ code, name, form, link string }

// answer is one sheet, and how it is sent.
type answer struct {
	key, day                                      string
	agency, counter, service, channel, form, link string
	given                                         map[string][]string // by question; blanks are absent

	asForm bool
	atOnce int    // how many senders send it at the same time
	again  string // what is sent under the same key later; "": nothing
}

// draw makes everything at random.
type draw struct{ *rand.Rand }

func pick[T any](d draw, from []T) T { return from[d.IntN(len(from))] }

func (d draw) chance(percent int) bool { return d.IntN(100) < percent }

// agencies are three with two to five counters and none to four services each.
// The first has a counter of each form.
func (d draw) agencies() []agency {
	ids := []string{"mot-cua", "mot-cua-22", "nd61-3"}
	var all []agency
	for i := range 3 {
		a := agency{code: fmt.Sprintf("cq-%d%d", i, d.IntN(1000)), name: fmt.Sprintf("Ủy ban \"%d\", phường Nghĩa Đức", d.IntN(1000))}
		for j := range d.IntN(5) {
			a.services = append(a.services, fmt.Sprintf("tt-%d", j))
		}
		for j := range 2 + i%2 + d.IntN(3) {
			form := pick(d, ids)
			if i == 0 && j < len(ids) {
				form = ids[j]
			}
			link := fmt.Sprintf("%dZ%d%05d", i, j, d.IntN(100_000))
			a.counters = append(a.counters, counter{fmt.Sprintf("quay-%d", j), fmt.Sprintf("Quầy %d, tầng 1", j), form, link})
		}
		if i == 0 && len(a.counters) < len(ids) {
			a.counters = append(a.counters, counter{"quay-them", "Quầy thêm", "nd61-3", "0ZX00000"})
		}
		all = append(all, a)
	}
	return all
}

// registerOf writes the agencies as a register file; JSON is YAML too.
func registerOf(agencies []agency) string {
	type object map[string]any
	var all []object
	for _, a := range agencies {
		services, counters := []object{}, []object{}
		for _, s := range a.services {
			services = append(services, object{"code": s, "name": "Thủ tục, " + s})
		}
		for _, c := range a.counters {
			counters = append(counters, object{"code": c.code, "name": c.name, "form": c.form, "link": c.link})
		}
		all = append(all, object{"code": a.code, "name": a.name, "services": services, "counters": counters})
	}
	return encode(object{"agencies": all})
}

func encode(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// past are answers of closed days, by every channel.
func (d draw) past(khoi []agency, now time.Time, n int) []answer {
	all := make([]answer, n)
	for i := range all {
		all[i] = d.answer(khoi)
		all[i].day = now.AddDate(0, 0, -1-d.IntN(daysBefore)).Format(time.DateOnly)
		all[i].channel = pick(d, []string{"qr", "qr", "kiosk", "paper", "ticket"})
	}
	return all
}

// today are answers that will be sent, some of them more than once.
func (d draw) today(khoi []agency, now time.Time, n int) []answer {
	all := make([]answer, n)
	for i := range all {
		a := d.answer(khoi)
		a.day, a.channel, a.atOnce, a.asForm = now.Format(time.DateOnly), "qr", 1, d.chance(50)
		if d.chance(20) {
			a.atOnce = 2
		}
		if d.chance(20) {
			a.again = pick(d, []string{a.json(), `{"submission":"` + a.key + `","answers":{}}`, `{"submission":"` + a.key + `","answers":{"overall":77}}`})
		}
		if d.chance(20) {
			a.link = strings.ToLower(a.link)
		}
		all[i] = a
	}
	return all
}

func (d draw) answer(khoi []agency) answer {
	at := pick(d, khoi)
	c := pick(d, at.counters)
	a := answer{key: response.NewSubmission(), agency: at.code, counter: c.code, form: c.form, link: c.link, given: map[string][]string{}}
	if len(at.services) > 0 && d.chance(80) {
		a.service = pick(d, at.services)
	}
	for _, q := range forms[c.form] {
		overall, _ := strconv.Atoi(strings.Join(a.given["overall"], ""))
		asked := q.upTo == 0 || overall > 0 && overall <= q.upTo
		if asked && (q.must || d.chance(75)) {
			a.given[q.id] = d.values(q)
		}
	}
	return a
}

func (d draw) values(q question) []string {
	if q.levels > 0 {
		return []string{strconv.Itoa(1 + d.IntN(q.levels))}
	}
	n := 1
	if q.several {
		n += d.IntN(len(q.options))
	}
	chosen := slices.Clone(q.options)
	d.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen[:n]
}

func (a answer) mediaType() string {
	if a.asForm {
		return formType
	}
	return jsonType
}

func (a answer) body() string {
	if a.asForm {
		return a.urlencoded()
	}
	return a.json()
}

// urlencoded is what a browser sends: blanks are left out or empty.
func (a answer) urlencoded() string {
	body := url.Values{"submission": {a.key}, "lang": {"vi"}, "service": {a.service}}
	for i, q := range forms[a.form] {
		if values := a.given[q.id]; len(values) > 0 {
			body["q."+q.id] = values
		} else if i%2 == 0 {
			body.Set("q."+q.id, "")
		}
	}
	return body.Encode()
}

// json is what a program sends: blanks are left out or null.
func (a answer) json() string {
	answers := map[string]any{}
	for i, q := range forms[a.form] {
		values := a.given[q.id]
		switch {
		case len(values) == 0 && i%2 == 0:
		case len(values) == 0:
			answers[q.id] = nil
		case q.levels > 0:
			answers[q.id] = json.Number(values[0])
		case q.several:
			answers[q.id] = values
		default:
			answers[q.id] = values[0]
		}
	}
	body := map[string]any{"submission": a.key, "lang": "en", "answers": answers}
	if a.service != "" {
		body["service"] = a.service
	}
	return encode(body)
}
