package document_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hailong/internal/document"
	"hailong/internal/outside"
)

const counterURL = "https://hailong.example.gov.vn/q/7K3M9QXA"

var urls = []string{
	counterURL,
	"http://127.0.0.1:8080/q/0Z8B1V2W",
	"https://danhgia.example.gov.vn/t/Zm9v?lang=vi&x=<1>#\"a\"",
	"https://" + strings.Repeat("rat-dai.", 40) + "gov.vn/q/7K3M9QXA",
}

func TestPNGIsRead(t *testing.T) {
	for _, url := range urls {
		for _, pixels := range []int{333, 512, 1500} {
			if got := scan(t, save(t, "qr.png", qrPNG(t, url, pixels))); got != url {
				t.Errorf("%d pixels: read %q, want %q", pixels, got, url)
			}
		}
	}
}

func TestPNGIsReadWithADamagedCorner(t *testing.T) {
	img := decode(t, qrPNG(t, counterURL, 820)) // 41 modules of 20 pixels
	canvas := image.NewGray(img.Bounds())
	draw.Draw(canvas, canvas.Bounds(), img, image.Point{}, draw.Src)
	damage := image.Rect(520, 300, 700, 440) // 9 by 7 modules
	draw.Draw(canvas, damage, image.NewUniform(color.White), image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		t.Fatal(err)
	}
	if got := scan(t, save(t, "damaged.png", out.Bytes())); got != counterURL {
		t.Errorf("read %q, want %q", got, counterURL)
	}
}

func TestPNGHasTheAskedSizeAndAQuietZone(t *testing.T) {
	for _, pixels := range []int{41, 100, 333, document.MaxPixels} {
		img := decode(t, qrPNG(t, counterURL, pixels))
		if got := img.Bounds().Size(); got != image.Pt(pixels, pixels) {
			t.Errorf("size %v, want %d", got, pixels)
		}
		zone := 4 * (pixels / 41)
		for _, strip := range []image.Rectangle{
			image.Rect(0, 0, pixels, zone), image.Rect(0, pixels-zone, pixels, pixels),
			image.Rect(0, 0, zone, pixels), image.Rect(pixels-zone, 0, pixels, pixels),
		} {
			if at, found := inked(img, strip); found {
				t.Errorf("%d pixels: ink in the quiet zone at %v", pixels, at)
			}
		}
	}
}

func TestPNGRefuses(t *testing.T) {
	for _, test := range []struct {
		url    string
		pixels int
		want   string
	}{
		{"", 512, "no data"},
		{strings.Repeat("x", 3000), 512, "too long"},
		{counterURL, 40, "40 pixels, want 41 to 4096"},
		{counterURL, 0, "0 pixels"},
		{counterURL, -5, "-5 pixels"},
		{counterURL, document.MaxPixels + 1, "4097 pixels"},
	} {
		if _, err := document.PNG(test.url, test.pixels); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("PNG(%.20q, %d) = %v, want an error with %q", test.url, test.pixels, err, test.want)
		}
	}
}

func TestSVGIsRead(t *testing.T) {
	rsvg := outside.Tool(t, "librsvg2-bin", "rsvg-convert")
	for _, url := range urls {
		file := save(t, "qr.svg", qrSVG(t, url))
		for _, width := range []int{333, 1000} {
			outside.Run(t, rsvg, "--width", strconv.Itoa(width), "--output", file+".png", file)
			if got := scan(t, file+".png"); got != url {
				t.Errorf("%d pixels: read %q, want %q", width, got, url)
			}
		}
	}
}

// drawing is what the tests look at in an SVG.
type drawing struct {
	ViewBox string `xml:"viewBox,attr"`
	Role    string `xml:"role,attr"`
	Title   string `xml:"title"`
	Paths   []struct {
		D string `xml:"d,attr"`
	} `xml:"path"`
}

func TestSVGIsOnePathWithATitle(t *testing.T) {
	for _, url := range urls {
		var got drawing
		if err := xml.Unmarshal(qrSVG(t, url), &got); err != nil {
			t.Fatal(err)
		}
		if got.Title != "Mã QR: "+url || got.Role != "img" {
			t.Errorf("title %q, role %q", got.Title, got.Role)
		}
		if len(got.Paths) != 1 {
			t.Fatalf("%d paths, want 1", len(got.Paths))
		}
		requireQuietZone(t, got)
	}
}

// requireQuietZone reads the strips of the path and wants four free modules
// around them and not one more.
func requireQuietZone(t *testing.T, d drawing) {
	t.Helper()
	var zero, size, height int
	if _, err := fmt.Sscanf(d.ViewBox, "%d %d %d %d", &zero, &zero, &size, &height); err != nil || size != height {
		t.Fatalf("viewBox %q: %v", d.ViewBox, err)
	}
	dark := image.Rectangle{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`).FindAllStringSubmatch(d.Paths[0].D, -1) {
		x, y, length := atoi(t, m[1]), atoi(t, m[2]), atoi(t, m[3])
		dark = dark.Union(image.Rect(x, y, x+length, y+1))
	}
	if want := image.Rect(4, 4, size-4, size-4); dark != want {
		t.Errorf("dark modules reach over %v, want %v", dark, want)
	}
}

func TestSVGRefuses(t *testing.T) {
	for _, url := range []string{"", strings.Repeat("x", 3000)} {
		if _, err := document.SVG(url); err == nil {
			t.Errorf("SVG(%.20q) made a drawing, want an error", url)
		}
	}
}

func qrPNG(t *testing.T, url string, pixels int) []byte {
	t.Helper()
	data, err := document.PNG(url, pixels)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func qrSVG(t *testing.T, url string) []byte {
	t.Helper()
	data, err := document.SVG(url)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
