package outside

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hailong/static/fonts"
)

// separators sets the suite to the separators of the people it is made for.
const separators = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value></prop></item>
</oor:items>`

// onlyOurs lets the suite find nothing but the fonts of this program, one of
// which has the measures of Times New Roman: what is installed does not matter.
const onlyOurs = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>%[1]s</dir><cachedir>%[1]s</cachedir>
<alias binding="same"><family>Times New Roman</family><prefer><family>Liberation Serif</family></prefer></alias></fontconfig>`

// asShown writes every sheet of a workbook into a CSV file of its own, the
// numbers as a person sees them.
const asShown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"

// Suite is an office suite. It works in a folder with files to open.
type Suite struct {
	program string
	folder  string
}

// NewSuite finds the suite, or ends the test as Tool does. The folder is the
// one that it works in.
func NewSuite(t testing.TB, folder string) Suite {
	t.Helper()
	return Suite{Tool(t, "libreoffice-writer-nogui and libreoffice-calc-nogui", "soffice"), folder}
}

// File returns the path of a file in the folder.
func (s Suite) File(name string) string { return filepath.Join(s.folder, name) }

// Open opens every file of the folder: X.docx is printed into X.docx.pdf, and
// each sheet of X.xlsx is written into X-SHEET.csv as the suite shows it. Call
// it once for many files, for a start takes seconds.
func (s Suite) Open(t testing.TB) {
	t.Helper()
	s.prepare(t)
	s.convert(t, "*.docx", "pdf", s.File("printed"))
	s.convert(t, "*.xlsx", asShown, s.folder)
	for _, file := range s.glob(t, "*.docx") {
		printed := strings.TrimSuffix(filepath.Base(file), ".docx") + ".pdf"
		if err := os.Rename(filepath.Join(s.File("printed"), printed), file+".pdf"); err != nil {
			t.Fatal(err)
		}
	}
}

// prepare gives the suite a profile and fonts that are the same everywhere.
func (s Suite) prepare(t testing.TB) {
	t.Helper()
	err := errors.Join(os.MkdirAll(s.File("profile/user"), 0o700), os.MkdirAll(s.File("fonts"), 0o700))
	for name, data := range map[string][]byte{
		"profile/user/registrymodifications.xcu": []byte(separators),
		"fonts.conf":                             fmt.Appendf(nil, onlyOurs, s.File("fonts")),
		"fonts/r.ttf":                            fonts.Serif,
		"fonts/b.ttf":                            fonts.SerifBold,
		"fonts/i.ttf":                            fonts.SerifItalic,
		"fonts/bi.ttf":                           fonts.SerifBoldItalic,
	} {
		err = errors.Join(err, os.WriteFile(s.File(name), data, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s Suite) convert(t testing.TB, pattern, to, outdir string) {
	t.Helper()
	files := s.glob(t, pattern)
	if len(files) == 0 {
		return
	}
	args := []string{"--headless", "-env:UserInstallation=file://" + s.File("profile"), "--convert-to", to, "--outdir", outdir}
	command := exec.Command(s.program, append(args, files...)...)
	command.Env = append(command.Environ(), "FONTCONFIG_FILE="+s.File("fonts.conf"))
	output(t, command)
}

func (s Suite) glob(t testing.TB, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(s.File(pattern))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Sheet returns the rows of a sheet of a workbook that was opened, as the suite
// shows them. The workbook goes by its name without .xlsx.
func (s Suite) Sheet(t testing.TB, workbook, sheet string) [][]string {
	t.Helper()
	file, err := os.Open(s.File(workbook + "-" + sheet + ".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.FieldsPerRecord = -1 // a title is one cell, a row of the table has many
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file.Name(), err)
	}
	return rows
}
