package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"hailong/internal/audit"
	"hailong/internal/store"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

func page(t testing.TB, got reply) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(got.body))
	must(t, err)
	return doc
}

func rowsOf(doc *goquery.Document) [][]string {
	var rows [][]string
	doc.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
		var cells []string
		row.Find("th,td").Each(func(_ int, cell *goquery.Selection) {
			cells = append(cells, strings.Join(strings.Fields(cell.Text()), " "))
		})
		rows = append(rows, cells)
	})
	return rows
}

// acts lists who did what to whom, the oldest first, without the hours.
func (r *rig) acts() [][]string {
	r.t.Helper()
	entries, err := r.trail.Entries(r.t.Context(), 0, 0)
	must(r.t, err)
	var acts [][]string
	for i := len(entries) - 1; i >= 0; i-- {
		acts = append(acts, []string{entries[i].By, entries[i].Action, entries[i].Subject, fmt.Sprint(entries[i].Detail)})
	}
	return acts
}

func TestKeysPage(t *testing.T) {
	r := newRig(t)
	admin := r.as("admin@x.example")
	if empty := r.get("/admin/keys", admin...); !strings.Contains(empty.body, "Chưa có khóa nào") {
		t.Errorf("without keys: %d", empty.status)
	}
	made := r.postForm("/admin/keys", url.Values{"name": {"xep-loai"}, "scope": {"scores:read", "served:write"}, "agency": {"stp"}}, admin...)
	secret := page(t, made).Find("#secret").Text()
	if made.status != 200 || !strings.HasPrefix(secret, "hl_") || made.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("add: %d %q", made.status, secret)
	}
	if key, err := r.keys.Check(t.Context(), secret); err != nil || key.Name != "xep-loai" {
		t.Errorf("%v, %v", key, err)
	}
	list := r.get("/admin/keys", admin...)
	want := [][]string{{"xep-loai", "scores:read served:write", "stp", "22/11/2026", "22/11/2026", "đang dùng", "Thu hồi"}}
	if diff := cmp.Diff(want, rowsOf(page(t, list))); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	if strings.Contains(list.body, secret) || strings.Contains(r.log.String(), secret) {
		t.Error("the secret is told a second time")
	}
	if auditor := page(t, r.get("/admin/keys", r.as("auditor@x.example")...)); auditor.Find("form[action^='/admin/keys']").Length() != 0 || auditor.Find("tbody tr").Length() != 1 {
		t.Error("an auditor is offered more than to look")
	}
	revoked := r.postForm("/admin/keys/revoke", url.Values{"name": {"xep-loai"}}, admin...)
	if rows := rowsOf(page(t, revoked)); revoked.status != 200 || rows[0][5] != "thu hồi 22/11/2026" || rows[0][6] != "" {
		t.Errorf("revoke: %d %v", revoked.status, rows)
	}
	wanted := [][]string{
		{"admin@x.example", audit.KeyAdd, "xep-loai", "map[agency:stp scopes:scores:read served:write]"},
		{"admin@x.example", audit.KeyRevoke, "xep-loai", "map[]"},
	}
	if diff := cmp.Diff(wanted, r.acts()); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

func TestKeysPageRefuses(t *testing.T) {
	r := newRig(t)
	admin := r.as("admin@x.example")
	r.postForm("/admin/keys", url.Values{"name": {"taken"}, "scope": {"scores:read"}}, admin...)
	before := len(r.acts())
	for want, form := range map[string]url.Values{
		"Tên khóa chỉ gồm":         {"name": {"Tên"}, "scope": {"scores:read"}},
		"Quyền không hợp lệ":       {"name": {"a"}, "scope": {"everything"}},
		"chọn ít nhất một quyền":   {"name": {"a"}},
		"Danh bạ không có cơ quan": {"name": {"a"}, "scope": {"scores:read"}, "agency": {"nope"}},
		"Tên này đã được dùng":     {"name": {"taken"}, "scope": {"scores:read"}},
	} {
		got := r.postForm("/admin/keys", form, admin...)
		if said := page(t, got).Find("[role=alert]").Text(); got.status != 422 || !strings.Contains(said, want) || strings.Contains(got.body, `id="secret"`) {
			t.Errorf("%v: %d %q", form, got.status, said)
		}
	}
	if got := r.postForm("/admin/keys/revoke", url.Values{"name": {"nope"}}, admin...); got.status != 422 {
		t.Errorf("revoke of none: %d", got.status)
	}
	if now := len(r.acts()); now != before {
		t.Errorf("%d entries of what was not done", now-before)
	}
}

func TestUserActsAreAudited(t *testing.T) {
	r := newRig(t)
	admin := r.as("admin@x.example")
	const email = "new@x.example"
	r.postForm("/admin/users", url.Values{"email": {email}, "role": {"leader"}, "agency": {"stp"}}, admin...)
	r.postForm("/admin/users", url.Values{"email": {email}, "role": {"leader"}, "agency": {"stp"}}, admin...) // taken
	for _, action := range []string{"reset", "disable", "enable"} {
		r.postForm("/admin/users/"+action, url.Values{"email": {email}}, admin...)
	}
	want := [][]string{
		{"admin@x.example", audit.UserAdd, email, "map[agency:stp role:leader]"},
		{"admin@x.example", audit.UserReset, email, "map[]"},
		{"admin@x.example", audit.UserDisable, email, "map[]"},
		{"admin@x.example", audit.UserEnable, email, "map[]"},
	}
	if diff := cmp.Diff(want, r.acts()); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

func TestAuditPage(t *testing.T) {
	r := newRig(t)
	office := r.as("office@x.example")
	if empty := r.get("/admin/audit", office...); empty.status != 200 || !strings.Contains(empty.body, "Nhật ký còn trống") {
		t.Errorf("empty: %d", empty.status)
	}
	note := func(by, action, subject string, detail map[string]string) {
		must(t, r.trail.Append(t.Context(), audit.Event{At: r.now(), By: by, Action: action, Subject: subject, Detail: detail}))
	}
	for range 58 {
		note(audit.CommandLine, audit.RegisterImport, "org.yaml", nil)
	}
	r.advance(time.Hour)
	note(audit.ByKey("mot-cua"), audit.ServedImport, "2026-11-01..2026-11-02", map[string]string{"new": "2", "unheard": "x"})
	note("office@x.example", audit.UserAdd, "2026/tccs-366/x", map[string]string{"role": "leader", "agency": "stp", "verified": "4.5", "day": "2026-11-03", "version": "2026-11", "level": "xuat-sac"})
	note("office@x.example", "something.newer", "<b>", nil)
	first := r.get("/admin/audit", office...)
	rows := rowsOf(page(t, first))
	want := [][]string{
		{"61", "22/11/2026 11:00:00", "office@x.example", "something.newer", "<b>", ""},
		{"60", "22/11/2026 11:00:00", "office@x.example", "Thêm tài khoản", "2026/tccs-366/x",
			"cơ quan: Sở Tư pháp ngày: 03/11/2026 mức xếp loại: Hoàn thành xuất sắc nhiệm vụ vai trò: Lãnh đạo cơ quan thẩm định: 4,5 bản: 2026-11"},
		{"59", "22/11/2026 11:00:00", "khóa API mot-cua", "Nhập số hồ sơ đã trả", "2026-11-01..2026-11-02", "mới: 2 unheard: x"},
		{"58", "22/11/2026 10:00:00", "dòng lệnh trên máy chủ", "Nhập danh bạ", "org.yaml", ""},
	}
	if diff := cmp.Diff(want, rows[:4]); diff != "" || len(rows) != 50 {
		t.Errorf("%d rows (-want +got):\n%s", len(rows), diff)
	}
	older := page(t, first).Find(".links a").First().AttrOr("href", "")
	last := page(t, r.get(older, office...))
	if rows := rowsOf(last); len(rows) != 11 || rows[10][0] != "1" || last.Find(".links a").Length() != 1 {
		t.Errorf("%s: %v", older, rows)
	}
	if whole := r.get("/admin/audit?verify=1", office...); !strings.Contains(whole.body, "Đã kiểm tra 61 mục") {
		t.Errorf("verify: %d", whole.status)
	}
	for _, before := range []string{"x", "0", "-1"} {
		if got := r.get("/admin/audit?before="+before, office...).status; got != 422 {
			t.Errorf("before=%s: %d", before, got)
		}
	}
}

// The page says so when an entry was changed behind the program's back.
func TestAuditPageOfABrokenChain(t *testing.T) {
	r := newRig(t)
	office := r.as("office@x.example")
	for range 60 {
		must(t, r.trail.Append(t.Context(), audit.Event{At: r.now(), By: "x", Action: audit.UserAdd}))
	}
	record, err := r.store.Record(t.Context(), "audit", fmt.Sprintf("%012d", 3))
	must(t, err)
	var entry map[string]any
	must(t, json.Unmarshal(record.Data, &entry))
	entry["by"] = "y"
	record.Data, err = json.Marshal(entry)
	must(t, err)
	must(t, r.store.PutRecords(t.Context(), []store.Record{record}))
	const broken = "không còn nguyên vẹn, từ mục 3"
	if got := r.get("/admin/audit", office...); got.status != 200 || strings.Contains(got.body, broken) {
		t.Errorf("entry 3 is not on the first page: %d", got.status)
	}
	for _, path := range []string{"/admin/audit?verify=1", "/admin/audit?before=20"} {
		if got := r.get(path, office...); got.status != 200 || !strings.Contains(got.body, broken) {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
