package i18n_test

import (
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/i18n"
)

func load(t *testing.T) *i18n.Catalog {
	t.Helper()
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalog
}

func TestNumber(t *testing.T) {
	catalog := load(t)
	for _, c := range []struct {
		x        float64
		decimals int
		vi, en   string
	}{
		{1234.5, 2, "1.234,50", "1,234.50"},
		{1234.5, 1, "1.234,5", "1,234.5"},
		{1234567.891, 0, "1.234.568", "1,234,568"},
		{0, 2, "0,00", "0.00"},
		{100, 2, "100,00", "100.00"},
		{81.636363, 2, "81,64", "81.64"},
		{99.999, 2, "100,00", "100.00"},
		// Halves are rounded away from zero, as in every file and reply.
		{0.125, 2, "0,13", "0.13"},
		{2.675, 2, "2,68", "2.68"},
		{0.5, 0, "1", "1"},
		{-0.125, 2, "-0,13", "-0.13"},
	} {
		if got := catalog.Language("vi").Number(c.x, c.decimals); got != c.vi {
			t.Errorf("%v in Vietnamese is %q, want %q", c.x, got, c.vi)
		}
		if got := catalog.Language("en").Number(c.x, c.decimals); got != c.en {
			t.Errorf("%v in English is %q, want %q", c.x, got, c.en)
		}
	}
}

func TestInt(t *testing.T) {
	catalog := load(t)
	for n, want := range map[int64][2]string{0: {"0", "0"}, 999: {"999", "999"}, 1234: {"1.234", "1,234"}, 10_000_000: {"10.000.000", "10,000,000"}} {
		if vi, en := catalog.Language("vi").Int(n), catalog.Language("en").Int(n); vi != want[0] || en != want[1] {
			t.Errorf("%d is %q and %q, want %q", n, vi, en, want)
		}
	}
}

func TestDates(t *testing.T) {
	catalog := load(t)
	vi, en := catalog.Language("vi"), catalog.Language("en")
	for _, c := range []struct{ got, want string }{
		{vi.Date(calendar.Date(2026, time.November, 22)), "22/11/2026"},
		{vi.Date(calendar.Date(2026, time.January, 2)), "02/01/2026"},
		{en.Date(calendar.Date(2026, time.January, 2)), "2 Jan 2026"},
		{vi.Month(calendar.MonthOf(2026, time.September)), "09/2026"},
		{en.Month(calendar.MonthOf(2026, time.September)), "Sep 2026"},
		{vi.Month(calendar.MonthOf(2026, time.December)), "12/2026"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	catalog := load(t)
	for code, want := range map[string]string{"vi": "vi", "en": "en", "": "vi", "fr": "vi", "EN": "vi"} {
		if got := catalog.Language(code).Code; got != want {
			t.Errorf("language %q is %q, want %q", code, got, want)
		}
	}
	if i18n.Codes[0] != "vi" {
		t.Errorf("the first language is %q", i18n.Codes[0])
	}
}

func TestT(t *testing.T) {
	catalog := load(t)
	vi, en := catalog.Language("vi"), catalog.Language("en")
	for name, c := range map[string]struct{ got, want string }{
		"plain":            {vi.T("form.send"), "Gửi ý kiến"},
		"another language": {en.T("answer.yes"), "Yes"},
		"a place":          {vi.T("problem.code", "Status", 404), "Lỗi 404"},
		"markup is text":   {vi.T("problem.code", "Status", "<b>&"), "Lỗi <b>&"},
		"one":              {en.T("problem.retry_after", "Count", 1), "You can try again in 1 second."},
		"many":             {en.T("problem.retry_after", "Count", 5), "You can try again in 5 seconds."},
		"no plural":        {vi.T("problem.retry_after", "Count", 1), "Có thể thử lại sau 1 giây."},
		"none, no plural":  {vi.T("empty.other_form", "Count", int64(0)), "Có 0 phiếu của mẫu khác mà phương pháp này không tính. Hãy chọn phương pháp khác."},
		"separators":       {vi.T("figure.other", "Count", int64(12345)), "Còn 12.345 phiếu của mẫu khác không tính theo phương pháp này."},
		"unknown key":      {vi.T("no.such.key"), "no.such.key"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
}
