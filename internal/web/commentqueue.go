package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hailong/internal/auth"
	"hailong/internal/comment"
	"hailong/internal/i18n"
	"hailong/internal/remark"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

type queuePage struct {
	officePage
	Query    commentQuery
	Agencies []choice
	Topics   []choice
	States   []choice
	Kinds    []choice // all, or only what waits under every policy
	Policy   string
	Rows     []queueRow
	OnPage   int // remarks in the rows
	Total    int
	Waiting  int
	Limit    int64
	More     string // address of the rest of what was read, "": none
	Older    string // address of what was not read, "": none
	Check    string // address to post decisions to
	May      bool   // the reader may decide
	Error    string
	Done     string
}

// queueRow is one remark, or several of the same words about one agency that
// are in the same state: they are decided about together.
type queueRow struct {
	Agency, Day string
	Refs        string       // of all, with a space between, as the page posts them
	Alike       []commentDay // of all, where they are several
	commentView
}

// commentDay is when and where one of several like remarks was made.
type commentDay struct{ Day, Where string }

// sameRow says whether two rows are shown as one.
func sameRow(a, b *queueRow) bool {
	return a.Agency == b.Agency && a.State == b.State && a.Checked == b.Checked && a.Sheet == b.Sheet && a.Shown == b.Shown && slices.Equal(a.Texts, b.Texts)
}

// queueQuery is the selection in the address of the queue.
type queueQuery struct {
	commentQuery
	agency  string
	waiting bool
	skip    int
	after   *store.TextPosition
}

// queueQueryOf reads the selection. Without a word about it the queue holds
// what has not been checked; where the policy shows comments at once, of these
// only what waits for the office all the same.
func (s *Server) queueQueryOf(c *fiber.Ctx) (queueQuery, error) {
	base, err := s.commentQueryOf(c)
	q := queueQuery{commentQuery: base, agency: c.Query("agency"), waiting: s.Remarks.Policy == comment.AtOnce}
	if err != nil {
		return q, err
	}
	if q.agency != "" && s.Register().Agency(q.agency) == nil {
		return q, problem(fiber.StatusNotFound, "not_found")
	}
	if !c.Context().QueryArgs().Has("state") {
		q.State = comment.Unchecked
	}
	switch kind := c.Query("kind"); kind {
	case "all", "waiting":
		q.waiting = kind == "waiting"
	case "":
	default:
		return q, problem(fiber.StatusUnprocessableEntity, "bad_state")
	}
	if q.skip, err = skipOf(c); err != nil {
		return q, err
	}
	q.after, err = readPosition(c.Query("after"))
	return q, err
}

// encode writes the selection, beginning with the given place.
func (q queueQuery) encode(skip int, after *store.TextPosition) string {
	values := url.Values{"from": {q.Range.From.String()}, "to": {q.Range.To.String()}, "state": {string(q.State)}, "kind": {q.kind()}}
	narrowed(values, map[string]string{"agency": q.agency, "q": q.Words, "topic": string(q.Topic)})
	if skip > 0 {
		values.Set("skip", strconv.Itoa(skip))
	}
	if after != nil {
		values.Set("after", writePosition(*after))
	}
	return "?" + values.Encode()
}

func (q queueQuery) kind() string {
	if q.waiting {
		return "waiting"
	}
	return "all"
}

// showQueue shows the queue, and what came of the decision just made.
func (s *Server) showQueue(c *fiber.Ctx) error {
	var page queuePage
	l := s.language(c)
	if n, ok := whole(c.Query("done")); ok {
		page.Done = l.T("checks.done", "Count", n)
	}
	if n, ok := whole(c.Query("changed")); ok {
		page.Error = l.T("checks.changed", "Count", n)
	}
	return s.sendQueue(c, page)
}

func (s *Server) sendQueue(c *fiber.Ctx, page queuePage) error {
	q, err := s.queueQueryOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	wanted := q.remarks(q.agency, true)
	wanted.Waiting = q.waiting
	queue, err := s.Remarks.Queue(ctx, wanted, q.after, q.skip, commentsOnPage)
	if err != nil {
		return err
	}
	l := s.language(c)
	page.officePage = s.officeBase(c, l, l.T("checks.title"))
	page.Query, page.Limit, page.May = q.commentQuery, remark.MaxRead, userOf(c).May(auth.CheckComments, "")
	page.Policy, page.Total, page.Waiting = l.T(policyWords[s.Remarks.Policy]), queue.Total, queue.Waiting
	page.Agencies, page.Topics = agencyChoices(s.Register(), q.agency, l.T("checks.all_agencies"), l), s.topicChoices(q.Topic, true, l)
	page.States, page.Kinds = stateChoices(q.State, l), kindChoices(q.waiting, l)
	page.Check = "/office/comments/check" + q.encode(q.skip, q.after)
	if rest := q.skip + len(queue.Remarks); rest < queue.Total {
		page.More = "/office/comments" + q.encode(rest, q.after)
	}
	if queue.Next != nil {
		page.Older = "/office/comments" + q.encode(0, queue.Next)
	}
	page.Rows, page.OnPage = s.queueRows(queue.Remarks, l), len(queue.Remarks)
	return s.sendOffice(c, "checks", l, page)
}

func (s *Server) queueRows(remarks []remark.Remark, l *i18n.Language) []queueRow {
	var rows []queueRow
	for i := range remarks {
		r := &remarks[i]
		name := r.Agency
		if agency := s.Register().Agency(r.Agency); agency != nil {
			name = agency.Name
		}
		row := queueRow{Agency: name, Day: l.Date(r.Day), Refs: r.Ref().String(), commentView: s.commentView(r, true, l)}
		row.Alike = []commentDay{{row.Day, row.Where}}
		if like := slices.IndexFunc(rows, func(other queueRow) bool { return sameRow(&row, &other) }); like >= 0 {
			rows[like].Refs += " " + row.Refs
			rows[like].Alike = append(rows[like].Alike, row.Alike...)
			continue
		}
		rows = append(rows, row)
	}
	return rows
}

func kindChoices(waiting bool, l *i18n.Language) []choice {
	return []choice{{"waiting", l.T("checks.kind_waiting"), waiting}, {"all", l.T("checks.kind_all"), !waiting}}
}

// checkComments releases or withholds the comments that were ticked, or all
// that the page showed. As in decideReview the address is read first.
func (s *Server) checkComments(c *fiber.Ctx) error {
	q, err := s.queueQueryOf(c)
	if err != nil {
		return err
	}
	form := c.Request().PostArgs()
	field := "ref"
	if form.Has("all") {
		field = "shown"
	}
	var refs []remark.Ref
	for _, value := range form.PeekMulti(field) {
		for text := range strings.SplitSeq(string(value), " ") {
			ref, err := remark.ParseRef(text)
			if err != nil {
				return s.tellQueue(c, q, err, remark.Outcome{})
			}
			refs = append(refs, ref)
		}
	}
	if len(refs) == 0 {
		return s.tellQueue(c, q, errNoneChosen, remark.Outcome{})
	}
	ctx, cancel := work()
	defer cancel()
	outcome, err := s.Remarks.Decide(ctx, userOf(c).Email, comment.Check(form.Peek("decision")), string(form.Peek("reason")), refs)
	return s.tellQueue(c, q, err, outcome)
}

var errNoneChosen = errors.New("no comment was chosen")

// tellQueue leads back to the queue, which says what came of a decision.
func (s *Server) tellQueue(c *fiber.Ctx, q queueQuery, err error, outcome remark.Outcome) error {
	if key := checkFaults.key(err); key != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendQueue(c, queuePage{Error: s.language(c).T(key)})
	}
	if err != nil {
		return err
	}
	told := "&done=" + strconv.Itoa(outcome.Done+outcome.Same) + "&changed=" + strconv.Itoa(outcome.Changed)
	return c.Redirect("/office/comments"+q.encode(q.skip, q.after)+told, fiber.StatusSeeOther)
}

// checkFaults are the reasons why comments are not decided about.
var checkFaults = mendable{
	{errNoneChosen, "checks.none_chosen"},
	{remark.ErrReason, "checks.need_reason"},
	{remark.ErrDecision, "checks.bad_decision"},
	{remark.ErrMany, "checks.too_many"},
	{remark.ErrRef, "checks.bad_ref"},
	{store.ErrNotFound, "checks.gone"},
}
