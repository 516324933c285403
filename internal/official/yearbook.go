package official

import (
	"strconv"

	"hailong/internal/document"
	"hailong/internal/rating"
	"hailong/internal/stats"
)

// The sheets of a workbook of a rating year.
const (
	summarySheet = "Tổng hợp"
	entrySheet   = "Chi tiết"
	basisSheet   = "Cơ sở chỉ số"
	capSheet     = "Tỷ lệ giới hạn"
	ruleSheet    = "Quy tắc"
)

// Workbook makes the workbook of a rating year: one line for each of those that
// are rated, one for each of their criteria with who entered what, the agencies
// whose answers make the index, the readings of the cap, and the rule. The error is as of Report.
func (d *YearDossier) Workbook() (*document.Workbook, error) {
	y, err := d.writer()
	if err != nil {
		return nil, err
	}
	sheets := []document.WorkSheet{y.summarySheet(), y.entrySheet(), y.basisSheet()}
	if y.About == "" {
		sheets = append(sheets, y.capSheet())
	}
	return &document.Workbook{Title: y.subject(), Date: d.Date, Sample: d.Sample, Sheets: append(sheets, y.ruleSheet())}, nil
}

func (y *yearWriter) summarySheet() document.WorkSheet {
	sheet := document.WorkSheet{
		Name: summarySheet, Title: y.subject(), Notes: append([]string{suggestion, y.rescaledLine(), criteriaNote}, y.offNotes()...),
		Columns: []document.Column{left("Mã", 0), left("Đơn vị", 0)},
	}
	for _, c := range y.Year.Rule.Criteria {
		sheet.Columns = append(sheet.Columns, right(c.Name.In("vi"), 0))
	}
	sheet.Columns = append(sheet.Columns, right("Điểm cộng", 0), right("Tối đa áp dụng", 0), right("Điểm quy đổi", 0), right("% thang điểm", 0),
		left("Mức gợi ý", 0), left("Kết luận", 0), left("Ghi chú của kết luận", 0), left("Người ghi kết luận", 0), left("Lúc", 0), left("Tình trạng", 0))
	for i := range y.Year.Ratings {
		sheet.Rows = append(sheet.Rows, y.summaryRow(&y.Year.Ratings[i]))
	}
	return sheet
}

func (y *yearWriter) summaryRow(r *rating.Rating) []document.Cell {
	row := []document.Cell{document.Text(r.PartyOrganisation), document.Text(r.Name)}
	for j := range r.Criteria {
		row = append(row, y.points(&r.Criteria[j]))
	}
	var c rating.Conclusion
	if r.Conclusion != nil {
		c = *r.Conclusion
	}
	return append(row, document.Number(r.Points.Raw, 2), document.Number(r.Points.Applicable, 2), figure(r.Points.Value), figure(r.Points.Percent),
		y.level(r.Suggested), y.level(c.Level), document.Text(c.Reason), document.Text(c.By), y.when(c.At), document.Text(ratingStatuses[r.Status]))
}

func (y *yearWriter) entrySheet() document.WorkSheet {
	sheet := document.WorkSheet{
		Name: entrySheet, Title: "Tự chấm và thẩm định từng tiêu chí, năm " + strconv.Itoa(y.Year.Year), Notes: []string{criteriaNote},
		Columns: []document.Column{
			left("Mã", 0), left("Đơn vị", 0), left("Mã tiêu chí", 0), left("Tiêu chí", 0), left("Nguồn", 0), left("Tình trạng", 0),
			right("Thang nhập", 0), right("Tự chấm", 0), left("Người tự chấm", 0), left("Lúc tự chấm", 0),
			right("Thẩm định", 0), left("Người thẩm định", 0), left("Lúc thẩm định", 0), left("Lý do", 0),
			right("Số phiếu", 0), right("Chỉ số (%)", 0), right("Điểm", 0), right("Điểm tối đa", 0),
		},
	}
	for i := range y.Year.Ratings {
		r := &y.Year.Ratings[i]
		for j := range r.Criteria {
			sheet.Rows = append(sheet.Rows, y.entryRow(r, &r.Criteria[j]))
		}
	}
	return sheet
}

func (y *yearWriter) entryRow(r *rating.Rating, line *rating.Line) []document.Cell {
	best, n := document.Cell{}, document.Cell{}
	if line.Source == rating.FromEntry {
		best = document.Number(line.Best, 2)
	} else {
		n = document.Int(line.N)
	}
	return []document.Cell{
		document.Text(r.PartyOrganisation), document.Text(r.Name), document.Text(line.Criterion), document.Text(line.Name),
		document.Text(sources[line.Source]), document.Text(y.lineStatus(line)),
		best, entered(line.Self), document.Text(line.SelfBy), y.when(line.SelfAt),
		entered(line.Verified), document.Text(line.VerifiedBy), y.when(line.VerifiedAt), document.Text(line.Reason),
		n, figure(line.Index), figure(line.Points), document.Number(line.Max, 2),
	}
}

// entered shows a value as it was typed in: nobody has rounded it.
func entered(x *float64) document.Cell {
	if x == nil {
		return document.Cell{}
	}
	for digits := 2; digits < 9; digits++ {
		if stats.Round(*x, digits) == stats.Round(*x, 9) {
			return document.Number(*x, digits)
		}
	}
	return document.Number(*x, 9)
}

// basisSheet shows each agency alone and all of a party organisation together,
// which is what counts.
func (y *yearWriter) basisSheet() document.WorkSheet {
	sheet := document.WorkSheet{
		Name: basisSheet, Title: "Phiếu làm nên chỉ số của từng đơn vị", Notes: []string{togetherNote, intervals},
		Columns: []document.Column{
			left("Mã", 0), left("Đơn vị", 0), left("Phương pháp", 0), left("Cơ quan", 0), left("Tình trạng", 0),
			right("Số phiếu", 0), right("Câu trả lời hài lòng", 0), right("Tổng câu trả lời", 0), right("Chỉ số (%)", 0),
			right("Cận dưới 95% (%)", 0), right("Cận trên 95% (%)", 0),
		},
	}
	for i := range y.Year.Ratings {
		r := &y.Year.Ratings[i]
		for _, method := range y.Year.Methods {
			basis := y.Year.Bases[r.PartyOrganisation]
			for _, score := range basis.Each[method.ID] {
				sheet.Rows = append(sheet.Rows, y.basisRow(r, method.ID, score.Name, &score))
			}
			if all, made := basis.Together[method.ID]; made {
				sheet.Rows = append(sheet.Rows, y.basisRow(r, method.ID, together, &all))
			}
		}
	}
	return sheet
}

func (y *yearWriter) basisRow(r *rating.Rating, method, whose string, s *rating.Score) []document.Cell {
	return []document.Cell{
		document.Text(r.PartyOrganisation), document.Text(r.Name), document.Text(method), document.Text(whose), document.Text(y.l.T("status." + string(s.Status))),
		document.Int(s.N), whole(s.Numerator), whole(s.Denominator), figure(s.Index),
		bound(s, func(i *rating.Interval) float64 { return i.Low }), bound(s, func(i *rating.Interval) float64 { return i.High }),
	}
}

func (y *yearWriter) capSheet() document.WorkSheet {
	sheet := document.WorkSheet{
		Name: capSheet, Title: capSheet, Notes: []string{noCap},
		Columns: []document.Column{
			left("Mẫu số", 0), right("Số lượng", 0), right("Được tối đa", 0), right("Hiện có", 0), left("So sánh", 0), left("Cách hiểu của quy tắc", 0),
		},
	}
	if y.Year.Cap == nil {
		return sheet
	}
	sheet.Notes = []string{y.capLine(), capReadings, capCounted}
	for _, r := range y.Year.Cap.Readings {
		sheet.Rows = append(sheet.Rows, y.readingRow(r))
	}
	return sheet
}

func (y *yearWriter) ruleSheet() document.WorkSheet {
	r := y.Year.Rule
	facts := []fact{
		{"Năm", document.Text(y.l.Date(y.Year.Period.From) + " – " + y.l.Date(y.Year.Period.To))},
		{"Quy tắc", document.Text(ruleName(r))},
		{"Mã quy tắc", document.Text(r.ID)},
		{"Phiên bản", document.Int(int64(r.Version))},
		{"Thang điểm", document.Number(r.FullMark(), 2)},
		{"Căn cứ", document.Text(r.LegalReference)},
		{"Đối chiếu", document.Text(verification(r.Verified))},
		{"Số liệu hài lòng", document.Text(y.indexLine())},
		{"Mã băm SHA-256 của bảng đã ký", document.Text(orText(y.Year.Period.Sheet, noSheet))},
	}
	for _, c := range r.Criteria {
		facts = append(facts, fact{"Tiêu chí " + c.ID, document.Text(c.Name.In("vi"))}, fact{"Điểm tối đa của " + c.ID, document.Number(c.MaxPoints, 2)})
	}
	for _, level := range r.Levels {
		facts = append(facts, fact{"Mức “" + levelName(r, level.ID) + "” từ", document.Number(level.From, 2)})
	}
	return factSheet(ruleSheet, facts, suggestion, y.levelsLine())
}
