package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/web"
	"hailong/surveys"
)

func deviceOf(t *testing.T, got reply) *http.Cookie {
	t.Helper()
	line := got.header.Get("Set-Cookie")
	if line == "" {
		return nil
	}
	cookie, err := http.ParseSetCookie(line)
	must(t, err)
	return cookie
}

// TestDeviceCookie is random, closed to scripts, gone at midnight and set once.
func TestDeviceCookie(t *testing.T) {
	for public, secure := range map[string]bool{"http://127.0.0.1:8080": false, "https://hailong.example": true} {
		r := newRig(t, func(o *web.Options) { o.PublicURL = public })
		first, second := deviceOf(t, r.get("/q/7K3M9QXA")), deviceOf(t, r.get("/q/7K3M9QXA"))
		if first == nil || second == nil || first.Value == second.Value || !regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`).MatchString(first.Value) {
			t.Fatalf("cookies %v and %v", first, second)
		}
		midnight := 14 * 3600 // it is ten in the morning
		if first.Name != "hailong_device" || !first.HttpOnly || first.SameSite != http.SameSiteLaxMode || first.Secure != secure || first.Path != "/" ||
			first.MaxAge < midnight || first.MaxAge > midnight+1 {
			t.Errorf("cookie %+v", first)
		}
		if again := deviceOf(t, r.get("/q/7K3M9QXA", "Cookie", first.Name+"="+first.Value)); again != nil {
			t.Errorf("a phone that has a cookie gets %v", again)
		}
		if foreign := deviceOf(t, r.get("/q/7K3M9QXA", "Cookie", first.Name+"=x")); foreign == nil {
			t.Error("a value that was not made here is taken for one")
		}
		for _, path := range []string{"/q/7K3M9QXA/thanks", "/q/00000000", "/results", "/login"} {
			if got := deviceOf(t, r.get(path)); got != nil {
				t.Errorf("%s sets %v", path, got)
			}
		}
	}
}

// watched is a rig whose answers are judged with thresholds that hold whatever
// was sent at once.
func watched(t *testing.T) *rig {
	r := newRig(t, func(o *web.Options) {
		thresholds, err := quality.Load(surveys.FS)
		must(t, err)
		thresholds.TooFast.HoldFrom, thresholds.TooFast.Impossible = 1, 1
		o.Collector.CheckWith(&collect.Checks{Judge: quality.New(thresholds, o.Location)})
	})
	return r
}

// sendOpened posts a sheet with the field that says when its page was made.
func (r *rig) sendOpened(opened string) response.Verdict {
	r.t.Helper()
	key := response.NewSubmission()
	got := r.postForm("/q/7K3M9QXA", url.Values{"submission": {key}, "lang": {"vi"}, "q.overall": {"4"}, "opened": {opened}}, "Cookie", "hailong_device="+response.NewSubmission())
	if got.status != http.StatusSeeOther {
		r.t.Fatalf("%d\n%s", got.status, got.body)
	}
	id, err := response.NewID(key)
	must(r.t, err)
	found, err := r.store.Find(r.t.Context(), []response.ID{id})
	if err != nil || len(found) != 1 {
		r.t.Fatalf("%d found, %v", len(found), err)
	}
	return found[0].Verdict
}

func opened(t *testing.T, got reply) string {
	t.Helper()
	return page(t, got).Find("input[name=opened]").AttrOr("value", "")
}

// TestOpenedIsBelievedOnlyFromHere sends sheets whose page says when it was
// made: rightly, too early, forged, of yesterday and not at all.
func TestOpenedIsBelievedOnlyFromHere(t *testing.T) {
	r := watched(t)
	stamp := opened(t, r.get("/q/7K3M9QXA", "Accept-Encoding", "identity"))
	tooFast := func(v response.Verdict) bool { return slices.Contains(v.Reasons, string(quality.TooFast)) }
	if !tooFast(r.sendOpened(stamp)) {
		t.Error("sent at once and not noticed: the stamp is not read")
	}
	if other := newRig(t); tooFast(r.sendOpened(opened(t, other.get("/q/7K3M9QXA")))) {
		t.Error("the stamp of another instance is believed")
	}
	forged := []byte(stamp)
	forged[3] ^= 1
	for _, bad := range []string{string(forged), "", "x", strings.Repeat("A", 22), stamp + "A"} {
		if tooFast(r.sendOpened(bad)) {
			t.Errorf("%q is believed", bad)
		}
	}
	r.advance(2 * time.Minute)
	if tooFast(r.sendOpened(stamp)) {
		t.Error("two minutes after the page was made it is too fast")
	}
	r.advance(14 * time.Hour)
	if tooFast(r.sendOpened(stamp)) {
		t.Error("a stamp of yesterday is believed")
	}
}

// TestOnePageSentAgainAndAgain sends the same page with other keys and cookies:
// a program that saved it. Each that is opened anew is another page, even in
// the same second.
func TestOnePageSentAgainAndAgain(t *testing.T) {
	r := watched(t)
	samePage := func(v response.Verdict) bool { return slices.Contains(v.Reasons, string(quality.SamePage)) }
	saved := opened(t, r.get("/q/7K3M9QXA"))
	var later []string
	for range 6 {
		later = append(later, opened(t, r.get("/q/7K3M9QXA")))
	}
	for i := range 6 {
		r.advance(3 * time.Minute)
		if v := r.sendOpened(saved); samePage(v) != (i >= 2) || v.Held != (i >= 3) {
			t.Errorf("sent %d times: %+v", i+1, v)
		}
		if v := r.sendOpened(later[i]); samePage(v) {
			t.Errorf("page %d of the second: %+v", i, v)
		}
	}
	unused := []byte(saved)
	unused[21] ^= 1 // bits that base64 leaves over must not make another page of it
	if v := r.sendOpened(string(unused)); samePage(v) || !slices.Equal(v.Reasons, r.sendOpened("x").Reasons) {
		t.Errorf("the same stamp, written in another way: %+v", v)
	}
}

// TestFaultySheetKeepsItsTime mends a sheet: the page that comes back says when
// the first one was made, and nothing that was made up.
func TestFaultySheetKeepsItsTime(t *testing.T) {
	r := newRig(t)
	stamp := opened(t, r.get("/q/7K3M9QXA"))
	for given, want := range map[string]string{stamp: stamp, `x"><b>`: "", strings.Repeat("A", 22): ""} {
		r.advance(time.Minute)
		got := r.postForm("/q/7K3M9QXA", url.Values{"submission": {key}, "opened": {given}, "q.overall": {"9"}})
		if got.status != http.StatusUnprocessableEntity || opened(t, got) != want {
			t.Errorf("%q comes back as %q (%d)", given, opened(t, got), got.status)
		}
	}
}

// TestArrivalLeavesNoTrace looks for cookie and address in all that is kept.
func TestArrivalLeavesNoTrace(t *testing.T) {
	r := watched(t)
	device := response.NewSubmission()
	for range 4 {
		r.postForm("/q/7K3M9QXA", url.Values{"submission": {response.NewSubmission()}, "q.overall": {"5"}}, "Cookie", "hailong_device="+device)
	}
	days := calendar.Range{From: calendar.Date(2026, 11, 1), To: calendar.Date(2026, 11, 30)}
	held := 0
	must(t, r.store.Scan(t.Context(), store.Scan{Range: days}, func(one *response.Response) error {
		if one.Verdict.Held {
			held++
		}
		for _, reason := range one.Verdict.Reasons {
			if !slices.Contains(quality.Checks(), quality.Reason(reason)) {
				t.Errorf("a verdict says %q", reason)
			}
		}
		return nil
	}))
	if held != 1 || strings.Contains(r.log.String(), device) {
		t.Errorf("%d held; log %s", held, r.log.String())
	}
}
