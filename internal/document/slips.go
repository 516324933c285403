package document

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/skip2/go-qrcode"

	"hailong/internal/calendar"
)

// Slip is what the slip of one ticket says. Agency, Counter and Service are
// names as people know them, Service may be empty. URL is the address behind
// the QR code; Address and Code are the same in two parts for people to type,
// the code in groups. Expires is the last day on which the ticket works.
type Slip struct {
	Agency, Counter, Service string
	URL, Address, Code       string
	Expires                  calendar.Day
}

// SlipsPerPage is how many slips one page of A4 holds.
const SlipsPerPage = slipColumns * slipRows

// ErrNoSlips says that a file of slips would have no page.
var ErrNoSlips = errors.New("no slips")

// slipRecovery lets a code be read with a seventh of it gone (level M): a slip
// is used within days, and larger modules help small print more.
const slipRecovery = qrcode.Medium

// Where things stand on a page of slips, in millimetres, and on a slip from its
// top left corner. The code keeps a quiet zone of four modules to all sides.
const (
	slipColumns = 3
	slipRows    = 7
	slipWidth   = 65.0
	slipHeight  = 40.0
	slipsLeft   = (210 - slipColumns*slipWidth) / 2
	slipsTop    = (297 - slipRows*slipHeight) / 2
	cutMark     = 1.6 // from the middle of a mark to its ends

	slipEdge     = 4.0
	slipCodeSide = 24.0
	slipQuiet    = 3.4
	slipTextX    = slipEdge + slipCodeSide + slipQuiet
	slipFootY    = slipEdge + slipCodeSide + slipQuiet
	slipInner    = slipWidth - 2*slipEdge

	slipTwoLines   = 6.0  // of a counter's or a service's name
	slipGap        = 0.25 // between the parts beside the code
	slipTextHeight = slipFootY - slipEdge + 0.2
)

const (
	slipCall   = "Mời Ông/Bà đánh giá"
	slipOnce   = "Dùng một lần, đến hết ngày "
	slipByHand = "Không quét được? Hãy mở "
)

var (
	slipCallStyle    = style{bold: true, size: 8, leading: 1.25, colour: teal}
	slipAgencyStyle  = style{bold: true, size: 7.5, leading: 1.2, colour: ink}
	slipCounterStyle = style{size: 7, leading: 1.2, colour: ink}
	slipOnceStyle    = style{bold: true, size: 6.5, leading: 1.2, colour: ink}
	slipByHandStyle  = style{size: 6, leading: 1.2, colour: soft}
	slipTypedStyle   = style{bold: true, size: 7.5, leading: 1.2, colour: ink}
)

// Slips writes a PDF of A4 pages with the slips in rows, in their order, with
// marks to cut along. Long names are set smaller and end in an ellipsis; a code
// is never shortened. Nothing is written on an error: no slip (ErrNoSlips), a
// URL that is empty or too long for a QR code.
func Slips(w io.Writer, slips []Slip) error {
	if len(slips) == 0 {
		return fmt.Errorf("slips: %w", ErrNoSlips)
	}
	pdf := newPosterPDF([]Poster{{Agency: slips[0].Agency}}, paper[A4])
	s := newSheet(pdf)
	for i, slip := range slips {
		if i%SlipsPerPage == 0 {
			pdf.AddPage()
			s.cutMarks()
		}
		column, row := i%slipColumns, i%SlipsPerPage/slipColumns
		if err := s.slip(slip, slipsLeft+float64(column)*slipWidth, slipsTop+float64(row)*slipHeight); err != nil {
			return fmt.Errorf("slip of %q, %q: %w", slip.Agency, slip.Counter, err)
		}
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("slips: %w", err)
	}
	return nil
}

// cutMarks puts a cross where slips meet.
func (s sheet) cutMarks() {
	s.draw(soft)
	s.pdf.SetLineWidth(0.1)
	for column := range slipColumns + 1 {
		for row := range slipRows + 1 {
			x, y := slipsLeft+float64(column)*slipWidth, slipsTop+float64(row)*slipHeight
			s.pdf.Line(x-cutMark, y, x+cutMark, y)
			s.pdf.Line(x, y-cutMark, x, y+cutMark)
		}
	}
}

// slip draws one slip with its top left corner at (x, y).
func (s sheet) slip(slip Slip, x, y float64) error {
	code, err := qrcode.New(slip.URL, slipRecovery)
	if err != nil {
		return fmt.Errorf("encode a ticket's address: %w", err)
	}
	s.modules(code.Bitmap(), x+slipEdge, y+slipEdge, slipCodeSide)
	s.slipText(slip, x+slipTextX, y+slipEdge-0.6, slipWidth-slipTextX-slipEdge/2)

	shown := strings.TrimPrefix(strings.TrimPrefix(slip.Address, "https://"), "http://")
	below := s.write(s.fit(slipByHand+shown, slipByHandStyle, slipInner, 2.6), x+slipEdge, y+slipFootY-0.4)
	s.write(s.whole(slip.Code, slipTypedStyle, slipInner), x+slipEdge, below)
	return s.pdf.Error()
}

// slipText tells beside the code whose ticket it is and how long it works. Each
// part has room for two lines; what the others leave is the agency's, whose name
// is the longest, so that no name pushes another out.
func (s sheet) slipText(slip Slip, x, y, width float64) {
	year, month, day := slip.Expires.Date()
	until := fmt.Sprintf("%s%02d/%02d/%04d", slipOnce, day, int(month), year)
	call := s.fit(slipCall, slipCallStyle, width, 3.6)
	below := []block{
		s.fit(slip.Counter, slipCounterStyle, width, slipTwoLines),
		s.fit(slip.Service, slipCounterStyle, width, slipTwoLines),
		s.fit(until, slipOnceStyle, width, 5.6),
	}
	room := slipTextHeight - call.height()
	for _, part := range below {
		room -= part.height() + slipGap
	}
	y = s.write(call, x, y)
	y = s.write(s.fit(slip.Agency, slipAgencyStyle, width, room), x, y)
	for _, part := range below {
		y = s.write(part, x, y+slipGap)
	}
}

// whole sets text in one line that is never shortened: its type gets as small
// as the width demands.
func (s sheet) whole(text string, st style, width float64) block {
	text = printable(text)
	s.use(st)
	if length := s.width(text); length > width {
		st.size *= width / length
	}
	return block{st, []string{text}}
}
