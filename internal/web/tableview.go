package web

import (
	"fmt"
	"strconv"
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
	drawn, _ := s.draw(name, board, l)
	names := s.namesIn(board, l)
	view := chartView{Name: name, JSON: chartURL(agency, q, name, "json"), CSV: chartURL(agency, q, name, "csv")}
	if row := choiceOf(board, name); row != nil {
		names["answer"] = answerNames(row, l)
		view.Title, view.Hint = row.Question.Text.In(l.Code), l.T("chart.choice.hint", "Count", row.Answered)
	} else {
		view.Title, view.Hint = l.T("chart."+name+".title"), l.T("chart."+name+".hint")
		view.Wide = name != "reasons" && name != "counters"
	}
	view.Table = tableOf(drawn.Table, names, l)
	switch {
	case name == "trend":
		view.Hint += s.trendHint(board, l)
	case name == "reasons" && board.Asked > 0:
		view.Hint += " " + l.T("glance.asked", "Count", board.Asked)
	case name == "levels" && len(board.Levels) > levelsFirst+1:
		view.First, view.More = levelsFirst, l.T("glance.more", "Count", len(board.Levels))
	}
	return view
}

// levelsFirst is how many questions a page shows before it is asked for more.
const levelsFirst = 6

// chartURL is the address of a chart, or its table, with the page's own query.
func chartURL(agency *org.Agency, q query, name, kind string) string {
	return "/dashboard/" + agency.Code + "/charts/" + name + "." + kind + "?" + q.encode()
}

// trendHint says what a reader of the trend could be misled by.
func (s *Server) trendHint(board *report.Dashboard, l *i18n.Language) string {
	hint := ""
	if from := chart.TrendFloor(s.points(board.Months)); from > 0 {
		hint += " " + l.T("glance.floor", "From", from)
	}
	for _, m := range board.Months {
		if s.running(m.Month) {
			hint += " " + l.T("glance.running_hint", "Month", l.Month(m.Month))
		}
	}
	return hint
}

// namesIn maps what tables hold as codes to what people call it, by column. The
// levels are those of a question, see levelCode.
func (s *Server) namesIn(board *report.Dashboard, l *i18n.Language) map[string]map[string]string {
	names := map[string]map[string]string{"question": {}, "level": {}, "option": {}, "month": {}}
	for _, m := range board.Months {
		if s.running(m.Month) {
			names["month"][m.Month.String()] = l.Month(m.Month) + ", " + l.T("glance.running")
		}
	}
	for _, row := range board.Levels {
		names["question"][row.Question.ID] = row.Question.Text.In(l.Code)
		for _, level := range row.Levels {
			code, label := levelCode(row.Question.ID, level.Value), level.Label.In(l.Code)
			if other, known := names["level"][code]; known && other != label {
				label = strconv.Itoa(level.Value) // two forms ask it on different scales
			}
			names["level"][code] = label
		}
	}
	for _, row := range board.Reasons {
		names["option"][row.Option.ID] = row.Option.Label.In(l.Code)
	}
	return names
}

// levelCode tells the levels of one question from those of another, which
// stands in the column before.
func levelCode(question, level any) string { return fmt.Sprint(question, "/", level) }

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
			switch t.Columns[i] {
			case "code":
				continue
			case "level":
				value = levelCode(row[i-1], value)
			}
			cells = append(cells, cellOf(t.Columns[i], value, names, l))
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
