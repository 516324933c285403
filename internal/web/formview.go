package web

import (
	"slices"
	"strings"

	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/survey"
)

// formView is the citizen's form as the template writes it.
type formView struct {
	citizenPage
	Agency, Counter, Location string
	Action                    string // where the sheet is sent to
	Intro                     string
	Key                       string // the submission key
	Opened                    string // the stamp of when the page was made first, "": unknown
	Languages                 []languageLink
	Service                   string        // name of the one that the ticket knows, "": none
	Services                  []serviceView // empty: not asked
	Sections                  []sectionView
	Mending                   bool   // the sheet comes back with faults: show every question
	Banner                    string // what was wrong with the whole sheet
}

type languageLink struct {
	Code, Name string
	URL        string
	Current    bool
}

type serviceView struct {
	Code, Name string
	Chosen     bool
}

type sectionView struct {
	Heading   string // "": none
	Questions []questionView
}

type questionView struct {
	ID, Text   string
	Kind       survey.Kind
	Required   bool
	Lead       bool // the first rating: drawn large
	Options    []optionView
	Value      string // text
	MaxLength  int
	ShowOn     string // name of the field that decides whether the question is asked
	ShowValues string // values of it that show the question, separated by spaces
	Error      string
}

type optionView struct {
	ID, Value string
	Label     string // "": that of the interface
	Face      int    // 1 (worst) to 5 (best); ratings only
	Chosen    bool
}

// sheet is what a person filled in and is given back to mend.
type sheet struct {
	way     way
	key     string
	opened  string
	service string
	given   survey.Given
	faults  map[string]string // field → sentence
	banner  string
}

func (p *citizenPages) formView(place org.Place, form *survey.Form, l *i18n.Language, lang string, back sheet) formView {
	view := formView{
		citizenPage: p.base(l, form.Title.In(lang)),
		Agency:      place.Agency.Name,
		Counter:     place.Counter.Name,
		Location:    place.Counter.Location,
		Action:      pathOf(place, back.way) + "?send",
		Intro:       form.Intro.In(lang),
		Key:         back.key,
		Opened:      back.opened,
		Languages:   p.languageLinks(form, pathOf(place, back.way), lang),
		Sections:    p.sections(form, lang, back),
		Mending:     len(back.faults) > 0,
		Banner:      back.banner,
	}
	if known := place.Agency.Service(back.way.service); known != nil {
		view.Service = known.Name
	} else {
		view.Services = serviceViews(form, place.Agency, back.service)
	}
	view.Lang = lang
	view.Style = safeStyle(p.style + conditions(form))
	view.Script = safeScript(p.script)
	if back.way.kiosk {
		p.onTablet(&view, pathOf(place, back.way), form)
	}
	return view
}

// pathOf is the address of a form. That of a ticket is left to the browser, so
// that one page serves all tickets of a counter.
func pathOf(place org.Place, w way) string {
	if w.ticket {
		return ""
	}
	if w.kiosk {
		return kioskPath + place.Counter.Link
	}
	return "/q/" + place.Counter.Link
}

// languageLinks lists the form's languages under their own names.
func (p *citizenPages) languageLinks(form *survey.Form, path, current string) []languageLink {
	var links []languageLink
	for _, code := range form.Languages() {
		name := p.server.catalog.Language(code).T("language.name")
		links = append(links, languageLink{Code: code, Name: name, URL: path + "?lang=" + code, Current: code == current})
	}
	return links
}

// serviceViews asks for the service only where there is a choice and the form
// is about one.
func serviceViews(form *survey.Form, agency *org.Agency, chosen string) []serviceView {
	if len(agency.Services) < 2 || form.WithoutService {
		return nil
	}
	var views []serviceView
	for _, s := range agency.Services {
		views = append(views, serviceView{Code: s.Code, Name: s.Name, Chosen: s.Code == chosen})
	}
	return views
}

// sections groups neighbouring questions of one factor under its heading.
func (p *citizenPages) sections(form *survey.Form, lang string, back sheet) []sectionView {
	var sections []sectionView
	factor, led := "", false
	for i := range form.Questions {
		q := &form.Questions[i]
		if len(sections) == 0 || q.Factor != factor {
			factor = q.Factor
			sections = append(sections, sectionView{Heading: p.factorName(form, factor, lang)})
		}
		view := questionOf(form, q, lang, back)
		if q.Kind == survey.Rating && !led {
			view.Lead, led = true, true
		}
		last := &sections[len(sections)-1]
		last.Questions = append(last.Questions, view)
	}
	return sections
}

// factorName takes the heading from the methods that count the form.
func (p *citizenPages) factorName(form *survey.Form, factor, lang string) string {
	for _, method := range p.server.Methods.All() {
		if !method.Uses(form.Ref()) || len(method.Factors) < 2 {
			continue
		}
		for _, f := range method.Factors {
			if f.ID == factor {
				return f.Name.In(lang)
			}
		}
	}
	return ""
}

func questionOf(form *survey.Form, q *survey.Question, lang string, back sheet) questionView {
	given := back.given[q.ID]
	view := questionView{
		ID: q.ID, Text: q.Text.In(lang), Kind: q.Kind, Required: q.Required,
		MaxLength: q.MaxLength, Error: back.faults[q.ID], Options: optionsOf(form, q, lang, given),
	}
	if q.Kind == survey.Prose && len(given) > 0 {
		view.Value = given[0]
	}
	if q.ShowIf != nil {
		view.ShowOn = "q." + q.ShowIf.Question
		view.ShowValues = strings.Join(meeting(form, q.ShowIf), " ")
	}
	return view
}

// optionsOf lists what may be answered, as the form lists it. The two answers
// to a yes_no question have no label of their own: they are words of the
// interface.
func optionsOf(form *survey.Form, q *survey.Question, lang string, given []string) []optionView {
	var options []optionView
	values, levels := form.Values(q), form.Levels(q)
	for i, value := range values {
		option := optionView{ID: inputID(q.ID, value), Value: value, Chosen: slices.Contains(given, value)}
		switch q.Kind {
		case survey.Rating:
			option.Label, option.Face = levels[i].Label.In(lang), faceOf(i, len(levels))
		case survey.Choice, survey.Choices:
			option.Label = q.Options[i].Label.In(lang)
		}
		options = append(options, option)
	}
	return options
}

// faceOf spreads the five faces over a scale of any length: the ends are the
// unhappiest and the happiest.
func faceOf(i, levels int) int { return 1 + (i*4+(levels-1)/2)/(levels-1) }

// Field returns the name of the question's field.
func (q questionView) Field() string { return "q." + q.ID }
