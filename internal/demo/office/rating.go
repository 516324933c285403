package office

import (
	"context"
	"math"

	"hailong/internal/annual"
	"hailong/internal/auth"
	"hailong/internal/rating"
)

// concluded are the party organisations of last year's conclusions, with the
// level that the committee gave.
var concluded = []struct{ party, level, reason string }{
	{"db-stp", "tot", "Kết luận của Ban Thường vụ (dữ liệu mẫu)"},
	{"db-snnmt", "tot", "Kết luận của Ban Thường vụ (dữ liệu mẫu)"},
}

// reasons are why the office gives fewer points than were asked for.
var reasons = []string{
	"Minh chứng chưa đủ: thiếu báo cáo quý II",
	"Kế hoạch ban hành chậm so với thời hạn",
	"Còn hồ sơ trả quá hạn chưa có thư xin lỗi",
	"Chưa kịp thời khắc phục ý kiến sau kiểm tra",
}

// lastYear enters, verifies and concludes a few sheets of the year before.
func (o *Office) lastYear() ([]step, error) {
	year, _, _ := o.Ledger.Today().Date()
	rule, err := o.Annual.Rule(year-1, "")
	if err != nil {
		return nil, err
	}
	parties := o.parties(rule.Year(year-1).Range.To, "rating")
	var steps []step
	for _, c := range concluded {
		for _, party := range parties {
			if party.code != c.party || rule.Level(c.level) == nil {
				continue
			}
			steps = append(steps, o.sheet(year-1, rule, party, true)...)
			steps = append(steps, func(ctx context.Context) error {
				return o.Annual.Conclude(ctx, year-1, rule.ID, c.party, c.level, c.reason, account(auth.Office))
			})
		}
	}
	return steps, nil
}

// thisYear enters the sheets of most party organisations and verifies every
// other one of them.
func (o *Office) thisYear() ([]step, error) {
	year, _, _ := o.Ledger.Today().Date()
	rule, err := o.Annual.Rule(year, "")
	if err != nil {
		return nil, err
	}
	span := rule.Year(year).Range
	parties := o.parties(min(o.Ledger.Today(), span.To), "rating")
	var steps []step
	for i, party := range parties {
		if i%5 == 4 { // has not begun
			continue
		}
		steps = append(steps, o.sheet(year, rule, party, i%2 == 0)...)
	}
	return steps, nil
}

// sheet enters what a party organisation gives itself and, if it is verified,
// what the office found: now and then less, with the reason.
func (o *Office) sheet(year int, rule *rating.Rule, party party, verified bool) []step {
	corrected := party.rng.IntN(len(rule.Criteria))
	var steps []step
	for i := range rule.Criteria {
		c := &rule.Criteria[i]
		if c.Source != rating.FromEntry {
			continue
		}
		at := annual.Place{Year: year, Rule: rule.ID, Whom: party.code, Criterion: c.ID}
		self := half(c.MaxPoints * (0.85 + 0.15*party.rng.Float64()))
		steps = append(steps, func(ctx context.Context) error { return o.Annual.SelfScore(ctx, at, &self, party.leader) })
		if !verified {
			continue
		}
		found := annual.Verified{Value: &self}
		if i == corrected || i == (corrected+1)%len(rule.Criteria) {
			less := max(0, self-0.5)
			found = annual.Verified{Value: &less, Reason: reasons[party.rng.IntN(len(reasons))]}
		}
		steps = append(steps, func(ctx context.Context) error { return o.Annual.Verify(ctx, at, found, account(auth.Office)) })
	}
	return steps
}

// half rounds to half points, as people give them.
func half(points float64) float64 { return math.Round(2*points) / 2 }
