package web

import (
	"testing"

	"hailong/internal/calendar"
	"hailong/internal/i18n"
	"hailong/internal/org"

	"github.com/google/go-cmp/cmp"
)

// TestAgencyNames tells agencies of one name apart and leaves the others alone.
func TestAgencyNames(t *testing.T) {
	day := func(year int) *calendar.Day { d := calendar.Date(year, 3, 1); return &d }
	register := org.New(org.File{Agencies: []org.Agency{
		{Code: "stp", Name: "Sở Tư pháp", ValidFrom: day(2004)},
		{Code: "stc", Name: "Sở Tài chính", ValidFrom: day(2004), ValidTo: day(2025)},
		{Code: "stc-2025", Name: "Sở Tài chính", ValidFrom: day(2025)},
		{Code: "a", Name: "Chi cục", ValidTo: day(2024)},
		{Code: "b", Name: "Chi cục"},
		{Code: "x", Name: "Quỹ", ValidFrom: day(2020)},
		{Code: "y", Name: "Quỹ", ValidFrom: day(2020)},
	}})
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"stp": "Sở Tư pháp", "stc": "Sở Tài chính (2004–2025)", "stc-2025": "Sở Tài chính (từ 2025)",
		"a": "Chi cục (đến 2024)", "b": "Chi cục (b)", "x": "Quỹ (x)", "y": "Quỹ (y)",
	}
	if diff := cmp.Diff(want, agencyNames(register, catalog.Language("vi"))); diff != "" {
		t.Error(diff)
	}
}
