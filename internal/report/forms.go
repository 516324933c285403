package report

import (
	"context"
	"slices"

	"hailong/internal/calendar"
	"hailong/internal/tally"
	"hailong/internal/veil"
)

// Forms returns the ids of the forms that an agency's counted answers of the
// days came on, sorted.
func (r *Reader) Forms(ctx context.Context, agency string, days calendar.Range) ([]string, error) {
	read, err := r.ledger.Read(ctx, []string{agency}, days)
	if err != nil {
		return nil, err
	}
	return formsIn(read[agency].Total()), nil
}

// ShownForms is Forms for the agency itself: of the answers that it may be
// shown of these whole months, and so of those only that Veiled counts.
func (r *Reader) ShownForms(ctx context.Context, agency string, days calendar.Range, wholes ...veil.Whole) ([]string, error) {
	shown, err := r.Shown(ctx, agency, WholeMonths(days), wholes...)
	return formsIn(shown), err
}

func formsIn(t tally.Tally) []string {
	var forms []string
	for form, counts := range t.ByForm() {
		if counts.N > 0 {
			forms = append(forms, form.ID)
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}
