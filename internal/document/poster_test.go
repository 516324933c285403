package document_test

import (
	"bytes"
	"errors"
	"image"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"hailong/internal/document"
	"hailong/internal/outside"
)

var (
	longName = string([]rune(strings.Repeat("Trung tâm Phục vụ hành chính công xã Quảng Trực ", 5))[:200])
	wideName = strings.Repeat("W", 200)
)

// The forms that posters are of: the short one, one of three levels, a poll
// without a scale to begin with, and one whose words are as long as can be.
var (
	shortForm = document.PosterForm{Levels: []string{"Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"}}
	threeForm = document.PosterForm{
		Title: "Phiếu đánh giá việc giải quyết thủ tục hành chính", English: "Assessment of procedures.",
		Levels: []string{"Chưa tốt", "Tốt", "Rất tốt"}, Minutes: 1,
	}
	pollForm = document.PosterForm{Title: "Phiếu lấy ý kiến quần chúng", English: "Opinion poll", Minutes: 3}
	wideForm = document.PosterForm{Title: wideName, English: wideName, Levels: slices.Repeat([]string{wideName}, 7), Minutes: 100}
)

var posters = []document.Poster{
	{Agency: "Sở Tư pháp", Counter: "Quầy 1", Location: "Trung tâm Phục vụ hành chính công", URL: counterURL, Link: "7K3M9QXA", Form: shortForm},
	{Agency: "Nkô̆ ƀon Bŭ Prâng", Counter: "uĕh, bĭch, ŏ", URL: "http://10.0.0.5:8080/q/0Z8B1V2W", Link: "0Z8B1V2W", Form: threeForm},
	{Agency: longName, Counter: longName, Location: longName, URL: urls[2], Link: "7K3M9QXA", Form: pollForm},
	{Agency: wideName, Counter: wideName, Location: wideName, URL: "https://" + strings.Repeat("w", 180) + ".vn/q/ABCDEFGH", Link: strings.Repeat("W", 40), Form: wideForm},
	{Agency: "STP", Counter: "1", URL: "https://hailong.example.gov.vn/", Link: "", Form: shortForm},
}

var sizes = []document.Size{document.A5, document.A4}

func TestPostersAreRead(t *testing.T) {
	for _, size := range sizes {
		file := save(t, "posters.pdf", postersPDF(t, posters, size))
		for _, options := range [][]string{nil, {"-mono"}} {
			files := pages(t, file, options...)
			if len(files) != len(posters) {
				t.Fatalf("%s: %d pages, want %d", size, len(files), len(posters))
			}
			for i, page := range files {
				if got := scan(t, page); got != posters[i].URL {
					t.Errorf("%s %v page %d: read %q, want %q", size, options, i+1, got, posters[i].URL)
				}
			}
		}
	}
}

func TestPostersSayWhatTheyShould(t *testing.T) {
	everywhere := []string{
		"Quét mã", "Gửi", "Không hỏi tên, không hỏi số điện thoại, không cần đăng nhập.", "no name, no sign-in.",
	}
	short := []string{
		"Ông/Bà có hài lòng với việc giải quyết hồ sơ hôm nay?",
		"Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng",
		"Chọn mức hài lòng", "chạm vào một gương mặt", "chỉ mất khoảng nửa phút", "Were you satisfied today?", "Half a minute,",
	}
	onPage := [][]string{
		append(short, "Sở Tư pháp", "Quầy 1", "Trung tâm Phục vụ hành chính công", "hailong.example.gov.vn/q/7K3M9QXA", "7K3M 9QXA"),
		{"Nkô̆ ƀon Bŭ Prâng", "uĕh, bĭch, ŏ", "10.0.0.5:8080/q/0Z8B1V2W", "0Z8B 1V2W", threeForm.Title, "Chưa tốt", "Rất tốt",
			"Chọn câu trả lời", "chạm vào một gương mặt", "khoảng 1 phút; câu nào không rõ có thể bỏ qua", "Scan the code, answer, send. About a minute, no name, no sign-in. Assessment of procedures."},
		{longName + " " + longName + " " + longName, pollForm.Title, "chạm vào ý mà Ông/Bà chọn", "khoảng 3 phút; câu nào không rõ có thể bỏ qua", "About 3 minutes, no name, no sign-in. Opinion poll"},
		{"W…"},
		append(short, "STP", "hailong.example.gov.vn/"),
	}
	never := map[int][]string{ // of a form of its own
		1: {"hài lòng", "hôm nay", "nửa phút", "today"},
		2: {"hài lòng", "hôm nay", "nửa phút", "gương mặt", "today"},
	}
	for _, size := range sizes {
		file := save(t, "posters.pdf", postersPDF(t, posters, size))
		for i, want := range onPage {
			text := words(t, file, strconv.Itoa(i+1))
			for _, phrase := range append(want, everywhere...) {
				if !strings.Contains(text, norm.NFC.String(phrase)) {
					t.Errorf("%s page %d lacks %q:\n%s", size, i+1, phrase, text)
				}
			}
			for _, phrase := range never[i] {
				if strings.Contains(text, norm.NFC.String(phrase)) {
					t.Errorf("%s page %d says %q:\n%s", size, i+1, phrase, text)
				}
			}
		}
	}
}

// TestPostersKeepTheirMargins looks at the printed page: whatever the names,
// nothing stands in the margins, between the names and the question, or nearer
// to the code than its quiet zone.
func TestPostersKeepTheirMargins(t *testing.T) {
	zalgo := "a" + strings.Repeat("\u0306\u0323", 60)
	cases := append(slices.Clone(posters),
		document.Poster{Agency: zalgo, Counter: zalgo, Location: zalgo, URL: counterURL, Link: zalgo},
		document.Poster{Agency: "Ồ\u0306", Counter: longName + longName, Location: strings.Repeat("ỹ ", 900), URL: counterURL, Link: "7K3M9QXA"})
	for _, size := range sizes {
		for i, file := range pages(t, save(t, "posters.pdf", postersPDF(t, cases, size))) {
			img := readPNG(t, file)
			scale := float64(img.Bounds().Dy()) / 210
			for name, area := range whiteAreas {
				area := image.Rect(scaled(area[0], scale), scaled(area[1], scale), scaled(area[2], scale), scaled(area[3], scale))
				if at, found := inked(img, area); found {
					t.Errorf("%s page %d: ink in the %s at %v", size, i+1, name, at)
				}
			}
		}
	}
}

// whiteAreas are the corners (left, top, right, bottom) of what stays white,
// in millimetres on A5.
var whiteAreas = map[string][4]float64{
	"left margin":         {0, 0, 13, 210},
	"right margin":        {135, 0, 148, 210},
	"top margin":          {0, 0, 148, 11.5},
	"bottom margin":       {0, 202, 148, 210},
	"gap above question":  {0, 40.7, 148, 41.8},
	"gap above the code":  {0, 100.5, 148, 108.2},
	"gap right of code":   {74.5, 101, 83.5, 176.5},
	"gap below the code":  {0, 169, 82, 177},
	"gap above privacy":   {0, 192, 148, 193.5},
	"gap between address": {80.5, 177, 83.5, 192},
}

func scaled(millimetres, scale float64) int { return int(millimetres * scale) }

func TestPostersTellAboutThemselves(t *testing.T) {
	info := outside.Tool(t, "poppler-utils", "pdfinfo")
	for size, paper := range map[document.Size]string{document.A5: "419.53 x 595.28 pts", document.A4: "595.28 x 841.89 pts (A4)"} {
		data := postersPDF(t, posters[:1], size)
		got := outside.Run(t, info, save(t, "posters.pdf", data))
		for _, want := range []string{"Mời đánh giá mức độ hài lòng – Sở Tư pháp\n", "Author:          Sở Tư pháp\n", paper, "Jan  1 00:00:00 2000"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: pdfinfo lacks %q:\n%s", size, want, got)
			}
		}
		if !bytes.Contains(data, []byte("/Lang (vi)")) {
			t.Errorf("%s: the language is not told", size)
		}
	}
	poll := outside.Run(t, info, save(t, "poll.pdf", postersPDF(t, posters[2:3], document.A4)))
	for _, want := range []string{"Title:           " + pollForm.Title, "Subject:         " + pollForm.Title} {
		if !strings.Contains(poll, norm.NFC.String(want)) {
			t.Errorf("the poster of a poll: pdfinfo lacks %q:\n%s", want, poll)
		}
	}
	mixed := outside.Run(t, info, save(t, "mixed.pdf", postersPDF(t, posters[:2], document.A4)))
	if strings.Contains(mixed, "Sở Tư pháp") {
		t.Errorf("posters of two agencies name one:\n%s", mixed)
	}
}

func TestPostersCarryTheirFonts(t *testing.T) {
	data := postersPDF(t, posters, document.A4)
	if len(data) > 200<<10 {
		t.Errorf("%d bytes: the fonts are embedded whole", len(data))
	}
	list := outside.Run(t, outside.Tool(t, "poppler-utils", "pdffonts"), save(t, "posters.pdf", data))
	fonts := strings.Split(strings.TrimSpace(list), "\n")[2:] // below the heading
	if len(fonts) != 2 {
		t.Fatalf("fonts %q, want two", fonts)
	}
	for _, font := range fonts {
		columns := strings.Fields(font)
		if embedded, unicode := columns[len(columns)-5], columns[len(columns)-3]; embedded != "yes" || unicode != "yes" {
			t.Errorf("font is not embedded or its text cannot be copied: %q", font)
		}
	}
}

func TestPostersAreTheSameEachTime(t *testing.T) {
	want := postersPDF(t, posters, document.A4)
	for range 5 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			if got := postersPDF(t, posters, document.A4); !bytes.Equal(got, want) {
				t.Error("equal posters gave different bytes")
			}
		})
	}
}

func TestPostersTakeAnyName(t *testing.T) {
	name := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom(nil, unicode.Mn, unicode.Latin, unicode.So), 0, 300, -1))
	rapid.Check(t, func(t *rapid.T) {
		p := document.Poster{
			Agency: name.Draw(t, "agency"), Counter: name.Draw(t, "counter"), Location: name.Draw(t, "location"),
			URL: counterURL, Link: name.Draw(t, "link"),
			Form: document.PosterForm{
				Title: name.Draw(t, "title"), English: name.Draw(t, "English"),
				Levels: rapid.SliceOfN(name, 0, 11).Draw(t, "levels"), Minutes: rapid.IntRange(0, 100).Draw(t, "minutes"),
			},
		}
		var out bytes.Buffer
		if err := document.Posters(&out, []document.Poster{p}, document.A5); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) {
			t.Fatal("not a PDF")
		}
	})
}

func TestPostersRefuse(t *testing.T) {
	var out bytes.Buffer
	if err := document.Posters(&out, nil, document.A4); !errors.Is(err, document.ErrNoPosters) {
		t.Errorf("no posters: got %v", err)
	}
	if err := document.Posters(&out, posters, "letter"); err == nil || !strings.Contains(err.Error(), `"letter"`) {
		t.Errorf("unknown size: got %v", err)
	}
	for _, url := range []string{"", "https://" + strings.Repeat("x", 3000)} {
		bad := []document.Poster{posters[0], {Agency: "Sở Tư pháp", Counter: "Quầy 2", URL: url}}
		if err := document.Posters(&out, bad, document.A4); err == nil || !strings.Contains(err.Error(), `"Quầy 2"`) {
			t.Errorf("url %.20q: got %v, want an error that names the counter", url, err)
		}
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes were written in spite of the error", out.Len())
	}
	if err := document.Posters(full{}, posters, document.A4); !errors.Is(err, errFull) {
		t.Errorf("full disk: got %v", err)
	}
}

func postersPDF(t *testing.T, posters []document.Poster, size document.Size) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := document.Posters(&out, posters, size); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
