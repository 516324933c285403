package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/i18n"
	"hailong/internal/quality"
	"hailong/internal/response"
	"hailong/internal/review"

	"github.com/gofiber/fiber/v2"
)

type reviewPage struct {
	officePage
	Query    review.Query
	Agencies []choice
	Reasons  []choice
	Stages   []choice
	Rows     []reviewRow
	Total    int
	Acts     []string // what may be done about groups of this stage, and by this person
	Only     string   // why nothing can be done here, "": something can
	Post     string   // address to post decisions to
	More     string   // address of the days that were not read, "": none
	Limit    int
	Back     string // address of the queue
	Error    string
	Done     string
}

// reviewDays is how far back the queue looks if nothing is said: as far as a
// quarter that is not closed yet.
const reviewDays = 120

// reviewQueryOf reads the selection. Without a word about it the queue holds
// what waits.
func (s *Server) reviewQueryOf(c *fiber.Ctx) (review.Query, error) {
	args := c.Context().QueryArgs()
	q := review.Query{Agency: string(args.Peek("agency")), Counter: string(args.Peek("counter")), Reason: string(args.Peek("check")), Stage: review.Waiting}
	from := string(args.Peek("from"))
	if from == "" {
		from = (s.today() - reviewDays).String()
	}
	var err error
	if q.Range, err = s.rangeOf(from, string(args.Peek("to"))); err != nil {
		return q, err
	}
	if q.Agency != "" && s.Register().Agency(q.Agency) == nil {
		return q, problem(fiber.StatusNotFound, "not_found")
	}
	if args.Has("stage") {
		q.Stage = review.Stage(args.Peek("stage"))
	}
	known := q.Stage == "" || slices.Contains(review.Stages, q.Stage)
	if !known || q.Reason != "" && !slices.Contains(quality.Checks(), quality.Reason(q.Reason)) {
		return q, problem(fiber.StatusUnprocessableEntity, "bad_state")
	}
	return q, nil
}

func reviewAddress(q review.Query) string {
	values := url.Values{"from": {q.Range.From.String()}, "to": {q.Range.To.String()}, "stage": {string(q.Stage)}}
	return "?" + narrowed(values, map[string]string{"agency": q.Agency, "counter": q.Counter, "check": q.Reason}).Encode()
}

// decisions are the acts of reviewers, each with a sentence of its own.
var decisions = []response.Act{response.Release, response.Propose, response.Confirm, response.TakeBack}

// showReview shows the queue, and what came of the decision just made.
func (s *Server) showReview(c *fiber.Ctx) error {
	var page reviewPage
	l := s.language(c)
	if n, ok := whole(c.Query("done")); ok {
		if act := response.Act(c.Query("act")); slices.Contains(decisions, act) {
			page.Done = l.T("review.done."+string(act), "Count", n)
		}
	}
	if n, ok := whole(c.Query("changed")); ok {
		page.Error = l.T("review.changed", "Count", n)
	}
	return s.sendReview(c, page)
}

func (s *Server) sendReview(c *fiber.Ctx, page reviewPage) error {
	q, err := s.reviewQueryOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	queue, err := s.Review.Queue(ctx, q)
	if err != nil {
		return err
	}
	l := s.language(c)
	user := userOf(c)
	page.officePage = s.officeBase(c, l, l.T("review.title"))
	page.Query, page.Total, page.Limit = q, queue.Total, review.MaxRead
	page.Agencies, page.Reasons, page.Stages = agencyChoices(s.Register(), q.Agency, l.T("checks.all_agencies"), l), reasonChoices(q.Reason, l), stageChoices(q.Stage, l)
	page.Post, page.Back = "/office/review/decide"+reviewAddress(q), "/office/review"+reviewAddress(q)
	if user.May(auth.Decide, "") {
		page.Acts = actsAt(q.Stage)
		if page.Acts == nil {
			page.Only = l.T("review.choose_stage")
		}
	} else {
		page.Only = l.T("review.only_looks")
	}
	if queue.Through < q.Range.To {
		rest := q
		rest.Range.From = queue.Through + 1
		page.More = "/office/review" + reviewAddress(rest)
	}
	for _, g := range queue.Groups[:min(len(queue.Groups), review.MaxGroups)] {
		page.Rows = append(page.Rows, s.reviewRow(g, user, l))
	}
	if len(queue.Groups) > review.MaxGroups {
		rest := q
		rest.Range.From = queue.Groups[review.MaxGroups].Day
		page.More = "/office/review" + reviewAddress(rest)
	}
	return s.sendOffice(c, "review", l, page)
}

// actsAt are the acts that lead on from a stage, in the order they are offered.
func actsAt(stage review.Stage) []string {
	switch stage {
	case review.Waiting:
		return []string{string(response.Release), string(response.Propose)}
	case review.Proposed:
		return []string{string(response.Confirm), string(response.Release), string(response.TakeBack)}
	case review.Released, review.Excluded:
		return []string{string(response.TakeBack)}
	}
	return nil // of several stages at once no act fits all
}

func reasonChoices(current string, l *i18n.Language) []choice {
	return choicesOf(l.T("review.all_checks"), current, quality.Checks(), func(r quality.Reason) (string, string) {
		return string(r), l.T("review.check." + string(r))
	})
}

func stageChoices(current review.Stage, l *i18n.Language) []choice {
	var choices []choice
	for _, stage := range review.Stages {
		choices = append(choices, choice{string(stage), l.T("review.stage." + string(stage)), stage == current})
	}
	return append(choices, choice{"", l.T("review.all_stages"), current == ""})
}

// decideReview does one act about the groups that were ticked. What it leads
// back to is read first: a refusal must not come after the act.
func (s *Server) decideReview(c *fiber.Ctx) error {
	q, err := s.reviewQueryOf(c)
	if err != nil {
		return err
	}
	form := c.Request().PostArgs()
	var refs []review.Ref
	for _, value := range form.PeekMulti("group") {
		ref, err := review.ParseRef(string(value))
		if err != nil {
			return s.tellReview(c, q, err, review.Outcome{})
		}
		refs = append(refs, ref)
	}
	if len(refs) == 0 {
		return s.tellReview(c, q, errNoGroup, review.Outcome{})
	}
	ctx, cancel := work()
	defer cancel()
	outcome, err := s.Review.Decide(ctx, userOf(c), response.Act(form.Peek("act")), string(form.Peek("reason")), refs)
	return s.tellReview(c, q, err, outcome)
}

var errNoGroup = errors.New("no group was chosen")

// tellReview leads back to the queue, which says what came of a decision.
func (s *Server) tellReview(c *fiber.Ctx, q review.Query, err error, outcome review.Outcome) error {
	if text := s.reviewFault(c, err); text != "" {
		c.Status(fiber.StatusUnprocessableEntity)
		return s.sendReview(c, reviewPage{Error: text})
	}
	if err != nil {
		return err
	}
	told := "&done=" + strconv.Itoa(outcome.Done) + "&changed=" + strconv.Itoa(outcome.Changed) + "&act=" + url.QueryEscape(string(c.Request().PostArgs().Peek("act")))
	return c.Redirect("/office/review"+reviewAddress(q)+told, fiber.StatusSeeOther)
}

// reviewFault returns the sentence for what a person can mend.
func (s *Server) reviewFault(c *fiber.Ctx, err error) string {
	l := s.language(c)
	var frozen *review.FrozenError
	if errors.As(err, &frozen) {
		return l.T("review.frozen", "Day", l.Date(frozen.Day), "Period", frozen.Period)
	}
	if key := reviewFaults.key(err); key != "" {
		return l.T(key)
	}
	return ""
}

// reviewFaults are the reasons why groups are not decided about.
var reviewFaults = mendable{
	{errNoGroup, "review.none_chosen"},
	{review.ErrRef, "review.bad_ref"},
	{review.ErrReason, "review.need_reason"},
	{review.ErrAct, "review.bad_act"},
	{review.ErrSamePerson, "review.same_person"},
	{review.ErrOwnAgency, "review.own_agency"},
	{review.ErrForbidden, "review.forbidden"},
	{review.ErrMany, "review.too_many"},
}

type reviewChecksPage struct {
	officePage
	Range calendar.Range
	Rows  []reviewCheckRow
	Rules string // id and version of the thresholds
}

type reviewCheckRow struct {
	review.Check
	Name, Text string
	Limits     []limitView
	Notes      bool     // it never holds: what was held is not its
	Share      *float64 // overturned, 0 to 1; nil: nothing is decided
	Bad        bool
}

// badFrom is the share of overturned decisions from which a check is marked as
// one to be looked at, once there are enough of them.
const (
	badFrom   = 0.5
	enoughFor = 10 // decisions
)

// showChecks shows how often each check was right.
func (s *Server) showChecks(c *fiber.Ctx) error {
	days, err := s.rangeOf(c.Query("from", (s.today()-reviewDays).String()), c.Query("to"))
	if err != nil {
		return err
	}
	ctx, cancel := work()
	defer cancel()
	checks, err := s.Review.Checks(ctx, days)
	if err != nil {
		return err
	}
	l := s.language(c)
	limits := s.Review.Thresholds
	page := reviewChecksPage{officePage: s.officeBase(c, l, l.T("review.checks_title")), Range: days, Rules: limits.ID + " v" + strconv.Itoa(limits.Version)}
	for _, check := range checks {
		row := reviewCheckRow{Check: check, Name: l.T("review.check." + string(check.Reason)), Text: l.T("review.check_text." + string(check.Reason)),
			Limits: limitsOf(limits.Limits(check.Reason), l), Notes: quality.OnlyNotes(check.Reason)}
		if check.Decided() > 0 {
			share := check.Overturned()
			row.Share, row.Bad = &share, share >= badFrom && check.Decided() >= enoughFor
		}
		page.Rows = append(page.Rows, row)
	}
	return s.sendOffice(c, "reviewchecks", l, page)
}
