package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A person chooses a password: this browser stays logged in, others do not.
func TestOwnPassword(t *testing.T) {
	r := newRig(t)
	const chosen = "chín con én bay"
	before := r.as("leader@x.example")
	change := func(present, new, again string) reply {
		return r.postForm("/account/password", url.Values{"password": {present}, "new_password": {new}, "new_password_again": {again}}, before...)
	}
	for want, got := range map[string]reply{
		"Mật khẩu đang dùng không đúng": change("wrong wrong wrong", chosen, chosen),
		"không giống nhau":              change(password, chosen, chosen+"!"),
		"từ 10 đến 128 ký tự":           change(password, "ngắn", "ngắn"),
		"phải khác mật khẩu đang dùng":  change(password, password, password),
		"quá dễ đoán":                   change(password, "matkhau123456", "matkhau123456"),
		"không có ký tự điều khiển":     change(password, "hai dòng\nmột mật khẩu", "hai dòng\nmột mật khẩu"),
	} {
		if told := page(t, got).Find(".alert").Text(); got.status != http.StatusUnprocessableEntity || !strings.Contains(told, want) {
			t.Errorf("not told %q: %d %q", want, got.status, told)
		}
	}
	done := change(password, chosen, chosen)
	cookie, err := http.ParseSetCookie(done.header.Get("Set-Cookie"))
	must(t, err)
	if done.status != http.StatusOK || !strings.Contains(page(t, done).Find(".done").Text(), "Đã đổi mật khẩu") {
		t.Errorf("changed: %d\n%s", done.status, done.body)
	}
	if got := r.get("/account", "Cookie", cookie.Name+"="+cookie.Value); got.status != http.StatusOK {
		t.Errorf("this browser: %d", got.status)
	}
	if got := r.get("/account", before...); got.status != http.StatusSeeOther {
		t.Errorf("another browser: %d", got.status)
	}
	for typed, want := range map[string]int{password: http.StatusUnauthorized, chosen: http.StatusSeeOther} {
		if got := r.postForm("/login", url.Values{"email": {"leader@x.example"}, "password": {typed}}); got.status != want {
			t.Errorf("login with %q: %d, want %d", typed, got.status, want)
		}
	}
	if diff := cmp.Diff([][]string{{"leader@x.example", "user.password", "leader@x.example", "map[]"}}, r.acts()); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
	if strings.Contains(r.log.String(), chosen) {
		t.Error("the password is in the log")
	}
}
