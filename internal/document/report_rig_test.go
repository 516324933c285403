package document_test

import (
	"fmt"
	"strings"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/document"
)

// mnong are letters that are easily lost on the way to paper.
const mnong = "aƀaơ, bĭch, dŭt uĕh, nkô̆"

// long is a paragraph of several lines.
var long = strings.TrimSpace(strings.Repeat("Kết quả được tính từ phiếu ý kiến của người dân tại quầy, không kèm thông tin cá nhân. ", 5))

// sampleReport is a report with every kind of block.
func sampleReport(layout document.Layout) *document.Report {
	r := &document.Report{
		Layout: layout,
		Header: document.Header{
			Superior: "Đảng bộ tỉnh Đắk Nông", Issuer: "Đảng ủy Khối các cơ quan tỉnh", Number: "05-BC/ĐUK",
			Place: "Gia Nghĩa", Date: calendar.Date(2025, time.February, 5), Kind: "Báo cáo",
			Subject: "kết quả khảo sát mức độ hài lòng của người dân đối với bộ phận một cửa năm 2024",
		},
		Blocks: []document.Block{
			document.Paragraph{Text: "Thực hiện Nghị quyết của Ban Chấp hành, Ban Thường vụ báo cáo như sau:"},
			document.Heading{Level: 1, Text: "I. Kết quả"},
			document.Paragraph{Text: long},
			document.Heading{Level: 2, Text: "1. Theo cơ quan"},
			figures(),
			document.Note{Text: "Ghi chú: tỷ lệ của từng mức được làm tròn độc lập, tổng có thể khác 100%; " + mnong + "."},
			chart(),
			document.Heading{Level: 3, Text: "1.1. Chi tiết"},
			wide(),
			document.Paragraph{Text: "Trên đây là báo cáo của đơn vị, kính trình xem xét."},
		},
		Signature:  document.Signature{Authority: "T/M Ban Thường vụ", Title: "Phó Bí thư", Name: "Nguyễn Văn Mẫu"},
		Recipients: []string{"Ban Thường vụ Tỉnh ủy", "Ban Chỉ đạo cải cách hành chính tỉnh", "Lưu Văn phòng Đảng ủy"},
		Sample:     true,
	}
	if layout == document.State {
		r.Header.Superior, r.Header.Issuer, r.Header.Number = "Ủy ban nhân dân tỉnh Đắk Nông", "Sở Tư pháp", "05/BC-STP"
		r.Signature = document.Signature{Authority: "KT. Giám đốc", Title: "Phó Giám đốc", Name: "Trần Thị Ví Dụ"}
	}
	return r
}

func figures() document.Table {
	return document.Table{
		Title: "Bảng 1. Chỉ số hài lòng theo cơ quan",
		Columns: []document.Column{
			{Title: "TT", Align: document.AlignCentre, Share: 0.5}, {Title: "Cơ quan", Share: 3},
			{Title: "Số phiếu", Align: document.AlignRight}, {Title: "Chỉ số (%)", Align: document.AlignRight}, {Title: "Ghi chú", Share: 1.5},
		},
		Rows: [][]document.Cell{
			{document.Int(1), document.Text("Sở Tư pháp"), document.Int(1234), document.Number(81.649, 1), document.Text("")},
			{document.Int(2), document.Text("Sở Nông nghiệp và Phát triển nông thôn"), document.Int(987654), document.Number(79.25, 1), {}},
			{document.Int(3), document.Text("Nkô̆ ƀon Bŭ Prâng"), document.Int(3), {}, document.Text("chưa đủ phiếu")},
		},
	}
}

func chart() document.Chart {
	return document.Chart{
		Title: "Biểu đồ 1. Chỉ số hài lòng và khoảng tin cậy 95%",
		Bars: []document.Bar{
			{Label: "Sở Tư pháp", Value: document.Number(81.649, 1), Low: document.Number(78.2, 1), High: document.Number(84.6, 1)},
			{Label: "Sở Nông nghiệp và Phát triển nông thôn", Value: document.Number(79.25, 1), Low: document.Number(60, 1), High: document.Number(90.12, 1)},
			{Label: "Nkô̆ ƀon Bŭ Prâng", Value: document.Text("chưa đủ phiếu")},
		},
	}
}

// wide is a table that needs a landscape page.
func wide() document.Table {
	t := document.Table{Title: "Bảng 2. Số phiếu theo tháng", Columns: []document.Column{{Title: "Cơ quan", Share: 3}}}
	row := []document.Cell{document.Text("Sở Y tế")}
	for m := range 12 {
		t.Columns = append(t.Columns, document.Column{Title: fmt.Sprintf("Tháng %d", m+1), Align: document.AlignRight})
		row = append(row, document.Int(int64(100*m+m*m*37)))
	}
	t.Rows = [][]document.Cell{row, row}
	return t
}
