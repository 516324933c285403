package document

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// byteOrderMark tells Excel that a file is UTF-8.
const byteOrderMark = "\uFEFF"

// formulaStarts are the characters with which a spreadsheet may take a text
// for a formula. The wide forms count too in East Asian settings, and the line
// feed because a carriage return becomes one.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// CSV writes a table as RFC 4180: UTF-8 without byte order mark, commas, CRLF,
// the column names first. Numbers have a decimal point and all their digits,
// nil and nil pointers are empty cells, booleans are true and false, values
// with a String method are written by it. A text, or a column name, that a
// spreadsheet might run as a formula gets an apostrophe in front; numbers are
// left alone. It is an error if a row has not one cell for each column, or if
// a cell is of another type or not a finite number.
func CSV(w io.Writer, columns []string, rows [][]any) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	header := make([]string, len(columns))
	for i, name := range columns {
		header[i] = plainText(name)
	}
	if err := writeRecord(w, out, header); err != nil {
		return fmt.Errorf("csv header: %w", err)
	}
	for i, row := range rows {
		record, err := cells(columns, row)
		if err == nil {
			err = writeRecord(w, out, record)
		}
		if err != nil {
			return fmt.Errorf("csv row %d: %w", i+1, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("csv: %w", err)
	}
	return nil
}

// ExcelCSV writes the same as CSV after a byte order mark, without which Excel
// garbles Vietnamese letters. Programs are given CSV.
func ExcelCSV(w io.Writer, columns []string, rows [][]any) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return fmt.Errorf("csv byte order mark: %w", err)
	}
	return CSV(w, columns, rows)
}

// writeRecord writes one record to out, which buffers for w. A record of one
// empty cell is quoted, for most readers take a blank line for no record.
func writeRecord(w io.Writer, out *csv.Writer, record []string) error {
	if len(record) != 1 || record[0] != "" {
		return out.Write(record)
	}
	out.Flush()
	_, err := io.WriteString(w, "\"\"\r\n")
	return err
}

func cells(columns []string, row []any) ([]string, error) {
	if len(row) != len(columns) {
		return nil, fmt.Errorf("%d cells for %d columns", len(row), len(columns))
	}
	record := make([]string, len(row))
	for i, value := range row {
		text, err := cell(value)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", columns[i], err)
		}
		record[i] = text
	}
	return record, nil
}

func cell(value any) (string, error) {
	if value == nil {
		return "", nil
	}
	v := reflect.ValueOf(value)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", nil
		}
		return cell(v.Elem().Interface())
	}
	if s, ok := value.(fmt.Stringer); ok {
		return plainText(s.String()), nil
	}
	return basicCell(v)
}

func basicCell(v reflect.Value) (string, error) {
	switch {
	case v.Kind() == reflect.String:
		return plainText(v.String()), nil
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10), nil
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10), nil
	case v.CanFloat():
		return number(v.Float(), v.Type().Bits())
	}
	return "", fmt.Errorf("a cell cannot hold %s", v.Type())
}

func number(x float64, bits int) (string, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "", fmt.Errorf("%v is not a number to write down", x)
	}
	return strconv.FormatFloat(x, 'f', -1, bits), nil
}

// plainText makes a text that no spreadsheet runs: valid UTF-8, its line
// breaks all alike, and an apostrophe before a dangerous first character.
func plainText(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	if s != "" && strings.ContainsRune(formulaStarts, []rune(s)[0]) {
		return "'" + s
	}
	return s
}
