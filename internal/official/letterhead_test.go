package official_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/document"
	"hailong/internal/official"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

const ownHead = `
id: so-tu-phap
layout: state
spelling: uỷ
superior: Uỷ ban nhân dân tỉnh Đắk Nông
issuer: Sở Tư pháp
number: …/BC-STP
place: Gia Nghĩa
kind: Báo cáo
recipients:
  - {name: Uỷ ban nhân dân tỉnh, role: b/c}
  - {name: "Lưu: VT"}
verified: true
`

func ids(set *official.Letterheads) []string {
	var all []string
	for _, h := range set.All() {
		all = append(all, string(h.Layout)+" "+h.ID)
	}
	return all
}

// A folder of an older program has no letterheads, and one may have a single
// layout: what is missing is built in.
func TestLettersFallBackOnBuiltInOnes(t *testing.T) {
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  []string
	}{
		"no folder": {fstest.MapFS{}, []string{"party dang-uy-khoi", "state van-phong-ubnd"}},
		"one of them": {
			fstest.MapFS{"official/stp.yaml": {Data: []byte(ownHead)}},
			[]string{"state so-tu-phap", "party dang-uy-khoi"},
		},
	} {
		set, err := official.LoadLetterheads(c.files)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, ids(set)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	own, err := official.LoadLetterheads(fstest.MapFS{"official/stp.yaml": {Data: []byte(ownHead)}})
	must(t, err)
	if h := own.For(document.State); h.ID != "so-tu-phap" || !h.Verified {
		t.Errorf("state: %+v", h)
	}
	if h := own.For("annex"); h != nil {
		t.Errorf("annex: %+v", h)
	}
}

// The built-in ones are samples and say so.
func TestBuiltInLetterheads(t *testing.T) {
	set, err := official.LoadLetterheads(surveys.FS)
	must(t, err)
	for _, h := range set.All() {
		if h.Verified || h.Name != "" || h.Place != "Gia Nghĩa" {
			t.Errorf("%s: verified %v, name %q, place %q", h.ID, h.Verified, h.Name, h.Place)
		}
		if last := h.Recipients[len(h.Recipients)-1].Name; !strings.HasPrefix(last, "Lưu") {
			t.Errorf("%s: the file copy is %q", h.ID, last)
		}
	}
	if got := set.For(document.Party).Number; got != "…-BC/ĐUK" {
		t.Errorf("number %q", got)
	}
}

func TestFaultsOfALetterhead(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"layout":            {"layout: state", "layout: nha-nuoc", `stp.yaml:3:9: layout "nha-nuoc" is neither party nor state`},
		"number":            {"…/BC-STP", "…-BC/STP", `stp.yaml:7:9: number "…-BC/STP" has not the form of the layout: 05-BC/ĐUK for party, 05/BC-STP for state`},
		"no issuer":         {"issuer: Sở Tư pháp", "issuer: ' '", "stp.yaml:6:9: issuer is missing"},
		"no place":          {"place: Gia Nghĩa\n", "", "stp.yaml:2:1: place is missing"},
		"id":                {"so-tu-phap", "Sở-TP", `stp.yaml:2:5: id "Sở-TP" must hold only a-z, 0-9 and single hyphens`},
		"spelling":          {"spelling: uỷ", "spelling: uy", `stp.yaml:4:11: spelling "uy" is neither uỷ nor ủy`},
		"two spellings":     {"Uỷ ban nhân dân tỉnh Đ", "Ủy ban nhân dân tỉnh Đ", `stp.yaml:5:11: "Ủy": this organisation writes uỷ`},
		"in capitals":       {"issuer: Sở Tư pháp", "issuer: VĂN PHÒNG ỦY BAN", `stp.yaml:6:9: "ỦY": this organisation writes uỷ`},
		"role":              {"role: b/c", "role: bc", `role "bc" is none of b/c, p/h, t/h`},
		"unknown key":       {"kind: Báo cáo", "kind: Báo cáo\nlogo: x.png", "stp.yaml:10:1: "},
		"recipient no name": {`{name: "Lưu: VT"}`, "{role: t/h}", "stp.yaml:12:5: name is missing"},
		"basis":             {"verified: true", "verified: true\nbasis: [{text: A, of: all}]", `stp.yaml:14:23: of "all" is neither scores nor rating`},
		"days":              {"verified: true", "basis: [{text: A, from: 2026-02-01, to: 2026-01-31}]", "to 2026-01-31 is before from 2026-02-01"},
	} {
		broken := strings.Replace(ownHead, c.old, c.new, 1)
		if broken == ownHead {
			t.Fatalf("%s: nothing was replaced", name)
		}
		_, err := official.ParseLetterhead("stp.yaml", []byte(broken))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestOneLetterheadForEachLayout(t *testing.T) {
	_, err := official.LoadLetterheads(fstest.MapFS{"official/a.yaml": {Data: []byte(ownHead)}, "official/b.yaml": {Data: []byte(ownHead)}})
	if err == nil || !strings.Contains(err.Error(), "official/b.yaml: there is a letterhead for the layout state already: so-tu-phap") {
		t.Errorf("two for one layout: %v", err)
	}
	_, err = official.LoadLetterheads(fstest.MapFS{"official/a.yaml": {Data: []byte("id: a\n")}, "official/b.yaml": {Data: []byte("id: b\n")}})
	if err == nil || !strings.Contains(err.Error(), "official/a.yaml:") || !strings.Contains(err.Error(), "official/b.yaml:") {
		t.Errorf("faults of two files: %v", err)
	}
}
