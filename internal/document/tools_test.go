package document_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/outside"
)

// scan returns what a barcode reader sees in an image file.
func scan(t *testing.T, file string) string {
	t.Helper()
	out := outside.Run(t, outside.Tool(t, "zbar-tools", "zbarimg"), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file)
	return strings.TrimSuffix(out, "\n")
}

// pages rasterises a PDF and returns one PNG file for each page.
func pages(t *testing.T, pdf string, options ...string) []string {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "page")
	args := append(options, "-png", "-r", "110", pdf, prefix)
	outside.Run(t, outside.Tool(t, "poppler-utils", "pdftoppm"), args...)
	files, err := filepath.Glob(prefix + "*.png")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// words returns the text of one page of a PDF.
func words(t *testing.T, pdf, page string) string {
	t.Helper()
	return outside.Words(t, pdf, "-f", page, "-l", page)
}

func save(t *testing.T, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func readPNG(t *testing.T, file string) image.Image {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return img
}

// inked returns the first point of area that is not white.
func inked(img image.Image, area image.Rectangle) (image.Point, bool) {
	area = area.Intersect(img.Bounds())
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 250 {
				return image.Pt(x, y), true
			}
		}
	}
	return image.Point{}, false
}
