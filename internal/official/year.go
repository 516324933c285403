package official

import (
	"strconv"
	"strings"
	"time"

	"hailong/internal/annual"
	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/i18n"
	"hailong/internal/rating"
)

// YearDossier is everything that the files of a rating year are made of.
type YearDossier struct {
	Year     *annual.Year
	About    string         // name of the one that it is about; "" for all
	Date     calendar.Day   // of the report
	Location *time.Location // in which instants are written
	Sample   bool           // made-up figures
}

// yearWriter words a rating year.
type yearWriter struct {
	*YearDossier
	l *i18n.Language
}

func (d *YearDossier) writer() (*yearWriter, error) {
	l, err := i18n.Vietnamese()
	if err != nil {
		return nil, err
	}
	return &yearWriter{YearDossier: d, l: l}, nil
}

// Report makes the report of a rating year under a letterhead. The error is
// that of the wordings.
func (d *YearDossier) Report(h *Letterhead) (*document.Report, error) {
	y, err := d.writer()
	if err != nil {
		return nil, err
	}
	r := h.frame(y.subject(), d.Date, d.Sample)
	r.Blocks = append(mandate(h, ofRating, d.Year.Period.To), document.Paragraph{Text: h.Issuer + " báo cáo " + y.subject() + " như sau:"})
	for _, section := range [][]document.Block{y.ruleBlocks(), y.summaryBlocks(), y.criteriaBlocks()} {
		r.Blocks = append(r.Blocks, section...)
	}
	if y.About == "" { // a share of one says nothing
		r.Blocks = append(r.Blocks, y.capBlocks()...)
	}
	r.Blocks = append(r.Blocks, document.Paragraph{Text: closing(h, y.subject())})
	return r, nil
}

func (y *yearWriter) ruleBlocks() []document.Block {
	blocks := append([]document.Block{heading(headingRule)}, paragraphs(y.ruleLine(), y.levelsLine(), suggestion, y.indexLine())...)
	return append(blocks, signedSheet(y.Year.Period.Sheet)...)
}

func (y *yearWriter) summaryBlocks() []document.Block {
	t := document.Table{
		Title: "Bảng 1. Tổng điểm, mức gợi ý và kết luận",
		Columns: []document.Column{
			centred("TT", 0.5), left("Đơn vị", 2.6), right("Điểm quy đổi", 0.9), left("Mức gợi ý", 1.3), left("Kết luận", 1.3), left("Tình trạng", 1.3),
		},
	}
	for i := range y.Year.Ratings {
		r := &y.Year.Ratings[i]
		t.Rows = append(t.Rows, []document.Cell{
			document.Int(int64(i + 1)), document.Text(r.Name), orNone(figure(r.Points.Value)),
			orNone(y.level(r.Suggested)), orNone(y.concluded(r)), document.Text(ratingStatuses[r.Status]),
		})
	}
	return []document.Block{heading(headingSummary), t, document.Note{Text: y.rescaledLine()}}
}

// criteriaBlocks list the points of all under numbers, then what the numbers
// stand for: the names are too long to head a column.
func (y *yearWriter) criteriaBlocks() []document.Block {
	if y.About != "" && len(y.Year.Ratings) == 1 {
		return y.ownCriteria(&y.Year.Ratings[0])
	}
	legend := document.Table{
		Title:   "Bảng 3. Các tiêu chí",
		Columns: []document.Column{centred("Số", 0.6), left("Tiêu chí", 4.4), right("Điểm tối đa", 0.8), left("Nguồn", 1.4)},
	}
	all := document.Table{Title: "Bảng 2. Điểm từng tiêu chí", Columns: []document.Column{left("Đơn vị", 3.2)}}
	for i, c := range y.Year.Rule.Criteria {
		number := "(" + strconv.Itoa(i+1) + ")"
		legend.Rows = append(legend.Rows, []document.Cell{
			document.Text(number), document.Text(c.Name.In("vi")), document.Number(c.MaxPoints, 2), document.Text(sources[c.Source]),
		})
		all.Columns = append(all.Columns, right(number, 1))
	}
	all.Columns = append(all.Columns, right("Điểm cộng", 1.3), right("Tối đa áp dụng", 1.3))
	for i := range y.Year.Ratings {
		r := &y.Year.Ratings[i]
		row := []document.Cell{document.Text(r.Name)}
		for j := range r.Criteria {
			row = append(row, y.marked(&r.Criteria[j]))
		}
		all.Rows = append(all.Rows, append(row, document.Number(r.Points.Raw, 2), document.Number(r.Points.Applicable, 2)))
	}
	return []document.Block{heading(headingCriteria), all, document.Note{Text: strings.Join(append([]string{y.marksNote()}, y.offNotes()...), " ")}, legend}
}

// ownCriteria are those of one organisation, a line for each, with what it gave
// itself and why the office differs.
func (y *yearWriter) ownCriteria(r *rating.Rating) []document.Block {
	t := document.Table{
		Title: "Bảng 2. Điểm từng tiêu chí",
		Columns: []document.Column{
			centred("Số", 0.5), left("Tiêu chí", 3.2), right("Điểm tối đa", 0.8), right("Tự chấm", 0.8), right("Điểm", 0.9), left("Lý do, ghi chú", 1.8),
		},
	}
	for i := range r.Criteria {
		line := &r.Criteria[i]
		t.Rows = append(t.Rows, []document.Cell{
			document.Int(int64(i + 1)), document.Text(line.Name), document.Number(line.Max, 2), orNone(figure(line.Self)), y.points(line), orNone(document.Text(line.Reason)),
		})
	}
	total := document.Text("Điểm cộng trên điểm tối đa áp dụng")
	t.Rows = append(t.Rows, []document.Cell{
		{}, total, document.Number(r.Points.Applicable, 2), {}, document.Number(r.Points.Raw, 2), {},
	})
	blocks := []document.Block{heading(headingCriteria), t}
	if notes := y.offNotes(); len(notes) > 0 {
		blocks = append(blocks, document.Note{Text: strings.Join(notes, " ")})
	}
	return blocks
}

func (y *yearWriter) capBlocks() []document.Block {
	if y.Year.Cap == nil {
		return append([]document.Block{heading(headingCap)}, paragraphs(noCap)...)
	}
	t := document.Table{
		Title: "Bảng 4. Các cách hiểu mẫu số",
		Columns: []document.Column{
			left("Mẫu số", 2.6), right("Số lượng", 0.8), right("Được tối đa", 0.8), right("Hiện có", 0.8), left("So sánh", 1), left("Cách hiểu của quy tắc", 1),
		},
	}
	for _, r := range y.Year.Cap.Readings {
		t.Rows = append(t.Rows, y.readingRow(r))
	}
	blocks := append([]document.Block{heading(headingCap)}, paragraphs(y.capLine(), capReadings)...)
	return append(blocks, t, document.Note{Text: capCounted})
}

func (y *yearWriter) readingRow(r rating.CapReading) []document.Cell {
	compared, applies := "trong tỷ lệ", none
	if r.Exceeded {
		compared = "vượt tỷ lệ"
	}
	if r.Applies {
		applies = "áp dụng"
	}
	return []document.Cell{
		document.Text(reading(y.Year.Rule, r.Of)), document.Int(int64(r.Base)), document.Int(int64(r.Allowed)), document.Int(int64(y.Year.Cap.Count)),
		document.Text(compared), document.Text(applies),
	}
}

func (y *yearWriter) marked(line *rating.Line) document.Cell {
	if line.Points == nil {
		return document.Text(y.mark(line))
	}
	return figure(line.Points)
}

// points are those of a criterion, or why it has none.
func (y *yearWriter) points(line *rating.Line) document.Cell {
	if line.Points == nil {
		return document.Text(y.lineStatus(line))
	}
	return figure(line.Points)
}

func (y *yearWriter) level(id string) document.Cell {
	if id == "" {
		return document.Cell{}
	}
	return document.Text(levelName(y.Year.Rule, id))
}

// concluded is the committee's level, with its reason: the number of the
// decision stands there.
func (y *yearWriter) concluded(r *rating.Rating) document.Cell {
	if r.Conclusion == nil {
		return document.Cell{}
	}
	if r.Conclusion.Level != "" && r.Conclusion.Reason != "" {
		return document.Text(levelName(y.Year.Rule, r.Conclusion.Level) + " (" + r.Conclusion.Reason + ")")
	}
	return y.level(r.Conclusion.Level)
}
