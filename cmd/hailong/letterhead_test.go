package main_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// A letterhead names whom it is for: nobody twice, and nobody whom the register
// does not have. Without a register that is said and nothing else refused.
func TestLetterheadsAreHeldAgainstTheRegister(t *testing.T) {
	t.Parallel()
	const head = "id: ID\nfor: [BODIES]\nlayout: state\nspelling: ủy\nissuer: Sở Tư pháp\nplace: Gia Nghĩa\nkind: Báo cáo\nrecipients: [{name: Lưu}]\n"
	file := func(id, bodies string) string {
		return write(t, id+".yaml", strings.NewReplacer("ID", id, "BODIES", bodies).Replace(head))
	}
	db := "--db=sqlite:" + filepath.Join(t.TempDir(), "hailong.db")
	stp, other, twice := file("stp", "stp, db-stp"), file("other", "stp, nobody"), file("twice", "db-stp")
	if got := run(t, "", "survey", "validate", stp, db); got.code != 0 || !strings.Contains(got.err, "was not looked up") {
		t.Errorf("without a register: %d %s", got.code, got.err)
	}
	const register = "party_organisations:\n  - {code: db-stp, name: Đảng bộ, kind: dang_bo}\nagencies:\n  - {code: stp, name: Sở Tư pháp, party_organisation: db-stp}\n"
	succeed(t, "", "org", "import", write(t, "org.yaml", register), db)
	for _, c := range []struct {
		files []string
		says  string
	}{
		{[]string{stp}, ""},
		{[]string{other}, other + `:2:12: the register has no party organisation and no agency "nobody"`},
		{[]string{stp, twice}, twice + ":2:7: db-stp has a letterhead for the layout state already: stp"},
	} {
		got := run(t, "", append([]string{"survey", "validate", db}, c.files...)...)
		if (got.code == 0) != (c.says == "") || !strings.Contains(got.err, c.says) {
			t.Errorf("%v: %d %s", c.files, got.code, got.err)
		}
	}
}
