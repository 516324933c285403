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

// Any two values in any page must come out of every encoding as they went in.
func TestSplicedPageReadsBack(t *testing.T) {
	source, err := os.ReadFile("splice.go")
	if err != nil {
		t.Fatal(err)
	}
	mark := string(gapMark) + `"><input type="hidden" name="opened" value="` + string(gapMark)
	pages := map[string]string{
		"empty around": `value="` + mark + `">`,
		"text":         strings.Repeat("Ông/Bà có hài lòng? ", 50) + `value="` + mark + `">` + strings.Repeat("Ông/Bà có hài lòng không? ", 300),
		"source":       string(source[:1500]) + `value="` + mark + `">` + string(source),
	}
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			spliced, err := newSplicedPage([]byte(page))
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(t *rapid.T) {
				key := []byte(rapid.StringMatching(`[A-Za-z0-9_-]{22}`).Draw(t, "key"))
				stamp := []byte(rapid.StringMatching(`[A-Za-z0-9_-]{22}`).Draw(t, "stamp"))
				want := strings.Replace(strings.Replace(page, string(gapMark), string(key), 1), string(gapMark), string(stamp), 1)
				if got := string(spliced.appendPlain(nil, key, stamp)); got != want {
					t.Fatalf("plain: %q", got)
				}
				if got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(spliced.appendBrotli(nil, key, stamp)))); err != nil || string(got) != want {
					t.Fatalf("brotli: %v, %q", err, got)
				}
				unzip, err := gzip.NewReader(bytes.NewReader(spliced.appendGzip(nil, key, stamp)))
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

func TestSplicedPageRefusesPagesWithoutTwoPlaces(t *testing.T) {
	mark := string(gapMark)
	for _, page := range []string{
		"", "no mark", mark + `">`, mark + `">` + mark + `">` + mark + `">`, mark + mark + "> without the quote",
		mark + strings.Repeat(" far apart ", 30) + mark + `">`,
	} {
		if _, err := newSplicedPage([]byte(page)); err == nil {
			t.Errorf("newSplicedPage(%q) accepted", page)
		}
	}
}
