package collect

import (
	"net/netip"
	"sync"
	"time"

	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// Arrival is what is known of a submission's arrival for a moment. The checks
// look at it; none of it is stored, logged or returned.
type Arrival struct {
	Device  string     // value of the device cookie, "" if there was none
	Address netip.Addr // of the client; the zero value is unknown
	Opened  time.Time  // when the form's page was made; zero if unknown
	Page    string     // what tells that page from every other, "" if unknown
}

// Checks judge answers when they come in.
type Checks struct {
	Judge *quality.Judge
	// Later is told which answers that came in earlier are to be held as well.
	// It must not block: the person still waits.
	Later func([]quality.Finding)

	hours sync.Map // opening hours as written → org.Hours
}

// CheckWith has answers judged before they are stored, so that the verdict is
// written with them. It is called before the first Accept; without it nothing
// is judged and every answer counts.
func (c *Collector) CheckWith(checks *Checks) { c.checks = checks }

// judge writes the verdict into a response. It counts a submission that is sent
// again for the same (see quality.Judge), so the verdict of what could not be
// stored the first time is not lost either.
func (c *Collector) judge(r *response.Response, form *survey.Form, s *Submission, received time.Time) {
	if c.checks == nil {
		return
	}
	verdict := c.checks.Judge.Judge(quality.Signal{
		Device: s.Arrival.Device, Address: s.Arrival.Address, Opened: s.Arrival.Opened, Page: s.Arrival.Page,
		Received: received, Response: r, Form: form, Hours: c.checks.hoursOf(s.Place.Counter),
	})
	r.Verdict = verdict.Stored()
	if len(verdict.Also) > 0 && c.checks.Later != nil {
		c.checks.Later(verdict.Also)
	}
}

// hoursOf reads a counter's hours once. The register holds none that cannot be
// read; unknown hours are what is left of such.
func (c *Checks) hoursOf(counter *org.Counter) org.Hours {
	if known, ok := c.hours.Load(counter.Hours); ok {
		return known.(org.Hours)
	}
	hours, err := org.ParseHours(counter.Hours)
	if err != nil {
		hours = org.Hours{}
	}
	c.hours.Store(counter.Hours, hours)
	return hours
}
