package quality

import (
	"time"

	"hailong/internal/response"
	"hailong/internal/survey"
)

// trace is what is kept of an answer for the rest of the day.
type trace struct {
	id      response.ID
	at      int64  // received, Unix milliseconds
	opened  int64  // 0: unknown
	device  uint64 // digests, 0: none
	address uint64
	comment uint64
	pattern uint64 // of all answers but texts
	letters int32  // of the comment
	ratings int16
	kind    kind
	held    bool
}

// kind is a set of properties.
type kind uint16

// The properties of an answer.
const (
	perfect    kind = 1 << iota // every rating the best
	content                     // every rating above the middle
	worst                       // every rating the worst
	straight                    // every rating the same
	quick                       // filled in as practised or young people do
	impossible                  // faster than anybody can read
	bare                        // without a device, or without having opened the form
	closed                      // while the counter was closed
	again                       // the device was here before today
	kiosk
	untraced // with neither device nor time of opening: sent by a program, or cookies are refused
)

func (k kind) has(all kind) bool { return k&all == all }

// trace reduces a signal to what is kept of it.
func (t *today) trace(s *Signal, limits *Thresholds) trace {
	out := trace{
		id: s.Response.ID, at: s.Received.UnixMilli(),
		device:  digest(&t.secret, ofDevice, s.Device),
		address: t.address(s.Address),
	}
	comment, letters := t.comment(s.Response)
	out.comment, out.letters = comment, int32(letters)
	out.levels(s.Response, s.Form)
	if s.Response.Channel == response.Kiosk {
		out.kind |= kiosk
	}
	if !s.Opened.IsZero() && !s.Opened.After(s.Received) {
		out.opened = s.Opened.UnixMilli()
		out.pace(s.Received.Sub(s.Opened), len(s.Response.Answers), limits)
	}
	if out.device == 0 || out.opened == 0 {
		out.kind |= bare
	}
	if out.device == 0 && out.opened == 0 {
		out.kind |= untraced
	}
	return out
}

// pace notes how fast the form was filled in. Only questions that were answered
// ask for time: to skip the others is no fault.
func (t *trace) pace(took time.Duration, answered int, limits *Thresholds) {
	if limits.TooFast == nil {
		return
	}
	seconds := limits.TooFast.Base + limits.TooFast.PerQuestion*float64(answered)
	if took.Seconds() < seconds {
		t.kind |= quick
	}
	if took.Seconds() < seconds*limits.TooFast.Impossible {
		t.kind |= impossible
	}
}

// FNV-1a, 64 bits: patterns are compared, not kept secret.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// levels notes how content the answer is. The answers stand in the form's
// order, so both are walked together.
func (t *trace) levels(r *response.Response, form *survey.Form) {
	t.pattern = fnvOffset
	all, q := perfect|content|worst|straight, 0
	first := ""
	scale, levels := "", []survey.Level(nil)
	for i := range r.Answers {
		a := &r.Answers[i]
		for q < len(form.Questions) && form.Questions[q].ID != a.Question {
			q++
		}
		t.mix(byte(q))
		for _, value := range a.Values {
			t.mixText(value)
		}
		if q == len(form.Questions) || form.Questions[q].Kind != survey.Rating {
			continue
		}
		if t.ratings++; t.ratings == 1 {
			first = a.Values[0]
		}
		if a.Values[0] != first {
			all &^= straight
		}
		if form.Questions[q].Scale != scale {
			scale, levels = form.Questions[q].Scale, form.Levels(&form.Questions[q])
		}
		all &= standing(a.Values[0], levels) | straight
	}
	if t.ratings > 0 {
		t.kind |= all
	}
}

// standing says where a value stands on its scale. Content is the upper part
// without the middle: two of five levels, one of three.
func standing(value string, levels []survey.Level) (k kind) {
	for i := range levels {
		if levels[i].Key() != value {
			continue
		}
		if i == len(levels)-1 {
			k |= perfect
		}
		if 2*i > len(levels)-1 {
			k |= content
		}
		if i == 0 {
			k |= worst
		}
	}
	return k
}

func (t *trace) mix(b byte) { t.pattern = (t.pattern ^ uint64(b)) * fnvPrime }

func (t *trace) mixText(s string) {
	for i := range len(s) {
		t.mix(s[i])
	}
	t.mix(0xff) // no letter of UTF-8: ends the value
}
