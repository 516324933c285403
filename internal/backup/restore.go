package backup

import (
	"context"
	"errors"
	"fmt"
	"io"

	"hailong/internal/response"
	"hailong/internal/store"
)

// File is a backup that was found whole.
type File struct {
	content io.ReadSeeker
	end     end
}

// Check reads a whole file, so that nothing is made or written for one that is
// no backup. The errors are ErrFormat and ErrDamaged.
func Check(ctx context.Context, content io.ReadSeeker) (*File, error) {
	last, err := read(content, func(*line) error { return ctx.Err() })
	if err == nil {
		_, err = content.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	return &File{content, last}, nil
}

// Restore reads the file into an empty store, or into one in which a restore of
// this file was broken off: then it goes on. Until all of it is there the store
// has a mark, see Unfinished. The errors are ErrNotEmpty, ErrOther, ErrDamaged
// where the file was changed meanwhile, and those of the store.
func (f *File) Restore(ctx context.Context, s store.Store, progress Progress) (Count, error) {
	in := &restorer{store: s, progress: progress}
	if err := in.all(ctx, f); err != nil {
		return in.count, fmt.Errorf("restore: %w", err)
	}
	return in.count, nil
}

// The mark of a store that holds a part of a backup: the hash of the file.
const (
	markKind = "restore"
	markKey  = "unfinished"
)

// Unfinished returns ErrUnfinished when a restore into the store has begun and
// not ended. Nobody should work with what is there then: it looks whole.
func Unfinished(ctx context.Context, s store.Records) error {
	switch _, err := s.Record(ctx, markKind, markKey); {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	return ErrUnfinished
}

// perBatch is how many responses or records are written at once.
const perBatch = 500

// restorer writes lines into a store, responses and records in batches.
type restorer struct {
	store     store.Store
	resumed   bool // what is there already is of the same file
	progress  Progress
	responses []response.Response
	records   []store.Record
	count     Count
}

func (r *restorer) all(ctx context.Context, f *File) error {
	if err := r.begin(ctx, f.end.SHA256); err != nil {
		return err
	}
	if _, err := read(f.content, func(l *line) error { return r.take(ctx, l) }); err != nil {
		return err
	}
	if err := errors.Join(r.flush(ctx), r.sealGone(ctx)); err != nil {
		return err
	}
	if r.count != f.end.Count {
		return fmt.Errorf("%w: restored %+v of %+v", ErrDamaged, r.count, f.end.Count)
	}
	return r.store.RemoveRecords(ctx, markKind, []string{markKey})
}

// begin sets the mark, or finds that of the same file.
func (r *restorer) begin(ctx context.Context, hash string) error {
	mark, err := r.store.Record(ctx, markKind, markKey)
	switch {
	case err == nil && string(mark.Data) != hash:
		return ErrOther
	case err == nil:
		r.resumed = true
		return nil
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	if err := empty(ctx, r.store); err != nil {
		return err
	}
	return r.store.PutRecords(ctx, []store.Record{{Kind: markKind, Key: markKey, Data: []byte(hash)}})
}

// empty demands a store in which nothing was written.
func empty(ctx context.Context, s store.Store) error {
	_, answered, err := s.FirstDay(ctx)
	if err != nil {
		return err
	}
	_, registered, err := s.Register(ctx)
	if err != nil {
		return err
	}
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return err
	}
	kinds, err := s.Kinds(ctx)
	if err != nil {
		return err
	}
	if answered || registered > 0 || len(accounts) > 0 || len(kinds) > 0 {
		return ErrNotEmpty
	}
	return nil
}

func (r *restorer) take(ctx context.Context, l *line) error {
	switch {
	case l.Register != nil:
		_, err := r.store.PutRegister(ctx, l.Register, 0)
		return r.unlessThere(err)
	case l.Pin != nil:
		r.count.Pins++
		_, err := r.store.PinForm(ctx, *l.Pin)
		return err
	case l.Account != nil:
		r.count.Accounts++
		l.Account.Revision = 0
		return r.unlessThere(r.store.PutAccount(ctx, *l.Account))
	case l.Record != nil:
		l.Record.Revision = 0
		r.records = append(r.records, *l.Record)
	case l.Sum != nil:
		return r.unlessThere(r.keep(ctx, l.Sum))
	case l.Response != nil:
		r.responses = append(r.responses, *l.Response)
	}
	if len(r.records) >= perBatch || len(r.responses) >= perBatch {
		return r.flush(ctx)
	}
	return nil
}

// unlessThere passes over what the restore that was broken off has written.
func (r *restorer) unlessThere(err error) error {
	if r.resumed && (errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrConflict)) {
		return nil
	}
	return err
}

func (r *restorer) flush(ctx context.Context) error {
	if err := r.putRecords(ctx); err != nil {
		return err
	}
	if len(r.responses) == 0 {
		return nil
	}
	if _, err := r.store.Insert(ctx, r.responses); err != nil {
		return err
	}
	r.count.Responses += int64(len(r.responses))
	r.responses = r.responses[:0]
	if r.progress != nil {
		r.progress(r.count.Responses)
	}
	return nil
}

func (r *restorer) putRecords(ctx context.Context) error {
	r.count.Records += len(r.records)
	missing := r.records[:0]
	for _, record := range r.records {
		if r.resumed {
			_, err := r.store.Record(ctx, record.Kind, record.Key)
			if err == nil {
				continue
			}
			if !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
		missing = append(missing, record)
	}
	r.records = r.records[:0]
	if len(missing) == 0 {
		return nil
	}
	return r.store.PutRecords(ctx, missing)
}
