package document

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"hailong/internal/calendar"
)

// Layout says by whose rules a report is set.
type Layout string

// The two layouts of domain note 7: that of party documents (guide
// 05-HD/VPTW) and that of state documents (decree 30/2020/NĐ-CP).
const (
	Party Layout = "party"
	State Layout = "state"
)

// ErrUnknownLayout tells of a layout that is neither Party nor State.
var ErrUnknownLayout = errors.New("unknown layout")

// Report is an official report before it is set: what it says, not how it
// looks. It knows nothing of where its figures come from.
type Report struct {
	Layout     Layout
	Header     Header
	Blocks     []Block
	Signature  Signature
	Recipients []string // without dashes and without marks at the end; the last one is the file copy ("Lưu Văn phòng")
	Sample     bool     // made-up figures: every page says so
}

// Header names who reports, and what about. Names are given in ordinary
// letters or capitals, and spelt as the organisation spells them.
type Header struct {
	Superior string       // "Đảng bộ tỉnh Đắk Nông"; may be empty
	Issuer   string       // "Đảng ủy Khối các cơ quan tỉnh"
	Number   string       // "05-BC/ĐUK", "05/BC-STP"; empty leaves room to write it
	Place    string       // "Gia Nghĩa"
	Date     calendar.Day // the zero Day leaves room to write it
	Kind     string       // "Báo cáo"
	Subject  string       // one sentence without a full stop
}

// Signature is who signs, by what authority. Each part may be empty.
type Signature struct {
	Authority string // "T/M Ban Thường vụ", "TM. Ủy ban nhân dân", "TL. Giám đốc"
	Title     string // "Phó Bí thư"
	Name      string
}

// Block is a part of the text: Heading, Paragraph, Note, Table or Chart.
type Block interface{ check() error }

// Heading opens a section. Level goes from 1, the highest, to 3; the text
// carries its own number ("I. Kết quả").
type Heading struct {
	Level int
	Text  string
}

// Paragraph is justified text with an indented first line.
type Paragraph struct{ Text string }

// Note is small slanted text, such as the explanation below a table.
type Note struct{ Text string }

// Align is where the values of a column stand.
type Align string

// Alignments. The zero value is AlignLeft.
const (
	AlignLeft   Align = ""
	AlignCentre Align = "center"
	AlignRight  Align = "right"
)

// Column heads a column of a table. Share is its part of the width of the
// table in proportion to the other columns; zero counts as one.
type Column struct {
	Title string
	Align Align
	Share float64
}

// Table is a table with a heading row that is repeated on each page. With more
// than seven columns it is set on a page of its own in landscape. Sums and
// shares are printed as they come: nothing is forced to 100.
type Table struct {
	Title   string // may be empty
	Columns []Column
	Rows    [][]Cell
}

// Chart is a chart of horizontal bars with their intervals, drawn in the order
// given, on a scale from 0 to Max (100 if Max is zero).
type Chart struct {
	Title string // may be empty
	Bars  []Bar
	Max   float64
}

// Bar is one bar. A Value without a number (a text such as "chưa đủ phiếu", or
// nothing) is written without a bar; Low and High are the ends of its
// interval, both numbers or both empty.
type Bar struct {
	Label            string
	Value, Low, High Cell
}

// landscapeFrom is the number of columns that needs a landscape page.
const landscapeFrom = 8

func (t Table) wide() bool { return len(t.Columns) >= landscapeFrom }

// scale returns the value at the right end.
func (c Chart) scale() float64 {
	if c.Max == 0 {
		return 100
	}
	return c.Max
}

// check returns the first fault that would make a wrong document.
func (r *Report) check() error {
	if r.Layout != Party && r.Layout != State {
		return fmt.Errorf("layout %q: %w", r.Layout, ErrUnknownLayout)
	}
	for i, b := range r.Blocks {
		if b == nil {
			return fmt.Errorf("block %d is nil", i+1)
		}
		if err := b.check(); err != nil {
			return fmt.Errorf("block %d: %w", i+1, err)
		}
	}
	return nil
}

func (h Heading) check() error {
	if h.Level < 1 || h.Level > 3 {
		return fmt.Errorf("heading %q: level %d, want 1 to 3", h.Text, h.Level)
	}
	return nil
}

func (Paragraph) check() error { return nil }
func (Note) check() error      { return nil }

func (t Table) check() error {
	if err := checkRows(t.Columns, t.Rows); err != nil {
		return fmt.Errorf("table %q: %w", t.Title, err)
	}
	return nil
}

func checkRows(columns []Column, rows [][]Cell) error {
	if len(columns) == 0 {
		return errors.New("no columns")
	}
	for _, c := range columns {
		if !(c.Share >= 0) || math.IsInf(c.Share, 0) {
			return fmt.Errorf("column %q: its share of the width is %v", c.Title, c.Share)
		}
	}
	for i, row := range rows {
		if len(row) != len(columns) {
			return fmt.Errorf("row %d: %d cells for %d columns", i+1, len(row), len(columns))
		}
		for j, c := range row {
			if err := c.check(); err != nil {
				return fmt.Errorf("row %d, column %q: %w", i+1, columns[j].Title, err)
			}
		}
	}
	return nil
}

func (c Chart) check() error {
	if !(c.Max >= 0) || math.IsInf(c.Max, 0) {
		return fmt.Errorf("chart %q: the scale ends at %v", c.Title, c.Max)
	}
	for _, b := range c.Bars {
		if err := b.check(c.scale()); err != nil {
			return fmt.Errorf("chart %q: bar %q: %w", c.Title, b.Label, err)
		}
	}
	return nil
}

func (b Bar) check(limit float64) error {
	for _, c := range []Cell{b.Value, b.Low, b.High} {
		if err := c.check(); err != nil {
			return err
		}
		if x, ok := c.numeric(); ok && (x < 0 || x > limit) {
			return fmt.Errorf("%v is outside of 0 to %v", x, limit)
		}
	}
	low, hasLow := b.Low.numeric()
	high, hasHigh := b.High.numeric()
	if hasLow != hasHigh {
		return errors.New("an interval with one end")
	}
	if low > high {
		return fmt.Errorf("the interval ends at %v and begins at %v", high, low)
	}
	return nil
}

// A section is a run of blocks on pages of one orientation.
type section struct {
	landscape bool
	blocks    []Block
}

// sections splits the blocks at wide tables. The first and the last section
// are upright: they hold the header and the signature. A heading goes with the
// table that follows it.
func sections(blocks []Block) []section {
	all := []section{{}}
	for _, b := range blocks {
		table, ok := b.(Table)
		if landscape := ok && table.wide(); landscape != all[len(all)-1].landscape {
			all = turned(all, landscape)
		}
		last := &all[len(all)-1]
		last.blocks = append(last.blocks, b)
	}
	if all[len(all)-1].landscape {
		all = append(all, section{})
	}
	return all
}

// turned adds a section of the other orientation. The headings that end the
// upright section before a table move over; if it held nothing else, it goes.
func turned(all []section, landscape bool) []section {
	last := &all[len(all)-1]
	cut := len(last.blocks)
	for ; landscape && cut > 0; cut-- {
		if _, ok := last.blocks[cut-1].(Heading); !ok {
			break
		}
	}
	moved := slices.Clone(last.blocks[cut:])
	last.blocks = last.blocks[:cut]
	if cut == 0 && len(all) > 1 {
		all = all[:len(all)-1]
		if all[len(all)-1].landscape == landscape {
			all[len(all)-1].blocks = append(all[len(all)-1].blocks, moved...)
			return all
		}
	}
	return append(all, section{landscape, moved})
}

// ended returns the blocks with the mark that closes the text of the layout.
// A text that ends in a table or chart has none.
func (r *Report) ended() []Block {
	blocks := slices.Clone(r.Blocks)
	if len(blocks) == 0 {
		return nil
	}
	switch b := blocks[len(blocks)-1].(type) {
	case Paragraph:
		blocks[len(blocks)-1] = Paragraph{closed(b.Text, layouts[r.Layout].end)}
	case Note:
		blocks[len(blocks)-1] = Note{closed(b.Text, layouts[r.Layout].end)}
	}
	return blocks
}

// made returns the time that the file says it was made, so that equal reports
// give equal bytes.
func (r *Report) made() time.Time { return madeOn(r.Header.Date) }

func madeOn(day calendar.Day) time.Time {
	if day == 0 {
		return printed
	}
	return day.Midnight(time.UTC)
}
