package annual

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"hailong/internal/audit"
	"hailong/internal/rating"
	"hailong/internal/store"
)

// refused marks an act in the audit trail that was noted and then not carried
// out, because somebody else was faster.
const refused = "refused"

// Check holds what is stored of all years against the audit trail: the newest
// own score and verified value of each entry and the newest conclusion. It
// returns what differs, in plain words and in the order of the keys; none when
// all is as it was noted. Where the program was cut between noting and storing
// an act, that act is told, until it is repeated. The errors are those of the
// store; a broken audit trail is compared as far as it can be read.
func (b *Book) Check(ctx context.Context) ([]string, error) {
	first, err := b.differences(ctx)
	if err != nil || len(first) == 0 {
		return nil, err
	}
	// What somebody was just storing is there the second time.
	second, err := b.differences(ctx)
	return slices.DeleteFunc(second, func(fault string) bool { return !slices.Contains(first, fault) }), err
}

// noted is the newest that the audit trail tells of one record, as said words
// it; "" where it tells nothing.
type noted struct {
	self, verified, level string
	gone                  bool // the own score may have gone, as nothing applied afterwards
}

// said words a value with who gave it and why.
func said(value, by, reason string) string {
	switch {
	case value == "" || value == written(nil):
		return "nothing"
	case reason != "":
		return fmt.Sprintf("%s by %s (%s)", value, by, reason)
	}
	return value + " by " + by
}

func (b *Book) differences(ctx context.Context) ([]string, error) {
	told, err := b.noted(ctx)
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, kind := range []string{entryKind, conclusionKind} {
		records, err := b.Store.Records(ctx, store.Span{Kind: kind})
		if err != nil {
			return nil, fmt.Errorf("check ratings: %w", err)
		}
		for _, r := range records {
			faults = append(faults, compare(r, told[r.Key])...)
			delete(told, r.Key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(told)) {
		faults = append(faults, differ(key, stored{}, told[key])...)
	}
	return faults, nil
}

// noted reads the audit trail.
func (b *Book) noted(ctx context.Context) (map[string]noted, error) {
	acts := map[string][]audit.Entry{}
	_, err := b.Audit.Walk(ctx, func(e audit.Entry) {
		switch e.Action {
		case audit.RatingEnter, audit.RatingVerify, audit.RatingConclude:
			acts[e.Subject] = carriedOut(acts[e.Subject], e)
		}
	})
	if broken := new(audit.BrokenError); err != nil && !errors.As(err, &broken) {
		return nil, fmt.Errorf("check ratings: %w", err)
	}
	told := map[string]noted{}
	for key, entries := range acts {
		told[key] = newest(entries)
	}
	return told, nil
}

// carriedOut adds an entry to those of a record, or takes away the one that it
// says was refused.
func carriedOut(entries []audit.Entry, e audit.Entry) []audit.Entry {
	if _, not := e.Detail[refused]; !not {
		return append(entries, e)
	}
	for i, old := range slices.Backward(entries) {
		detail := maps.Clone(old.Detail)
		detail[refused] = e.Detail[refused]
		if old.Action == e.Action && old.By == e.By && maps.Equal(detail, e.Detail) {
			return slices.Delete(entries, i, i+1)
		}
	}
	return entries
}

func newest(entries []audit.Entry) noted {
	var n noted
	for _, e := range entries {
		switch e.Action {
		case audit.RatingEnter:
			n.self, n.gone = said(e.Detail["self"], e.By, ""), false
		case audit.RatingVerify:
			n.verified = said(e.Detail["verified"], e.By, e.Detail["reason"])
			n.gone = n.gone || e.Detail["verified"] == string(rating.NotApplicable)
		case audit.RatingConclude:
			n.level = said(e.Detail["level"], e.By, e.Detail["reason"])
		}
	}
	return n
}

// stored is what a record holds, as said words it.
type stored struct{ self, verified, level string }

func compare(r store.Record, told noted) []string {
	var entry storedEntry
	var conclusion rating.Conclusion
	var holds stored
	err := json.Unmarshal(r.Data, &entry)
	if r.Kind == conclusionKind {
		err = json.Unmarshal(r.Data, &conclusion)
		holds.level = said(conclusion.Level, conclusion.By, conclusion.Reason)
	} else if e := entry.entry(); err == nil {
		verified := written(e.Verified)
		if e.NotApplicable {
			verified = string(rating.NotApplicable)
		}
		holds.self, holds.verified = said(written(e.Self), e.SelfBy, ""), said(verified, e.VerifiedBy, e.Reason)
	}
	if err != nil {
		return []string{fmt.Sprintf("rating %s: it cannot be read: %v", r.Key, err)}
	}
	return differ(r.Key, holds, told)
}

// differ words what is not as it was noted.
func differ(key string, holds stored, told noted) []string {
	var faults []string
	for _, c := range []struct{ what, holds, told string }{
		{"own score", holds.self, told.self}, {"verified value", holds.verified, told.verified}, {"conclusion", holds.level, told.level},
	} {
		nothing := said("", "", "")
		if c.holds == "" {
			c.holds = nothing
		}
		if c.told == "" {
			c.told = nothing
		}
		if c.holds != c.told && !(c.what == "own score" && told.gone && c.holds == nothing) {
			faults = append(faults, fmt.Sprintf("rating %s: the %s stored is %s, and the audit trail says %s", key, c.what, c.holds, c.told))
		}
	}
	return faults
}
