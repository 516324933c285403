package official

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hailong/internal/document"
	"hailong/internal/rating"
)

// What the reports on a rating year say, as prose.go does for scores.
const (
	headingRule     = "I. Căn cứ chấm điểm"
	headingSummary  = "II. Kết quả chấm điểm"
	headingCriteria = "III. Điểm từng tiêu chí"
	headingCap      = "IV. Tỷ lệ giới hạn"

	suggestion   = "Mức gợi ý chỉ suy từ điểm. Các điều kiện khác mà quy định đặt ra không quy được ra điểm; mức xếp loại do tập thể có thẩm quyền xem xét, kết luận và ghi vào cột “Kết luận”."
	rescaled     = "Tiêu chí không áp dụng, hoặc chưa có chỉ số vì thiếu phiếu, không tính vào tổng điểm; phần còn lại quy về thang %s điểm: điểm quy đổi = điểm cộng / điểm tối đa áp dụng × %s."
	criteriaNote = "Ô ghi chữ là tiêu chí chưa có điểm, kèm lý do; không phải điểm không."
	offNote      = "Do làm tròn, tổng có thể khác tổng các dòng khoảng 0,01."
	noCap        = "Quy tắc này không giới hạn tỷ lệ ở mức nào."
	soFar        = "Số liệu tạm tính: mới có %s trên %s đơn vị có mức, nên số được tối đa và kết quả so sánh dưới đây còn thay đổi."
	capWarning   = "Đây là cảnh báo, không tự hạ mức của tổ chức nào; tập thể có thẩm quyền quyết định."
	together     = "cả đơn vị"
	togetherNote = "Phiếu của các cơ quan thuộc một đơn vị được cộng lại như của một cơ quan; dòng “cả đơn vị” là dòng được dùng."
	capReadings  = "Mẫu số của tỷ lệ được hiểu khác nhau ở các nơi, nên nêu đủ các cách hiểu."
	capCounted   = "Tính theo mức kết luận; nơi chưa kết luận thì theo mức gợi ý. Nơi chưa có mức thì chưa tính vào mẫu số."
)

// ratingStatuses say how far a sheet has come.
var ratingStatuses = map[rating.RatingStatus]string{
	rating.Complete:    "đủ tiêu chí",
	rating.Provisional: "tạm tính, thiếu chỉ số hài lòng",
	rating.Incomplete:  "chưa chấm xong",
	rating.Unrated:     "không có tiêu chí áp dụng",
}

// faults say why an entry that is stored does not count.
var faults = map[string]string{
	"range":        "giá trị ngoài khung điểm",
	"reason":       "thiếu lý do",
	"inapplicable": "không áp dụng mà có giá trị",
}

var sources = map[rating.Source]string{
	rating.FromSatisfaction: "phiếu hỏi",
	rating.FromEntry:        "thẩm định",
}

var capRoundings = map[rating.Rounding]string{
	rating.Floor: "làm tròn xuống",
	rating.Round: "làm tròn số học",
	rating.Ceil:  "làm tròn lên",
}

// reading words what a cap is a share of.
func reading(rule *rating.Rule, of string) string {
	switch of {
	case rating.OfRated:
		return "tổng số được xếp loại"
	case rating.OfGoodOrBetter:
		return "số từ mức liền dưới trở lên"
	}
	id := strings.TrimPrefix(of, "level:")
	return "số ở mức “" + levelName(rule, id) + "”"
}

// levelName returns the name of a level, or the id where it has none.
func levelName(rule *rating.Rule, id string) string {
	if level := rule.Level(id); level != nil && level.Name.In("vi") != "" {
		return level.Name.In("vi")
	}
	return id
}

func (y *yearWriter) subject() string {
	s := fmt.Sprintf("kết quả chấm điểm, đề nghị xếp loại %s năm %d", orText(y.About, y.whom()), y.Year.Year)
	if y.Year.Period.Sheet == "" {
		s += " (số liệu tạm tính)"
	}
	return s
}

// whom names those who are rated.
func (y *yearWriter) whom() string {
	if y.Year.Rule.Rates == rating.RatesAgencies {
		return "cơ quan"
	}
	return "tổ chức cơ sở đảng"
}

// offNotes tell of rounding where the points that a sheet shows do not add up
// to its total.
func (y *yearWriter) offNotes() []string {
	if slices.ContainsFunc(y.Year.Ratings, func(r rating.Rating) bool { return r.OffByRounding() }) {
		return []string{offNote}
	}
	return nil
}

// ruleLine names the rule and says who has held it against its text.
func (y *yearWriter) ruleLine() string {
	r := y.Year.Rule
	return fmt.Sprintf("Quy tắc: %s (mã %s, phiên bản %d; %s). Thang điểm: %s. Căn cứ: %s.",
		ruleName(r), r.ID, r.Version, verification(r.Verified), short(y.l, r.FullMark()), strings.TrimRight(r.LegalReference, " ."))
}

func ruleName(r *rating.Rule) string { return orText(r.Name.In("vi"), r.ID) }

// levelsLine lists the levels with what they begin at.
func (y *yearWriter) levelsLine() string {
	r, unit := y.Year.Rule, "điểm"
	if r.LevelsOf == rating.LevelsOfPercent {
		unit = "% thang điểm"
	}
	var all []string
	for _, level := range r.Levels {
		all = append(all, fmt.Sprintf("“%s” từ %s %s", levelName(r, level.ID), short(y.l, level.From), unit))
	}
	return "Mức gợi ý: " + strings.Join(all, "; ") + "."
}

// indexLine tells which span the indices come from.
func (y *yearWriter) indexLine() string {
	info := y.Year.Period
	return fmt.Sprintf("Chỉ số hài lòng lấy từ phiếu của người dân từ ngày %s đến ngày %s; trạng thái số liệu: %s, bản %d.",
		y.l.Date(info.From), y.l.Date(info.To), y.l.T("period.state."+string(info.State)), info.Revision)
}

func (y *yearWriter) rescaledLine() string {
	full := short(y.l, y.Year.Rule.FullMark())
	return fmt.Sprintf(rescaled, full, full)
}

// capLine compares how many stand at the level with how many may.
func (y *yearWriter) capLine() string {
	c := y.Year.Cap
	text := fmt.Sprintf("Mức “%s” không quá %s%%, %s: hiện có %s, theo cách hiểu của quy tắc được tối đa %s",
		levelName(y.Year.Rule, c.Level), short(y.l, c.Percent), capRoundings[c.Rounding], y.l.Int(int64(c.Count)), y.l.Int(int64(c.Allowed)))
	if c.Exceeded {
		text += ", vượt tỷ lệ"
	} else {
		text += ", trong tỷ lệ"
	}
	if c.Disputed {
		text += "; các cách hiểu cho kết quả khác nhau"
	}
	if n, of := y.Year.Levelled(); n < of {
		text = fmt.Sprintf(soFar, y.l.Int(int64(n)), y.l.Int(int64(of))) + " " + text
	}
	return text + ". " + capWarning
}

// lineStatus says why a criterion has no points.
func (y *yearWriter) lineStatus(line *rating.Line) string {
	text := "chưa thẩm định"
	if line.Status != rating.Pending {
		text = y.l.T("status." + string(line.Status))
	}
	if line.Source == rating.FromEntry && line.Status == rating.NotApplicable {
		text = "không áp dụng"
	}
	if line.Fault != "" {
		text += " (" + orText(faults[line.Fault], line.Fault) + ")"
	}
	return text
}

// mark is short for why a criterion has no points, for a table of many
// columns; the pages have the same marks.
func (y *yearWriter) mark(line *rating.Line) string {
	switch {
	case line.Status == rating.NotApplicable:
		return y.l.T("rating.short_not_applicable")
	case line.Status == rating.Pending && line.Self != nil:
		return y.l.T("rating.short_self")
	case line.Status == rating.Pending:
		return none
	case line.Status == rating.NoData:
		return y.l.T("rating.short_no_data")
	}
	return y.l.T("rating.short_too_few")
}

// marksNote says what the marks stand for.
func (y *yearWriter) marksNote() string {
	var all []string
	for _, mark := range [][2]string{
		{y.l.T("rating.short_self"), y.l.T("rating.key_self")}, {y.l.T("rating.short_too_few"), y.l.T("rating.key_too_few")},
		{y.l.T("rating.short_no_data"), y.l.T("rating.key_no_data")}, {y.l.T("rating.short_not_applicable"), y.l.T("rating.key_not_applicable")},
		{none, y.l.T("rating.key_pending")},
	} {
		all = append(all, mark[0]+": "+mark[1])
	}
	return strings.Join(all, "; ") + ". Những ô này không phải điểm không."
}

// when writes an instant as people at work read it; what is none stays as it is.
func (y *yearWriter) when(at string) document.Cell {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return document.Text(at)
	}
	return document.Text(t.In(y.Location).Format("15:04 02/01/2006"))
}
