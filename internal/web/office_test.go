package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// answer posts one sheet with a key of its own.
func (r *rig) answer(link, key, answers string) {
	r.t.Helper()
	body := fmt.Sprintf(`{"submission":"%022s","lang":"vi",%s}`, key, answers)
	body = strings.ReplaceAll(body, " ", "")
	if got := r.postJSON("/q/"+link, body); got.status != http.StatusCreated {
		r.t.Fatalf("answer %s: %d %s", key, got.status, got.body)
	}
}

// some posts twelve answers over three days: nine satisfied of twelve.
func (r *rig) some() {
	n := 0
	for day := range 3 {
		if day > 0 {
			r.advance(24 * time.Hour)
		}
		for _, level := range []int{5, 4, 4, 2} {
			n++
			more := `"service":"lltp",`
			if level < 4 {
				more = ""
			}
			reasons := ""
			if level == 2 {
				reasons = `,"reasons":["slow"],"comment":"lâu` + fmt.Sprint(n) + `"`
			}
			r.answer("7K3M9QXA", fmt.Sprint("n", n), more+`"answers":{"overall":`+fmt.Sprint(level)+reasons+`}`)
		}
	}
	r.sessions = map[string]*http.Cookie{} // the old ones have expired
}

func TestChartsAddUp(t *testing.T) {
	r := newRig(t)
	r.some()
	const office = "office@x.example"
	for path, want := range map[string][][]any{
		"/dashboard/stp/charts/summary.json":                               {{12.0, 9.0, 12.0, 75.0, 46.77, 91.11}},
		"/dashboard/stp/charts/summary.json?from=2026-11-23&to=2026-11-23": {{4.0, nil, nil, nil, nil, nil}},
		"/dashboard/stp/charts/summary.json?service=lltp":                  {{9.0, 9.0, 9.0, 100.0, 70.09, 100.0}},
		"/dashboard/stp/charts/summary.json?counter=q2":                    {{0.0, 0.0, 0.0, nil, nil, nil}},
		"/dashboard/stp/charts/summary.json?channel=kiosk":                 {{0.0, 0.0, 0.0, nil, nil, nil}},
		"/dashboard/stp/charts/summary.json?method=nd61-3":                 {{0.0, 0.0, 0.0, nil, nil, nil}},
		"/dashboard/stp/charts/trend.json?from=2026-10-01":                 {{"2026-10", 0.0, 0.0, 0.0, nil, nil, nil}, {"2026-11", 12.0, 9.0, 12.0, 75.0, 46.77, 91.11}},
		"/dashboard/stp/charts/counters.json":                              {{"q1", "Quầy 1", 12.0, 9.0, 12.0, 75.0, 46.77, 91.11}},
		"/dashboard/stp/charts/levels.json":                                {{"overall", 1.0, 0.0}, {"overall", 2.0, 3.0}, {"overall", 3.0, 0.0}, {"overall", 4.0, 6.0}, {"overall", 5.0, 3.0}},
	} {
		if diff := cmp.Diff(want, r.chart(office, path).Rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	if got := r.chart(office, "/dashboard/stp/charts/reasons.json").Rows[0]; got[0] != "slow" || got[1] != 3.0 {
		t.Errorf("first reason %v", got)
	}
	services := r.chart(office, "/dashboard/stp/charts/services.json").Rows
	if len(services) != 2 || services[0][0] != "lltp" || services[1][0] != "" {
		t.Errorf("services %v", services)
	}
}

func TestChartAsCSV(t *testing.T) {
	r := newRig(t)
	r.some()
	answer := r.get("/dashboard/stp/charts/counters.csv", r.as("office@x.example")...)
	want := "code,name,n,numerator,denominator,index,low,high\r\nq1,Quầy 1,12,9,12,75,46.77,91.11\r\n"
	if answer.status != 200 || answer.body != want || !strings.HasPrefix(answer.header.Get("Content-Type"), "text/csv") {
		t.Errorf("%d %s\n%s", answer.status, answer.header, answer.body)
	}
	if got := r.get("/dashboard/stp/charts/nothing.json", r.as("leader@x.example")...).status; got != 404 {
		t.Errorf("unknown chart: %d", got)
	}
}

// The page, the chart and the file are made of the same figures.
func TestDashboardPage(t *testing.T) {
	r := newRig(t)
	empty := r.get("/dashboard/stp", r.as("office@x.example")...)
	if empty.status != 200 || !strings.Contains(empty.body, "Chưa có phiếu nào") {
		t.Errorf("empty state: %d", empty.status)
	}
	r.some()
	page := r.get("/dashboard/stp", r.as("office@x.example")...)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	if got := doc.Find("#index").Text(); got != "75,00%" {
		t.Errorf("index %q", got)
	}
	if got := doc.Find("#responses").Text(); got != "12" {
		t.Errorf("responses %q", got)
	}
	if got := doc.Find("[data-chart]").Length(); got != 5 {
		t.Errorf("%d charts", got)
	}
	if text := doc.Find("#chart-trend table").Text(); !strings.Contains(text, "11/2026") || !strings.Contains(text, "46,77") {
		t.Errorf("trend table %q", text)
	}
	for _, want := range []string{"chưa đủ phiếu", "chưa đối chiếu văn bản gốc", "46,77", "không phải mẫu chọn ngẫu nhiên"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// Links carry the page's own selection, each part of it for itself.
func TestLinksKeepTheSelection(t *testing.T) {
	r := newRig(t)
	r.some()
	const selection = "?counter=q1&from=2026-11-23&method=hai-long-chung&to=2026-11-23"
	for page, wanted := range map[string][]string{
		"/dashboard/stp" + selection:            {"/dashboard/stp/charts/summary.csv" + selection, "/dashboard/stp/comments" + selection},
		"/dashboard/stp/comments" + selection:   {"/dashboard/stp" + selection},
		"/office?from=2026-11-23&to=2026-11-23": {"/dashboard/stp?from=2026-11-23&to=2026-11-23"},
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.get(page, r.as("office@x.example")...).body))
		must(t, err)
		links := map[string]bool{}
		doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) { links[a.AttrOr("href", "")] = true })
		for _, want := range wanted {
			if !links[want] {
				t.Errorf("%s has no link to %s", page, want)
			}
		}
	}
	file := r.get("/dashboard/stp/charts/summary.csv"+selection, r.as("office@x.example")...).body
	if !strings.Contains(file, "\n4,,,,,") {
		t.Errorf("file of one day: %s", file)
	}
}

func TestComments(t *testing.T) {
	r := newRig(t)
	r.some()
	page := r.get("/dashboard/stp/comments", r.as("auditor@x.example")...)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	if got := doc.Find(".day").Length(); got != 3 {
		t.Errorf("%d days", got)
	}
	if first := doc.Find(".day").First(); !strings.Contains(first.Find("h2").Text(), "24/11/2026") || !strings.Contains(first.Text(), "lâu12") {
		t.Errorf("first day %q", first.Text())
	}
	for _, bad := range []string{"x", "1.x", "99999999999.AAAAAAAAAAAAAAAAAAAAAA"} {
		if got := r.get("/dashboard/stp/comments?after="+bad, r.as("leader@x.example")...).status; got != 422 {
			t.Errorf("after=%s: %d", bad, got)
		}
	}
}

func TestOfficeTable(t *testing.T) {
	r := newRig(t)
	r.some()
	page := r.get("/office", r.as("office@x.example")...)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	var names []string
	doc.Find("tbody th a").Each(func(_ int, s *goquery.Selection) { names = append(names, s.Text()) })
	if diff := cmp.Diff([]string{"Sở Tư pháp", "Sở Y tế <script>alert(1)</script>", "Ban Dân vận"}, names); diff != "" {
		t.Errorf("agencies (-want +got):\n%s", diff)
	}
	if strings.Contains(page.body, "<script>alert") {
		t.Error("a name is not escaped")
	}
	if text := doc.Find("tbody tr").First().Text(); !strings.Contains(text, "75,00%") || !strings.Contains(text, "chưa đủ phiếu") {
		t.Errorf("first row %q", text)
	}
}

func TestBadQueries(t *testing.T) {
	r := newRig(t)
	for _, q := range []string{"from=x", "to=2026-02-30", "from=2026-11-22&to=2026-11-21", "from=1900-01-01", "channel=mail", "method=nope"} {
		for _, path := range []string{"/dashboard/stp", "/dashboard/stp/charts/trend.json", "/dashboard/stp/comments"} {
			if got := r.get(path+"?"+q, r.as("leader@x.example")...); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s?%s: %d", path, q, got.status)
			}
		}
	}
}
