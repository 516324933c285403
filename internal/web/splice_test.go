package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"pgregory.net/rapid"
)

// Any key in any page must come out of every encoding as it went in.
func TestSplicedPageReadsBack(t *testing.T) {
	source, err := os.ReadFile("splice.go")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{
		"empty around": `value="` + string(gapMark) + `">`,
		"text":         strings.Repeat("Ông/Bà có hài lòng? ", 50) + `value="` + string(gapMark) + `">` + strings.Repeat("Ông/Bà có hài lòng không? ", 300),
		"source":       string(source[:1500]) + `value="` + string(gapMark) + `">` + string(source),
	}
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			spliced, err := newSplicedPage([]byte(page))
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(t *rapid.T) {
				key := []byte(rapid.StringMatching(`[A-Za-z0-9_-]{22}`).Draw(t, "key"))
				want := strings.Replace(page, string(gapMark), string(key), 1)
				if got := string(spliced.appendPlain(nil, key)); got != want {
					t.Fatalf("plain: %q", got)
				}
				if got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(spliced.appendBrotli(nil, key)))); err != nil || string(got) != want {
					t.Fatalf("brotli: %v, %q", err, got)
				}
				unzip, err := gzip.NewReader(bytes.NewReader(spliced.appendGzip(nil, key)))
				if err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(unzip); err != nil || string(got) != want {
					t.Fatalf("gzip: %v, %q", err, got)
				}
			})
		})
	}
}

func TestSplicedPageRefusesPagesWithoutOnePlace(t *testing.T) {
	mark := string(gapMark)
	for _, page := range []string{"", "no mark", mark + `">` + mark + `">`, mark + "> without the quote"} {
		if _, err := newSplicedPage([]byte(page)); err == nil {
			t.Errorf("newSplicedPage(%q) accepted", page)
		}
	}
}
