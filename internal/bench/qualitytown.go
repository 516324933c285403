package bench

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/survey"
)

// desk is one simulated counter.
type desk struct {
	agency, code string
	hours        org.Hours
	form         *survey.Form
	hall         netip.Addr // what everybody on its Wi-Fi shares
	perDay       float64    // answers on an ordinary day
	mood         float64    // mean of people's moods, see levelOf
	kiosk        bool       // it has a tablet as well
	suggests     bool       // its form comes with sentences to copy
}

// town is some counters, their public and those who cheat.
type town struct {
	rng      *rand.Rand
	zone     *time.Location
	desks    []*desk
	carriers []netip.Addr // of the mobile networks, shared by many
	midnight time.Time    // of the day being lived
	sent     []*sent      // on that day
	recent   []*opened    // counters in their first days
	opened   int          // counters so far
}

// newTown makes three halls with twelve counters, from a handful of answers a
// day to some hundred.
func newTown(rng *rand.Rand, forms *survey.Forms) (*town, error) {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return nil, err
	}
	hours, err := org.ParseHours("Mon-Fri 07:30-11:30 13:30-17:00")
	if err != nil {
		return nil, err
	}
	t := &town{rng: rng, zone: zone}
	for range 6 {
		t.carriers = append(t.carriers, t.address())
	}
	halls := []netip.Addr{t.address(), t.address(), t.address()}
	for i, perDay := range []float64{6, 10, 15, 20, 25, 30, 40, 50, 60, 80, 120, 220} {
		form := forms.Current("mot-cua")
		if i%4 == 1 {
			form = forms.Current("mot-cua-22")
		}
		if form == nil {
			return nil, fmt.Errorf("the forms mot-cua and mot-cua-22 are simulated, and one is missing")
		}
		t.desks = append(t.desks, &desk{
			agency: "a" + strconv.Itoa(i/2), code: "q" + strconv.Itoa(i%2), hours: hours, form: form,
			hall: halls[i%len(halls)], perDay: perDay, mood: 0.3 + 0.9*rng.Float64(), kiosk: i%5 == 2, suggests: i == 9,
		})
	}
	return t, nil
}

// address is a random IPv4 address.
func (t *town) address() netip.Addr {
	var bytes [4]byte
	binary.BigEndian.PutUint32(bytes[:], t.rng.Uint32())
	return netip.AddrFrom4(bytes)
}

// cookie is that of a device nobody has seen.
func (t *town) cookie() string {
	return strconv.FormatUint(t.rng.Uint64(), 36) + strconv.FormatUint(t.rng.Uint64(), 36)
}

func (t *town) chance(share float64) bool { return t.rng.Float64() < share }

// between is a number of the range, both ends included.
func (t *town) between(least, most int) int { return least + t.rng.IntN(most-least+1) }

func (t *town) seconds(least, most float64) time.Duration {
	return time.Duration((least + t.rng.Float64()*(most-least)) * float64(time.Second))
}

func (t *town) anyDesk() *desk { return t.desks[t.rng.IntN(len(t.desks))] }

// atWork is a random moment of the opening hours.
func (t *town) atWork() time.Time {
	at := clock(7, 30) + t.seconds(0, 7.5*3600)
	if at > clock(11, 30) {
		at += clock(2, 0)
	}
	return t.midnight.Add(at)
}

// sheet is what one person, or one who cheats, does.
type sheet struct {
	desk    *desk
	at      time.Time // sent
	took    time.Duration
	device  string
	address netip.Addr
	channel response.Channel
	levels  func() int // of the next rating
	comment string
	blind   bool  // the time of opening does not arrive
	page    *page // that is sent once more; nil: one of its own
}

// page is a form as it was opened once.
type page struct {
	opened time.Time
	mark   string
}

// send files a sheet for the day.
func (t *town) send(kind string, planted bool, s sheet) {
	if s.channel == "" {
		s.channel = response.QR
	}
	from := page{opened: s.at.Add(-s.took), mark: t.cookie()}
	if s.page != nil {
		from = *s.page
	}
	if s.blind {
		from = page{}
	}
	r := &response.Response{Agency: s.desk.agency, Counter: s.desk.code, Channel: s.channel, Form: s.desk.form.Ref(), Lang: survey.Vietnamese}
	for i := range s.desk.form.Questions {
		q := &s.desk.form.Questions[i]
		if q.Kind == survey.Rating {
			r.Answers = append(r.Answers, survey.Answer{Question: q.ID, Values: []string{strconv.Itoa(s.levels())}})
		}
	}
	if s.comment != "" {
		r.Answers = append(r.Answers, survey.Answer{Question: "comment", Text: s.comment})
	}
	t.sent = append(t.sent, &sent{kind: kind, planted: planted, Signal: quality.Signal{
		Device: s.device, Address: s.address, Received: s.at, Opened: from.opened, Page: from.mark, Response: r, Form: s.desk.form, Hours: s.desk.hours,
	}})
}

// begin clears the day before.
func (t *town) begin(day calendar.Day) {
	t.midnight = day.Midnight(t.zone)
	t.sent = nil
}

// levelOf turns a mood into a level of five: above 0 people are content.
func levelOf(mood float64) int {
	switch {
	case mood > 0.75:
		return 5
	case mood > 0:
		return 4
	case mood > -0.6:
		return 3
	case mood > -1.2:
		return 2
	}
	return 1
}

// moodily draws levels around one mood, as one person's answers are.
func (t *town) moodily(mood float64) func() int {
	temper := mood + 0.84*t.rng.NormFloat64()
	if t.chance(0.12) { // one level for everything, honestly meant
		level := levelOf(temper)
		return func() int { return level }
	}
	return func() int { return levelOf(temper + 0.54*t.rng.NormFloat64()) }
}

// always answers one level.
func always(level int) func() int { return func() int { return level } }

// praise answers 4 or 5 by chance, as one does who wants to look natural.
func (t *town) praise() func() int { return func() int { return 4 + t.rng.IntN(2) } }

// wordsOfPraise are parts that a comment is put together from.
var wordsOfPraise = [3][]string{
	{"Cán bộ", "Công chức một cửa", "Anh chị ở quầy", "Nhân viên", "Bộ phận tiếp nhận", "Cô cán bộ", "Chú tiếp nhận hồ sơ"},
	{"hướng dẫn tận tình", "giải thích dễ hiểu", "làm việc nhanh", "còn để dân chờ lâu", "vui vẻ, lịch sự", "yêu cầu bổ sung nhiều lần", "trả kết quả đúng hẹn", "nói hơi khó nghe"},
	{"tôi rất cảm ơn", "mong cơ quan giữ như vậy", "đề nghị thêm ghế ngồi", "nên có người lấy số giúp", "lần sau mong nhanh hơn", "phòng chờ hơi nóng", ""},
}

// suggested is one of the few sentences that hang beside the poster.
func (t *town) suggested() string {
	return "Cán bộ hướng dẫn tận tình và " + wordsOfPraise[1][t.rng.IntN(len(wordsOfPraise[1]))]
}

// remark is an honest comment; some people write only a word, and the sentences
// of the others do meet now and then.
func (t *town) remark() string {
	if t.chance(0.3) {
		return []string{"tốt", "Rất tốt", "ok", "cảm ơn", "Hài lòng", "chưa được"}[t.rng.IntN(6)]
	}
	var words []string
	for _, part := range wordsOfPraise {
		words = append(words, part[t.rng.IntN(len(part))])
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

// poisson draws how many of something happen of which so many are expected.
func (t *town) poisson(expected float64) int {
	if expected > 50 {
		return max(0, int(math.Round(expected+math.Sqrt(expected)*t.rng.NormFloat64())))
	}
	n, left := 0, math.Exp(-expected)
	for product := t.rng.Float64(); product > left; product *= t.rng.Float64() {
		n++
	}
	return n
}
