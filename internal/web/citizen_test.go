package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hailong/internal/response"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

const key = "AAAAAAAAAAAAAAAAAAAAAA"

func TestFormPage(t *testing.T) {
	r := newRig(t)
	page := r.get("/q/7k3m9qxa")
	if page.status != http.StatusOK {
		t.Fatalf("status %d\n%s", page.status, page.body)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	must(t, err)
	if got := doc.Find(".faces input[name='q.overall']").Length(); got != 5 {
		t.Errorf("%d faces, want 5", got)
	}
	first, _ := doc.Find("input[name=submission]").Attr("value")
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`).MatchString(first) {
		t.Errorf("submission key %q", first)
	}
	if strings.Contains(r.get("/q/7K3M9QXA").body, first) {
		t.Error("two pages have one submission key")
	}
	for _, want := range []string{"Sở Tư pháp", "Quầy 1", "Trung tâm Hành chính công", "Rất không hài lòng", "không hỏi tên", "Công chứng"} {
		if !strings.Contains(doc.Text(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := doc.Find("html").AttrOr("lang", ""); got != "vi" {
		t.Errorf("lang %q", got)
	}
	english := r.get("/q/7K3M9QXA?lang=en")
	if !strings.Contains(english.body, "Very dissatisfied") || strings.Contains(english.body, "Rất không hài lòng") {
		t.Error("the English page is not English")
	}
}

// Every page of every form and language stays under the weight that opens in
// a second on a slow network, in each encoding.
func TestFormPageIsLight(t *testing.T) {
	r := newRig(t)
	for _, link := range []string{"7K3M9QXA", "7K3M9QXB"} {
		for _, lang := range []string{"vi", "en"} {
			page := r.get("/q/"+link+"?lang="+lang, "Accept-Encoding", "gzip, br")
			if got := page.header.Get("Content-Encoding"); got != "br" {
				t.Fatalf("encoding %q", got)
			}
			if len(page.body) > 14<<10 {
				t.Errorf("%s in %s: %d bytes brotli, more than 14 KB", link, lang, len(page.body))
			}
			t.Logf("%s in %s: %d bytes brotli", link, lang, len(page.body))
		}
	}
}

func TestLinks(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]int{
		"/q/7K3M9QXA":   http.StatusOK,
		"/q/7K3M9QXZ":   http.StatusNotFound,
		"/q/x":          http.StatusNotFound,
		"/q/7K3M9QXC":   http.StatusGone,
		"/q/7K3M9QXE":   http.StatusGone,
		"/q/%37K3M9QXA": http.StatusOK,
		"/q/7K3M-9QXA":  http.StatusOK,
		"/q/7K3M9QXA/":  http.StatusNotFound,
		"/q/%2e%2e":     http.StatusNotFound,
	} {
		page := r.get(path)
		if page.status != want {
			t.Errorf("GET %s: %d, want %d", path, page.status, want)
		}
		if want != http.StatusOK && (!strings.Contains(page.body, "<h1>") || !strings.Contains(page.body, fmt.Sprint("Lỗi ", want))) {
			t.Errorf("GET %s: no friendly page:\n%s", path, page.body)
		}
		if want != http.StatusOK {
			if got := r.postJSON(path, `{"submission":"`+key+`","answers":{"overall":5}}`).status; got != want {
				t.Errorf("POST %s: %d, want %d", path, got, want)
			}
		}
	}
	if got := len(r.responses()); got != 0 {
		t.Errorf("%d responses stored", got)
	}
	if later := r.get("/q/7K3M9QXE").body; !strings.Contains(later, "chưa đến ngày nhận ý kiến") {
		t.Errorf("a counter that is not open yet says\n%s", later)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	r := newRig(t)
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		got := r.do(httptest.NewRequest(method, "/q/7K3M9QXA", nil))
		if got.status != http.StatusMethodNotAllowed || !strings.Contains(got.header.Get("Allow"), "POST") {
			t.Errorf("%s: %d, Allow %q", method, got.status, got.header.Get("Allow"))
		}
	}
}

func TestSubmitForm(t *testing.T) {
	r := newRig(t)
	answer := r.postForm("/q/7K3M9QXA?q.overall=5", url.Values{
		"submission": {key}, "lang": {"vi"}, "service": {"lltp"},
		"q.overall": {"2"}, "q.reasons": {"attitude", "slow"}, "q.comment": {"Chờ lâu, a\u0302n cần"},
	})
	if answer.status != http.StatusSeeOther || answer.header.Get("Location") != "/q/7K3M9QXA/thanks" {
		t.Fatalf("%d to %q\n%s", answer.status, answer.header.Get("Location"), answer.body)
	}
	if page := r.get("/q/7K3M9QXA/thanks"); page.status != http.StatusOK || !strings.Contains(page.body, "Cảm ơn") || strings.Contains(page.body, "<symbol") {
		t.Errorf("thanks: %d, and no face may laugh at who was not satisfied\n%s", page.status, page.body)
	}
	stored := r.responses()
	if len(stored) != 1 {
		t.Fatalf("%d responses", len(stored))
	}
	got := stored[0]
	if got.Agency != "stp" || got.Counter != "q1" || got.Service != "lltp" || got.Channel != response.QR || got.Day.String() != "2026-11-22" || got.Shift != "am" || got.Lang != "vi" {
		t.Errorf("stored %+v", got)
	}
	want := []string{"overall=[2] ", "reasons=[slow attitude] ", "comment=[] Chờ lâu, ân cần"}
	var answers []string
	for _, a := range got.Answers {
		answers = append(answers, fmt.Sprintf("%s=%v %s", a.Question, a.Values, a.Text))
	}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestSubmitIsIdempotent(t *testing.T) {
	r := newRig(t)
	body := `{"submission":"` + key + `","lang":"vi","answers":{"overall":5}}`
	for i, want := range []int{201, 200, 200} {
		if got := r.postJSON("/q/7K3M9QXA", body); got.status != want {
			t.Errorf("try %d: %d %s", i, got.status, got.body)
		}
	}
	for _, second := range []string{
		`{"submission":"` + key + `","lang":"vi","answers":{"overall":1}}`,
		`{"submission":"` + key + `","lang":"vi","answers":{"overall":"five"}}`,
		`{"submission":"` + key + `","lang":"vi","answers":{}}`,
	} {
		if got := r.postJSON("/q/7K3M9QXA", second); got.status != 200 {
			t.Errorf("second body %s: %d %s", second, got.status, got.body)
		}
	}
	if got := r.postForm("/q/7K3M9QXA", url.Values{"submission": {key}, "q.overall": {"1"}}); got.status != 303 {
		t.Errorf("the same as a form: %d", got.status)
	}
	if stored := r.responses(); len(stored) != 1 || stored[0].Answers[0].Values[0] != "5" {
		t.Errorf("stored %+v", stored)
	}
}

func TestSubmitJSONFaults(t *testing.T) {
	r := newRig(t)
	sheet := func(answers string) string {
		return `{"submission":"` + key + `","lang":"vi","answers":` + answers + `}`
	}
	for name, c := range map[string]struct{ body, question, code string }{
		"unknown question":   {sheet(`{"overall":5,"salary":3}`), "salary", "unknown_question"},
		"off the scale":      {sheet(`{"overall":6}`), "overall", "not_an_option"},
		"zero":               {sheet(`{"overall":0}`), "overall", "not_an_option"},
		"fraction":           {sheet(`{"overall":4.5}`), "overall", "wrong_type"},
		"huge":               {sheet(`{"overall":1e400}`), "overall", "wrong_type"},
		"text for a level":   {sheet(`{"overall":"4"}`), "overall", "wrong_type"},
		"list for a level":   {sheet(`{"overall":[4]}`), "overall", "wrong_type"},
		"object":             {sheet(`{"overall":{"$gt":1}}`), "overall", "wrong_type"},
		"missing":            {sheet(`{"overall":null}`), "overall", "required"},
		"nothing":            {sheet(`{}`), "overall", "required"},
		"not shown":          {sheet(`{"overall":5,"reasons":["slow"]}`), "reasons", "not_shown"},
		"unknown option":     {sheet(`{"overall":1,"reasons":["nope"]}`), "reasons", "not_an_option"},
		"option twice":       {sheet(`{"overall":1,"reasons":["slow","slow"]}`), "reasons", "repeated"},
		"10,000 choices":     {sheet(`{"overall":1,"reasons":[` + strings.TrimSuffix(strings.Repeat(`"s",`, 10000), ",") + `]}`), "reasons", "too_many"},
		"U+0000":             {sheet(`{"overall":5,"comment":"a\u0000b"}`), "comment", "bad_characters"},
		"control":            {sheet(`{"overall":5,"comment":"a\u001bb"}`), "comment", "bad_characters"},
		"unpaired surrogate": {sheet(`{"overall":5,"comment":"\ud800"}`), "", "malformed"},
		"invalid UTF-8":      {sheet("{\"overall\":5,\"comment\":\"\xff\"}"), "", "malformed"},
		"too long":           {sheet(`{"overall":5,"comment":"` + strings.Repeat("ă", 1001) + `"}`), "comment", "too_long"},
		"number for text":    {sheet(`{"overall":5,"comment":7}`), "comment", "wrong_type"},
		"broken":             {`{"submission":`, "", "malformed"},
		"empty":              {``, "", "malformed"},
		"array":              {`[]`, "", "malformed"},
		"repeated name":      {sheet(`{"overall":5,"overall":1}`), "", "malformed"},
		"unknown name":       {`{"submission":"` + key + `","answer":{"overall":5}}`, "", "malformed"},
		"no key":             {`{"answers":{"overall":5}}`, "submission", "bad_submission"},
		"short key":          {`{"submission":"abc","answers":{"overall":5}}`, "submission", "bad_submission"},
		"key with a slash":   {`{"submission":"AAAAAAAAAAAAAAAAAAAAA/","answers":{"overall":5}}`, "submission", "bad_submission"},
		"unknown service":    {`{"submission":"` + key + `","service":"xyz","answers":{"overall":5}}`, "service", "unknown_service"},
		"unknown language":   {`{"submission":"` + key + `","lang":"xx","answers":{"overall":5}}`, "lang", "unknown_language"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := r.postJSON("/q/7K3M9QXA", c.body)
			if answer.status != http.StatusUnprocessableEntity {
				t.Fatalf("status %d %s", answer.status, answer.body)
			}
			want := fmt.Sprintf(`"question":%q,"code":%q,"message":"`, c.question, c.code)
			if !strings.Contains(answer.body, want) {
				t.Errorf("body %s, want it to hold %s", answer.body, want)
			}
			if strings.Contains(answer.body, `"message":"fault.`) || strings.Contains(answer.body, `"message":""`) {
				t.Errorf("a fault without a sentence: %s", answer.body)
			}
		})
	}
	if got := len(r.responses()); got != 0 {
		t.Errorf("%d faulty responses stored", got)
	}
}

func TestSubmitEnvelope(t *testing.T) {
	r := newRig(t)
	valid := `{"submission":"` + key + `","answers":{"overall":5}}`
	for name, c := range map[string]struct {
		contentType, encoding, body string
		want                        int
	}{
		"text":          {"text/plain", "", valid, 415},
		"multipart":     {"multipart/form-data; boundary=x", "", "--x--", 415},
		"whole parts":   {"multipart/form-data; boundary=x", "", "--x\r\nContent-Disposition: form-data; name=\"q.overall\"\r\n\r\n5\r\n--x--\r\n", 415},
		"broken parts":  {"multipart/form-data; boundary=x", "", valid, 415},
		"no boundary":   {"multipart/form-data", "", valid, 415},
		"no type":       {"", "", valid, 415},
		"UTF-16":        {"application/json; charset=utf-16", "", valid, 415},
		"Latin 1":       {"application/x-www-form-urlencoded; charset=iso-8859-1", "", "q.overall=5", 415},
		"compressed":    {"application/json", "gzip", valid, 415},
		"too large":     {"application/json", "", valid + strings.Repeat(" ", 64<<10), 413},
		"large form":    {"application/x-www-form-urlencoded", "", "q.comment=" + strings.Repeat("a", 70<<10), 413},
		"quoted UTF-8":  {`application/json; charset="UTF-8"`, "", valid, 201},
		"just in limit": {"application/json; charset=utf-8", "", valid + strings.Repeat(" ", 64<<10-len(valid)), 200},
	} {
		t.Run(name, func(t *testing.T) {
			answer := r.postJSON("/q/7K3M9QXA", c.body, "Content-Type", c.contentType, "Content-Encoding", c.encoding)
			if name == "just in limit" && answer.status == 201 || name == "quoted UTF-8" && answer.status == 200 {
				return // whichever of the two came first
			}
			if answer.status != c.want {
				t.Errorf("status %d, want %d: %s", answer.status, c.want, answer.body)
			}
		})
	}
}

// A person gets the sheet back with everything filled in and a sentence at
// each fault.
func TestFaultySheetComesBack(t *testing.T) {
	r := newRig(t)
	answer := r.postForm("/q/7K3M9QXA", url.Values{
		"submission": {key}, "lang": {"en"}, "service": {"cc"}, "q.overall": {"5"}, "q.reasons": {"slow"}, "q.comment": {`"><script>alert(1)</script>`},
	})
	if answer.status != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", answer.status)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(answer.body))
	must(t, err)
	for selector, want := range map[string]int{
		"#q-overall-5[checked]": 1, "#q-reasons-slow[checked]": 0, "#q-reasons .fault": 1, "[role=alert]": 1,
		"option[value=cc][selected]": 1, "input[name=submission][value=" + key + "]": 1, "html[lang=en]": 1,
	} {
		if got := doc.Find(selector).Length(); got != want {
			t.Errorf("%d of %s, want %d", got, selector, want)
		}
	}
	if got := doc.Find("textarea").Text(); got != `"><script>alert(1)</script>` {
		t.Errorf("comment came back as %q", got)
	}
	// Sent again as it came back, it is accepted.
	if again := r.postForm("/q/7K3M9QXA", url.Values{"submission": {key}, "lang": {"en"}, "q.overall": {"5"}}); again.status != 303 || !strings.HasSuffix(again.header.Get("Location"), "?lang=en") {
		t.Errorf("again: %d %s", again.status, again.header.Get("Location"))
	}
}

func TestStoreDown(t *testing.T) {
	r := newRig(t)
	r.store.down = true
	program := r.postJSON("/q/7K3M9QXA", `{"submission":"`+key+`","answers":{"overall":5}}`)
	if program.status != 503 || program.header.Get("Retry-After") == "" {
		t.Errorf("program: %d, Retry-After %q", program.status, program.header.Get("Retry-After"))
	}
	person := r.postForm("/q/7K3M9QXA", url.Values{"submission": {key}, "q.overall": {"5"}})
	if person.status != 503 || person.header.Get("Retry-After") == "" || !strings.Contains(person.body, `value="5" checked`) || !strings.Contains(person.body, key) {
		t.Errorf("person: %d, Retry-After %q\n%s", person.status, person.header.Get("Retry-After"), person.body)
	}
	if got := r.get("/readyz").status; got != 503 {
		t.Errorf("/readyz %d", got)
	}
	if got := r.get("/livez").status; got != 200 {
		t.Errorf("/livez %d", got)
	}
	r.store.down = false
	if got := r.postJSON("/q/7K3M9QXA", `{"submission":"`+key+`","answers":{"overall":5}}`).status; got != 201 {
		t.Errorf("after recovery: %d", got)
	}
	if got := len(r.responses()); got != 1 {
		t.Errorf("%d responses", got)
	}
}
