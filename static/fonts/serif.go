package fonts

import _ "embed"

// Serif is Liberation Serif Regular as a TrueType file. Its letters are as wide
// as those of Times New Roman, which the rules for official documents ask for.
// Callers must not change it.
//
//go:embed LiberationSerif-Regular.ttf
var Serif []byte

// SerifBold is Liberation Serif Bold. Callers must not change it.
//
//go:embed LiberationSerif-Bold.ttf
var SerifBold []byte

// SerifItalic is Liberation Serif Italic. Callers must not change it.
//
//go:embed LiberationSerif-Italic.ttf
var SerifItalic []byte

// SerifBoldItalic is Liberation Serif Bold Italic. Callers must not change it.
//
//go:embed LiberationSerif-BoldItalic.ttf
var SerifBoldItalic []byte
