package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"hailong/internal/app"
	"hailong/internal/comment"
	"hailong/internal/config"
	"hailong/internal/official"
	"hailong/internal/quality"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/yamlfile"
)

type surveyCommands struct {
	Validate surveyValidate `cmd:"" help:"Check questionnaires, methods, rating rules, targets, letterheads, word lists and thresholds of the checks; faults are told with file:line:column."`
	Example  surveyExample  `cmd:"" help:"Print one valid submission of a form as JSON."`
}

type surveyValidate struct {
	config.Data
	Files []string `arg:"" optional:"" name:"file" help:"Files to check; without any, all that the service would load." type:"existingfile"`
}

func (s *surveyValidate) Run(c *console) error {
	files := app.Surveys(s.Data)
	if len(s.Files) > 0 {
		return s.validateFiles(c, files)
	}
	forms, err := survey.LoadForms(files)
	if err != nil {
		return err
	}
	methods, err := tally.LoadMethods(files, forms)
	if err != nil {
		return err
	}
	rules, ruleFaults := rating.LoadRules(files, methods)
	programmes, targetFaults := rating.LoadProgrammes(files)
	letterheads, letterheadFaults := official.LoadLetterheads(files)
	lexicon, wordFaults := app.Lexicon(files)
	_, checkFaults := quality.Load(files)
	if err := errors.Join(ruleFaults, targetFaults, letterheadFaults, wordFaults, checkFaults); err != nil {
		return err
	}
	if err := s.checkBodies(c, letterheads); err != nil {
		return err
	}
	c.printf("ok: %d forms, %d methods, %d rating rules, %d lists of targets, %d letterheads, %d topics\n",
		len(forms.All()), len(methods.All()), len(rules.All()), len(programmes.All()), len(letterheads.All()), len(lexicon.All()))
	return nil
}

// surveyFile is one file to check, known by a key that only its kind has.
type surveyFile struct {
	name string
	data []byte
}

func (f surveyFile) isMethod() bool  { return yamlfile.HasKey(f.data, "aggregate") }
func (f surveyFile) isRule() bool    { return yamlfile.HasKey(f.data, "criteria") }
func (f surveyFile) isTargets() bool { return yamlfile.HasKey(f.data, "targets") }
func (f surveyFile) isHead() bool    { return yamlfile.HasKey(f.data, "layout") }
func (f surveyFile) isChecks() bool  { return yamlfile.HasKey(f.data, "learning") }
func (f surveyFile) isWords() bool {
	return yamlfile.HasKey(f.data, "topics") || yamlfile.HasKey(f.data, "families")
}

// validateFiles checks single files. A method may name forms among the files
// or among those that are loaded anyway, and a rating rule methods likewise.
func (s *surveyValidate) validateFiles(c *console, loaded fs.FS) error {
	files := make([]surveyFile, len(s.Files))
	for i, name := range s.Files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files[i] = surveyFile{name, data}
	}
	known, faults := validateForms(loaded, files)
	if known == nil {
		return faults
	}
	methods, methodFaults := validateMethods(files, known)
	ruleFaults := validateRules(loaded, files, known, methods)
	letterheads, headFaults := validateHeads(files)
	if err := errors.Join(faults, methodFaults, ruleFaults, headFaults); err != nil {
		return err
	}
	if err := s.checkBodies(c, letterheads); err != nil {
		return err
	}
	c.printf("ok: %d files\n", len(s.Files))
	return nil
}

// validateHeads checks the letterheads among the files, and that no two of them
// are for the same.
func validateHeads(files []surveyFile) (*official.Letterheads, error) {
	var heads []*official.Letterhead
	var faults []error
	for _, f := range files {
		if !f.isHead() {
			continue
		}
		h, err := official.ParseLetterhead(f.name, f.data)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		heads = append(heads, h)
	}
	set, err := official.NewLetterheads(heads...)
	return set, errors.Join(append(faults, err)...)
}

// checkBodies holds whom the letterheads are for against the register, which is
// opened for nothing else.
func (s *surveyValidate) checkBodies(c *console, letterheads *official.Letterheads) error {
	if !slices.ContainsFunc(letterheads.All(), func(h *official.Letterhead) bool { return len(h.Bodies) > 0 }) {
		return nil
	}
	if path, embedded := s.SQLite(); embedded {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(c.err, "There is no database %s, so whom the letterheads are for was not looked up in a register; --db names another.\n", path)
			return nil
		}
	}
	a, err := c.open(s.Data)
	if err != nil {
		return fmt.Errorf("look up whom the letterheads are for: %w", err)
	}
	defer a.Close()
	register := a.Register.Current()
	return letterheads.Unknown(func(code string) bool { return register.Agency(code) != nil || register.PartyOrganisation(code) != nil })
}

// validateForms checks what is neither of another kind. The forms returned are
// nil where those that are loaded anyway have faults.
func validateForms(loaded fs.FS, files []surveyFile) (*survey.Forms, error) {
	var forms []*survey.Form
	var faults []error
	for _, f := range files {
		if f.isMethod() || f.isRule() || f.isTargets() || f.isHead() || f.isWords() || f.isChecks() {
			continue
		}
		form, err := survey.ParseForm(f.name, f.data)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		forms = append(forms, form)
	}
	known, err := withForms(loaded, forms)
	if err != nil {
		return nil, errors.Join(append(faults, err)...)
	}
	return known, errors.Join(faults...)
}

// validateMethods returns the ids of the methods among the files.
func validateMethods(files []surveyFile, forms *survey.Forms) (ids []string, err error) {
	var faults []error
	for _, f := range files {
		if !f.isMethod() {
			continue
		}
		m, err := tally.ParseMethod(f.name, f.data, forms)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		ids = append(ids, m.ID)
	}
	return ids, errors.Join(faults...)
}

// validateRules checks rating rules, lists of targets, word lists and
// thresholds. The loaded methods are read only for a rule: without one their faults
// are nobody's question.
func validateRules(loaded fs.FS, files []surveyFile, forms *survey.Forms, methods []string) error {
	var faults []error
	if slices.ContainsFunc(files, surveyFile.isRule) {
		base, err := tally.LoadMethods(loaded, forms)
		if err != nil {
			return err
		}
		for _, m := range base.All() {
			methods = append(methods, m.ID)
		}
	}
	for _, f := range files {
		switch {
		case f.isRule():
			_, err := rating.ParseRule(f.name, f.data, func(id string) bool { return slices.Contains(methods, id) })
			faults = append(faults, err)
		case f.isTargets():
			_, err := rating.ParseProgramme(f.name, f.data)
			faults = append(faults, err)
		case f.isWords():
			faults = append(faults, comment.CheckFile(f.name, f.data))
		case f.isChecks():
			_, err := quality.Parse(f.name, f.data)
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// withForms adds forms to the loaded ones; a form of the same id and version
// replaces the loaded one.
func withForms(loaded fs.FS, forms []*survey.Form) (*survey.Forms, error) {
	base, err := survey.LoadForms(loaded)
	if err != nil {
		return nil, err
	}
	all, err := survey.NewForms(forms...)
	if err != nil {
		return nil, err
	}
	for _, form := range base.All() {
		if all.Version(form.Ref()) == nil {
			forms = append(forms, form)
		}
	}
	return survey.NewForms(forms...)
}

type surveyExample struct {
	Surveys string `help:"Folder with forms/ and methods/ to use instead of the built-in ones." type:"existingdir" placeholder:"DIR"`
	Form    string `arg:"" help:"Id of the form."`
}

func (s *surveyExample) Run(c *console) error {
	forms, err := survey.LoadForms(app.Surveys(config.Data{Surveys: s.Surveys}))
	if err != nil {
		return err
	}
	form := forms.Current(s.Form)
	if form == nil {
		return fmt.Errorf("there is no form %q; there are %s", s.Form, strings.Join(ids(forms), ", "))
	}
	_, err = c.out.Write(form.Example(response.NewSubmission()))
	return err
}

// ids lists the forms, each once.
func ids(forms *survey.Forms) []string {
	var all []string
	for _, form := range forms.All() {
		if !slices.Contains(all, form.ID) {
			all = append(all, form.ID)
		}
	}
	return all
}
