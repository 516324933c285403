package web

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/andybalholm/brotli"
)

// splicedPage is a page that is the same for everybody but for two short
// values that stand near each other: a key, and when the page was made. It is
// compressed once; for each request the values and what stands between them are
// laid between the two compressed halves as an uncompressed block, which both
// brotli and gzip allow at a byte border. So a page costs two copies, not a
// compression.
type splicedPage struct {
	plain, brotli, gzip halves
	between             []byte // what stands between the values
	headSum             uint32 // CRC-32 of plain.head, for gzip
}

// halves are the bytes before and after the gap.
type halves struct{ head, tail []byte }

// gapMark stands for each of the values while a page is rendered and
// compressed. Its bytes occur nowhere else in a page, so no compressed part refers to them.
var gapMark = []byte("\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x0e\x10\x12\x14")

// gapEnd follows the values in the page. It is inside the uncompressed block,
// because brotli models each literal by the two before it: with these two
// fixed, what follows decodes the same after any key.
var gapEnd = []byte(`">`)

// keyLength is the number of characters of a value: 128 bits in base64.
const keyLength = 22

// maxBetween is how many bytes may stand between the values: they are sent
// uncompressed.
const maxBetween = 200

func newSplicedPage(page []byte) (*splicedPage, error) {
	parts := bytes.Split(page, gapMark)
	if len(parts) != 3 || len(parts[1]) > maxBetween || !bytes.HasPrefix(parts[2], gapEnd) || len(gapMark) != keyLength {
		return nil, fmt.Errorf("splice page: it must hold the mark of %d bytes exactly twice, near each other, then %s", keyLength, gapEnd)
	}
	head, tail := parts[0], parts[2]
	p := &splicedPage{plain: halves{head, tail}, between: parts[1], headSum: crc32.ChecksumIEEE(head)}
	var err error
	if p.brotli, err = p.compressBrotli(); err != nil {
		return nil, fmt.Errorf("splice page: %w", err)
	}
	if p.gzip, err = p.compressGzip(); err != nil {
		return nil, fmt.Errorf("splice page: %w", err)
	}
	return p, p.check()
}

// flusher is a compressor that can end its output at a byte border.
type flusher interface {
	io.WriteCloser
	Flush() error
}

// compressAround compresses head, gap and tail in one stream and returns the
// compressed head and tail; the gap's own bytes are dropped.
func compressAround(w flusher, out *bytes.Buffer, head, gap, tail []byte) (halves, error) {
	var borders [2]int
	for i, part := range [][]byte{head, gap} {
		if _, err := w.Write(part); err != nil {
			return halves{}, err
		}
		if err := w.Flush(); err != nil {
			return halves{}, err
		}
		borders[i] = out.Len()
	}
	if _, err := w.Write(tail); err != nil {
		return halves{}, err
	}
	if err := w.Close(); err != nil {
		return halves{}, err
	}
	return halves{out.Bytes()[:borders[0]], out.Bytes()[borders[1]:]}, nil
}

// appendGap appends the values and what stands between them.
func (p *splicedPage) appendGap(dst, key, stamp []byte) []byte {
	return append(append(append(dst, key...), p.between...), stamp...)
}

func (p *splicedPage) compressBrotli() (halves, error) {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	gap := append(p.appendGap(nil, gapMark, gapMark), gapEnd...)
	return compressAround(w, &out, p.plain.head, gap, p.plain.tail[len(gapEnd):])
}

func (p *splicedPage) compressGzip() (halves, error) {
	var out bytes.Buffer
	out.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}) // RFC 1952: deflate, no name, no time
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return halves{}, err
	}
	return compressAround(w, &out, p.plain.head, p.appendGap(nil, gapMark, gapMark), p.plain.tail)
}

// appendPlain appends the page with the values.
func (p *splicedPage) appendPlain(dst, key, stamp []byte) []byte {
	return append(p.appendGap(append(dst, p.plain.head...), key, stamp), p.plain.tail...)
}

// appendBrotli appends the page with the values, compressed (RFC 7932, 9.2: a
// meta-block with ISLAST 0, MNIBBLES 4, MLEN-1 and ISUNCOMPRESSED 1).
func (p *splicedPage) appendBrotli(dst, key, stamp []byte) []byte {
	length := uint32(len(key) + len(p.between) + len(stamp) + len(gapEnd))
	header := (length-1)<<3 | 1<<19
	dst = append(dst, p.brotli.head...)
	dst = append(dst, byte(header), byte(header>>8), byte(header>>16))
	dst = append(p.appendGap(dst, key, stamp), gapEnd...)
	return append(dst, p.brotli.tail...)
}

// appendGzip appends the page with the values, compressed (RFC 1951, 3.2.4: a
// stored block), and the checksum of the whole.
func (p *splicedPage) appendGzip(dst, key, stamp []byte) []byte {
	length := uint16(len(key) + len(p.between) + len(stamp))
	dst = append(append(dst, p.gzip.head...), 0)
	dst = binary.LittleEndian.AppendUint16(dst, length)
	dst = binary.LittleEndian.AppendUint16(dst, ^length)
	begin := len(dst)
	dst = p.appendGap(dst, key, stamp)
	sum := crc32.Update(crc32.Update(p.headSum, crc32.IEEETable, dst[begin:]), crc32.IEEETable, p.plain.tail)
	dst = append(dst, p.gzip.tail...)
	dst = binary.LittleEndian.AppendUint32(dst, sum)
	return binary.LittleEndian.AppendUint32(dst, uint32(len(p.plain.head)+int(length)+len(p.plain.tail)))
}

// check decompresses the page with values, so that a page that does not splice
// stops the program and never reaches a phone.
func (p *splicedPage) check() error {
	key, stamp := bytes.Repeat([]byte("k"), keyLength), bytes.Repeat([]byte("s"), keyLength)
	got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(p.appendBrotli(nil, key, stamp))))
	if err != nil {
		return fmt.Errorf("splice page: %w", err)
	}
	if !bytes.Equal(got, p.appendPlain(nil, key, stamp)) {
		return errors.New("splice page: brotli does not read back what was written")
	}
	return nil
}
