package period_test

import (
	"crypto/ed25519"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/sheet"
)

// signingWith is the same office with the key of another file.
func (r *rig) signingWith(file string) *period.Office {
	options := r.options
	options.Key = func(wanted bool) (ed25519.PrivateKey, error) { return sheet.OpenKey(file, wanted) }
	return period.New(options)
}

// TestForeignKey seals with the key of another folder, which is not there and
// then another one: neither signs, nor changes anything, until it is made known.
func TestForeignKey(t *testing.T) {
	ctx := t.Context()
	r := newRig(t)
	r.quarter()
	for _, id := range []string{"2026-07", "2026-08"} {
		_, err := r.Close(ctx, id, office)
		must(t, err)
	}
	_, err := r.Seal(ctx, "2026-07", office)
	must(t, err)

	file := filepath.Join(t.TempDir(), "signing.key")
	elsewhere := r.signingWith(file)
	_, err = elsewhere.Seal(ctx, "2026-08", office)
	if !errors.Is(err, period.ErrKey) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("sealed without the office's key: %v", err)
	}
	if _, err := sheet.OpenKey(file, false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a key was made: %v", err)
	}
	_, err = sheet.OpenKey(file, true)
	must(t, err)
	if _, err := elsewhere.Seal(ctx, "2026-08", office); !errors.Is(err, period.ErrKey) || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("sealed with another key: %v", err)
	}
	if _, err := elsewhere.SigningKey(ctx); !errors.Is(err, period.ErrKey) {
		t.Errorf("another key is the office's: %v", err)
	}
	clean(t, r, 1)

	replaced, err := elsewhere.ReplaceKey(ctx, office)
	must(t, err)
	signed, err := elsewhere.Seal(ctx, "2026-08", office)
	must(t, err)
	if !signed.Key.Equal(replaced.Public()) {
		t.Error("the sheet was not signed with the new key")
	}
	clean(t, r, 2)
	_, err = r.Close(ctx, "2026-09", office)
	must(t, err)
	if _, err := r.Seal(ctx, "2026-09", office); !errors.Is(err, period.ErrKey) {
		t.Errorf("sealed with the key that was replaced: %v", err)
	}
	_, err = r.ReplaceKey(ctx, office) // within the same second
	must(t, err)
	if _, err := elsewhere.SigningKey(ctx); !errors.Is(err, period.ErrKey) {
		t.Errorf("both keys sign: %v", err)
	}
	_, err = r.Seal(ctx, "2026-09", office)
	must(t, err)
	clean(t, r, 3)
	entries, err := r.options.Audit.Entries(ctx, 0, 0)
	must(t, err)
	entries = slices.DeleteFunc(entries, func(e audit.Entry) bool { return e.Action != audit.PeriodKey })
	if len(entries) != 2 || entries[1].Subject != sheet.Fingerprint(signed.Key) || entries[1].By != office.By {
		t.Errorf("the audit trail tells of the new key: %+v", entries)
	}
}

// TestMethodChanged edits a method under the version by which a month was
// sealed: nothing more is sealed by it until it is another version.
func TestMethodChanged(t *testing.T) {
	ctx := t.Context()
	r := newRig(t)
	r.trial.Answer(40, "stp", "q1", calendar.Date(2026, 7, 6), 5)
	for _, id := range []string{"2026-07", "2026-08", "2026-09"} {
		_, err := r.Close(ctx, id, office)
		must(t, err)
	}
	_, err := r.Seal(ctx, "2026-07", office)
	must(t, err)

	method := r.options.Methods.Default()
	method.Verified, method.LegalReference = !method.Verified, "đã đối chiếu"
	_, err = r.Reopen(ctx, "2026-08", because("chữ trong phương pháp"))
	must(t, err)
	_, err = r.Close(ctx, "2026-08", office)
	must(t, err)
	_, err = r.Seal(ctx, "2026-08", office)
	must(t, err) // only its words are others

	method.SatisfiedFrom--
	_, err = r.Reopen(ctx, "2026-09", because("ngưỡng khác"))
	must(t, err)
	_, err = r.Close(ctx, "2026-09", office)
	must(t, err)
	if _, err := r.Seal(ctx, "2026-09", office); !errors.Is(err, period.ErrMethodChanged) {
		t.Errorf("sealed by a changed method: %v", err)
	}
	clean(t, r, 2)
	method.Version++
	_, err = r.Reopen(ctx, "2026-09", because("phiên bản mới"))
	must(t, err)
	_, err = r.Close(ctx, "2026-09", office)
	must(t, err)
	_, err = r.Seal(ctx, "2026-09", office)
	must(t, err)
}
