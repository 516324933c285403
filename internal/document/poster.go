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
// Form is what is asked there.
type Poster struct {
	Agency, Counter, Location string
	URL, Link                 string
	Form                      PosterForm
}

// PosterForm is what a poster tells of the questionnaire. Title and English are
// its heading in the two languages; without a Title the poster asks whether
// people are satisfied with today's dossier. Levels are the words of the scale
// that the form begins with, the worst first: 2 to 7 of them are drawn as faces,
// of any other number none. Minutes is the time it takes, 0 being half a minute.
type PosterForm struct {
	Title, English string
	Levels         []string
	Minutes        int
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
	pdf.SetSubject(common(posters, Poster.headline), true)
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
	title := "Mời đánh giá mức độ hài lòng"
	if own := common(posters, func(p Poster) string { return p.Form.Title }); own != "" {
		title = printable(own)
	}
	if agency := common(posters, func(p Poster) string { return p.Agency }); agency != "" {
		pdf.SetAuthor(printable(agency), true)
		title += " – " + printable(agency)
	}
	pdf.SetTitle(title, true)
	return pdf
}

// common returns what all posters say of something, "" where they differ.
func common(posters []Poster, of func(Poster) string) string {
	first := of(posters[0])
	if slices.ContainsFunc(posters, func(p Poster) bool { return of(p) != first }) {
		return ""
	}
	return first
}

// headline is what the poster asks, in one line.
func (p Poster) headline() string {
	if p.Form.Title != "" {
		return printable(p.Form.Title)
	}
	return strings.Join(question, " ")
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
