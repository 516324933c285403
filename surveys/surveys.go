// Package surveys holds the rules of the field as data: questionnaires, index
// methods, rating rules, targets and a sample register. The program embeds
// them, and a folder of the same shape replaces them at run time. It reads
// nothing itself; the packages survey, tally, rating and org know what the
// files mean.
package surveys

import "embed"

// FS holds forms/*.yaml (see survey.LoadForms), methods/*.yaml (see
// tally.LoadMethods), ratings/*.yaml (see rating.LoadRules), targets/*.yaml (see
// rating.LoadProgrammes), lexicon/*.yaml (see comment.LoadLexicon),
// org/*.yaml (see org.Parse), quality/checks.yaml (see quality.Load) and
// official/*.yaml (see official.LoadLetterheads).
//
//go:embed forms lexicon methods official ratings targets org quality
var FS embed.FS
