// Package i18n holds the wordings of the interface and the ways a language
// writes numbers and dates. Vietnamese is complete by definition; a test holds
// every other catalogue to the same keys.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"hailong/internal/calendar"
	"hailong/internal/stats"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// catalogues holds TOPIC.LANGUAGE.json; a key is in one topic only.
//
//go:embed wording/*.json
var catalogues embed.FS

// Codes lists the languages of the interface, Vietnamese first.
var Codes = []string{"vi", "en"}

// Catalog holds all languages. It is never changed after Load.
type Catalog struct{ byCode map[string]*Language }

// Load reads the built-in catalogues.
func Load() (*Catalog, error) {
	bundle := i18n.NewBundle(language.Vietnamese)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	catalog := &Catalog{byCode: map[string]*Language{}}
	for _, code := range Codes {
		files, err := fs.Glob(catalogues, "wording/*."+code+".json")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if _, err := bundle.LoadMessageFileFS(catalogues, file); err != nil {
				return nil, fmt.Errorf("load catalogue %s: %w", file, err)
			}
		}
		tag := language.MustParse(code)
		catalog.byCode[code] = &Language{Code: code, localizer: i18n.NewLocalizer(bundle, code), printer: message.NewPrinter(tag)}
	}
	return catalog, nil
}

// Language returns the language with the code, or Vietnamese.
func (c *Catalog) Language(code string) *Language {
	if l, ok := c.byCode[code]; ok {
		return l
	}
	return c.byCode["vi"]
}

// Vietnamese returns the language of everything that leaves the program on
// paper, so that no two files can differ in how they write a number. The error
// is that of Load.
var Vietnamese = sync.OnceValues(func() (*Language, error) {
	catalog, err := Load()
	if err != nil {
		return nil, err
	}
	return catalog.Language("vi"), nil
})

// Language words what the program says.
type Language struct {
	Code      string
	localizer *i18n.Localizer
	printer   *message.Printer
}

// T returns the wording of a key. Pairs are names and values of the wording's
// {{.Name}} places. A name "Count" chooses the plural form. An unknown key is
// returned as it is; tests see to it that there is none.
func (l *Language) T(key string, pairs ...any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		data[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: data["Count"]}
	if n, ok := data["Count"].(int64); ok {
		data["Count"] = l.Int(n)
	}
	// CLDR gives Vietnamese a form for one that is no other wording, so our
	// catalogue has none: then the form "other" comes back beside an error.
	text, _ := l.localizer.Localize(config)
	if text == "" {
		return key
	}
	return text
}

// Number writes x with the given number of decimals: 1.234,5 in Vietnamese. It
// rounds as all figures are rounded; the printer alone would round halves to
// even.
func (l *Language) Number(x float64, decimals int) string {
	return l.printer.Sprint(number.Decimal(stats.Round(x, decimals), number.Scale(decimals)))
}

// Int writes a whole number with separators.
func (l *Language) Int(n int64) string { return l.printer.Sprint(number.Decimal(n)) }

// Date writes a day: 22/11/2026 in Vietnamese.
func (l *Language) Date(d calendar.Day) string {
	y, m, day := d.Date()
	if l.Code == "en" {
		return fmt.Sprintf("%d %s %d", day, m.String()[:3], y)
	}
	return fmt.Sprintf("%02d/%02d/%04d", day, int(m), y)
}

// Month writes a month: 11/2026 in Vietnamese.
func (l *Language) Month(m calendar.Month) string {
	y, month, _ := m.First().Date()
	if l.Code == "en" {
		return fmt.Sprintf("%s %d", month.String()[:3], y)
	}
	return fmt.Sprintf("%02d/%04d", int(month), y)
}
