package web

import (
	"encoding/base64"
	"strconv"
	"strings"

	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/i18n"
	"hailong/internal/remark"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

// commentView is one remark as a page shows it.
type commentView struct {
	Texts   []string
	Where   string // level, agency, counter, service, day
	Topics  []string
	Signals []string // none for the agency
	Sheet   string   // what became of a sheet that does not count; "" for the agency
	Ref     string
	State   string // what the office decided; "" for the agency
	Shown   bool   // the agency may read it
	Checked string // by whom, when and why; "" where nobody has
}

// sheetWords name what became of a sheet, where it does not count.
var sheetWords = map[response.State]string{response.Held: "comments.held", response.Excluded: "comments.excluded"}

// commentView says of a remark what its reader may know.
func (s *Server) commentView(r *remark.Remark, hidden bool, l *i18n.Language) commentView {
	view := commentView{Texts: r.Texts, Where: s.whereSaid(r, hidden, l), Topics: s.topicNames(r.Topics, l), Shown: r.Shown}
	if !hidden {
		return view
	}
	view.Signals, view.Ref, view.State = s.topicNames(r.Signals, l), r.Ref().String(), l.T(stateWords[r.Check.State])
	if word := sheetWords[r.Standing]; word != "" {
		view.Sheet = l.T(word)
	}
	if r.Check.State != comment.Unchecked {
		view.Checked = r.Check.By + ", " + s.instant(l, r.Check.At)
		if r.Check.Reason != "" {
			view.Checked += ": " + r.Check.Reason
		}
	}
	return view
}

// whereSaid names counter and service, as far as they are told, and level and half-day for those who
// see the day as well: to the agency itself no single answer's level is shown.
// A code stands for itself where the register no longer knows it.
func (s *Server) whereSaid(r *remark.Remark, hidden bool, l *i18n.Language) string {
	var parts []string
	if hidden && r.Overall != "" {
		parts = append(parts, l.T("comments.level", "Level", r.Overall))
	}
	counter, service := r.Counter, r.Service
	if agency := s.Register().Agency(r.Agency); agency != nil {
		if known := agency.Counter(counter); known != nil {
			counter = known.Name
		}
		if known := agency.Service(service); known != nil {
			service = known.Name
		}
	}
	if counter != "" {
		parts = append(parts, counter)
	}
	if service != "" {
		parts = append(parts, service)
	}
	if hidden {
		parts = append(parts, l.T("shift."+string(r.Shift)))
	}
	return strings.Join(parts, " · ")
}

func (s *Server) topicNames(ids []comment.TopicID, l *i18n.Language) []string {
	var names []string
	for _, id := range ids {
		names = append(names, s.Remarks.Lexicon.Topic(id).Name.In(l.Code))
	}
	return names
}

// writePosition and readPosition carry the place in a list through an address.
func writePosition(p store.TextPosition) string {
	return strconv.Itoa(int(p.Day)) + "." + base64.RawURLEncoding.EncodeToString(p.ID[:])
}

func readPosition(text string) (*store.TextPosition, error) {
	if text == "" {
		return nil, nil
	}
	day, id, _ := strings.Cut(text, ".")
	number, err := strconv.ParseInt(day, 10, 32)
	bytes, errID := base64.RawURLEncoding.DecodeString(id)
	if err != nil || errID != nil || len(bytes) != len(response.ID{}) {
		return nil, problem(fiber.StatusUnprocessableEntity, "bad_position")
	}
	return &store.TextPosition{Day: calendar.Day(number), ID: response.ID(bytes)}, nil
}

// skipOf reads how many of a list were on the pages before.
func skipOf(c *fiber.Ctx) (int, error) {
	text := c.Query("skip")
	n, ok := whole(text)
	if text != "" && !ok {
		return 0, problem(fiber.StatusUnprocessableEntity, "bad_position")
	}
	return n, nil
}
