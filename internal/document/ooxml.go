package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"time"
)

// A node is an XML element with its prefix in its name. Texts are escaped when
// it is written.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Nodes   []node     `xml:",any"`
	Text    string     `xml:",chardata"`
}

// attrs are names and values of attributes in turn.
type attrs []any

func el(name string, a attrs, nodes ...node) node {
	n := node{XMLName: xml.Name{Local: name}, Nodes: nodes}
	for i := 0; i+1 < len(a); i += 2 {
		n.Attrs = append(n.Attrs, xml.Attr{Name: xml.Name{Local: fmt.Sprint(a[i])}, Value: fmt.Sprint(a[i+1])})
	}
	return n
}

// leaf is an element that holds text.
func leaf(name string, a attrs, text string) node {
	n := el(name, a)
	n.Text = text
	return n
}

// val is an element with one value, the commonest form in a DOCX file.
func val(name string, value any) node { return el(name, attrs{"w:val", value}) }

// A part is one file inside the package.
type part struct {
	name string
	data []byte
}

// xmlPart returns the file that holds the tree below root.
func xmlPart(name string, root node) (part, error) {
	data, err := xml.Marshal(root)
	if err != nil {
		return part{}, fmt.Errorf("%s: %w", name, err)
	}
	return part{name, append([]byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"), data...)}, nil
}

// writeParts writes a package with its files in order, all of one time. It is
// put together in memory, so that nothing is written on an error.
func writeParts(w io.Writer, parts []part, made time.Time) error {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, p := range parts {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: made})
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if _, err := file.Write(p.data); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}

// The units of the format: twentieths of a point, half points, and English
// metric units.
func twips(mm float64) int      { return int(math.Round(mm / millimetre * 20)) }
func pointTwips(pt float64) int { return int(math.Round(pt * 20)) }
func halfPoints(pt float64) int { return int(math.Round(pt * 2)) }
func emu(mm float64) int        { return int(math.Round(mm * 36000)) }

// Namespaces and types of the parts.
const (
	wordNS     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	relationNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	drawingNS  = "http://schemas.openxmlformats.org/drawingml/2006/main"
	placeNS    = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
	pictureNS  = "http://schemas.openxmlformats.org/drawingml/2006/picture"
	packageNS  = "http://schemas.openxmlformats.org/package/2006/"
	wordType   = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)
