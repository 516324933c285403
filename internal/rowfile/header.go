package rowfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Header is the first row of a CSV file: what parts its fields, and which
// column holds what.
type Header struct {
	comma   rune
	columns []string
}

// ParseHeader reads the first row. Columns may stand in any order; each of the
// mandatory ones must be there, and known says which others may be. The error
// says everything that is wrong with the row.
func ParseHeader(text []byte, mandatory []string, known func(column string) bool) (*Header, error) {
	h := &Header{comma: ','}
	if bytes.Count(text, []byte(";")) > bytes.Count(text, []byte(",")) {
		h.comma = ';'
	}
	columns, err := h.split(text)
	if err != nil {
		return nil, err
	}
	var faults []string
	for i, column := range columns {
		switch {
		case !slices.Contains(mandatory, column) && !known(column):
			faults = append(faults, fmt.Sprintf("column %s is not known", Quote(column)))
		case slices.Contains(columns[:i], column):
			faults = append(faults, fmt.Sprintf("column %s stands there twice", Quote(column)))
		}
	}
	for _, column := range mandatory {
		if !slices.Contains(columns, column) {
			faults = append(faults, fmt.Sprintf("column %s is missing", Quote(column)))
		}
	}
	if len(faults) > 0 {
		return nil, errors.New(strings.Join(faults, "; "))
	}
	h.columns = columns
	return h, nil
}

// Columns returns the names of the columns in the order of the file. The slice
// must not be changed.
func (h *Header) Columns() []string { return h.columns }

// Fields takes one row apart, into one field for each column and in their
// order.
func (h *Header) Fields(text []byte) ([]string, error) {
	fields, err := h.split(text)
	if err == nil && len(fields) != len(h.columns) {
		err = fmt.Errorf("%d fields in the row, %d in the header", len(fields), len(h.columns))
	}
	return fields, err
}

func (h *Header) split(text []byte) ([]string, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("the row is not UTF-8: save the file as CSV UTF-8")
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma, reader.FieldsPerRecord = h.comma, -1
	fields, err := reader.Read()
	var parse *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the row is empty")
	case errors.As(err, &parse):
		return nil, fmt.Errorf("no valid CSV: %w", parse.Err)
	}
	return fields, err
}

// Quote writes text of a file so that it can be shown on a terminal and in a
// log: in quotation marks, cut to 40 characters, control characters escaped.
func Quote(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
