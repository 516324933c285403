package web

import (
	"strconv"
	"unicode/utf8"

	"hailong/internal/auth"
	"hailong/internal/comment"
	"hailong/internal/i18n"
	"hailong/internal/org"
	"hailong/internal/remark"
	"hailong/internal/report"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

const (
	commentsOnPage = 50
	maxWords       = 100 // characters of a search
	// leastCount is the smallest number that a leader is told of a topic: of
	// fewer comments it could be known who wrote them.
	leastCount = 5
)

// commentQuery is the selection in the address of a page of comments.
type commentQuery struct {
	query
	Words string
	Topic comment.TopicID
	State comment.Check
}

func (q commentQuery) encode() string {
	return narrowed(q.values(), map[string]string{"q": q.Words, "topic": string(q.Topic), "state": string(q.State)}).Encode()
}

// commentQueryOf reads the selection, with words, topic and state.
func (s *Server) commentQueryOf(c *fiber.Ctx) (commentQuery, error) {
	base, err := s.queryOf(c)
	args := c.Context().QueryArgs()
	q := commentQuery{query: base, Words: string(args.Peek("q")), Topic: comment.TopicID(args.Peek("topic")), State: comment.Check(args.Peek("state"))}
	switch {
	case err != nil:
		return q, err
	case utf8.RuneCountInString(q.Words) > maxWords || !utf8.ValidString(q.Words):
		return q, problem(fiber.StatusUnprocessableEntity, "bad_search")
	case q.Topic != "" && s.Remarks.Lexicon.Topic(q.Topic) == nil:
		return q, problem(fiber.StatusUnprocessableEntity, "bad_topic")
	case q.State != "" && stateWords[q.State] == "":
		return q, problem(fiber.StatusUnprocessableEntity, "bad_state")
	}
	return q, nil
}

// remarks is the selection as package remark takes it.
func (q commentQuery) remarks(agency string, hidden bool) remark.Query {
	return remark.Query{Agency: agency, Range: q.Range, Counter: q.Counter, Service: q.Service, Channel: q.Channel,
		Words: q.Words, Topic: q.Topic, State: q.State, Hidden: hidden}
}

type commentsPage struct {
	officePage
	Agency   *org.Agency
	Query    commentQuery
	Counters []choice
	Services []choice
	Topics   []choice
	States   []choice // of those who see what is hidden; else none
	Policy   string   // when the agency reads what
	Counts   []topicCount
	Partly   bool // the counts are of the latest comments only
	Sections []commentSection
	Total    int // of the agency's own page: comments found
	Cut      bool
	Limit    int64  // how many comments a search reads
	Next     string // address of the following page, "": the last
	Hidden   bool   // the reader sees what the agency does not
}

type topicCount struct {
	Name, URL      string
	Count          int64
	Signal, Chosen bool
}

// commentSection is the comments of a day, or of a month for the agency
// itself: there the day could tell who stood at the counter.
type commentSection struct {
	Title    string
	Comments []commentView
}

func (s *Server) showComments(c *fiber.Ctx) error {
	agency, err := s.agency(c)
	if err != nil {
		return err
	}
	q, err := s.commentQueryOf(c)
	if err != nil {
		return err
	}
	after, err := readPosition(c.Query("after"))
	if err != nil {
		return err
	}
	l := s.language(c)
	page := commentsPage{
		officePage: s.officeBase(c, l, l.T("comments.title")), Agency: agency, Query: q, Limit: remark.MaxRead,
		Counters: counterChoices(agency, q.Counter, l), Services: serviceChoices(agency, q.Service, l),
		Policy: l.T(policyWords[s.Remarks.Policy]), Hidden: userOf(c).May(auth.SeeAllComments, agency.Code),
	}
	if page.Hidden {
		page.States = stateChoices(q.State, l)
	} else {
		page.Query.State = "" // an agency has nothing to choose from
		page.Query.Range = report.WholeMonths(q.Range)
	}
	page.Topics = s.topicChoices(q.Topic, page.Hidden, l)
	skip, err := skipOf(c)
	if err != nil {
		return err
	}
	if page.Hidden {
		err = s.readAll(&page, after, l)
	} else {
		err = s.readShelf(&page, skip, l)
	}
	if err != nil {
		return err
	}
	return s.sendOffice(c, "comments", l, page)
}

// readShelf reads what the agency itself may see. A comment is named and found
// by counter, service and channel only as far as the veil lets it.
func (s *Server) readShelf(page *commentsPage, skip int, l *i18n.Language) error {
	ctx, cancel := work()
	defer cancel()
	places, err := s.Reader.Places(ctx, page.Agency.Code, page.Query.Range)
	if err != nil {
		return err
	}
	q := page.Query.remarks(page.Agency.Code, false)
	q.Tell = places.Of
	shelf, err := s.Remarks.Shelf(ctx, q, skip, commentsOnPage)
	if err != nil {
		return err
	}
	page.Counts, page.Partly = s.topicCounts(page, shelf.Topics, l), shelf.Cut
	page.Sections, page.Total, page.Cut = s.sections(shelf.Remarks, false, l), shelf.Total, shelf.Cut
	if rest := skip + len(shelf.Remarks); rest < shelf.Total {
		page.Next = "?" + page.Query.encode() + "&skip=" + strconv.Itoa(rest)
	}
	return nil
}

// readAll reads what the office and auditors see.
func (s *Server) readAll(page *commentsPage, after *store.TextPosition, l *i18n.Language) error {
	ctx, cancel := work()
	defer cancel()
	q := page.Query.remarks(page.Agency.Code, true)
	found, err := s.Remarks.Page(ctx, q, after, commentsOnPage)
	if err != nil {
		return err
	}
	counts, partly, err := s.Remarks.Topics(ctx, q)
	if err != nil {
		return err
	}
	page.Counts, page.Partly, page.Cut = s.topicCounts(page, counts, l), partly, found.Cut
	page.Sections = s.sections(found.Remarks, true, l)
	if found.Next != nil {
		page.Next = "?" + page.Query.encode() + "&after=" + writePosition(*found.Next)
	}
	return nil
}

// topicCounts lists the topics that occur. The agency sees no signals: a list
// of words accuses nobody.
func (s *Server) topicCounts(page *commentsPage, counts map[comment.TopicID]int, l *i18n.Language) []topicCount {
	least := leastCount
	if page.Hidden {
		least = 1
	}
	var rows []topicCount
	for _, topic := range s.Remarks.Lexicon.All() {
		if counts[topic.ID] < least || topic.Signal && !page.Hidden {
			continue
		}
		q := page.Query
		q.Topic = topic.ID
		rows = append(rows, topicCount{topic.Name.In(l.Code), "?" + q.encode(), int64(counts[topic.ID]), topic.Signal, topic.ID == page.Query.Topic})
	}
	return rows
}

// sections puts remarks under their days, or under their months for those who
// may not see more.
func (s *Server) sections(remarks []remark.Remark, hidden bool, l *i18n.Language) []commentSection {
	var sections []commentSection
	for i := range remarks {
		title := l.T("comments.month", "Month", l.Month(remarks[i].Day.Month()))
		if hidden {
			title = l.Date(remarks[i].Day)
		}
		if len(sections) == 0 || sections[len(sections)-1].Title != title {
			sections = append(sections, commentSection{Title: title})
		}
		last := &sections[len(sections)-1]
		last.Comments = append(last.Comments, s.commentView(&remarks[i], hidden, l))
	}
	return sections
}

// topicChoices offers the topics, and the signals to those who see all.
func (s *Server) topicChoices(current comment.TopicID, signals bool, l *i18n.Language) []choice {
	choices := []choice{{"", l.T("comments.all_topics"), current == ""}}
	for _, topic := range s.Remarks.Lexicon.All() {
		if !topic.Signal || signals || topic.ID == current {
			choices = append(choices, choice{string(topic.ID), topic.Name.In(l.Code), topic.ID == current})
		}
	}
	return choices
}

// stateWords name what the office has decided.
var stateWords = map[comment.Check]string{
	comment.Unchecked: "comments.unchecked",
	comment.Released:  "comments.released",
	comment.Withheld:  "comments.withheld",
}

func stateChoices(current comment.Check, l *i18n.Language) []choice {
	states := []comment.Check{comment.Unchecked, comment.Released, comment.Withheld}
	return choicesOf(l.T("comments.all_states"), string(current), states, func(s comment.Check) (string, string) { return string(s), l.T(stateWords[s]) })
}

// policyWords say when an agency reads what.
var policyWords = map[comment.Policy]string{
	comment.AtOnce:       "comments.at_once",
	comment.AfterCheck:   "comments.after_check",
	comment.AfterQuarter: "comments.after_quarter",
}

// DashboardURL returns the way back to the figures.
func (p commentsPage) DashboardURL() string {
	return "/dashboard/" + p.Agency.Code + "?" + p.Query.query.encode()
}

// QueueURL leads to what the office has to check of this agency.
func (p commentsPage) QueueURL() string { return "/office/comments?kind=all&agency=" + p.Agency.Code }

// Searched says whether the page is narrowed by words or a topic.
func (p commentsPage) Searched() bool { return p.Query.Words != "" || p.Query.Topic != "" }

// AllURL leads to the same selection without words and topic.
func (p commentsPage) AllURL() string { return "?" + p.Query.query.encode() }
