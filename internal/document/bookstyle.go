package document

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// style returns the number of a style; each is made once.
func (b *book) style(st bookStyle) (int, error) {
	if id, ok := b.styles[st]; ok {
		return id, nil
	}
	s := &excelize.Style{
		Font:      &excelize.Font{Family: officialType, Size: 12},
		Alignment: &excelize.Alignment{Vertical: "center", Horizontal: string(st.align), WrapText: true},
	}
	switch st.look {
	case headLook:
		s.Font.Bold, s.Alignment.Horizontal = true, "center"
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"ECEFF0"}}
		s.Border = thinBorder()
	case valueLook:
		s.Border = thinBorder()
	case titleLook:
		s.Font.Bold, s.Font.Size = true, 14
	case markLook:
		s.Font.Bold, s.Font.Color = true, "B01818"
	case noteLook:
		s.Font.Italic = true
	}
	if st.format != "" {
		s.CustomNumFmt = &st.format
	}
	id, err := b.file.NewStyle(s)
	if err == nil {
		b.styles[st] = id
	}
	return id, err
}

func thinBorder() []excelize.Border {
	var all []excelize.Border
	for _, edge := range []string{"left", "top", "right", "bottom"} {
		all = append(all, excelize.Border{Type: edge, Color: "808080", Style: 1})
	}
	return all
}

// excelUnits returns the units in which Excel counts characters.
func excelUnits(text string) []uint16 { return utf16.Encode([]rune(text)) }

// sheetNames makes the names of the tabs valid and different from each other.
func sheetNames(sheets []WorkSheet) []string {
	taken, names := map[string]bool{}, make([]string, len(sheets))
	for i, s := range sheets {
		name := sheetName(s.Name, "")
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = sheetName(s.Name, fmt.Sprintf(" (%d)", n))
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// sheetName returns a name that a tab can have: at most 31 characters with its
// ending, none of []:*?/\, no apostrophe at an end, and not the word "History",
// which Excel keeps to itself.
func sheetName(name, ending string) string {
	const longest = 31
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return '-'
		}
		return r
	}, oneLine(name))
	runes := []rune(name)
	for len(excelUnits(string(runes)))+len(ending) > longest {
		runes = runes[:len(runes)-1]
	}
	name = strings.Trim(string(runes), "' ")
	if name == "" || strings.EqualFold(name, "History") {
		name = strings.TrimSpace("Bảng " + name)
	}
	return name + ending
}
