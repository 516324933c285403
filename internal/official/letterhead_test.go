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

// headOf is ownHead with another id, for the organisations named.
func headOf(id, bodies string) []byte {
	return []byte(strings.Replace(ownHead, "id: so-tu-phap\n", "id: "+id+"\nfor: ["+bodies+"]\n", 1))
}

func TestOneLetterheadForEach(t *testing.T) {
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"two for everybody": {
			fstest.MapFS{"official/a.yaml": {Data: []byte(ownHead)}, "official/b.yaml": {Data: []byte(ownHead)}},
			"official/b.yaml:3:9: there is a letterhead for the layout state already: so-tu-phap; say with for: whom this one is for",
		},
		"claimed twice": {
			fstest.MapFS{"official/a.yaml": {Data: headOf("a", "stp, syt")}, "official/b.yaml": {Data: headOf("b", "db-stp, syt")}},
			"official/b.yaml:3:15: syt has a letterhead for the layout state already: a",
		},
		"named twice": {
			fstest.MapFS{"official/a.yaml": {Data: headOf("a", "stp, stp")}},
			"official/a.yaml:3:12: stp is named twice",
		},
		"no code": {
			fstest.MapFS{"official/a.yaml": {Data: headOf("a", "Sở Tư pháp")}},
			`official/a.yaml:3:7: "Sở Tư pháp" is no code of a party organisation or an agency`,
		},
	} {
		_, err := official.LoadLetterheads(c.files)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// The letterhead is that of the first who has one, in the layout that is
// wanted, and otherwise the one for everybody.
func TestWhoseLetterhead(t *testing.T) {
	set, err := official.LoadLetterheads(fstest.MapFS{
		"official/a.yaml": {Data: headOf("a", "stp, db-stp")}, "official/b.yaml": {Data: headOf("b", "syt")}, "official/c.yaml": {Data: []byte(ownHead)},
	})
	must(t, err)
	for _, c := range []struct {
		layout document.Layout
		codes  []string
		want   string
	}{
		{document.State, nil, "so-tu-phap"}, {document.State, []string{"bdv"}, "so-tu-phap"},
		{document.State, []string{"syt"}, "b"}, {document.State, []string{"db-stp"}, "a"},
		{document.State, []string{"cb-x", "stp", "syt"}, "a"}, {document.Party, []string{"stp"}, "dang-uy-khoi"},
	} {
		if got := set.For(c.layout, c.codes...).ID; got != c.want {
			t.Errorf("%s of %v: %s, want %s", c.layout, c.codes, got, c.want)
		}
	}
	err = set.Unknown(func(code string) bool { return code != "db-stp" && code != "syt" })
	const want = "official/a.yaml:3:12: the register has no party organisation and no agency \"db-stp\"\n" +
		"official/b.yaml:3:7: the register has no party organisation and no agency \"syt\""
	if err == nil || err.Error() != want {
		t.Errorf("unknown: %v", err)
	}
}

func TestFaultsOfAllFiles(t *testing.T) {
	_, err := official.LoadLetterheads(fstest.MapFS{"official/a.yaml": {Data: []byte("id: a\n")}, "official/b.yaml": {Data: []byte("id: b\n")}})
	if err == nil || !strings.Contains(err.Error(), "official/a.yaml:") || !strings.Contains(err.Error(), "official/b.yaml:") {
		t.Errorf("faults of two files: %v", err)
	}
}
