package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"hailong/internal/app"
	"hailong/internal/config"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
	"hailong/internal/yamlfile"
)

type surveyCommands struct {
	Validate surveyValidate `cmd:"" help:"Check questionnaires and methods; faults are told with file:line:column."`
	Example  surveyExample  `cmd:"" help:"Print one valid submission of a form as JSON."`
}

type surveyValidate struct {
	Surveys string   `help:"Folder with forms/ and methods/ to use instead of the built-in ones." type:"existingdir" placeholder:"DIR"`
	Files   []string `arg:"" optional:"" name:"file" help:"Files to check; without any, all that the service would load." type:"existingfile"`
}

func (s *surveyValidate) Run(c *console) error {
	files := app.Surveys(config.Data{Surveys: s.Surveys})
	if len(s.Files) > 0 {
		return validateFiles(c, files, s.Files)
	}
	forms, err := survey.LoadForms(files)
	if err != nil {
		return err
	}
	methods, err := tally.LoadMethods(files, forms)
	if err != nil {
		return err
	}
	c.printf("ok: %d forms, %d methods\n", len(forms.All()), len(methods.All()))
	return nil
}

// validateFiles checks single files. A method may name forms among the files
// or among those that are loaded anyway.
func validateFiles(c *console, loaded fs.FS, names []string) error {
	var faults []error
	contents := map[string][]byte{}
	var forms []*survey.Form
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		contents[name] = data
		if yamlfile.HasKey(data, "aggregate") {
			continue // a method; its forms must be known first
		}
		form, err := survey.ParseForm(name, data)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		forms = append(forms, form)
	}
	known, err := withForms(loaded, forms)
	if err != nil {
		return errors.Join(append(faults, err)...)
	}
	for _, name := range names {
		if yamlfile.HasKey(contents[name], "aggregate") {
			_, err := tally.ParseMethod(name, contents[name], known)
			faults = append(faults, err)
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	c.printf("ok: %d files\n", len(names))
	return nil
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
