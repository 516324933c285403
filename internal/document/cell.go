package document

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"hailong/internal/i18n"
	"hailong/internal/stats"
)

type cellKind uint8

const (
	emptyCell cellKind = iota
	textCell
	wholeCell
	decimalCell
)

// Cell is one value of a table or chart: a text, a whole number, a number with
// decimals, or nothing. The zero value is an empty cell.
type Cell struct {
	kind    cellKind
	text    string
	whole   int64
	decimal float64
	digits  int
}

// Text returns a cell that shows s as it is, never as a formula. Years and
// codes are texts: as numbers they would get a separator.
func Text(s string) Cell { return Cell{kind: textCell, text: s} }

// Int returns a cell with a whole number, printed 1.234.
func Int(n int64) Cell { return Cell{kind: wholeCell, whole: n} }

// Number returns a cell with x rounded by stats.Round to the given number of
// decimals, 0 to 9, and printed 1.234,5. The rounded figure is also what a
// workbook holds, so it agrees with the paper in every digit.
func Number(x float64, digits int) Cell {
	// Adding zero turns a negative zero into zero: "-0,0" is no figure.
	return Cell{kind: decimalCell, decimal: stats.Round(x, digits) + 0, digits: digits}
}

// Empty says whether the cell shows nothing.
func (c Cell) Empty() bool { return c.kind == emptyCell || c.kind == textCell && c.text == "" }

// numeric returns the number of a cell that has one.
func (c Cell) numeric() (float64, bool) {
	switch c.kind {
	case wholeCell:
		return float64(c.whole), true
	case decimalCell:
		return c.decimal, true
	}
	return 0, false
}

// shown returns the cell as people read it.
func (c Cell) shown(l *i18n.Language) string {
	switch c.kind {
	case textCell:
		return oneLine(c.text)
	case wholeCell:
		return l.Int(c.whole)
	case decimalCell:
		return l.Number(c.decimal, c.digits)
	}
	return ""
}

func (c Cell) check() error {
	if c.kind != decimalCell {
		return nil
	}
	if math.IsNaN(c.decimal) || math.IsInf(c.decimal, 0) {
		return fmt.Errorf("%v is not a number to write down", c.decimal)
	}
	if c.digits < 0 || c.digits > 9 {
		return fmt.Errorf("%d decimals, want 0 to 9", c.digits)
	}
	return nil
}

// oneLine returns text composed, with single spaces and without control
// characters.
func oneLine(text string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
	return strings.Join(strings.Fields(norm.NFC.String(clean)), " ")
}
