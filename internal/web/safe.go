package web

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
)

// This file is the only place where escaping is switched off, and only for
// texts from our own embedded files and for generated selectors of question
// ids, which survey.ParseForm holds to a-z, 0-9 and _.

func safeStyle(css string) template.CSS { return template.CSS(css) }

func safeScript(js string) template.JS { return template.JS(js) }

// hashSource returns the content security policy's name for an inline style
// or script.
func hashSource(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
