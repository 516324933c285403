package official

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"hailong/internal/calendar"
	"hailong/internal/document"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/tally"
)

// What the reports on scores say, in Vietnamese: these are documents, not
// pages, and go to readers of one language. A syllable that organisations spell
// in two ways stands in the letterheads alone.
const (
	none       = "–"
	unverified = "chưa đối chiếu văn bản gốc"

	sampleLetterhead = "Thể thức (tên cơ quan, chức danh ký, nơi nhận) của văn bản này là mẫu, chưa phải của cơ quan ban hành; thay bằng tệp riêng trước khi dùng."

	headingScope      = "I. Phạm vi và số liệu"
	headingMethod     = "II. Phương pháp"
	headingResult     = "III. Kết quả"
	headingCoverage   = "IV. Số phiếu và tỷ lệ phản hồi"
	headingComparison = "V. So sánh với cùng kỳ năm trước"
	headingFactors    = "VI. Kết quả theo yếu tố"

	sheetLabel = "Mã băm SHA-256 của bảng số liệu đã ký:"
	noSheet    = "Số liệu chưa niêm phong, còn có thể thay đổi."

	blanks    = "Câu bỏ trống không tính vào cả tử số và mẫu số. Các mức còn lại tính vào mẫu số, không tính vào tử số."
	intervals = "Khoảng tin cậy 95% tính theo Wilson, với số người trả lời là cỡ mẫu. Người trả lời tự nguyện, không phải mẫu chọn ngẫu nhiên, nên khoảng này không phải là sai số chọn mẫu; nó cho biết với số phiếu như vậy thì chỉ số chắc đến đâu."
	roundings = "Số liệu làm tròn đến hai chữ số thập phân ở kết quả cuối cùng, nửa đơn vị thì làm tròn ra xa số không."

	ungrouped  = "Các cơ quan chưa xếp nhóm"
	placesNote = "Hạng là khoảng hạng trong nhóm: cơ quan có khoảng tin cậy chồng lên nhau thì chưa phân biệt được hơn kém; cơ quan không có cơ quan nào cùng nhóm để so sánh thì không có hạng. Thứ tự các dòng theo sổ đăng ký, không phải thứ hạng."
	chartNote  = "Vạch ngang trên mỗi thanh là khoảng tin cậy 95%."
	suggested  = "Số phiếu đề nghị n = N/(1 + N·e²), với N là số hồ sơ đã trả và e = 5%, làm tròn lên; đây là mức tham khảo cho mẫu chọn ngẫu nhiên."
	received   = "Phiếu nhận được = được tính + tạm giữ + bị loại. Phiếu tạm giữ, bị loại không vào chỉ số. Chỉ kể phiếu theo mẫu mà phương pháp này tính; phiếu theo mẫu khác không nêu ở đây."

	noBeforeData = "Cùng kỳ năm trước (%s) không có số liệu theo phương pháp này, nên không so sánh."
	beforeNote   = "Chênh lệch tính bằng điểm phần trăm trên số đã làm tròn. Khoảng tin cậy chồng nhau thì chưa đủ căn cứ kết luận có thay đổi."
	realChange   = "khoảng tin cậy tách nhau"
	unsureChange = "khoảng tin cậy chồng nhau"
)

// breaks say why a year is not compared with the one before.
var breaks = map[rating.Break]string{
	rating.MethodChanged:    "năm trước không dùng phương pháp này",
	rating.VersionChanged:   "phương pháp đã sang phiên bản khác",
	rating.FormsChanged:     "phiếu hỏi và thang điểm đã khác",
	rating.AggregateChanged: "cách gộp các yếu tố đã khác",
}

// aggregates say how factors become one index.
var aggregates = map[tally.Aggregate]string{
	tally.Pooled:        "gộp mọi câu trả lời của các tiêu chí",
	tally.MeanOfFactors: "trung bình cộng chỉ số các yếu tố, mỗi yếu tố nặng như nhau",
}

// verification says whether somebody has held a text against the original.
func verification(done bool) string {
	if done {
		return "đã đối chiếu văn bản gốc"
	}
	return unverified
}

// subject is one sentence without a full stop; figures that may still change
// say so in the title already.
func (w *writer) subject() string {
	s := "kết quả lấy ý kiến người dân, tổ chức về giải quyết thủ tục hành chính tại Bộ phận Một cửa"
	if w.About != "" {
		s += " của " + w.About
	}
	s += ", " + lowerFirst(w.name())
	if !w.final() {
		s += " (số liệu tạm tính)"
	}
	return s
}

// mandate lists the texts that a report is based on.
func mandate(h *Letterhead, of string, day calendar.Day) []document.Block {
	var blocks []document.Block
	if !h.Verified {
		blocks = append(blocks, document.Note{Text: sampleLetterhead})
	}
	for _, b := range h.bases(of, day) {
		blocks = append(blocks, document.Paragraph{Text: basisText(b)})
	}
	return blocks
}

func basisText(b Basis) string {
	text := "Căn cứ " + b.Text
	if !b.Verified {
		text += " (" + unverified + ")"
	}
	return text + ";"
}

func (w *writer) opening(issuer string) string {
	return fmt.Sprintf("%s báo cáo %s như sau:", issuer, w.subject())
}

// scope tells the span and how firm the figures are.
func (w *writer) scope() string {
	info := w.Scores.Period
	text := fmt.Sprintf("Kỳ báo cáo: %s, từ ngày %s đến ngày %s. Trạng thái số liệu: %s, bản %d.",
		lowerFirst(w.name()), w.l.Date(info.From), w.l.Date(info.To), w.stateOf(info), info.Revision)
	if info.Correcting {
		text += " Đang lập bản đính chính; số liệu dưới đây là của bản có hiệu lực."
	}
	return text
}

func (w *writer) stateOf(info period.Info) string { return w.l.T("period.state." + string(info.State)) }

// signedSheet names the signed sheet by which every figure can be checked. The
// hash stands alone, since it fills a line.
func signedSheet(hash string) []document.Block {
	if hash == "" {
		return []document.Block{document.Note{Text: noSheet}}
	}
	return []document.Block{document.Note{Text: sheetLabel}, document.Note{Text: hash}}
}

func (w *writer) methodName() string {
	m := w.Scores.Method
	return fmt.Sprintf("Phương pháp: %s (mã %s, phiên bản %d; %s).", m.Name, m.ID, m.Version, verification(m.Verified))
}

// calculation tells what counts as satisfied and how the index is made.
func (w *writer) calculation() string {
	return fmt.Sprintf("Chỉ số là tỷ lệ phần trăm câu trả lời hài lòng (%s) trên tổng số câu trả lời; cách gộp: %s. %s",
		w.satisfied(), aggregates[w.Method.Aggregate], blanks)
}

func (w *writer) satisfied() string {
	levels := fmt.Sprintf("từ mức %d trở lên", w.Method.SatisfiedFrom)
	if len(w.Satisfied) > 0 {
		levels += ": “" + strings.Join(w.Satisfied, "”, “") + "”"
	}
	return levels
}

func (w *writer) thresholds() string {
	m := w.Scores.Method
	return fmt.Sprintf("Cơ quan có dưới %d phiếu thì ghi “%s”: không xếp hạng, không quy ra điểm. Dưới %d phiếu thì không nêu chỉ số, để không lộ ý kiến của từng người. Cơ quan không có thủ tục hành chính ghi “%s”.",
		m.MinN, w.status(rating.Insufficient), m.SuppressBelow, w.status(rating.NotApplicable))
}

func (w *writer) legal() string {
	return fmt.Sprintf("Căn cứ của phương pháp: %s.", strings.TrimRight(w.Scores.Method.LegalReference, " ."))
}

// pointsLine tells where points come from.
func (w *writer) pointsLine() string {
	c := w.criterion()
	if c == nil {
		return "Chỉ số theo phương pháp này không được quy ra điểm."
	}
	return fmt.Sprintf("Điểm: theo tiêu chí “%s” (tối đa %s điểm) của “%s”, %s. Điểm này là một tiêu chí trong số các tiêu chí đánh giá, không tự quyết định mức xếp loại.",
		c.Name.In("vi"), w.l.Number(c.MaxPoints, 2), w.Rule.Name.In("vi"), verification(w.Rule.Verified))
}

func (w *writer) broken() string {
	return fmt.Sprintf("Không so sánh với cùng kỳ năm trước (%s) vì %s.", lowerFirst(w.Before.Period.Name(w.l)), breaks[w.Before.Break])
}

func (w *writer) nothingBefore() string {
	return fmt.Sprintf(noBeforeData, lowerFirst(w.Before.Period.Name(w.l)))
}

// closing names those to whom the report is made.
func closing(h *Letterhead, what string) string {
	text := "Trên đây là " + what
	if to := h.reportsTo(); len(to) > 0 {
		text += ", kính trình " + listed(to)
	}
	return text + "."
}

// listed joins names as a sentence does.
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " và " + names[last]
}

// lowerFirst writes the name of a period within a sentence: "quý III/2026".
func lowerFirst(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return strings.ToLower(s[:size]) + s[size:]
}
