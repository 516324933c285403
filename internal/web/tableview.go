package web

import (
	"strings"

	"hailong/internal/chart"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/report"
)

// tableView is a chart's data for people: translated heads, names instead of
// codes, numbers as the language writes them.
type tableView struct {
	Heads []string
	Rows  [][]cellView
}

type cellView struct {
	Text    string
	Numeric bool
}

func (s *Server) chartView(agency *org.Agency, q query, board *report.Dashboard, name string, l *i18n.Language) chartView {
	drawn, _ := draw(name, board, l)
	return chartView{
		Name:  name,
		Title: l.T("chart." + name + ".title"),
		Hint:  l.T("chart." + name + ".hint"),
		JSON:  "/dashboard/" + agency.Code + "/charts/" + name + ".json?" + q.encode(),
		CSV:   "/dashboard/" + agency.Code + "/charts/" + name + ".csv?" + q.encode(),
		Table: tableOf(drawn.Table, namesIn(board, l), l),
		Wide:  name != "reasons" && name != "counters",
	}
}

// namesIn maps what tables hold as codes to what people call it, by column.
func namesIn(board *report.Dashboard, l *i18n.Language) map[string]map[string]string {
	names := map[string]map[string]string{"question": {}, "option": {}}
	for _, row := range board.Levels {
		names["question"][row.Question.ID] = row.Question.Text.In(l.Code)
	}
	for _, row := range board.Reasons {
		names["option"][row.Option.ID] = row.Option.Label.In(l.Code)
	}
	return names
}

func tableOf(t chart.Table, names map[string]map[string]string, l *i18n.Language) tableView {
	var view tableView
	for _, column := range t.Columns {
		if column != "code" {
			view.Heads = append(view.Heads, l.T("column."+column))
		}
	}
	for _, row := range t.Rows {
		var cells []cellView
		for i, value := range row {
			if t.Columns[i] != "code" {
				cells = append(cells, cellOf(t.Columns[i], value, names, l))
			}
		}
		view.Rows = append(view.Rows, cells)
	}
	return view
}

func cellOf(column string, value any, names map[string]map[string]string, l *i18n.Language) cellView {
	switch v := value.(type) {
	case nil:
		if column == "served" {
			return cellView{Text: l.T("cover.unreported"), Numeric: true}
		}
		return cellView{Text: "–", Numeric: true}
	case string:
		if name, ok := names[column][v]; ok {
			return cellView{Text: name}
		}
		if year, month, ok := strings.Cut(v, "-"); ok && column == "month" {
			return cellView{Text: month + "/" + year}
		}
		return cellView{Text: v}
	case int:
		return cellView{Text: l.Int(int64(v)), Numeric: true}
	case int64:
		return cellView{Text: l.Int(v), Numeric: true}
	case float64:
		if column == "response_rate" {
			return cellView{Text: rateOf(l, v), Numeric: true}
		}
		return cellView{Text: l.Number(v, 2), Numeric: true}
	}
	panic("web: a chart table holds only text and numbers")
}

// rateOf writes a response rate, and beside one above 1 that it is to be
// checked.
func rateOf(l *i18n.Language, rate float64) string {
	text := percentOf(l, &rate)
	if rate > 1 {
		text += " (" + l.T("cover.excess") + ")"
	}
	return text
}
