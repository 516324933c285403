package quality_test

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/surveys"
)

var zone = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		panic(err)
	}
	return zone
}()

// monday is a working day in the morning.
var monday = time.Date(2026, 11, 16, 8, 0, 0, 0, zone)

// rig sends answers to a judge and collects what it holds.
type rig struct {
	t      testing.TB
	judge  *quality.Judge
	forms  *survey.Forms
	hours  org.Hours
	n      uint64
	held   map[response.ID]bool
	within []response.ID
}

func newRig(t testing.TB) *rig {
	t.Helper()
	thresholds, err := quality.Load(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	return newRigWith(t, thresholds)
}

func newRigWith(t testing.TB, thresholds *quality.Thresholds) *rig {
	t.Helper()
	forms, err := survey.LoadForms(surveys.FS)
	if err != nil {
		t.Fatal(err)
	}
	hours, err := org.ParseHours("Mon-Fri 07:30-11:30 13:30-17:00")
	if err != nil {
		t.Fatal(err)
	}
	return &rig{t: t, judge: quality.New(thresholds, zone), forms: forms, hours: hours, held: map[response.ID]bool{}}
}

// answer is one short form; the zero value of a field is an ordinary one.
type answer struct {
	at      time.Time
	took    time.Duration // 0: half a minute
	unknown bool          // when it was opened
	level   int           // 0: 4
	counter string        // "": q1
	device  string        // "": one never seen; "-": none
	address netip.Addr    // of the hall
	channel response.Channel
	comment string
	form    string
	items   func(i int) int // levels of a longer form
}

func (r *rig) signal(a answer) quality.Signal {
	r.n++
	if a.took == 0 {
		a.took = 30 * time.Second
	}
	if a.form == "" {
		a.form = "mot-cua"
	}
	form := r.forms.Current(a.form)
	in := &response.Response{Agency: "stp", Counter: a.counter, Channel: a.channel, Form: form.Ref(), Lang: "vi", Answers: r.answers(form, a)}
	binary.BigEndian.PutUint64(in.ID[:], r.n)
	if in.Counter == "" {
		in.Counter = "q1"
	}
	if in.Channel == "" {
		in.Channel = response.QR
	}
	s := quality.Signal{Device: a.device, Address: a.address, Received: a.at, Response: in, Form: form, Hours: r.hours}
	switch a.device {
	case "":
		s.Device = "device-" + strconv.FormatUint(r.n, 10)
	case "-":
		s.Device = ""
	}
	if !s.Address.IsValid() {
		s.Address = wifi
	}
	if !a.unknown {
		s.Opened = a.at.Add(-a.took)
	}
	return s
}

func (r *rig) answers(form *survey.Form, a answer) (answers []survey.Answer) {
	if a.level == 0 {
		a.level = 4
	}
	for i, q := range form.Questions {
		if q.Kind != survey.Rating {
			continue
		}
		level := a.level
		if a.items != nil {
			level = a.items(i)
		}
		answers = append(answers, survey.Answer{Question: q.ID, Values: []string{strconv.Itoa(level)}})
	}
	if a.comment != "" {
		answers = append(answers, survey.Answer{Question: "comment", Text: a.comment})
	}
	return answers
}

func (r *rig) send(a answer) quality.Verdict {
	r.t.Helper()
	return r.sendFrom("", a)
}

// sendFrom sends an answer from a page that is known.
func (r *rig) sendFrom(page string, a answer) quality.Verdict {
	r.t.Helper()
	s := r.signal(a)
	s.Page = page
	verdict := r.judge.Judge(s)
	if verdict.Outcome != quality.Pass && verdict.Reasons == nil || verdict.Outcome == quality.Pass && verdict.Reasons != nil {
		r.t.Errorf("outcome %s with reasons %v", verdict.Outcome, verdict.Reasons)
	}
	r.within = append(r.within, s.Response.ID)
	if verdict.Outcome == quality.Hold {
		r.held[s.Response.ID] = true
	}
	for _, also := range verdict.Also {
		if also.ID == s.Response.ID || !slices.Contains(r.within, also.ID) {
			r.t.Errorf("%v is named besides %v", also, s.Response.ID)
		}
		r.held[also.ID] = true
	}
	return verdict
}

// wantHeld demands that so many of the answers sent are held by now.
func (r *rig) wantHeld(want int) {
	r.t.Helper()
	if len(r.held) != want {
		r.t.Errorf("%d answers of %d are held, want %d", len(r.held), r.n, want)
	}
}

func after(d time.Duration) time.Time { return monday.Add(d) }
