package response_test

import (
	"errors"
	"strings"
	"testing"

	"hailong/internal/response"
)

func TestNewID(t *testing.T) {
	a, err := response.NewID("AAAAAAAAAAAAAAAAAAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	b, err := response.NewID("AAAAAAAAAAAAAAAAAAAAAB")
	if err != nil || a == b {
		t.Errorf("two keys gave %s and %s, %v", a, b, err)
	}
	for _, bad := range []string{"", "short", strings.Repeat("a", 21), strings.Repeat("a", 65), strings.Repeat("a", 21) + "/", strings.Repeat("ă", 22), strings.Repeat("a", 22) + "\n"} {
		if _, err := response.NewID(bad); !errors.Is(err, response.ErrSubmission) {
			t.Errorf("NewID(%q): %v", bad, err)
		}
	}
}
