package document_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// tool returns the path of an outside program that reads what this package
// writes. A laptop may lack it; the continuous integration may not.
func tool(t *testing.T, name, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: install the Debian package %s", name, debianPackage)
	}
	t.Skipf("%s is missing (Debian package %s)", name, debianPackage)
	return ""
}

func output(t *testing.T, path string, args ...string) string {
	t.Helper()
	out, err := exec.Command(path, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v", filepath.Base(path), strings.Join(args, " "), err)
	}
	return string(out)
}

// scan returns what a barcode reader sees in an image file.
func scan(t *testing.T, file string) string {
	t.Helper()
	out := output(t, tool(t, "zbarimg", "zbar-tools"), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file)
	return strings.TrimSuffix(out, "\n")
}

// pages rasterises a PDF and returns one PNG file for each page.
func pages(t *testing.T, pdf string, options ...string) []string {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "page")
	args := append(options, "-png", "-r", "110", pdf, prefix)
	output(t, tool(t, "pdftoppm", "poppler-utils"), args...)
	files, err := filepath.Glob(prefix + "*.png")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// words returns the text of one page of a PDF, composed and with single spaces.
func words(t *testing.T, pdf, page string) string {
	t.Helper()
	text := output(t, tool(t, "pdftotext", "poppler-utils"), "-f", page, "-l", page, pdf, "-")
	return strings.Join(strings.Fields(norm.NFC.String(text)), " ")
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
