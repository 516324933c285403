package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"math"
	"path"
	"strings"

	"hailong/internal/i18n"
)

//go:embed templates
var templateFiles embed.FS

// views holds every page parsed once per language, with the language's
// functions bound before parsing: binding them per request would race
// (miniflux#4380).
type views struct {
	byLanguage map[string]map[string]*template.Template // language code → page → template
}

// newViews parses all templates. A page is a file of templates/; the files of
// templates/parts are at hand in all of them.
func newViews(catalog *i18n.Catalog, assets *assets) (*views, error) {
	pages, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	v := &views{byLanguage: map[string]map[string]*template.Template{}}
	for _, code := range i18n.Codes {
		v.byLanguage[code] = map[string]*template.Template{}
		for _, file := range pages {
			t := template.New(path.Base(file)).Funcs(functions(catalog.Language(code), assets)).Option("missingkey=error")
			if t, err = t.ParseFS(templateFiles, "templates/parts/*.html", file); err != nil {
				return nil, fmt.Errorf("template %s: %w", file, err)
			}
			v.byLanguage[code][strings.TrimSuffix(path.Base(file), ".html")] = t
		}
	}
	return v, nil
}

func functions(l *i18n.Language, assets *assets) template.FuncMap {
	return template.FuncMap{
		"t":       l.T,
		"date":    l.Date,
		"month":   l.Month,
		"int":     l.Int,
		"number":  l.Number,
		"percent": func(x *float64) string { return percent(l, x) },
		"share":   func(x *float64) string { return percentOf(l, x) },
		"signed":  func(x float64) string { return signed(l, x) },
		"plain":   func(x *float64) string { return plain(l, x) },
		"two":     func(x *float64) string { return two(l, x) },
		"width":   func(low, high float64) float64 { return high - low },
		"asset":   assets.url,
		"lang":    func() string { return l.Code },
	}
}

// percent writes an index with two decimals, or a dash where there is none.
func percent(l *i18n.Language, x *float64) string {
	if x == nil {
		return "–"
	}
	return l.Number(roundIndex(*x), 2) + "%"
}

// percentOf writes a share of one in percent with two decimals.
func percentOf(l *i18n.Language, share *float64) string {
	if share == nil {
		return "–"
	}
	x := 100 * *share
	return percent(l, &x)
}

// signed writes a difference with its sign; the minus is the typographic one.
func signed(l *i18n.Language, x float64) string {
	if x < 0 {
		return "−" + l.Number(-x, 2)
	}
	return "+" + l.Number(x, 2)
}

// plain writes a number as short as it is, a dash where there is none.
func plain(l *i18n.Language, x *float64) string {
	if x == nil {
		return "–"
	}
	if *x == math.Trunc(*x) {
		return l.Int(int64(*x))
	}
	return l.Number(*x, 2)
}

// two writes points with two decimals, so that a column of them lines up, and
// a dash where there are none.
func two(l *i18n.Language, x *float64) string {
	if x == nil {
		return "–"
	}
	return l.Number(*x, 2)
}

// render writes a page into memory, so that a template that fails half-way
// leaves no half page.
func (v *views) render(page string, language *i18n.Language, data any) ([]byte, error) {
	t := v.byLanguage[language.Code][page]
	if t == nil {
		return nil, fmt.Errorf("render %s: no such template", page)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("render %s in %s: %w", page, language.Code, err)
	}
	return out.Bytes(), nil
}
