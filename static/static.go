// Package static embeds what browsers load: styles, scripts, pictures and the
// vendored chart library. Fonts for documents are in static/fonts.
package static

import "embed"

// FS holds the folders css, js, img and vendor.
//
//go:embed css js vendor
var FS embed.FS
