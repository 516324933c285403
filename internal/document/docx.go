package document

import (
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"hailong/internal/i18n"
)

// A word is a DOCX file in the making.
type word struct {
	sheet // measures, never draws
	frame
	language  *i18n.Language
	landscape bool
	pictures  []part
}

// DOCX writes the report as a DOCX file for people who go on working with it:
// real text in Times New Roman, real tables, headings that a program can list.
// It says the same as PDF in the same layout. Equal reports give equal bytes.
// Errors are those of PDF; nothing is written on an error.
func (r *Report) DOCX(w io.Writer) error {
	if err := r.check(); err != nil {
		return fmt.Errorf("report docx: %w", err)
	}
	language, err := i18n.Vietnamese()
	if err != nil {
		return fmt.Errorf("report docx: %w", err)
	}
	s := newSerifSheet(fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: paper[A4]}))
	d := &word{sheet: s, frame: newFrame(r, s), language: language}
	parts, err := d.parts(r)
	if err != nil {
		return fmt.Errorf("report docx: %w", err)
	}
	if err := writeParts(w, parts, r.made()); err != nil {
		return fmt.Errorf("report docx: %w", err)
	}
	return nil
}

func (d *word) parts(r *Report) ([]part, error) {
	body, err := d.body(r)
	if err != nil {
		return nil, err
	}
	var parts []part
	for _, p := range []struct {
		name string
		root node
	}{
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", packageRelations()},
		{"docProps/core.xml", coreProperties(r.title(), r.Header.Issuer, r.made())},
		{"word/document.xml", el("w:document", attrs{"xmlns:w", wordNS, "xmlns:r", relationNS, "xmlns:wp", placeNS}, body)},
		{"word/_rels/document.xml.rels", d.relations()},
		{"word/styles.xml", wordStyles()},
		{"word/settings.xml", wordSettings()},
		{"word/header1.xml", d.pageHeader(false, r.Sample)},
		{"word/header2.xml", d.pageHeader(true, r.Sample)},
	} {
		xmlFile, err := xmlPart(p.name, p.root)
		if err != nil {
			return nil, err
		}
		parts = append(parts, xmlFile)
	}
	return append(parts, d.pictures...), nil
}

func contentTypes() node {
	override := func(name, kind string) node {
		return el("Override", attrs{"PartName", name, "ContentType", kind})
	}
	return el("Types", attrs{"xmlns", packageNS + "content-types"},
		el("Default", attrs{"Extension", "rels", "ContentType", "application/vnd.openxmlformats-package.relationships+xml"}),
		el("Default", attrs{"Extension", "xml", "ContentType", "application/xml"}),
		el("Default", attrs{"Extension", "png", "ContentType", "image/png"}),
		override("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
		override("/word/document.xml", wordType+"document.main+xml"),
		override("/word/styles.xml", wordType+"styles+xml"),
		override("/word/settings.xml", wordType+"settings+xml"),
		override("/word/header1.xml", wordType+"header+xml"),
		override("/word/header2.xml", wordType+"header+xml"))
}

func packageRelations() node {
	return el("Relationships", attrs{"xmlns", packageNS + "relationships"},
		relation("rId1", relationNS+"/officeDocument", "word/document.xml"),
		relation("rId2", packageNS+"relationships/metadata/core-properties", "docProps/core.xml"))
}

func (d *word) relations() node {
	all := el("Relationships", attrs{"xmlns", packageNS + "relationships"},
		relation("styles", relationNS+"/styles", "styles.xml"),
		relation("settings", relationNS+"/settings", "settings.xml"),
		relation("header1", relationNS+"/header", "header1.xml"),
		relation("header2", relationNS+"/header", "header2.xml"))
	for i := range d.pictures {
		all.Nodes = append(all.Nodes, relation(fmt.Sprintf("bar%d", i+1), relationNS+"/image", fmt.Sprintf("media/bar%d.png", i+1)))
	}
	return all
}

func relation(id, kind, target string) node {
	return el("Relationship", attrs{"Id", id, "Type", kind, "Target", target})
}

func coreProperties(title, creator string, made time.Time) node {
	at := func(name string) node {
		return leaf(name, attrs{"xsi:type", "dcterms:W3CDTF"}, made.UTC().Format(time.RFC3339))
	}
	return el("cp:coreProperties", attrs{
		"xmlns:cp", packageNS + "metadata/core-properties", "xmlns:dc", "http://purl.org/dc/elements/1.1/",
		"xmlns:dcterms", "http://purl.org/dc/terms/", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
	},
		leaf("dc:title", nil, oneLine(title)), leaf("dc:creator", nil, oneLine(creator)), leaf("dc:language", nil, "vi-VN"),
		at("dcterms:created"), at("dcterms:modified"))
}

// wordStyles names the type face, the language, and the headings for the
// navigation of the reader.
func wordStyles() node {
	font := attrs{"w:ascii", officialType, "w:hAnsi", officialType, "w:cs", officialType, "w:eastAsia", officialType}
	all := el("w:styles", attrs{"xmlns:w", wordNS},
		el("w:docDefaults", nil,
			el("w:rPrDefault", nil, el("w:rPr", nil, el("w:rFonts", font), val("w:sz", 28), val("w:szCs", 28),
				el("w:lang", attrs{"w:val", "vi-VN", "w:eastAsia", "vi-VN"}))),
			el("w:pPrDefault", nil)),
		el("w:style", attrs{"w:type", "paragraph", "w:default", "1", "w:styleId", "Normal"}, val("w:name", "Normal")))
	for level := range headings {
		all.Nodes = append(all.Nodes, el("w:style", attrs{"w:type", "paragraph", "w:styleId", headingStyle(level + 1)},
			val("w:name", fmt.Sprintf("heading %d", level+1)), val("w:basedOn", "Normal"), val("w:next", "Normal"), el("w:qFormat", nil),
			el("w:pPr", nil, el("w:keepNext", nil), val("w:outlineLvl", level))))
	}
	return all
}

// officialType is the type face of official documents; every office computer has it.
const officialType = "Times New Roman"

func headingStyle(level int) string { return fmt.Sprintf("Heading%d", level) }

// wordSettings asks for the layout rules of current versions, by which a table
// begins at the margin and not left of it.
func wordSettings() node {
	return el("w:settings", attrs{"xmlns:w", wordNS},
		el("w:compat", nil, el("w:compatSetting", attrs{
			"w:name", "compatibilityMode", "w:uri", "http://schemas.microsoft.com/office/word", "w:val", "15",
		})))
}

// pageHeader is what stands in the upper margin: the number of the page, except
// on the first one, and the mark of made-up figures.
func (d *word) pageHeader(first, sample bool) node {
	all := el("w:hdr", attrs{"xmlns:w", wordNS})
	number := paragraph{style: pageStyle, align: "center"}
	if !first {
		number.runs = []node{el("w:fldSimple", attrs{"w:instr", "PAGE"}, wordRun("1", pageStyle))}
	}
	if sample {
		frame := number
		frame.framed = true
		frame.runs = []node{wordRun(sampleMark, sampleStyle)}
		all.Nodes = append(all.Nodes, frame.node())
	}
	all.Nodes = append(all.Nodes, number.node())
	return all
}
