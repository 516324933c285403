// Package fonts embeds Noto Sans, the type face of the posters, and Liberation
// Serif, that of the reports. Both have the Vietnamese letters and those of
// M'nông (ƀ ĕ ĭ ŏ ŭ and the combining breve). The package holds bytes and may
// not interpret them; the licence, SIL OFL 1.1, lies beside them in OFL.txt.
package fonts

import _ "embed"

// Regular is Noto Sans Regular as a TrueType file. Callers must not change it.
//
//go:embed NotoSans-Regular.ttf
var Regular []byte

// Bold is Noto Sans Bold as a TrueType file. Callers must not change it.
//
//go:embed NotoSans-Bold.ttf
var Bold []byte
