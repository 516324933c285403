package document

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"hailong/internal/i18n"
)

// How a chart is laid out: columns as shares of the width, heights in
// millimetres.
const (
	labelShare = 0.36
	trackShare = 0.36
	trackTall  = 4.4
	barTall    = 3.0
	capTall    = 2.2 // the strokes at the ends of an interval
	stroke     = 0.35
)

// The bar is pale enough for the interval to show on it, also in grey.
var (
	track = colour{233, 237, 238}
	pale  = colour{122, 182, 178}
)

// A bar that is measured: its ends as shares of the track from 0 to 1, and what
// is written beside it.
type measured struct {
	label, value    string
	filled          float64
	low, high       float64
	drawn, interval bool
}

// measure returns the bars in their order.
func (c Chart) measure(l *i18n.Language) []measured {
	var all []measured
	for _, b := range c.Bars {
		m := measured{label: oneLine(b.Label), value: b.Value.shown(l)}
		value, drawn := b.Value.numeric()
		low, interval := b.Low.numeric()
		high, _ := b.High.numeric()
		m.filled, m.low, m.high = value/c.scale(), low/c.scale(), high/c.scale()
		m.drawn, m.interval = drawn, drawn && interval
		if m.interval {
			m.value += fmt.Sprintf(" (%s–%s)", b.Low.shown(l), b.High.shown(l))
		}
		all = append(all, m)
	}
	return all
}

// marks returns what stands below the track: its start, middle and end.
func (c Chart) marks(l *i18n.Language) [3]string {
	mark := func(x float64) string {
		if x == float64(int64(x)) {
			return l.Int(int64(x))
		}
		return l.Number(x, 1)
	}
	return [3]string{mark(0), mark(c.scale() / 2), mark(c.scale())}
}

// A patch is a filled rectangle in millimetres.
type patch struct {
	x, y, w, h float64
	colour     colour
}

// patches draws a bar on a track of the given length: the track, the bar, and
// its interval as a line with a stroke at both ends.
func (m measured) patches(length float64) []patch {
	all := []patch{{0, 0, length, trackTall, track}}
	if m.drawn {
		all = append(all, patch{0, (trackTall - barTall) / 2, m.filled * length, barTall, pale})
	}
	if m.interval {
		from, to := m.low*length, m.high*length
		capY := (trackTall - capTall) / 2
		all = append(all,
			patch{from, (trackTall - stroke) / 2, to - from, stroke, ink},
			patch{max(0, from-stroke/2), capY, stroke, capTall, ink},
			patch{min(length, to+stroke/2) - stroke, capY, stroke, capTall, ink})
	}
	return all
}

// picture returns the bar as a PNG file for programs that cannot draw. It holds
// no text: words and figures stand beside it as text.
func (m measured) picture(length float64) ([]byte, error) {
	const perMillimetre = 300 / 25.4
	at := func(mm float64) int { return int(mm*perMillimetre + 0.5) }
	palette := color.Palette{rgb(track), rgb(pale), rgb(ink)}
	canvas := image.NewPaletted(image.Rect(0, 0, at(length), at(trackTall)), palette)
	for _, p := range m.patches(length) {
		area := image.Rect(at(p.x), at(p.y), at(p.x+p.w), at(p.y+p.h))
		draw.Draw(canvas, area, image.NewUniform(rgb(p.colour)), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		return nil, fmt.Errorf("picture of the bar %q: %w", m.label, err)
	}
	return out.Bytes(), nil
}

func rgb(c colour) color.RGBA {
	return color.RGBA{R: uint8(c[0]), G: uint8(c[1]), B: uint8(c[2]), A: 255}
}
