package document

import (
	"fmt"
	"strings"
)

// What every poster says.
const (
	privacy = "Không hỏi tên, không hỏi số điện thoại, không cần đăng nhập."
	byHand  = "Không quét được? Hãy mở địa chỉ"
	byCode  = "Mã của quầy"
)

var question = []string{"Ông/Bà có hài lòng", "với việc giải quyết", "hồ sơ hôm nay?"}

// step is one of the three things to do.
type step struct{ what, how string }

// steps tells what to do and how long it takes.
func (f PosterForm) steps() []step {
	choose := step{"Chọn mức hài lòng", "chạm vào một gương mặt"}
	if f.Title != "" {
		choose.what = "Chọn câu trả lời"
	}
	if !f.drawn() {
		choose = step{"Chọn câu trả lời", "chạm vào ý mà Ông/Bà chọn"}
	}
	send := step{"Gửi", "chỉ mất khoảng nửa phút"}
	if f.Minutes > 0 {
		send.how = fmt.Sprintf("khoảng %d phút; câu nào không rõ có thể bỏ qua", f.Minutes)
	}
	return []step{{"Quét mã", "bằng camera hoặc Zalo"}, choose, send}
}

// inEnglish is the line for those who do not read Vietnamese. A title may be
// long, so that it stands where it may be cut.
func (f PosterForm) inEnglish() string {
	before, choose, after := "Were you satisfied today? ", "choose a face", ""
	if f.Title != "" {
		before, choose, after = "", "answer", " "+f.English
	}
	time := "Half a minute"
	switch {
	case f.Minutes == 1:
		time = "About a minute"
	case f.Minutes > 1:
		time = fmt.Sprintf("About %d minutes", f.Minutes)
	}
	return before + "Scan the code, " + choose + ", send. " + time + ", no name, no sign-in." + after
}

// One accent colour; it prints as a strong grey.
var (
	teal  = colour{11, 110, 105}
	ink   = colour{28, 36, 38}
	soft  = colour{88, 98, 102}
	white = colour{255, 255, 255}
)

var (
	agencyStyle   = style{bold: true, size: 14, leading: 1.25, colour: teal}
	counterStyle  = style{bold: true, size: 11, leading: 1.3, colour: ink}
	locationStyle = style{size: 9, leading: 1.3, colour: soft}
	headStyle     = style{bold: true, size: 26, leading: 1.18, colour: ink}
	levelStyle    = style{size: 7, leading: 1.2, colour: soft}
	stepStyle     = style{bold: true, size: 12, leading: 1.3, colour: ink}
	howStyle      = style{size: 8.5, leading: 1.3, colour: soft}
	numberStyle   = style{bold: true, size: 10, leading: 1, colour: white}
	labelStyle    = style{size: 7.5, leading: 1.4, colour: soft}
	urlStyle      = style{bold: true, size: 11, leading: 1.25, colour: ink}
	codeStyle     = style{bold: true, size: 20, leading: 1.1, spacing: 0.08, colour: teal}
	privacyStyle  = style{bold: true, size: 8.5, leading: 1.4, colour: ink}
	englishStyle  = style{size: 6.5, leading: 1.4, colour: soft}
)

// Where things stand, in millimetres from the top of an A5 page. Around the
// code nothing comes nearer than quiet, which holds the quiet zone of the
// smallest code that an address can give (29 modules).
const (
	barY      = 12.0
	namesY    = 16.5
	headY     = 42.0
	headRoom  = 34.0
	facesY    = 79.0
	facesRoom = 20.0
	codeY     = 108.5
	codeSide  = 60.0
	quiet     = 8.4
	addressY  = codeY + codeSide + quiet
	footY     = 193.5
	columnX   = left + codeSide + 10
)

func (s sheet) poster(p Poster) error {
	s.names(p)
	s.ask(p.Form)
	if err := s.code(p.URL); err != nil {
		return err
	}
	s.steps(p.Form.steps())
	s.address(p)
	s.foot(p.Form.inEnglish())
	return s.pdf.Error()
}

// names tells whose counter this is; the names share what room there is.
func (s sheet) names(p Poster) {
	s.fill(teal)
	s.pdf.Rect(left, barY, 16, 1.4, "F")
	y := s.write(s.fit(p.Agency, agencyStyle, inner, 10), left, namesY)
	y = s.write(s.fit(p.Counter, counterStyle, inner, 7.5), left, y+0.6)
	s.write(s.fit(p.Location, locationStyle, inner, 6), left, y)
}

// ask sets the question. Where there are no faces below, a long title has their room too.
func (s sheet) ask(f PosterForm) {
	asked, room := block{headStyle, question}, headRoom
	if !f.drawn() {
		room = facesY + facesRoom - headY
	}
	if f.Title != "" {
		asked = s.fit(f.Title, headStyle, inner, room)
	}
	s.write(asked, left-0.4, headY)
	if f.drawn() {
		s.faces(f.Levels)
	}
}

// code draws the QR code so that its dark modules stand flush with the text;
// the white around it is wider than the quiet zone.
func (s sheet) code(url string) error {
	code, err := newCode(url)
	if err != nil {
		return err
	}
	s.modules(code.Bitmap(), left, codeY, codeSide)
	return nil
}

// modules draws the dark modules of a code in a square with its top left corner
// at (x, y); the quiet zone lies outside of it.
func (s sheet) modules(bitmap [][]bool, x, y, side float64) {
	module := side / float64(len(bitmap)-2*quietZone)
	s.fill(colour{})
	for _, r := range runs(bitmap) {
		x, y := x+float64(r.x-quietZone)*module, y+float64(r.y-quietZone)*module
		s.pdf.MoveTo(x, y)
		s.pdf.LineTo(x+float64(r.length)*module, y)
		s.pdf.LineTo(x+float64(r.length)*module, y+module)
		s.pdf.LineTo(x, y+module)
		s.pdf.ClosePath()
	}
	s.pdf.DrawPath("F")
}

func (s sheet) steps(steps []step) {
	const radius, pitch = 3.4, 23.5
	for i, step := range steps {
		y := codeY + float64(i)*pitch
		s.fill(teal)
		s.pdf.Circle(columnX+radius, y+radius, radius, "F")
		number := block{numberStyle, []string{string(rune('1' + i))}}
		s.writeCentred(number, columnX+radius, y+radius-number.height()/2)
		textX := columnX + 2*radius + 3
		what := s.fit(step.what, stepStyle, right-textX, 6)
		below := s.write(what, textX, y+radius-what.lineHeight()/2)
		s.write(s.fit(step.how, howStyle, right-textX, 9), textX, below+0.4)
	}
}

// address is for those whose phone cannot scan.
func (s sheet) address(p Poster) {
	label := s.fit(byHand, labelStyle, codeSide, 4)
	y := s.write(label, left, addressY)
	shown := strings.TrimPrefix(strings.TrimPrefix(p.URL, "https://"), "http://")
	s.write(s.fit(shown, urlStyle, columnX-left-4, 9.5), left, y+0.4)
	if p.Link == "" {
		return
	}
	y = s.write(s.fit(byCode, labelStyle, right-columnX, 4), columnX, addressY)
	// The spacing is no part of what fit measures; no letter of a link is
	// narrower than half the size, so it widens a line by less than this.
	room := (right - columnX) / (1 + 2*codeStyle.spacing)
	s.write(s.fit(grouped(p.Link), codeStyle, room, 9), columnX, y)
}

func (s sheet) foot(english string) {
	y := s.write(s.fit(privacy, privacyStyle, inner, 5), left, footY)
	s.write(s.fit(english, englishStyle, inner, 4), left, y)
}

func (s sheet) fill(c colour) { s.pdf.SetFillColor(c[0], c[1], c[2]) }
func (s sheet) draw(c colour) { s.pdf.SetDrawColor(c[0], c[1], c[2]) }
