package official

import (
	"io"
	"strings"

	"hailong/internal/document"
	"hailong/internal/i18n"
	"hailong/internal/period"
	"hailong/internal/rating"
)

// The sheets of a workbook of scores.
const (
	resultSheet  = "Kết quả"
	counterSheet = "Theo quầy"
	serviceSheet = "Theo thủ tục"
	channelSheet = "Theo kênh"
	factorSheet  = "Yếu tố"
	methodSheet  = "Phương pháp"
)

// ScoresXLSX writes scores as a workbook: real numbers, empty cells for what is
// not shown. Its sheets are the scores, their factors and the method. The
// errors are those of a period id that is none, and of the writer.
func ScoresXLSX(out io.Writer, s *period.Scores) error {
	w, err := (&Dossier{Scores: s}).writer()
	if err != nil {
		return err
	}
	book := &document.Workbook{Title: w.name(), Sheets: []document.WorkSheet{
		w.sheet(resultSheet, s.Scores), w.factorSheet(s.Scores), w.methodSheet(w.about()),
	}}
	return book.XLSX(out)
}

// Workbook makes the workbook of a period: scores by agency, counter, service
// and channel, factors, and the method. The errors are as of Report.
func (d *Dossier) Workbook() (*document.Workbook, error) {
	w, err := d.writer()
	if err != nil {
		return nil, err
	}
	return &document.Workbook{Title: w.subject(), Date: d.Date, Sample: d.Sample, Sheets: []document.WorkSheet{
		w.sheet(resultSheet, d.Scores.Scores),
		w.sheet(counterSheet, d.Counters),
		w.sheet(serviceSheet, d.Services),
		w.sheet(channelSheet, d.Channels),
		w.factorSheet(d.Scores.Scores),
		w.methodSheet(append(w.about(), w.more()...)),
	}}, nil
}

// bookColumn is one column of a sheet of scores. Those of ranks and points are
// for agencies, those of parts for everything less.
type bookColumn struct {
	printed
	kind columnKind
}

type columnKind uint8

const (
	always columnKind = iota
	ofAgency
	ofPart
)

func (w *writer) bookColumns() []bookColumn {
	number := func(title string, of func(*rating.Score) document.Cell) printed { return printed{right(title, 0), of} }
	text := func(title string, of func(*rating.Score) string) printed {
		return printed{left(title, 0), func(s *rating.Score) document.Cell { return document.Text(of(s)) }}
	}
	return []bookColumn{
		{text("Mã cơ quan", func(s *rating.Score) string { return s.Agency }), always},
		{text("Cơ quan", func(s *rating.Score) string { return s.Name }), always},
		{text("Mã tổ chức đảng", func(s *rating.Score) string { return s.PartyOrganisation }), ofAgency},
		{text("Nhóm so sánh", func(s *rating.Score) string { return w.groupName(s.PeerGroup) }), ofAgency},
		{text("Mã", func(s *rating.Score) string { return part(s).Code }), ofPart},
		{text("Tên", func(s *rating.Score) string { return w.partName(s) }), ofPart},
		{text("Tình trạng", func(s *rating.Score) string { return w.status(s.Status) }), always},
		{number("Số phiếu được tính", counted), always},
		{number("Nhận được", func(s *rating.Score) document.Cell { return document.Int(s.Received) }), always},
		{number("Tạm giữ", func(s *rating.Score) document.Cell { return document.Int(s.Held) }), always},
		{number("Bị loại", func(s *rating.Score) document.Cell { return document.Int(s.Excluded) }), always},
		{number("Hồ sơ đã trả", served), always},
		{number("Tỷ lệ phản hồi (%)", responses), always},
		{number("Số phiếu đề nghị", func(s *rating.Score) document.Cell { return whole(s.Suggested) }), always},
		{number("Câu trả lời hài lòng", func(s *rating.Score) document.Cell { return whole(s.Numerator) }), always},
		{number("Tổng câu trả lời", func(s *rating.Score) document.Cell { return whole(s.Denominator) }), always},
		{number("Chỉ số (%)", func(s *rating.Score) document.Cell { return figure(s.Index) }), always},
		{number("Cận dưới 95% (%)", func(s *rating.Score) document.Cell {
			return bound(s, func(i *rating.Interval) float64 { return i.Low })
		}), always},
		{number("Cận trên 95% (%)", func(s *rating.Score) document.Cell {
			return bound(s, func(i *rating.Interval) float64 { return i.High })
		}), always},
		{number("Hạng cao nhất", func(s *rating.Score) document.Cell { return rank(s, func(r *rating.Rank) int { return r.Best }) }), ofAgency},
		{number("Hạng thấp nhất", func(s *rating.Score) document.Cell { return rank(s, func(r *rating.Rank) int { return r.Worst }) }), ofAgency},
		{number("Điểm", points), ofAgency},
		{number("Điểm tối đa", func(s *rating.Score) document.Cell {
			if s.Points == nil {
				return document.Cell{}
			}
			return document.Number(s.Points.Max, 2)
		}), ofAgency},
	}
}

func bound(s *rating.Score, of func(*rating.Interval) float64) document.Cell {
	if s.Interval == nil {
		return document.Cell{}
	}
	return document.Number(of(s.Interval), 2)
}

func rank(s *rating.Score, of func(*rating.Rank) int) document.Cell {
	if s.Rank == nil {
		return document.Cell{}
	}
	return document.Int(int64(of(s.Rank)))
}

// partName words what the register has no name for.
func (w *writer) partName(s *rating.Score) string {
	p := part(s)
	if p.Code == "" {
		return "không nêu thủ tục"
	}
	if p.Name == p.Code {
		return channelName(w.l, p.Code)
	}
	return p.Name
}

// channelName words a channel; the code of anything else stays.
func channelName(l *i18n.Language, code string) string {
	key := "channel." + code
	if name := l.T(key); name != key {
		return name
	}
	return code
}

// sheet lists scores, of agencies or of parts of them.
func (w *writer) sheet(name string, scores []rating.Score) document.WorkSheet {
	parts := name != resultSheet || len(scores) > 0 && scores[0].Part != nil
	sheet := document.WorkSheet{Name: name, Title: name + ", " + lowerFirst(w.name()), Notes: w.notes(parts)}
	var columns []bookColumn
	for _, c := range w.bookColumns() {
		if c.kind == always || (c.kind == ofPart) == parts {
			columns = append(columns, c)
			sheet.Columns = append(sheet.Columns, c.Column)
		}
	}
	for i := range scores {
		var row []document.Cell
		for _, c := range columns {
			row = append(row, c.of(&scores[i]))
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

func (w *writer) notes(parts bool) []string {
	notes := []string{received, intervals}
	if parts {
		return notes
	}
	return append(notes, placesNote)
}

// factorSheet lists the factors that are shown, so that either aggregation can
// be rebuilt.
func (w *writer) factorSheet(scores []rating.Score) document.WorkSheet {
	sheet := document.WorkSheet{
		Name: factorSheet, Title: "Kết quả theo yếu tố, " + lowerFirst(w.name()),
		Columns: []document.Column{
			left("Mã cơ quan", 0), left("Cơ quan", 0), left("Mã", 0), left("Mã yếu tố", 0), left("Yếu tố", 0),
			right("Câu trả lời hài lòng", 0), right("Tổng câu trả lời", 0), right("Chỉ số (%)", 0),
		},
	}
	for i := range scores {
		s := &scores[i]
		for _, f := range s.Factors {
			sheet.Rows = append(sheet.Rows, []document.Cell{
				document.Text(s.Agency), document.Text(s.Name), document.Text(part(s).Code), document.Text(f.ID), document.Text(f.Name),
				document.Int(f.Numerator), document.Int(f.Denominator), figure(f.Index),
			})
		}
	}
	return sheet
}

// fact is one line of the sheet on the method.
type fact struct {
	name  string
	value document.Cell
}

func (w *writer) methodSheet(facts []fact) document.WorkSheet {
	return factSheet(methodSheet, facts, blanks, intervals, roundings)
}

func factSheet(name string, facts []fact, notes ...string) document.WorkSheet {
	sheet := document.WorkSheet{Name: name, Title: name, Notes: notes, Columns: []document.Column{left("Mục", 0), left("Nội dung", 0)}}
	for _, f := range facts {
		sheet.Rows = append(sheet.Rows, []document.Cell{document.Text(f.name), f.value})
	}
	return sheet
}

// about tells what the scores themselves say of period and method.
func (w *writer) about() []fact {
	info, m := w.Scores.Period, w.Scores.Method
	facts := []fact{
		{"Kỳ", document.Text(w.name())},
		{"Mã kỳ", document.Text(info.ID)},
		{"Từ ngày", document.Text(w.l.Date(info.From))},
		{"Đến ngày", document.Text(w.l.Date(info.To))},
		{"Trạng thái", document.Text(w.stateOf(info))},
		{"Bản", document.Int(int64(info.Revision))},
		{"Mã băm SHA-256 của bảng đã ký", document.Text(orText(info.Sheet, noSheet))},
		{"Phương pháp", document.Text(m.Name)},
		{"Mã phương pháp", document.Text(m.ID)},
		{"Phiên bản", document.Int(int64(m.Version))},
		{"Cách gộp các yếu tố", document.Text(aggregates[m.Aggregate])},
		{"Số phiếu tối thiểu để xếp hạng, quy điểm", document.Int(m.MinN)},
		{"Không nêu chỉ số khi ít phiếu hơn", document.Int(m.SuppressBelow)},
		{"Căn cứ", document.Text(m.LegalReference)},
		{"Đối chiếu", document.Text(verification(m.Verified))},
	}
	if info.Correcting {
		facts = append(facts, fact{"Đính chính", document.Text("đang lập bản đính chính")})
	}
	return facts
}

// more tells what only the method and the rule know.
func (w *writer) more() []fact {
	facts := []fact{
		{"Câu trả lời được coi là hài lòng", document.Text(w.satisfied())},
		{"Phiếu hỏi", document.Text(strings.Join(w.Method.Forms, ", "))},
		{"Quy ra điểm", document.Text(w.pointsLine())},
	}
	for _, factor := range w.Method.Factors {
		facts = append(facts, fact{"Yếu tố " + factor.ID, document.Text(factor.Name.In("vi") + ": " + strings.Join(factor.Questions, ", "))})
	}
	return facts
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
