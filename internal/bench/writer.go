package bench

import (
	"fmt"
	"net/url"
	"strconv"

	"hailong/internal/response"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// writer submits one sheet after another as a phone does, each under a key of
// its own, and remembers which were acknowledged.
type writer struct {
	url          string
	sheets       []string // bodies without the key
	name         string   // begins its keys
	sent         int
	body         []byte
	acknowledged []int // numbers of submissions
}

func writersTo(s *service) []*writer {
	sheets := sheetsFor(s)
	writers := make([]*writer, connections)
	for i := range writers {
		writers[i] = &writer{url: "http://" + s.address + s.path(), sheets: sheets, name: fmt.Sprintf("bench-connection-%03d-", i)}
	}
	return writers
}

func clients(writers []*writer) []client {
	clients := make([]client, len(writers))
	for i, w := range writers {
		clients[i] = w
	}
	return clients
}

// filled is what a person puts into the form.
type filled struct {
	overall, comment string
	reasons          []string
}

// people are ten of them: most are content, and one writes something.
var people = []filled{
	{overall: "5"}, {overall: "4"}, {overall: "5"}, {overall: "4"}, {overall: "5"}, {overall: "4"}, {overall: "3"},
	{overall: "2", reasons: []string{"slow", "waiting"}},
	{overall: "5", comment: "Cán bộ hướng dẫn tận tình, dễ hiểu."},
	{overall: "5"},
}

// sheetsFor are the bodies that the people's phones send, every field in them,
// but for the key.
func sheetsFor(s *service) []string {
	services := s.place.Agency.Services
	var sheets []string
	for i, f := range people {
		fields := url.Values{
			"lang": {"vi"}, "service": {services[i%len(services)].Code},
			"q.overall": {f.overall}, "q.reasons": f.reasons, "q.comment": {f.comment},
		}
		sheets = append(sheets, fields.Encode())
	}
	return sheets
}

// deviceDigits fill the value of a device cookie up.
const deviceDigits = 18

// key is the submission key of the nth sheet.
func (w *writer) key(n int) string { return w.name + strconv.Itoa(n) }

func (w *writer) prepare(request *fasthttp.Request) {
	if len(request.Header.Host()) == 0 {
		request.SetRequestURI(w.url)
		request.Header.SetMethod(fiber.MethodPost)
		request.Header.SetContentType(fiber.MIMEApplicationForm)
	}
	w.sent++
	request.Header.SetCookie("hailong_device", fmt.Sprintf("%s%.*d", w.name[len(w.name)-4:], deviceDigits, w.sent)) // a phone of its own
	w.body = append(append(w.body[:0], w.sheets[w.sent%len(w.sheets)]...), "&submission="...)
	w.body = strconv.AppendInt(append(w.body, w.name...), int64(w.sent), 10)
	request.SetBodyRaw(w.body)
}

func (w *writer) judge(reply *fasthttp.Response) error {
	if reply.StatusCode() != fiber.StatusSeeOther {
		return fmt.Errorf("a submission is answered %d", reply.StatusCode())
	}
	w.acknowledged = append(w.acknowledged, w.sent)
	return nil
}

// compare adds what was acknowledged and how often the store has it.
func (w *writer) compare(times map[response.ID]int, count *Count) {
	count.Acknowledged += len(w.acknowledged)
	for _, n := range w.acknowledged {
		id, err := response.NewID(w.key(n))
		switch {
		case err != nil || times[id] == 0:
			count.Missing++
		case times[id] > 1:
			count.Doubled++
		}
	}
}
