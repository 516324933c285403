package rating

import (
	"fmt"
	"io/fs"
	"strings"

	"hailong/internal/yamlfile"

	"golang.org/x/text/unicode/norm"
)

// maxDueDays bounds how long after its span a report may be due.
const maxDueDays = 366

// ParseProgramme reads one programme of targets and reports. The error is of
// type yamlfile.Problems and lists every fault with its place.
func ParseProgramme(file string, data []byte) (*Programme, error) {
	p := new(Programme)
	doc, err := yamlfile.Load(file, data, p)
	if err != nil {
		return nil, err
	}
	p.LegalReference = norm.NFC.String(p.LegalReference)
	(&programmeCheck{fileCheck{addf: doc.Addf, texts: "wording"}, p}).check()
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// programmeCheck holds a loaded programme against what YAML cannot express.
type programmeCheck struct {
	fileCheck
	programme *Programme
}

func (c *programmeCheck) check() {
	p := c.programme
	c.head(p.ID, p.Version, p.EffectiveFrom, p.EffectiveTo, p.LegalReference)
	c.text("name", p.Name)
	c.targets()
	c.reports()
}

func (c *programmeCheck) targets() {
	if len(c.programme.Targets) == 0 {
		c.addf("targets", "a programme has at least one target")
	}
	seen := map[string]bool{}
	for i, target := range c.programme.Targets {
		place := fmt.Sprintf("targets.%d", i)
		c.unique(place, "target", target.ID, seen)
		c.text(place+".text", target.Text)
		c.article(place, target.Article)
		if target.Percent != nil && !(*target.Percent > 0 && *target.Percent <= 100) {
			c.addf(place+".percent", "percent must be above 0 and up to 100")
		}
	}
}

// article demands the place in the document that sets a target or asks for a
// report.
func (c *programmeCheck) article(place, article string) {
	if strings.TrimSpace(article) == "" {
		c.addf(place, "article is missing: where does the document say it?")
	}
}

func (c *programmeCheck) reports() {
	seen := map[string]bool{}
	for i, report := range c.programme.Reports {
		place := fmt.Sprintf("reports.%d", i)
		c.unique(place, "report", report.ID, seen)
		c.text(place+".name", report.Name)
		c.article(place, report.Article)
		if report.DueDays < 0 || report.DueDays > maxDueDays {
			c.addf(place+".due_days", "due_days must be between 0 and %d", maxDueDays)
		}
		if report.Every.months() == 0 {
			c.addf(place+".every", "every %q is neither quarter, half_year nor year", report.Every)
			continue
		}
		for j, span := range report.Spans {
			if highest := 12 / report.Every.months(); span < 1 || span > highest {
				c.addf(fmt.Sprintf("%s.spans.%d", place, j), "a year has the spans 1 to %d of kind %s", highest, report.Every)
			}
		}
	}
}

// Programmes is a set of programmes, never changed after loading.
type Programmes struct{ all []*Programme }

// LoadProgrammes reads every .yaml file of the folder targets in fsys. All
// faults of all files are reported together. A missing folder is an empty set.
func LoadProgrammes(fsys fs.FS) (*Programmes, error) {
	set := new(Programmes)
	err := yamlfile.Each(fsys, "targets", func(file string, data []byte) error {
		p, err := ParseProgramme(file, data)
		if err != nil {
			return err
		}
		known := set.Programme(p.ID) != nil
		set.all = append(set.all, p)
		if known {
			return fmt.Errorf("%s: programme %q is defined twice", file, p.ID)
		}
		return nil
	})
	return set, err
}

// All returns the programmes in the order of their files.
func (s *Programmes) All() []*Programme { return s.all }

// Programme returns the programme with the id, or nil.
func (s *Programmes) Programme(id string) *Programme {
	for _, p := range s.all {
		if p.ID == id {
			return p
		}
	}
	return nil
}
