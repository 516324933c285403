package official

import (
	"hailong/internal/document"
	"hailong/internal/i18n"
	"hailong/internal/rating"
)

// Report makes the report of a period under a letterhead. The errors are those
// of a period id that is none, and of the wordings.
func (d *Dossier) Report(h *Letterhead) (*document.Report, error) {
	w, err := d.writer()
	if err != nil {
		return nil, err
	}
	r := h.frame(w.subject(), d.Date, d.Sample)
	r.Blocks = append(mandate(h, ofScores, d.Scores.Period.To), document.Paragraph{Text: w.opening(h.Issuer)})
	for _, section := range []func() []document.Block{w.scopeBlocks, w.methodBlocks, w.resultBlocks, w.coverageBlocks, w.comparisonBlocks, w.factorBlocks} {
		r.Blocks = append(r.Blocks, section()...)
	}
	r.Blocks = append(r.Blocks, document.Paragraph{Text: closing(h, w.subject())})
	return r, nil
}

func heading(text string) document.Block { return document.Heading{Level: 1, Text: text} }

func paragraphs(texts ...string) []document.Block {
	var blocks []document.Block
	for _, text := range texts {
		blocks = append(blocks, document.Paragraph{Text: text})
	}
	return blocks
}

func (w *writer) scopeBlocks() []document.Block {
	blocks := append([]document.Block{heading(headingScope)}, paragraphs(w.scope())...)
	return append(blocks, signedSheet(w.Scores.Period.Sheet)...)
}

func (w *writer) methodBlocks() []document.Block {
	return append([]document.Block{heading(headingMethod)},
		paragraphs(w.methodName(), w.calculation(), w.thresholds(), intervals, roundings, w.legal(), w.pointsLine())...)
}

// printed is one column of a printed table and how a score fills it.
type printed struct {
	document.Column
	of func(*rating.Score) document.Cell
}

// tableOf makes a table with one row for each score.
func tableOf(title string, columns []printed, scores []rating.Score) document.Table {
	t := document.Table{Title: title}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	for i := range scores {
		var row []document.Cell
		for _, c := range columns {
			row = append(row, orNone(c.of(&scores[i])))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func left(title string, share float64) document.Column {
	return document.Column{Title: title, Share: share}
}

func right(title string, share float64) document.Column {
	return document.Column{Title: title, Align: document.AlignRight, Share: share}
}

func centred(title string, share float64) document.Column {
	return document.Column{Title: title, Align: document.AlignCentre, Share: share}
}

func agencyName(s *rating.Score) document.Cell { return document.Text(s.Name) }
func counted(s *rating.Score) document.Cell    { return document.Int(s.N) }
func served(s *rating.Score) document.Cell     { return whole(s.Served) }
func responses(s *rating.Score) document.Cell  { return rate(s.ResponseRate) }

// resultColumns keep index and interval in one, so that the table has room on
// an upright page.
func (w *writer) resultColumns() []printed {
	columns := []printed{
		{centred("Hạng trong nhóm", 0.9), w.place},
		{left("Cơ quan", 2.6), agencyName},
		{centred("Chỉ số và khoảng tin cậy 95% (%)", 2.7), w.indexAndInterval},
		{right("Số phiếu", 0.9), counted},
		{right("Hồ sơ đã trả", 0.9), served},
		{right("Tỷ lệ phản hồi (%)", 1), responses},
	}
	if c := w.criterion(); c != nil {
		columns = append(columns, printed{right("Điểm (tối đa "+short(w.l, c.MaxPoints)+")", 0.9), points})
	}
	return columns
}

func (w *writer) resultBlocks() []document.Block {
	blocks := []document.Block{heading(headingResult)}
	groups := w.groups()
	for _, g := range groups {
		title := w.numbered("Kết quả theo cơ quan")
		switch {
		case g.name != "":
			title += ". Nhóm: " + g.name
		case len(groups) > 1:
			title += ". " + ungrouped
		}
		blocks = append(blocks, tableOf(title, w.resultColumns(), g.scores))
	}
	return append(blocks, document.Note{Text: placesNote}, w.chart(), document.Note{Text: chartNote})
}

// chart draws the agencies that can be answered about, as the table lists them.
func (w *writer) chart() document.Chart {
	c := document.Chart{Title: "Biểu đồ. Chỉ số hài lòng (%) và khoảng tin cậy 95%"}
	for _, g := range w.groups() {
		for i := range g.scores {
			s := &g.scores[i]
			if s.Status == rating.NotApplicable {
				continue
			}
			bar := document.Bar{Label: s.Name, Value: w.index(s)}
			if s.Interval != nil {
				bar.Low, bar.High = document.Number(s.Interval.Low, 2), document.Number(s.Interval.High, 2)
			}
			c.Bars = append(c.Bars, bar)
		}
	}
	return c
}

func (w *writer) coverageBlocks() []document.Block {
	scores := w.withProcedures()
	rates := []printed{
		{left("Cơ quan", 3), agencyName},
		{right("Hồ sơ đã trả", 1), served},
		{right("Số phiếu được tính", 1), counted},
		{right("Tỷ lệ phản hồi (%)", 1), responses},
		{right("Số phiếu đề nghị", 1), func(s *rating.Score) document.Cell { return whole(s.Suggested) }},
	}
	flow := []printed{
		{left("Cơ quan", 3), agencyName},
		{right("Nhận được", 1), func(s *rating.Score) document.Cell { return document.Int(s.Received) }},
		{right("Được tính", 1), counted},
		{right("Tạm giữ", 1), func(s *rating.Score) document.Cell { return document.Int(s.Held) }},
		{right("Bị loại", 1), func(s *rating.Score) document.Cell { return document.Int(s.Excluded) }},
	}
	coverage := tableOf(w.numbered("Hồ sơ đã trả và tỷ lệ phản hồi"), rates, scores)
	all := tableOf(w.numbered("Phiếu nhận được, được tính, tạm giữ, bị loại"), flow, scores)
	all.Rows = append(all.Rows, sums(scores))
	return []document.Block{
		heading(headingCoverage),
		coverage, document.Note{Text: suggested},
		all, document.Note{Text: received},
	}
}

// sums adds up what came in.
func sums(scores []rating.Score) []document.Cell {
	var total rating.Score
	for _, s := range scores {
		total.Received += s.Received
		total.N += s.N
		total.Held += s.Held
		total.Excluded += s.Excluded
	}
	return []document.Cell{document.Text("Cộng"), document.Int(total.Received), document.Int(total.N), document.Int(total.Held), document.Int(total.Excluded)}
}

func (w *writer) comparisonBlocks() []document.Block {
	blocks := []document.Block{heading(headingComparison)}
	if w.Before.Break != rating.NoBreak {
		return append(blocks, paragraphs(w.broken())...)
	}
	before := map[string]*rating.Score{}
	for i := range w.Before.Scores {
		if s := &w.Before.Scores[i]; s.Index != nil {
			before[s.Agency] = s
		}
	}
	if len(before) == 0 {
		return append(blocks, paragraphs(w.nothingBefore())...)
	}
	change := func(s *rating.Score) *rating.Difference {
		if before[s.Agency] == nil {
			return nil
		}
		return rating.Change(*s, *before[s.Agency])
	}
	columns := []printed{
		{left("Cơ quan", 2.6), agencyName},
		{right(w.Before.Period.Name(w.l)+" (%)", 1), func(s *rating.Score) document.Cell {
			if before[s.Agency] == nil {
				return document.Cell{}
			}
			return figure(before[s.Agency].Index)
		}},
		{right(w.name()+" (%)", 1), w.index},
		{right("Chênh lệch (điểm %)", 1), func(s *rating.Score) document.Cell {
			if c := change(s); c != nil {
				return document.Number(c.Points, 2)
			}
			return document.Cell{}
		}},
		{left("Nhận xét", 1.6), func(s *rating.Score) document.Cell { return judged(change(s)) }},
	}
	return append(blocks, tableOf(w.numbered("Chỉ số so với cùng kỳ năm trước"), columns, w.withProcedures()), document.Note{Text: beforeNote})
}

func judged(c *rating.Difference) document.Cell {
	switch {
	case c == nil:
		return document.Cell{}
	case c.Real:
		return document.Text(realChange)
	}
	return document.Text(unsureChange)
}

// factorBlocks are left out where the only factor is the index itself.
func (w *writer) factorBlocks() []document.Block {
	if len(w.Method.Factors) < 2 {
		return nil
	}
	columns := []printed{{left("Cơ quan", 2), agencyName}}
	for i, factor := range w.Method.Factors {
		columns = append(columns, printed{right(factor.Name.In("vi")+" (%)", 1), func(s *rating.Score) document.Cell {
			if i >= len(s.Factors) {
				return document.Cell{}
			}
			return figure(s.Factors[i].Index)
		}})
	}
	return []document.Block{heading(headingFactors), tableOf(w.numbered("Chỉ số theo yếu tố"), columns, w.withProcedures())}
}

// short writes a number without digits that say nothing: 5, not 5,00.
func short(l *i18n.Language, x float64) string {
	if x == float64(int64(x)) {
		return l.Int(int64(x))
	}
	return l.Number(x, 2)
}
