package org_test

import (
	"regexp"
	"strings"
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/org"

	"github.com/google/go-cmp/cmp"
)

const sample = `party_organisations:
  - {code: db-stp, name: Đảng bộ cơ sở Sở Tư pháp, kind: dang_bo}
agencies:
  - code: stp
    name: Sở Tư pháp
    aliases: [So Tu phap]
    party_organisation: db-stp
    valid_from: 2004-01-01
    services:
      - {code: lltp, name: Cấp Phiếu lý lịch tư pháp, field: Lý lịch tư pháp}
    counters:
      - {code: q1, name: Quầy 1, location: Trung tâm Hành chính công, form: mot-cua, link: 7K3M9QXA, hours: "Mon-Fri 07:30-11:30 13:30-17:00"}
      - {code: q2, name: Quầy 2, form: mot-cua}
  - {code: sct, name: Sở Công Thương, peer_group: so}
peer_groups:
  - {code: so, name: Các sở}
`

func formExists(id string) bool { return id == "mot-cua" }

func parse(t *testing.T, data string) *org.Register {
	t.Helper()
	r, err := org.Parse("org.yaml", []byte(data), formExists)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestImportMakesLinksAndKeepsThem(t *testing.T) {
	first := parse(t, sample)
	made := first.Agency("stp").Counter("q2").Link
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{8}$`).MatchString(made) {
		t.Fatalf("link made for q2 is %q", made)
	}
	again, changes, err := org.Merge(first, "org.yaml", []byte(sample), formExists)
	if err != nil || len(changes) != 0 {
		t.Fatalf("importing the same file again: %v, changes %v", err, changes)
	}
	if got := again.Agency("stp").Counter("q2").Link; got != made {
		t.Errorf("link changed from %s to %s", made, got)
	}
}

func TestExportReadsBack(t *testing.T) {
	first := parse(t, sample)
	data, err := first.Encode()
	if err != nil {
		t.Fatal(err)
	}
	second := parse(t, string(data))
	if diff := cmp.Diff(first.File(), second.File()); diff != "" {
		t.Errorf("export and import differ (-first +second):\n%s\n%s", diff, data)
	}
}

func TestReplacedLinkIsRetiredForEver(t *testing.T) {
	first := parse(t, sample)
	second, changes, err := org.Merge(first, "org.yaml", []byte(strings.Replace(sample, "7K3M9QXA", "00000001", 1)), formExists)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) != 1 || changes[0].String() != `~ counter stp/q1: link "7K3M9QXA" → "00000001"` {
		t.Errorf("changes = %v", changes)
	}
	old, known := second.Place("7K3M9QXA")
	if !known || !old.Retired || old.OpenOn(calendar.Date(2026, 1, 1)) {
		t.Errorf("old link = %+v, %v", old, known)
	}
	_, _, err = org.Merge(second, "org.yaml", []byte(sample), formExists)
	if err == nil || !strings.Contains(err.Error(), "org.yaml:12:92:") || !strings.Contains(err.Error(), "retired") {
		t.Errorf("taking a retired link back: %v", err)
	}
}

func TestMergeKeepsWhatTheFileDoesNotName(t *testing.T) {
	first := parse(t, sample)
	second, changes, err := org.Merge(first, "more.yaml", []byte(`agencies:
  - code: stp
    name: Sở Tư pháp
    party_organisation: db-stp
    valid_to: 2025-02-28
    successor: snv
  - {code: snv, name: Sở Nội vụ}
`), formExists)
	if err != nil {
		t.Fatal(err)
	}
	if second.Agency("stp").Counter("q1") == nil || second.Agency("stp").Service("lltp") == nil {
		t.Error("counters or services vanished")
	}
	if len(changes) != 2 {
		t.Errorf("changes = %v", changes)
	}
	place, _ := second.Place("7K3M9QXA")
	for day, open := range map[string]bool{"2003-12-31": true, "2025-02-28": true, "2025-03-01": false} {
		d, _ := calendar.ParseDay(day)
		if place.OpenOn(d) != open {
			t.Errorf("open on %s = %v", day, !open)
		}
	}
	if first.Agency("stp").ValidTo != nil {
		t.Error("Merge changed the register it was given")
	}
}

func TestPeerGroupsMergeOneByOne(t *testing.T) {
	first := parse(t, sample)
	if g := first.PeerGroup("so"); g == nil || g.Name != "Các sở" || first.Agency("sct").PeerGroup != "so" || first.PeerGroup("ubnd") != nil {
		t.Fatalf("peer group so = %+v, of sct %q", g, first.Agency("sct").PeerGroup)
	}
	second, changes, err := org.Merge(first, "more.yaml", []byte(`peer_groups:
  - {code: so, name: " Các sở, ban "}
  - {code: ubnd, name: Ủy ban nhân dân xã}
agencies:
  - {code: stp, name: Sở Tư pháp, aliases: [So Tu phap], party_organisation: db-stp, valid_from: 2004-01-01, peer_group: so}
`), formExists)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, c.String())
	}
	want := []string{`~ peer group so: name "Các sở" → "Các sở, ban"`, "+ peer group ubnd", `~ agency stp: peer_group "" → "so"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if second.Agency("sct").PeerGroup != "so" || first.PeerGroup("so").Name != "Các sở" {
		t.Error("what the file does not name changed, or the register that was merged into")
	}
}

func TestExistsIn(t *testing.T) {
	first, last := calendar.Date(2025, 3, 1), calendar.Date(2025, 6, 30)
	year := calendar.Range{From: calendar.Date(2025, 1, 1), To: calendar.Date(2025, 12, 31)}
	for name, c := range map[string]struct {
		from, to *calendar.Day
		days     calendar.Range
		want     bool
	}{
		"always":                  {nil, nil, year, true},
		"inside":                  {&first, &last, year, true},
		"only the first day":      {&first, nil, calendar.Range{From: year.From, To: first}, true},
		"begins the day after":    {&first, nil, calendar.Range{From: year.From, To: first - 1}, false},
		"only the last day":       {nil, &last, calendar.Range{From: last, To: year.To}, true},
		"ended the day before":    {nil, &last, calendar.Range{From: last + 1, To: year.To}, false},
		"a range without any day": {nil, nil, calendar.Range{From: year.To, To: year.From}, false},
	} {
		a := org.Agency{ValidFrom: c.from, ValidTo: c.to}
		if got := a.ExistsIn(c.days); got != c.want {
			t.Errorf("%s: ExistsIn = %v", name, got)
		}
	}
}

func TestMergeRefusesWithPlaces(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"duplicate agency":     {"agencies:\n", "agencies:\n  - {code: stp, name: X}\n", `org.yaml:5:11: code "stp" appears twice`},
		"duplicate counter":    {"code: q2", "code: q1", `org.yaml:13:16: code "q1" appears twice`},
		"dangling party":       {"party_organisation: db-stp", "party_organisation: db-xyz", `org.yaml:7:25: party organisation "db-xyz" does not exist`},
		"dangling form":        {"Quầy 2, form: mot-cua", "Quầy 2, form: nope", `org.yaml:13:40: form "nope" does not exist`},
		"dangling successor":   {"aliases: [So Tu phap]", "successor: gone", `org.yaml:6:16: successor "gone" does not exist`},
		"own successor":        {"aliases: [So Tu phap]", "successor: stp", "cannot be its own successor"},
		"dates":                {"aliases: [So Tu phap]", "valid_to: 2003-12-31", "org.yaml:6:15: valid_to 2003-12-31 lies before valid_from 2004-01-01"},
		"bad link":             {"7K3M9QXA", "7K3M9QXU", "org.yaml:12:92: link"},
		"bad hours":            {"07:30-11:30 13", "0730", "hours"},
		"bad kind":             {"kind: dang_bo", "kind: bloc", "neither dang_bo nor chi_bo"},
		"unknown key":          {"aliases:", "alias:", `org.yaml:6:5: unknown key "alias"`},
		"no name":              {"name: Sở Tư pháp", "name: \"\"", "org.yaml:5:11: the name is missing"},
		"bad code":             {"code: stp", "code: S T P", "org.yaml:4:11: code"},
		"same link twice":      {"name: Quầy 2, form: mot-cua", "name: Quầy 2, form: mot-cua, link: 7k3m9qxa", "already belongs to stp/q1"},
		"dangling peer group":  {"peer_group: so", "peer_group: xa", `org.yaml:14:51: peer group "xa" does not exist`},
		"duplicate peer group": {"name: Các sở}\n", "name: Các sở}\n  - {code: so, name: Y}\n", `org.yaml:17:12: code "so" appears twice`},
		"bad peer group":       {"code: so,", "code: S O,", `org.yaml:16:12: code "S O" must be`},
		"peer group unnamed":   {"name: Các sở", "name: \" \"", "org.yaml:16:22: the name is missing"},
		"not a date":           {"2004-01-01", "first of May", "org.yaml:8:17: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := org.Parse("org.yaml", []byte(strings.Replace(sample, c.old, c.new, 1)), formExists)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error:\n%v\nwant it to contain\n%s", err, c.want)
			}
		})
	}
}

func TestCanonicalLink(t *testing.T) {
	for typed, want := range map[string]string{"7k3m9qxa": "7K3M9QXA", "7K3M9QXA": "7K3M9QXA", "ilo00000": "11000000", "7K3M 9QXA": "7K3M9QXA", "7k3m-9qxa": "7K3M9QXA"} {
		if got, ok := org.CanonicalLink(typed); !ok || got != want {
			t.Errorf("CanonicalLink(%q) = %q, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "7K3M9QX", "7K3M9QXAA", "7K3M9QXU", "7K3M9Q%A", "quầy1234"} {
		if _, ok := org.CanonicalLink(typed); ok {
			t.Errorf("CanonicalLink(%q) accepted", typed)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("agencies: [{code: a, name: b, counters: [{code: c, name: d, form: mot-cua}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := org.Parse("f.yaml", data, formExists)
		if err != nil {
			return
		}
		out, err := first.Encode()
		if err != nil {
			t.Fatal(err)
		}
		second, err := org.Parse("f.yaml", out, formExists)
		if err != nil {
			t.Fatalf("an accepted register does not read back: %v\n%s", err, out)
		}
		if diff := cmp.Diff(first.File(), second.File()); diff != "" {
			t.Fatal(diff)
		}
	})
}
