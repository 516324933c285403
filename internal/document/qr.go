package document

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"github.com/skip2/go-qrcode"
)

// recovery lets a code be read with a quarter of it scratched, stained or
// taped over (level Q), for a poster hangs at a counter for a year.
const recovery = qrcode.High

// quietZone is the white border that a scanner needs, in modules; the library
// draws it.
const quietZone = 4

// MaxPixels is the largest side of a QR image that PNG makes.
const MaxPixels = 4096

// PNG returns the QR code of url as a square black and white image with the
// given side in pixels. Every module has the same whole number of pixels; what
// is left over widens the white border. It is an error if url is empty or too
// long for a QR code, or if pixels is too small to hold it or above MaxPixels.
func PNG(url string, pixels int) ([]byte, error) {
	code, err := newCode(url)
	if err != nil {
		return nil, fmt.Errorf("qr png: %w", err)
	}
	modules := len(code.Bitmap())
	if pixels < modules || pixels > MaxPixels {
		return nil, fmt.Errorf("qr png %q: %d pixels, want %d to %d", url, pixels, modules, MaxPixels)
	}
	small := code.Image(-(pixels / modules))
	canvas := image.NewPaletted(image.Rect(0, 0, pixels, pixels), color.Palette{color.White, color.Black})
	margin := (pixels - small.Bounds().Dx()) / 2
	draw.Draw(canvas, small.Bounds().Add(image.Pt(margin, margin)), small, image.Point{}, draw.Src)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, canvas); err != nil {
		return nil, fmt.Errorf("qr png %q: %w", url, err)
	}
	return out.Bytes(), nil
}

// SVG returns the QR code of url as a drawing that stays sharp at any size:
// one unit of the viewBox is one module, the dark modules are a single path,
// and the title tells a screen reader where the code leads. It is an error if
// url is empty or too long for a QR code.
func SVG(url string) ([]byte, error) {
	code, err := newCode(url)
	if err != nil {
		return nil, fmt.Errorf("qr svg: %w", err)
	}
	bitmap := code.Bitmap()
	var path strings.Builder
	for _, r := range runs(bitmap) {
		fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", r.x, r.y, r.length, r.length)
	}
	size := len(bitmap)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" lang="vi" shape-rendering="crispEdges">`+
		`<title>Mã QR: %s</title><rect width="%d" height="%d" fill="#fff"/><path d="%s"/></svg>`+"\n",
		size, size, html.EscapeString(url), size, size, path.String()), nil
}

func newCode(url string) (*qrcode.QRCode, error) {
	code, err := qrcode.New(url, recovery)
	if err != nil {
		return nil, fmt.Errorf("encode %q: %w", url, err)
	}
	return code, nil
}

// run is an unbroken stretch of dark modules in one row.
type run struct{ x, y, length int }

// runs returns the dark modules of a bitmap row by row, so that a drawing
// needs a few hundred strips instead of a thousand squares.
func runs(bitmap [][]bool) []run {
	var found []run
	for y, row := range bitmap {
		start := -1
		for x, dark := range append(row, false) {
			if dark && start < 0 {
				start = x
			}
			if !dark && start >= 0 {
				found = append(found, run{start, y, x - start})
				start = -1
			}
		}
	}
	return found
}
