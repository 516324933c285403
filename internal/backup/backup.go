// Package backup writes everything that a store holds into one file and reads
// it back into an empty store, of whichever engine: it is also the way from
// SQLite to MongoDB. The file is compressed lines of JSON. Sums are not in it,
// because they follow from the answers and are counted anew, but for those of
// days whose answers were removed when their time was over; sessions are not,
// because a restored copy should let nobody in who did not log in. The signing
// key is not either: it lies in a file of its own.
//
// It may run while answers come in: each answer is in the file or not, and
// whatever is sealed is whole, as it does not change any more.
package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/ledger"
	"hailong/internal/response"
	"hailong/internal/store"
)

// Format names the layout of the file. FormatWithSums is that of a file that
// holds sums, which a program that does not know them would lose.
const (
	Format         = "hailong-backup/1"
	FormatWithSums = "hailong-backup/2"
)

// What can be wrong.
var (
	ErrFormat   = errors.New("this is no backup of hailong, or of a newer version")
	ErrDamaged  = errors.New("the backup is damaged or cut off")
	ErrNotEmpty = errors.New("the database holds something already; a backup is restored into an empty one")
	// ErrUnfinished says that only a part of a backup is in the store.
	ErrUnfinished = errors.New("a restore into this database was broken off or is under way; restore the same file again, which goes on with it")
	// ErrOther says the same to somebody who comes with another file.
	ErrOther = errors.New("a restore of another file was broken off in this database; restore that one again, or take an empty database")
)

// line is one line of the file; exactly one field is set.
type line struct {
	Head     *head              `json:"head,omitempty"`
	Register json.RawMessage    `json:"register,omitempty"`
	Pin      *store.Pin         `json:"pin,omitempty"`
	Account  *store.Account     `json:"account,omitempty"`
	Record   *store.Record      `json:"record,omitempty"`
	Sum      *keptSum           `json:"sum,omitempty"`
	Response *response.Response `json:"response,omitempty"`
	End      *end               `json:"end,omitempty"`
}

type head struct {
	Format string    `json:"format"`
	Made   time.Time `json:"made"`
}

// end is the last line. Its hash is of all lines before it.
type end struct {
	Count
	SHA256 string `json:"sha256"`
}

// Count says how much was written or read.
type Count struct {
	Pins      int   `json:"pins"`
	Accounts  int   `json:"accounts"`
	Records   int   `json:"records"`
	Sums      int   `json:"sums,omitempty"` // of days whose answers were removed
	Responses int64 `json:"responses"`
}

// Progress is told how many responses are done.
type Progress func(done int64)

// Write writes a backup. An error leaves a file that Restore refuses.
func Write(ctx context.Context, w io.Writer, s store.Store, now time.Time, progress Progress) (Count, error) {
	compressed := gzip.NewWriter(w)
	out := &writer{hash: sha256.New()}
	out.lines = json.NewEncoder(io.MultiWriter(compressed, out.hash))
	if err := out.all(ctx, s, now, progress); err != nil {
		return out.count, fmt.Errorf("write backup: %w", err)
	}
	return out.count, compressed.Close()
}

type writer struct {
	lines *json.Encoder
	hash  hash.Hash
	count Count

	removed calendar.Day // the last day whose answers were removed
}

func (w *writer) all(ctx context.Context, s store.Store, now time.Time, progress Progress) error {
	removal, err := ledger.ReadRemoval(ctx, s)
	if err != nil {
		return err
	}
	w.removed = removal.Gone
	format := Format
	if removal.Any() {
		format = FormatWithSums
	}
	if err := w.lines.Encode(line{Head: &head{Format: format, Made: now.UTC().Truncate(time.Second)}}); err != nil {
		return err
	}
	for _, part := range []func(context.Context, store.Store) error{w.gone, w.register, w.pins, w.accounts, w.records} {
		if err := part(ctx, s); err != nil {
			return err
		}
	}
	if err := w.responses(ctx, s, progress); err != nil {
		return err
	}
	if err := w.unchanged(ctx, s); err != nil {
		return err
	}
	return w.lines.Encode(line{End: &end{Count: w.count, SHA256: hex.EncodeToString(w.hash.Sum(nil))}})
}

func (w *writer) register(ctx context.Context, s store.Store) error {
	data, _, err := s.Register(ctx)
	if err != nil || data == nil {
		return err
	}
	return w.lines.Encode(line{Register: data})
}

func (w *writer) pins(ctx context.Context, s store.Store) error {
	pins, err := s.Pins(ctx)
	for i := range pins {
		w.count.Pins++
		if err := w.lines.Encode(line{Pin: &pins[i]}); err != nil {
			return err
		}
	}
	return err
}

func (w *writer) accounts(ctx context.Context, s store.Store) error {
	accounts, err := s.Accounts(ctx)
	for i := range accounts {
		w.count.Accounts++
		if err := w.lines.Encode(line{Account: &accounts[i]}); err != nil {
			return err
		}
	}
	return err
}

// perPage is how many records are read at once: a sheet can be megabytes.
const perPage = 100

func (w *writer) records(ctx context.Context, s store.Store) error {
	kinds, err := s.Kinds(ctx)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		for from := ""; ; {
			page, err := s.Records(ctx, store.Span{Kind: kind, From: from, Limit: perPage})
			if err != nil {
				return err
			}
			for i := range page {
				w.count.Records++
				if err := w.lines.Encode(line{Record: &page[i]}); err != nil {
					return err
				}
			}
			if len(page) < perPage {
				break
			}
			from = page[len(page)-1].Key + "\x00" // the next key there can be
		}
	}
	return nil
}

func (w *writer) responses(ctx context.Context, s store.Store, progress Progress) error {
	first, found, err := s.FirstDay(ctx)
	if err != nil || !found {
		return err
	}
	always := calendar.Range{From: max(first, w.removed+1), To: calendar.Date(9999, 12, 31)}
	return s.Scan(ctx, store.Scan{Range: always}, func(r *response.Response) error {
		w.count.Responses++
		if progress != nil {
			progress(w.count.Responses)
		}
		return w.lines.Encode(line{Response: r})
	})
}

// read visits every line between head and end, checks both and returns the end.
func read(file io.Reader, visit func(*line) error) (end, error) {
	compressed, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return end{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	digest := sha256.New()
	lines := bufio.NewReaderSize(compressed, 1<<16)
	for number := 0; ; number++ {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return end{}, fmt.Errorf("%w: line %d: %w", ErrDamaged, number+1, err)
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return end{}, fmt.Errorf("%w: line %d: %w", ErrFormat, number+1, err)
		}
		switch {
		case number == 0 && (l.Head == nil || l.Head.Format != Format && l.Head.Format != FormatWithSums):
			return end{}, ErrFormat
		case l.End != nil:
			return *l.End, finish(l.End, digest, lines)
		case number > 0:
			if err := visit(&l); err != nil {
				return end{}, err
			}
		}
		digest.Write(text)
	}
}

// finish checks the hash, and that nothing follows.
func finish(e *end, digest hash.Hash, rest *bufio.Reader) error {
	if hex.EncodeToString(digest.Sum(nil)) != e.SHA256 {
		return fmt.Errorf("%w: its content does not have the hash it names", ErrDamaged)
	}
	if _, err := rest.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows its end", ErrDamaged)
	}
	return nil
}
