package auth_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"hailong/internal/auth"
)

func TestNormalizeEmail(t *testing.T) {
	for typed, want := range map[string]string{
		"an@khoi.vn":                            "an@khoi.vn",
		" An.Nguyen@Khoi.VN\n":                  "an.nguyen@khoi.vn",
		"LE+tccs@stp.daknong.gov.vn":            "le+tccs@stp.daknong.gov.vn",
		"e\u0302@khoi.vn":                       "ê@khoi.vn",
		"admin@localhost":                       "admin@localhost",
		strings.Repeat("a", 246) + "@khoi.vn":   strings.Repeat("a", 246) + "@khoi.vn",
		strings.Repeat("a", 247) + "@khoi.vn":   "",
		"":                                      "",
		"an":                                    "",
		"an@":                                   "",
		"@khoi.vn":                              "",
		"an@khoi.vn, le@khoi.vn":                "",
		"An <an@khoi.vn>":                       "",
		"<an@khoi.vn>":                          "",
		"an@khoi.vn (home)":                     "",
		`"an le"@khoi.vn`:                       "",
		"an le@khoi.vn":                         "",
		"an@khoi.vn\r\nBcc: le@khoi.vn":         "",
		"an\u200b@khoi.vn":                      "",
		"an\u202e@khoi.vn":                      "",
		"an\xff@khoi.vn":                        "",
		"an@khoi..vn":                           "",
		strings.Repeat("\u0302", 100_000) + "@": "",
	} {
		got, err := auth.NormalizeEmail(typed)
		if got != want || errors.Is(err, auth.ErrEmail) != (want == "") {
			t.Errorf("NormalizeEmail(%.40q) = %q, %v; want %q", typed, got, err, want)
		}
	}
}

func FuzzNormalizeEmail(f *testing.F) {
	for _, seed := range []string{"an@khoi.vn", " An@Khoi.VN ", "An <an@khoi.vn>", `"a b"@c`, "e\u0302@x", "\u212a@\u212b", "\u0130@\u2126", "a@[::1]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		email, err := auth.NormalizeEmail(typed)
		if err != nil {
			if !errors.Is(err, auth.ErrEmail) || email != "" {
				t.Fatalf("%q: %q, %v", typed, email, err)
			}
			return
		}
		if again, err := auth.NormalizeEmail(email); err != nil || again != email {
			t.Fatalf("%q became %q and then %q, %v", typed, email, again, err)
		}
		if shouted, err := auth.NormalizeEmail("\t" + norm.NFD.String(email) + " "); err != nil || shouted != email {
			t.Fatalf("%q: the decomposed spelling became %q, %v", email, shouted, err)
		}
		if len(email) > 254 || !strings.Contains(email, "@") || strings.ContainsAny(email, " \t\r\n") {
			t.Fatalf("%q became %q", typed, email)
		}
	})
}
