package rating

import (
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/survey"
	"hailong/internal/yamlfile"

	"golang.org/x/text/unicode/norm"
)

// fileCheck is what the checks of rules and of programmes have in common.
type fileCheck struct {
	addf  func(place, format string, args ...any) // notes a fault at a value
	texts string                                  // what the file calls its texts
}

// head checks what every file begins with.
func (c fileCheck) head(id string, version int, from, to *calendar.Day, legalReference string) {
	c.id("id", id)
	if version < 1 {
		c.addf("version", "version must be 1 or more")
	}
	if from != nil && to != nil && *to < *from {
		c.addf("effective_to", "effective_to %s is before effective_from %s", to, from)
	}
	if strings.TrimSpace(legalReference) == "" {
		c.addf("legal_reference", "legal_reference is missing")
	}
}

func (c fileCheck) id(place, id string) {
	if !yamlfile.IsID(id) {
		c.addf(place, "id %q must hold only a-z, 0-9 and single hyphens", id)
	}
}

// unique checks the id of what stands at place, against those seen before it.
func (c fileCheck) unique(place, what, id string, seen map[string]bool) {
	c.id(place+".id", id)
	if seen[id] {
		c.addf(place+".id", "%s %q appears twice", what, id)
	}
	seen[id] = true
}

// text demands the Vietnamese wording and brings all of them into NFC.
func (c fileCheck) text(place string, t survey.Text) {
	if strings.TrimSpace(t[survey.Vietnamese]) == "" {
		c.addf(place, "the Vietnamese %s (vi) is missing", c.texts)
	}
	for lang, s := range t {
		t[lang] = norm.NFC.String(s)
	}
}
