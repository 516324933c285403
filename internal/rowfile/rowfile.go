// Package rowfile takes apart text files with one row after another, NDJSON
// and CSV, as other software and spreadsheets write them: with or without a
// byte order mark, lines ending in LF or CRLF, fields parted by comma or
// semicolon. It knows on which line a row stands and holds one row at a time.
// It may not know what a row means.
package rowfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// ErrTooLong says that a row is longer than the reader's limit; in CSV the
// reason is most often a quotation mark that is never closed.
var ErrTooLong = errors.New("the row is too long, perhaps a quotation mark is not closed")

// Row is one row of a file.
type Row struct {
	Line   int    // on which it begins, from 1
	Offset int64  // of its first byte in the file
	Text   []byte // without the line break; valid until the next row is read
}

// Blank says whether nothing but white space stands in the row.
func (r Row) Blank() bool { return len(bytes.TrimSpace(r.Text)) == 0 }

// Reader returns the rows of a file in order. It is for one goroutine.
type Reader struct {
	in     *bufio.Reader
	limit  int // bytes of one row
	quotes bool
	line   int   // lines read
	offset int64 // bytes read
	buffer []byte
}

// Lines reads rows that are lines, each of at most limit bytes.
func Lines(r io.Reader, limit int) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 64<<10), limit: limit}
}

// CSV reads rows in which a line break may stand between quotation marks.
func CSV(r io.Reader, limit int) *Reader {
	reader := Lines(r, limit)
	reader.quotes = true
	return reader
}

var byteOrderMark = []byte("\uFEFF")

// Next returns the next row; io.EOF when there is none. After ErrTooLong or an
// error of the underlying reader nothing more can be read; the row then says
// only where it begins.
func (r *Reader) Next() (Row, error) {
	if r.offset == 0 {
		if start, _ := r.in.Peek(len(byteOrderMark)); bytes.Equal(start, byteOrderMark) {
			skipped, err := r.in.Discard(len(byteOrderMark))
			if err != nil {
				return Row{}, err
			}
			r.offset = int64(skipped)
		}
	}
	row := Row{Line: r.line + 1, Offset: r.offset}
	if err := r.fill(); err != nil {
		return row, err
	}
	r.offset += int64(len(r.buffer))
	row.Text = bytes.TrimSuffix(bytes.TrimSuffix(r.buffer, []byte("\n")), []byte("\r"))
	return row, nil
}

// fill reads one row with its line break into the buffer.
func (r *Reader) fill() error {
	open := false // between quotation marks
	r.buffer = r.buffer[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		r.buffer = append(r.buffer, part...)
		if len(r.buffer) > r.limit {
			return fmt.Errorf("%w: over %d bytes", ErrTooLong, r.limit)
		}
		if r.quotes && bytes.Count(part, []byte(`"`))%2 == 1 {
			open = !open
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(r.buffer) == 0:
			return io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
		r.line++
		if !open || err != nil {
			return nil
		}
	}
}
