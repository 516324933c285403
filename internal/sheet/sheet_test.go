package sheet_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/sheet"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func key(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	private, err := sheet.OpenKey(filepath.Join(t.TempDir(), "signing.key"), true)
	must(t, err)
	return private
}

// sample is a sheet of two agencies, of which one has too few answers.
func sample(t testing.TB) *sheet.Sheet {
	t.Helper()
	forms, err := survey.LoadForms(surveys.FS)
	must(t, err)
	methods, err := tally.LoadMethods(surveys.FS, forms)
	must(t, err)
	rules, err := rating.LoadRules(surveys.FS, methods)
	must(t, err)
	rule := rules.For(2026)
	period := rating.RatingYear(2026, time.January)
	s := &sheet.Sheet{
		Format: sheet.Format, Sequence: 7, Previous: strings.Repeat("ab", 32), Revision: 1,
		Period:   sheet.Period{ID: period.ID, From: period.Range.From, To: period.Range.To},
		Closed:   sheet.Act{At: time.Date(2027, 1, 4, 1, 2, 3, 0, time.UTC), By: "a@khoi.example"},
		Sealed:   sheet.Act{At: time.Date(2027, 1, 5, 1, 2, 3, 0, time.UTC), By: "b@khoi.example", Why: "đã đối chiếu"},
		Timezone: "Asia/Ho_Chi_Minh",
		Register: org.File{Agencies: []org.Agency{{Code: "stp", Name: "Sở Tư pháp"}, {Code: "syt", Name: "Sở Y tế"}}},
		Rules:    []sheet.Rule{{Rule: rule, Hash: rule.Hash()}},
		Served:   []sheet.ServedTotal{{Agency: "stp", Served: 400}},
	}
	for _, m := range methods.All() {
		s.Methods = append(s.Methods, sheet.Method{Method: m, Hash: m.Hash()})
	}
	for i, agency := range s.Register.Agencies {
		cells := tally.New()
		for n := range 60 - 50*i {
			cells.Add(&response.Response{
				Agency: agency.Code, Counter: "q1", Channel: response.QR, Form: survey.Ref{ID: "mot-cua", Version: 1},
				Answers: []survey.Answer{{Question: "overall", Values: []string{[]string{"5", "4", "2"}[n%3]}}},
			})
		}
		s.Counts = append(s.Counts, sheet.Counts{Agency: agency.Code, Cells: cells.Encode()})
	}
	must(t, s.Fill())
	return s
}

func TestSignAndOpen(t *testing.T) {
	s, private := sample(t), key(t)
	signed, err := sheet.Sign(s, private)
	must(t, err)
	opened, err := sheet.Open(signed.Bytes)
	must(t, err)
	if opened.Hash != signed.Hash || !opened.Key.Equal(private.Public()) {
		t.Error("another sheet came back")
	}
	score := opened.Figures[0].Scores[0]
	if score.N != 60 || *score.Index != 66.67 || *score.ResponseRate != 0.15 {
		t.Errorf("score %+v", score)
	}
	again, err := sheet.Sign(&opened.Sheet, private)
	must(t, err)
	if diff := cmp.Diff(string(signed.Bytes), string(again.Bytes)); diff != "" {
		t.Errorf("signing what was read gives other bytes: %s", diff)
	}
}

// TestLayoutDoesNotMatter opens a sheet that somebody indented.
func TestLayoutDoesNotMatter(t *testing.T) {
	signed, err := sheet.Sign(sample(t), key(t))
	must(t, err)
	var pretty bytes.Buffer
	must(t, json.Indent(&pretty, signed.Bytes, "", "    "))
	opened, err := sheet.Open(pretty.Bytes())
	must(t, err)
	if opened.Hash != signed.Hash {
		t.Error("the layout changed the hash")
	}
}

// TestEveryChangedByteIsFound changes each byte of the content in turn, of
// which some are letters in names and some are digits.
func TestEveryChangedByteIsFound(t *testing.T) {
	signed, err := sheet.Sign(sample(t), key(t))
	must(t, err)
	step := 7
	for i := 0; i < len(signed.Bytes); i += step {
		changed := bytes.Clone(signed.Bytes)
		changed[i] ^= 1
		if _, err := sheet.Open(changed); !errors.Is(err, sheet.ErrSheet) {
			t.Fatalf("byte %d changed from %q to %q: %v", i, signed.Bytes[i], changed[i], err)
		}
	}
}

// TestEveryOtherSignatureIsRefused puts every other letter and digit in each
// place behind the content, also where base64 has bits to spare.
func TestEveryOtherSignatureIsRefused(t *testing.T) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
	signed, err := sheet.Sign(sample(t), key(t))
	must(t, err)
	for i := bytes.LastIndex(signed.Bytes, []byte(`"sha256"`)); i < len(signed.Bytes); i++ {
		changed := bytes.Clone(signed.Bytes)
		for _, letter := range []byte(letters) {
			if changed[i] = letter; letter == signed.Bytes[i] {
				continue
			}
			if _, err := sheet.Read(changed); !errors.Is(err, sheet.ErrSheet) {
				t.Fatalf("byte %d changed from %q to %q: %v", i, signed.Bytes[i], letter, err)
			}
		}
	}
}

// TestForgedFigures has somebody with a key of his own sign figures that do not
// follow from the counts.
func TestForgedFigures(t *testing.T) {
	for name, forge := range map[string]func(*sheet.Sheet){
		"an index":           func(s *sheet.Sheet) { *s.Figures[0].Scores[0].Index = 99.99 },
		"a place":            func(s *sheet.Sheet) { s.Figures[0].Scores[0].Rank = nil },
		"a method's content": func(s *sheet.Sheet) { m := *s.Methods[0].Method; m.MinN = 1; s.Methods[0].Method = &m },
		"a rule's content":   func(s *sheet.Sheet) { r := *s.Rules[0].Rule; r.Verified = true; s.Rules[0].Rule = &r },
		"a rule in pieces": func(s *sheet.Sheet) {
			r := *s.Rules[0].Rule
			r.Criteria = []rating.Criterion{{ID: "cchc", MaxPoints: 10, Source: rating.FromSatisfaction, Method: s.Methods[0].Method.ID, Rule: &rating.Conversion{Kind: rating.Proportional}}}
			s.Rules[0] = sheet.Rule{Rule: &r, Hash: r.Hash()}
		},
		"a count below 0": func(s *sheet.Sheet) {
			s.Counts[0].Cells = json.RawMessage(`[{"form":"mot-cua","version":1,"counter":"q1","channel":"qr","n":-1}]`)
		},
		"an agency left out":  func(s *sheet.Sheet) { s.Register.Agencies = s.Register.Agencies[1:] },
		"a format of the day": func(s *sheet.Sheet) { s.Format = "hailong-sheet/99" },
	} {
		t.Run(name, func(t *testing.T) {
			s := sample(t)
			forge(s)
			signed, err := sheet.Sign(s, key(t))
			must(t, err)
			if _, err := sheet.Open(signed.Bytes); !errors.Is(err, sheet.ErrSheet) {
				t.Errorf("opened: %v", err)
			}
		})
	}
}

// TestTwoSheetsInOneFile shows one sheet to readers that take the first name
// and another to those that take the last, or do not mind capitals.
func TestTwoSheetsInOneFile(t *testing.T) {
	signed, err := sheet.Sign(sample(t), key(t))
	must(t, err)
	for _, name := range []string{"sheet", "Sheet", "extra"} {
		both := strings.Replace(string(signed.Bytes), `{"sheet":`, `{"`+name+`":{"index":99.99},"sheet":`, 1)
		if _, err := sheet.Open([]byte(both)); !errors.Is(err, sheet.ErrSheet) {
			t.Errorf("%s beside the sheet: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	signed, err := sheet.Sign(sample(f), key(f))
	must(f, err)
	f.Add(signed.Bytes)
	f.Add([]byte(`{"sheet":{},"sha256":"","signature":{"algorithm":"Ed25519","public_key":"","value":""}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := sheet.Open(data); err == nil && s.Hash != signed.Hash {
			t.Error("opened a sheet that nobody signed")
		}
	})
}

func TestKeyFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "signing.key")
	first, err := sheet.OpenKey(file, true)
	must(t, err)
	again, err := sheet.OpenKey(file, true)
	must(t, err)
	if !first.Equal(again) {
		t.Error("the second start made another key")
	}
	info, err := os.Stat(file)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file can be read by others: %v", info.Mode())
	}
	text, err := sheet.PublicPEM(first.Public().(ed25519.PublicKey))
	must(t, err)
	other, _, err := ed25519.GenerateKey(nil)
	must(t, err)
	more, err := sheet.PublicPEM(other)
	must(t, err)
	public, err := sheet.ParsePublicPEM(slices.Concat(text, more))
	must(t, err)
	if len(public) != 2 || !public[0].Equal(first.Public()) || !public[1].Equal(other) {
		t.Errorf("other public keys came back: %v", public)
	}
	must(t, os.WriteFile(file, []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), 0o600))
	if _, err := sheet.OpenKey(file, true); err == nil {
		t.Error("a broken key was taken for one, or replaced")
	}
}
