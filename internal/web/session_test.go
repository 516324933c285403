package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/web"
)

func TestLogin(t *testing.T) {
	r := newRig(t)
	r.as("leader@x.example")
	for name, c := range map[string]struct {
		email, password string
		want            int
	}{
		"wrong password": {"leader@x.example", "wrong wrong wrong", 401},
		"unknown":        {"nobody@x.example", password, 401},
		"empty":          {"", "", 401},
		"right":          {" Leader@X.example ", password, 303},
	} {
		if got := r.postForm("/login", url.Values{"email": {c.email}, "password": {c.password}}); got.status != c.want {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if strings.Contains(r.log.String(), password) || strings.Contains(r.log.String(), "wrong wrong") {
		t.Error("a password is in the log")
	}
}

// Who has to wait a quarter of an hour is told so in minutes.
func TestThrottledLoginTellsMinutes(t *testing.T) {
	r := newRig(t)
	var got reply
	for tries := 0; got.status != http.StatusTooManyRequests && tries < 100; tries++ {
		got = r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {"wrong wrong wrong"}})
	}
	seconds, err := strconv.Atoi(got.header.Get("Retry-After"))
	must(t, err)
	if want := fmt.Sprintf("sau %d phút", (seconds+59)/60); seconds <= 60 || !strings.Contains(got.body, want) || strings.Contains(got.body, "giây") {
		t.Errorf("Retry-After %d, and the page does not say %q:\n%s", seconds, want, got.body)
	}
}

func TestSessionCookie(t *testing.T) {
	for public, want := range map[string]string{
		"http://127.0.0.1:8080":   "hailong=",
		"https://hailong.example": "__Host-hailong=",
	} {
		r := newRig(t, func(o *web.Options) { o.PublicURL = public })
		r.as("leader@x.example")
		got := r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {password}}).header.Get("Set-Cookie")
		secure := strings.Contains(strings.ToLower(got), "secure")
		if !strings.HasPrefix(got, want) || !strings.Contains(got, "HttpOnly") || !strings.Contains(got, "SameSite=Lax") || secure != strings.HasPrefix(public, "https") {
			t.Errorf("%s: cookie %q", public, got)
		}
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	r := newRig(t)
	session := r.as("leader@x.example")
	if got := r.postForm("/logout", url.Values{}, session...).status; got != 303 {
		t.Errorf("logout: %d", got)
	}
	if got := r.get("/dashboard/stp", session...); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/login") {
		t.Errorf("after logout: %d", got.status)
	}
}

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	r := newRig(t)
	r.as("leader@x.example")
	for name, headers := range map[string][]string{
		"fetch metadata": {"Sec-Fetch-Site", "cross-site"},
		"origin":         {"Origin", "https://evil.example"},
		"referrer":       {"Referer", "https://evil.example/page"},
	} {
		got := r.postForm("/admin/users/disable", url.Values{"email": {"leader@x.example"}}, append(headers, r.as("admin@x.example")...)...)
		if got.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := r.get("/dashboard/stp", r.as("leader@x.example")...).status; got != 200 {
		t.Errorf("the leader was disabled: %d", got)
	}
}

func TestNoOpenRedirect(t *testing.T) {
	r := newRig(t)
	r.as("leader@x.example")
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/\tevil", "http:evil.example", "/ok\r\nSet-Cookie: a=b",
		"/logout", "/office/../logout", "/logout?a=b", "/nothing", "/office/comments/check", "/api/v1/scores", "/dashboard/", "/office/%2e%2e/logout"} {
		got := r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {password}, "next": {next}}).header.Get("Location")
		if got != "/dashboard/stp" {
			t.Errorf("next=%q leads to %q", next, got)
		}
	}
	if got := r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {password}, "next": {"/dashboard/stp?counter=q1"}}).header.Get("Location"); got != "/dashboard/stp?counter=q1" {
		t.Errorf("a local path leads to %q", got)
	}
}
