package annual

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"hailong/internal/audit"
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/rating"
	"hailong/internal/store"
)

// Place names one criterion of one sheet.
type Place struct {
	Year      int
	Rule      string // id
	Whom      string // code of the party organisation, or of the agency where the rule rates agencies
	Criterion string // id
}

// storedEntry is an entry as it is kept.
type storedEntry struct {
	rating.Entry
	Inapplicable bool `json:"not_applicable,omitempty"`
}

func (e storedEntry) entry() rating.Entry {
	e.NotApplicable = e.Inapplicable
	return e.Entry
}

func yearKey(year int, rule *rating.Rule) string { return strconv.Itoa(year) + "/" + rule.ID + "/" }

// each visits the records of a kind whose key begins with the prefix, with the
// parts of the key that follow it.
func (b *Book) each(ctx context.Context, kind, prefix string, visit func(parts []string, data []byte) error) error {
	records, err := b.Store.Records(ctx, store.Span{Kind: kind, From: prefix, To: prefix[:len(prefix)-1] + "0"}) // "0" follows "/"
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := visit(strings.Split(strings.TrimPrefix(r.Key, prefix), "/"), r.Data); err != nil {
			return fmt.Errorf("%s %s: %w", kind, r.Key, err)
		}
	}
	return nil
}

// SelfScore enters what a party organisation gives itself (tự chấm); nil takes
// it back. The errors are ErrRule, ErrNoRule, ErrWhom, ErrConcluded,
// ErrVerified, those of rating.Rule.CheckEntry, store.ErrConflict and those of
// the store.
func (b *Book) SelfScore(ctx context.Context, at Place, value *float64, by string) error {
	return b.change(ctx, at, audit.RatingEnter, by, map[string]string{"self": written(value)}, func(e *rating.Entry) error {
		if e.Verified != nil || e.NotApplicable {
			return ErrVerified
		}
		e.Self, e.SelfBy, e.SelfAt = value, by, b.instant()
		if value == nil {
			e.SelfBy, e.SelfAt = "", ""
		}
		return nil
	})
}

// Verified is the office's decision about a criterion: a value, or that it
// does not apply, or neither: taken back.
type Verified struct {
	Value         *float64
	NotApplicable bool
	Reason        string // needed where the value differs from the own one, and where nothing applies
}

// Verify enters what the office found (thẩm định). The own value stays,
// whatever the office finds. The errors are as of SelfScore.
func (b *Book) Verify(ctx context.Context, at Place, v Verified, by string) error {
	v.Reason = strings.TrimSpace(v.Reason)
	detail := map[string]string{"verified": written(v.Value)}
	if v.NotApplicable {
		detail["verified"] = string(rating.NotApplicable)
	}
	if v.Reason != "" {
		detail["reason"] = v.Reason
	}
	return b.change(ctx, at, audit.RatingVerify, by, detail, func(e *rating.Entry) error {
		e.Verified, e.NotApplicable, e.Reason, e.VerifiedBy, e.VerifiedAt = v.Value, v.NotApplicable, v.Reason, by, b.instant()
		if v.Value == nil && !v.NotApplicable { // who took it back stands in the audit log
			e.Reason, e.VerifiedBy, e.VerifiedAt = "", "", ""
		}
		return nil
	})
}

// written writes a value for the audit trail.
func written(value *float64) string {
	if value == nil {
		return "none"
	}
	return strconv.FormatFloat(*value, 'f', -1, 64)
}

func (b *Book) instant() string { return b.Now().UTC().Format(time.RFC3339) }

// change alters one entry over the revision that was read.
func (b *Book) change(ctx context.Context, at Place, action, by string, detail map[string]string, how func(*rating.Entry) error) error {
	rule, err := b.check(ctx, at.Year, at.Rule, at.Whom)
	if err != nil {
		return err
	}
	key := yearKey(at.Year, rule) + at.Whom + "/" + at.Criterion
	r, err := b.Store.Record(ctx, entryKind, key)
	var stored storedEntry
	switch {
	case errors.Is(err, store.ErrNotFound):
		r = store.Record{Kind: entryKind, Key: key}
	case err != nil:
		return err
	default:
		if err := json.Unmarshal(r.Data, &stored); err != nil {
			return fmt.Errorf("entry %s: %w", key, err)
		}
	}
	entry := stored.entry()
	if err := how(&entry); err != nil {
		return fmt.Errorf("entry %s: %w", key, err)
	}
	if err := rule.CheckEntry(at.Criterion, entry); err != nil {
		return err
	}
	if r.Data, err = json.Marshal(storedEntry{Entry: entry, Inapplicable: entry.NotApplicable}); err != nil {
		return err
	}
	return b.put(ctx, r, action, by, detail)
}

// put writes a record after noting down who does it: an act that was cut may
// be noted without having happened, but never the other way round. One that
// somebody else overtook is noted again as refused.
func (b *Book) put(ctx context.Context, r store.Record, action, by string, detail map[string]string) error {
	if err := b.Audit.Append(ctx, audit.Event{At: b.Now(), By: by, Action: action, Subject: r.Key, Detail: detail}); err != nil {
		return err
	}
	err := b.Store.PutRecords(ctx, []store.Record{r})
	if errors.Is(err, store.ErrExists) {
		err = store.ErrConflict
	}
	if errors.Is(err, store.ErrConflict) {
		detail[refused] = ""
		err = errors.Join(err, b.Audit.Append(ctx, audit.Event{At: b.Now(), By: by, Action: action, Subject: r.Key, Detail: detail}))
	}
	return err
}

// check finds the rule and demands somebody whom it rates, without a
// conclusion.
func (b *Book) check(ctx context.Context, year int, ruleID, whom string) (*rating.Rule, error) {
	rule, err := b.Rule(year, ruleID)
	if err != nil {
		return nil, err
	}
	if !rated(b.Register(), rule, whom, rule.Year(year).Range) {
		return nil, fmt.Errorf("%q in %d: %w", whom, year, ErrWhom)
	}
	c, _, err := b.conclusion(ctx, year, rule, whom)
	if err != nil {
		return nil, err
	}
	if c.Level != "" {
		return nil, fmt.Errorf("%s in %d: %w", whom, year, ErrConcluded)
	}
	return rule, nil
}

// rated says whether the rule rates whom in the days.
func rated(register *org.Register, rule *rating.Rule, whom string, days calendar.Range) bool {
	if rule.Rates == rating.RatesAgencies {
		agency := register.Agency(whom)
		return agency != nil && agency.ExistsIn(days)
	}
	return existed(register, whom, days)
}

func (b *Book) conclusion(ctx context.Context, year int, rule *rating.Rule, whom string) (rating.Conclusion, store.Record, error) {
	var c rating.Conclusion
	key := yearKey(year, rule) + whom
	r, err := b.Store.Record(ctx, conclusionKind, key)
	if errors.Is(err, store.ErrNotFound) {
		return c, store.Record{Kind: conclusionKind, Key: key}, nil
	}
	if err != nil {
		return c, r, err
	}
	return c, r, json.Unmarshal(r.Data, &c)
}

// Conclude notes down the committee's level, which people typed in; "" takes
// it back, and does nothing where there is none. The errors are ErrRule,
// ErrNoRule, ErrWhom, rating.ErrLevel, ErrConcluded, store.ErrConflict and
// those of the store.
func (b *Book) Conclude(ctx context.Context, year int, ruleID, whom, level, reason, by string) error {
	rule, err := b.check(ctx, year, ruleID, whom)
	if errors.Is(err, ErrConcluded) && level == "" {
		rule, err = b.Rule(year, ruleID)
	}
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if level != "" && rule.Level(level) == nil {
		return fmt.Errorf("level %q: %w", level, rating.ErrLevel)
	}
	before, r, err := b.conclusion(ctx, year, rule, whom)
	if err != nil || before.Level == level && level == "" {
		return err
	}
	if r.Data, err = json.Marshal(rating.Conclusion{Level: level, Reason: reason, By: by, At: b.instant()}); err != nil {
		return err
	}
	return b.put(ctx, r, audit.RatingConclude, by, map[string]string{"level": level, "reason": reason})
}
