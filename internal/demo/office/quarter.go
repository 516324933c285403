package office

import (
	"context"
	"fmt"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/demo"
	"hailong/internal/period"
	"hailong/internal/response"
)

// How long after a quarter's end the office has come how far with it.
const (
	closedAfter = 2  // days; before, answers may still be under way
	sealedAfter = 20 // days
)

// quarters carries the quarters of the year as far as they would be: those
// before the newest are published, one of them after a correction.
func (o *Office) quarters() ([]step, error) {
	ended := o.ended()
	var steps []step
	for i, quarter := range ended {
		id, newest := quarterID(quarter), i == len(ended)-1
		steps = append(steps, o.closing(id, ""))
		if newest && o.Ledger.Today() <= quarter.To+sealedAfter {
			break
		}
		steps = append(steps, o.sealing(id))
		if newest {
			break
		}
		steps = append(steps, o.publishing(id))
		if i == len(ended)-2 {
			steps = append(steps, o.correcting(id), o.latePaper(quarter), o.closing(id, "Đã nhập bổ sung phiếu giấy (dữ liệu mẫu)"), o.sealing(id), o.publishing(id))
		}
	}
	return steps, nil
}

// ended lists the quarters that lie within the year of answers and are over.
func (o *Office) ended() []calendar.Range {
	const yearDays = 365
	first := o.Year.Last - yearDays + 1
	var quarters []calendar.Range
	for month := first.Month(); month.Last()+closedAfter <= o.Ledger.Today(); month++ {
		_, number, _ := month.First().Date()
		quarter := calendar.Range{From: (month - 2).First(), To: month.Last()}
		if number%3 == 0 && quarter.From >= first {
			quarters = append(quarters, quarter)
		}
	}
	return quarters
}

func quarterID(r calendar.Range) string {
	year, month, _ := r.To.Date()
	return fmt.Sprintf("%d-Q%d", year, month/3)
}

// by is the office acting for a reason.
func by(why string) period.Actor { return period.Actor{By: account(auth.Office), Why: why} }

func (o *Office) closing(id, why string) step {
	return func(ctx context.Context) error {
		_, err := o.Periods.Close(ctx, id, by(why))
		return err
	}
}

func (o *Office) sealing(id string) step {
	return func(ctx context.Context) error {
		_, err := o.Periods.Seal(ctx, id, by(""))
		return err
	}
}

func (o *Office) publishing(id string) step {
	return func(ctx context.Context) error {
		_, err := o.Periods.Publish(ctx, id, by(""))
		return err
	}
}

func (o *Office) correcting(id string) step {
	return func(ctx context.Context) error {
		_, err := o.Periods.Correct(ctx, id, by("Sở Y tế gửi chậm phiếu giấy của những ngày cuối quý (dữ liệu mẫu)"))
		return err
	}
}

// The sheets of paper that came in late.
const (
	lateAgency = "syt"
	lateSheets = 30
)

// latePaper stores sheets that an agency kept in a drawer, as an import of old
// answers does.
func (o *Office) latePaper(quarter calendar.Range) step {
	return func(ctx context.Context) error {
		const enough = 100 * lateSheets // answers of all agencies, so many are among them
		found := demo.Options{Seed: o.Year.Seed + 1, Responses: enough, Last: quarter.To, Days: 14}
		var sheets []response.Response
		for r := range demo.Responses(o.Register, o.Forms, found) {
			if r.Agency == lateAgency && len(sheets) < lateSheets {
				r.Channel = response.Paper
				sheets = append(sheets, r)
			}
		}
		_, err := o.Ledger.Add(ctx, sheets)
		return err
	}
}
