package document

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Poster is what the poster of one counter says. Agency, Counter and Location
// are names as people know them, Location and Link may be empty. URL is the
// address behind the QR code and Link the code inside it that people can type.
type Poster struct {
	Agency, Counter, Location string
	URL, Link                 string
}

// Size is a paper size, upright.
type Size string

// The paper sizes of posters: A5 stands on a counter, A4 hangs on a wall.
const (
	A5 Size = "a5"
	A4 Size = "a4"
)

// ErrNoPosters says that a file of posters would have no page.
var ErrNoPosters = errors.New("no posters")

// The poster is drawn once, on A5; other sizes are the same drawing enlarged.
const (
	drawnWidth = 148.0
	left       = 14.0
	right      = drawnWidth - left
	inner      = right - left
)

var paper = map[Size]fpdf.SizeType{
	A5: {Wd: drawnWidth, Ht: 210},
	A4: {Wd: 210, Ht: 297},
}

// printed stands in every file as its date: the same posters give the same bytes.
var printed = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// Posters writes a PDF with one page for each poster, in their order. Long
// names and addresses are set smaller and broken; what is longer than some 200
// ordinary characters (an address: 100) ends in an ellipsis, so that nothing
// runs off the page. Nothing is written on an error: no poster (ErrNoPosters),
// an unknown size, a URL that is empty or too long for a QR code.
func Posters(w io.Writer, posters []Poster, size Size) error {
	format, known := paper[size]
	if !known {
		return fmt.Errorf("posters: paper size %q is neither %q nor %q", size, A5, A4)
	}
	if len(posters) == 0 {
		return fmt.Errorf("posters: %w", ErrNoPosters)
	}
	pdf := newPosterPDF(posters, format)
	s := newSheet(pdf)
	for _, p := range posters {
		if err := s.page(p, format); err != nil {
			return fmt.Errorf("poster of %q, %q: %w", p.Agency, p.Counter, err)
		}
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("posters: %w", err)
	}
	return nil
}

func newPosterPDF(posters []Poster, format fpdf.SizeType) *fpdf.Fpdf {
	pdf := newPDF(format, printed)
	pdf.SetSubject(strings.Join(question, " "), true)
	title := "Mời đánh giá mức độ hài lòng"
	if agency := posters[0].Agency; !slices.ContainsFunc(posters, func(p Poster) bool { return p.Agency != agency }) {
		pdf.SetAuthor(printable(agency), true)
		title += " – " + printable(agency)
	}
	pdf.SetTitle(title, true)
	return pdf
}

// page adds one page, its drawing enlarged from A5 to the paper.
func (s sheet) page(p Poster, format fpdf.SizeType) error {
	s.pdf.AddPage()
	percent := 100 * format.Ht / paper[A5].Ht
	s.pdf.TransformBegin()
	s.pdf.TransformScaleXY(percent, 0, 0)
	defer s.pdf.TransformEnd()
	return s.poster(p)
}

// grouped sets a link in groups of four, as people read it aloud.
func grouped(link string) string {
	var groups []string
	for group := range slices.Chunk([]rune(link), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
}
