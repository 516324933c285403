package auth_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/google/go-cmp/cmp"

	"hailong/internal/auth"
)

func TestPasswordsThatAreRefused(t *testing.T) {
	for password, want := range map[string]error{
		"":                               auth.ErrPasswordLength,
		"123456789":                      auth.ErrPasswordLength,
		"chín ký t":                      auth.ErrPasswordLength,
		strings.Repeat("e\u0302", 9):     auth.ErrPasswordLength, // nine letters, eighteen runes
		strings.Repeat("ab", 64) + "c":   auth.ErrPasswordLength,
		"long enough\n":                  auth.ErrPasswordText,
		"long\x00enough":                 auth.ErrPasswordText,
		"long enough\xff":                auth.ErrPasswordText,
		"1234567890":                     auth.ErrPasswordObvious,
		"MatKhau123":                     auth.ErrPasswordObvious,
		"aaaaaaaaaaA":                    auth.ErrPasswordObvious,
		strings.Repeat("ạ", 12):          auth.ErrPasswordObvious,
		"nguyen.van.an":                  auth.ErrPasswordObvious,
		"NGUYEN.van.an":                  auth.ErrPasswordObvious,
		"nguyen.van.an@khoi.vn":          auth.ErrPasswordObvious,
		strings.Repeat("e\u0302b", 64):   nil, // 128 letters
		"mười ký tự":                     nil,
		"nguyen.van.an lên đường":        nil,
		"  spaces at both ends count   ": nil,
	} {
		b := newBench()
		err := b.Add(t.Context(), "Nguyen.Van.An@khoi.vn", auth.Office, "", password)
		if !errors.Is(err, want) {
			t.Errorf("password %q: %v, want %v", password, err, want)
		}
		if len(password) > 3 && err != nil && strings.Contains(err.Error(), password) && want != auth.ErrPasswordObvious {
			t.Errorf("the error repeats the password: %v", err)
		}
		if got := len(b.db.accounts); (got == 1) != (want == nil) {
			t.Errorf("password %q: %d accounts stored", password, got)
		}
	}
}

func TestPasswordMayBeTypedDecomposed(t *testing.T) {
	b := newBench()
	if err := b.Add(t.Context(), "an@khoi.vn", auth.Office, "", "e\u0302tre\u0302n cao nguye\u0302n"); err != nil {
		t.Fatal(err)
	}
	if err := b.try(t, "an@khoi.vn", "êtrên cao nguyên", "192.0.2.1"); err != nil {
		t.Error(err)
	}
}

func TestRandomPassword(t *testing.T) {
	shape := regexp.MustCompile(`^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$`)
	seen, letters := map[string]bool{}, map[rune]bool{}
	for range 200 {
		p := auth.RandomPassword()
		if !shape.MatchString(p) || seen[p] {
			t.Fatalf("RandomPassword() = %q, seen before: %v", p, seen[p])
		}
		seen[p] = true
		for _, r := range p {
			letters[r] = true
		}
	}
	if len(letters) != 33 {
		t.Errorf("%d different characters, want 32 and the hyphen", len(letters))
	}
	b := newBench()
	if err := b.Add(t.Context(), "an@khoi.vn", auth.Office, "", auth.RandomPassword()); err != nil {
		t.Error(err)
	}
}

func TestHashesAreArgon2idAndTheDecoyCostsTheSame(t *testing.T) {
	b := newBench()
	b.add(t, "an@khoi.vn", auth.Office, "")
	b.add(t, "le@khoi.vn", auth.Office, "")
	an, le := b.db.accounts["an@khoi.vn"].PasswordHash, b.db.accounts["le@khoi.vn"].PasswordHash
	if an == le {
		t.Error("two hashes of one password are equal: no salt")
	}
	real, _, _, err := argon2id.DecodeHash(an)
	if err != nil {
		t.Fatal(err)
	}
	decoy, _, _, err := argon2id.DecodeHash(auth.Decoy)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(real, decoy); diff != "" {
		t.Error(diff)
	}
	if real.Memory < 19*1024 || real.Memory > 64*1024 {
		t.Errorf("a hash takes %d KiB", real.Memory)
	}
}
