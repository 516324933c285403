package main_test

import (
	"strings"
	"testing"
)

// What citizens are told of how long answers are kept is what the service was
// started with.
func TestServeKeepsAsLongAsItSays(t *testing.T) {
	for flags, want := range map[string]string{
		"":               "được giữ 24 tháng",
		"--retention=12": "được giữ 12 tháng",
		"--retention=0":  "đã tắt việc tự xóa",
	} {
		s := serve(t, "sqlite:"+t.TempDir()+"/h.db", strings.Fields(flags)...)
		if page := s.get("/privacy"); page.status != 200 || !strings.Contains(page.body, want) {
			t.Errorf("serve %s: %d, %q is not on the page", flags, page.status, want)
		}
		if code := s.stop(); code != 0 {
			t.Errorf("exit %d", code)
		}
	}
}
