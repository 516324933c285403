package document

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// partLength bounds each part of a file name, so that a long agency name never
// pushes out the link code that tells two files apart.
const partLength = 60

// FileName joins the parts into a file name that every system takes: lower-case
// ASCII letters and digits with single hyphens ("Sở Tư pháp", "Quầy 1" gives
// "so-tu-phap-quay-1"). Each part is cut to 60 characters, empty ones are left
// out, and if nothing remains the name is "hailong". There is no extension.
func FileName(parts ...string) string {
	var slugs []string
	for _, part := range parts {
		if s := slug(part); s != "" {
			slugs = append(slugs, s)
		}
	}
	if len(slugs) == 0 {
		return "hailong"
	}
	return strings.Join(slugs, "-")
}

func slug(part string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(part)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'đ':
			b.WriteByte('d')
		case r == 'ƀ':
			b.WriteByte('b')
		case !unicode.Is(unicode.Mn, r):
			b.WriteByte(' ')
		}
	}
	s := strings.Join(strings.Fields(b.String()), "-")
	return strings.TrimRight(s[:min(len(s), partLength)], "-")
}
