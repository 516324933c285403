package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/sheet"
)

// What the API says is what the office's package says, field by field.
func TestScores(t *testing.T) {
	c := newClient(t)
	c.quarter()
	for _, q := range []period.Query{
		{Period: "2026-Q3"}, {Period: "2026-Q4"}, {Period: "2026-Q3", Method: "mot-cua-5"}, {Period: "2026-Q3", Agency: "stp"},
		{Period: "2026-Q3", By: rating.ByCounter}, {Period: "2026-07", Agency: "stp", By: rating.ByService}, {Period: "2025-12..2026-11", By: rating.ByChannel},
	} {
		want, err := c.periods.Scores(t.Context(), q)
		must(t, err)
		path := "/api/v1/scores?period=" + q.Period
		for name, value := range map[string]string{"method": q.Method, "agency": q.Agency, "by": string(q.By)} {
			if value != "" {
				path += "&" + name + "=" + value
			}
		}
		encoded, err := json.Marshal(want)
		must(t, err)
		if got := c.read(path); got.status != 200 || got.body != string(encoded) {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
	}
	var scores period.Scores
	must(t, json.Unmarshal([]byte(c.read("/api/v1/scores?period=2026-Q3&agency=stp").body), &scores))
	if s := scores.Scores[0]; s.N != 50 || *s.Index != 80 || scores.Period.State != period.Sealed {
		t.Errorf("n %d, index %v, %s", s.N, *s.Index, scores.Period.State)
	}
}

// A sealed period costs no read of the store within a second, and a step of
// the office is seen after it.
func TestScoresAreKept(t *testing.T) {
	c := newClient(t)
	c.quarter()
	const path = "/api/v1/scores?period=2026-Q3&agency=stp"
	first := c.read(path)
	before := c.store.records.Load()
	for range 5 {
		if again := c.read("/api/v1/scores?agency=stp&by=agency&period=2026-Q3"); again.body != first.body || again.header.Get("ETag") != first.header.Get("ETag") {
			t.Errorf("another reply: %s", again.body)
		}
	}
	if read := c.store.records.Load() - before; read != 0 {
		t.Errorf("%d records were read", read)
	}
	_, err := c.periods.Correct(t.Context(), "2026-Q3", byOffice)
	must(t, err)
	c.give(10, "stp", "q1", calendar.Date(2026, 9, 30), 5)
	c.seal("2026-Q3")
	c.advance(time.Second)
	second := c.read(path)
	if !strings.Contains(second.body, `"revision":2`) || !strings.Contains(second.body, `"n":60`) || second.header.Get("ETag") == first.header.Get("ETag") {
		t.Errorf("after the correction: %s", second.body)
	}
	_, err = c.periods.Publish(t.Context(), "2026-Q3", byOffice)
	must(t, err)
	c.advance(time.Second)
	if third := c.read(path); !strings.Contains(third.body, `"state":"published"`) {
		t.Errorf("after publishing: %s", third.body)
	}
}

// Figures that still move are never kept.
func TestOpenScoresAreNotKept(t *testing.T) {
	c := newClient(t)
	for _, want := range []string{`"n":6`, `"n":12`} {
		c.give(6, "stp", "q1", calendar.Date(2026, 11, 22), 5)
		if got := c.read("/api/v1/scores?period=2026-Q4&agency=stp"); !strings.Contains(got.body, want) {
			t.Errorf("want %s: %s", want, got.body)
		}
	}
}

func TestRegisterHasNoLinks(t *testing.T) {
	c := newClient(t)
	got := c.read("/api/v1/agencies")
	if got.status != 200 || !strings.Contains(got.body, `"valid_to":"2026-01-31"`) || !strings.Contains(got.body, `"has_procedures":false`) {
		t.Errorf("%d %s", got.status, got.body)
	}
	if strings.Contains(got.body, "7K3M9QX") {
		t.Error("a link is in the register of the API")
	}
}

func TestRatings(t *testing.T) {
	c := newClient(t)
	c.quarter()
	at := func(criterion string) (year int, rule, whom, on string) { return 2026, "tccs-366", "db-stp", criterion }
	year, rule, whom, _ := at("")
	must(t, c.annual.Conclude(t.Context(), year, rule, whom, "tot", "đủ điều kiện", "office@x.example"))
	got := c.read("/api/v1/ratings/2026")
	var reply struct {
		Year    int
		Period  period.Info
		Rule    struct{ ID string }
		Ratings []rating.Rating
		Cap     *rating.CapCheck
	}
	must(t, json.Unmarshal([]byte(got.body), &reply))
	if reply.Year != 2026 || reply.Period.ID != "2026" || reply.Rule.ID != rule || len(reply.Ratings) != 1 || reply.Cap == nil {
		t.Fatalf("%s", got.body)
	}
	sheet := reply.Ratings[0]
	if sheet.PartyOrganisation != whom || len(sheet.Criteria) < 10 || sheet.Status != rating.Incomplete || sheet.Conclusion.Level != "tot" {
		t.Errorf("%+v", sheet)
	}
	if strings.Contains(got.body, "@x.example") {
		t.Error("the reply names people")
	}
	if named := c.read("/api/v1/ratings/2026?rule=tccs-2018"); named.status != 200 || !strings.Contains(named.body, `"id":"tccs-2018"`) {
		t.Errorf("%d %s", named.status, named.body)
	}
}

func TestPeriodsAndSheets(t *testing.T) {
	c := newClient(t)
	if got := c.read("/api/v1/periods"); got.body != `{"periods":[]}` {
		t.Errorf("no periods: %s", got.body)
	}
	c.quarter()
	first, err := c.periods.Export(t.Context(), "2026-Q3", 0)
	must(t, err)
	_, err = c.periods.Correct(t.Context(), "2026-Q3", byOffice)
	must(t, err)
	var list struct {
		Periods []struct {
			period.Info
			Revisions []struct{ State string }
		}
	}
	must(t, json.Unmarshal([]byte(c.read("/api/v1/periods").body), &list))
	if p := list.Periods[0]; p.Sheet != first.Hash || !p.Correcting || len(p.Revisions) != 2 || p.Revisions[1].State != "open" {
		t.Errorf("%+v", p)
	}
	for _, path := range []string{"/api/v1/periods/2026-Q3/sheet", "/api/v1/periods/2026-Q3/sheet?revision=1"} {
		got := c.read(path)
		if got.body != string(first.Bytes) {
			t.Errorf("%s is not as it was signed", path)
		}
		if _, err := sheet.Open([]byte(got.body)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A key of one agency is told what the agency may see of itself: while a period
// is open in steps of five, and of a sealed one no part that could be had by
// taking the others off the whole. The office's key is told every count.
func TestAnAgencysKeySeesNoSmallGroups(t *testing.T) {
	c := newClient(t)
	scores := func(secret, query string) []rating.Score {
		t.Helper()
		got := c.call("GET", "/api/v1/scores?agency=stp&period="+query, secret, "")
		var reply period.Scores
		must(t, json.Unmarshal([]byte(got.body), &reply))
		if got.status != 200 {
			t.Fatalf("%s: %d %s", query, got.status, got.body)
		}
		return reply.Scores
	}
	line := func(scores []rating.Score) string {
		text := ""
		for _, s := range scores {
			if s.Part != nil {
				text += s.Part.Code + " (" + s.Part.Name + ") "
			}
			text += fmt.Sprintf("%s %d of %d; ", s.Status, s.N, s.Received)
		}
		return text
	}
	c.give(20, "stp", "q1", calendar.Date(2026, 8, 4), 5)
	c.give(6, "stp", "q3", calendar.Date(2026, 8, 5), 2)
	c.give(3, "stp", "q2", calendar.Date(2026, 9, 1), 1)
	c.give(4, "stp", "q1", calendar.Date(2026, 10, 1), 1)
	c.give(4, "stp", "q2", calendar.Date(2026, 10, 1), 1)
	c.seal("2026-Q3")
	for _, want := range []struct{ query, all, own string }{
		{"2026-Q3", "insufficient 29 of 29; ", "insufficient 29 of 29; "},
		{"2026-Q3&by=counter", "q1 (Quầy 1) insufficient 20 of 20; q2 (Quầy 2) suppressed 3 of 3; q3 (Quầy đã đóng) insufficient 6 of 6; ",
			"q1 (Quầy 1) insufficient 20 of 20; * (Các nhóm nhỏ gộp chung) insufficient 9 of 9; "},
		{"2026-Q3&by=service", " () insufficient 29 of 29; ", " () insufficient 20 of 20; * (Các nhóm nhỏ gộp chung) insufficient 9 of 9; "},
		{"2026-Q4&by=counter", "q1 (Quầy 1) suppressed 4 of 4; q2 (Quầy 2) suppressed 4 of 4; ", "* (Các nhóm nhỏ gộp chung) insufficient 8 of 8; "},
		{"2026-09", "suppressed 3 of 3; ", "no_data 0 of 0; "},
	} {
		if got := line(scores(c.all, want.query)); got != want.all {
			t.Errorf("%s: the office is told %q, want %q", want.query, got, want.all)
		}
		if got := line(scores(c.own, want.query)); got != want.own {
			t.Errorf("%s: the agency is told %q, want %q", want.query, got, want.own)
		}
	}
}
