package document_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/outside"
)

// slips returns so many different slips, of counters with names of any kind.
func slips(n int) []document.Slip {
	all := make([]document.Slip, n)
	for i := range all {
		code := fmt.Sprintf("%028d", 7*i)
		address := "https://hailong.example.gov.vn/t/"
		of := posters[i%len(posters)]
		all[i] = document.Slip{
			Agency: of.Agency, Counter: of.Counter, URL: address + code, Address: address,
			Code: "Q" + code[1:4] + "-" + code[4:], Expires: calendar.Date(2026, 12, 1+i%20),
		}
		if i%2 == 0 {
			all[i].Service = "Cấp Phiếu lý lịch tư pháp"
		}
	}
	return all
}

func slipsPDF(t *testing.T, slips []document.Slip) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := document.Slips(&out, slips); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A scanner reads every slip that is cut out, also as a poor printer prints it.
func TestSlipsAreRead(t *testing.T) {
	all := slips(document.SlipsPerPage + 2)
	file := save(t, "slips.pdf", slipsPDF(t, all))
	for _, options := range [][]string{{"-r", "150"}, {"-r", "200", "-mono"}} {
		files := pages(t, file, options...)
		if len(files) != 2 {
			t.Fatalf("%d pages, want 2", len(files))
		}
		for i, slip := range all {
			if got := scan(t, cutOut(t, files[i/document.SlipsPerPage], i%document.SlipsPerPage)); got != slip.URL {
				t.Errorf("%v, slip %d: read %q, want %q", options, i, got, slip.URL)
			}
		}
	}
}

// cutOut cuts one slip out of a page and returns its file.
func cutOut(t *testing.T, page string, i int) string {
	t.Helper()
	img := readPNG(t, page)
	scale := float64(img.Bounds().Dy()) / 297
	x, y := 7.5+float64(i%3)*65, 8.5+float64(i/3)*40
	slip := image.NewGray(image.Rect(0, 0, scaled(65, scale), scaled(40, scale)))
	draw.Draw(slip, slip.Bounds(), img, image.Pt(scaled(x, scale), scaled(y, scale)), draw.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, slip); err != nil {
		t.Fatal(err)
	}
	return save(t, "slip.png", out.Bytes())
}

func TestSlipsSayWhatTheyShould(t *testing.T) {
	all := []document.Slip{
		{
			Agency: "Sở Tư pháp", Counter: "Quầy 1", Service: "Cấp Phiếu lý lịch tư pháp", URL: "https://hailong.example.gov.vn/t/7K3M9QXA",
			Address: "https://hailong.example.gov.vn/t/", Code: "7K3M-9QXA-0000-1111-2222-3333-4444", Expires: calendar.Date(2026, 12, 2),
		},
		{
			Agency: "Trung tâm Phục vụ hành chính công xã Quảng Trực", Counter: "Quầy 12: Tiếp nhận hồ sơ đất đai",
			Service: "Cấp Giấy chứng nhận đủ điều kiện kinh doanh", URL: urls[1], Expires: calendar.Date(2026, 12, 2),
		},
		{Agency: wideName, Counter: longName, Service: longName, URL: urls[2], Address: "http://10.0.0.5:8080/t/", Code: strings.Repeat("WWWW-", 6) + "WWWW", Expires: calendar.Date(2027, 1, 31)},
	}
	text := words(t, save(t, "slips.pdf", slipsPDF(t, all)), "1")
	for _, want := range []string{
		"Mời Ông/Bà đánh giá", "Sở Tư pháp", "Quầy 1", "Cấp Phiếu lý lịch tư pháp", "hết ngày 02/12/2026", "hết ngày 31/01/2027",
		"Không quét được? Hãy mở hailong.example.gov.vn/t/", "7K3M-9QXA-0000-1111-2222-3333-4444", "10.0.0.5:8080/t/", strings.Repeat("WWWW-", 6) + "WWWW", "W…",
		"Trung tâm Phục vụ hành chính công xã Quảng Trực", "Quầy 12: Tiếp nhận hồ sơ đất đai", "Cấp Giấy chứng nhận đủ điều kiện kinh doanh",
	} {
		if !strings.Contains(text, norm.NFC.String(want)) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
}

// Nothing runs over the line along which slips are cut, whatever the names, and
// nothing comes too near to a code.
func TestSlipsKeepTheirEdges(t *testing.T) {
	zalgo := "a" + strings.Repeat("\u0306\u0323", 60)
	var all []document.Slip
	for i, name := range []string{wideName, longName, zalgo, strings.Repeat("ỹ ", 900), "Sở"} {
		all = append(all, document.Slip{
			Agency: name, Counter: name, Service: name, URL: urls[i%3], Address: "https://" + strings.Repeat("w", 180) + ".vn/t/",
			Code: strings.Repeat("WWWW-", 6) + "WWWW", Expires: calendar.Date(2026, 12, 31),
		})
	}
	img := readPNG(t, pages(t, save(t, "slips.pdf", slipsPDF(t, all)), "-r", "200")[0])
	scale := float64(img.Bounds().Dy()) / 297
	for i := range all {
		x, y := 7.5+float64(i%3)*65, 8.5+float64(i/3)*40
		for name, area := range map[string][4]float64{
			"left edge": {x + 0.3, y + 2, x + 3.6, y + 38}, "right edge": {x + 63.4, y + 2, x + 64.7, y + 38},
			"top edge": {x + 2, y + 0.3, x + 63, y + 2.2}, "bottom edge": {x + 2, y + 38.4, x + 63, y + 39.7},
			"gap right of the code": {x + 28.4, y + 2, x + 30.8, y + 30}, "gap below the code": {x + 4, y + 28.4, x + 28, y + 30.8},
		} {
			if at, found := inked(img, image.Rect(scaled(area[0], scale), scaled(area[1], scale), scaled(area[2], scale), scaled(area[3], scale))); found {
				t.Errorf("slip %d: ink in the %s at %v", i, name, at)
			}
		}
	}
}

func TestSlipsAreNotTooHeavy(t *testing.T) {
	data := slipsPDF(t, slips(1000))
	if len(data) > 8<<20 {
		t.Errorf("%d bytes for 1,000 slips", len(data))
	}
	if got := outside.Run(t, outside.Tool(t, "poppler-utils", "pdfinfo"), save(t, "slips.pdf", data)); !strings.Contains(got, "Pages:           "+strconv.Itoa(48)) {
		t.Errorf("pdfinfo says\n%s", got)
	}
}

func TestSlipsTakeAnyName(t *testing.T) {
	name := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom(nil, unicode.Mn, unicode.Latin, unicode.So), 0, 200, -1))
	rapid.Check(t, func(t *rapid.T) {
		one := document.Slip{Agency: name.Draw(t, "agency"), Counter: name.Draw(t, "counter"), Service: name.Draw(t, "service"), URL: counterURL, Address: name.Draw(t, "address"), Code: name.Draw(t, "code")}
		var out bytes.Buffer
		if err := document.Slips(&out, []document.Slip{one}); err != nil || !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) {
			t.Fatalf("%d bytes, %v", out.Len(), err)
		}
	})
}

func TestSlipsRefuse(t *testing.T) {
	var out bytes.Buffer
	if err := document.Slips(&out, nil); !errors.Is(err, document.ErrNoSlips) {
		t.Errorf("no slips: %v", err)
	}
	for _, url := range []string{"", "https://" + strings.Repeat("x", 3000)} {
		secret := document.Slip{Agency: "Sở Tư pháp", Counter: "Quầy 2", URL: url}
		if err := document.Slips(&out, append(slips(1), secret)); err == nil || !strings.Contains(err.Error(), `"Quầy 2"`) || url != "" && strings.Contains(err.Error(), url) {
			t.Errorf("url %.20q: %v, want an error that names the counter and not the ticket", url, err)
		}
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes were written in spite of the error", out.Len())
	}
	if err := document.Slips(full{}, slips(1)); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}
