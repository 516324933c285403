// Package surveys holds the rules of the field as data: questionnaires, index
// methods and a sample register. The program embeds them, and a folder of the
// same shape replaces them at run time. It reads nothing itself; the packages
// survey, tally and org know what the files mean.
package surveys

import "embed"

// FS holds forms/*.yaml (see survey.LoadForms), methods/*.yaml (see
// tally.LoadMethods) and org/*.yaml (see org.Parse).
//
//go:embed forms methods org
var FS embed.FS
