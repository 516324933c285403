package report

import (
	"context"
	"fmt"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// CommentDay is the comments of one day. Their order says nothing of the hour.
type CommentDay struct {
	Day      calendar.Day
	Comments []Comment
}

// Comment is what one person wrote.
type Comment struct {
	Text    string
	Overall string // the level given to question "overall", "" when blank or not asked
	Counter string // code
	Service string // code, "" when not said
	Shift   calendar.Shift
}

// CommentPage is one page of comments, the latest day first.
type CommentPage struct {
	Days []CommentDay
	Next *store.TextPosition // nil on the last page
}

// Comments reads a page of the comments of an agency.
func Comments(ctx context.Context, texts store.Responses, agency string, f Filter, after *store.TextPosition, size int) (*CommentPage, error) {
	found, err := texts.Texts(ctx, store.Texts{
		Agency: agency, Range: f.Range, Counter: f.Counter, Service: f.Service, Channel: f.Channel,
		After: after, Limit: size + 1,
	})
	if err != nil {
		return nil, fmt.Errorf("comments of %s: %w", agency, err)
	}
	page := new(CommentPage)
	if len(found) > size {
		found = found[:size]
		last := found[size-1]
		page.Next = &store.TextPosition{Day: last.Day, ID: last.ID}
	}
	for i := range found {
		page.add(&found[i])
	}
	return page, nil
}

func (p *CommentPage) add(r *response.Response) {
	if len(p.Days) == 0 || p.Days[len(p.Days)-1].Day != r.Day {
		p.Days = append(p.Days, CommentDay{Day: r.Day})
	}
	day := &p.Days[len(p.Days)-1]
	for _, a := range r.Answers {
		if a.Text != "" {
			day.Comments = append(day.Comments, Comment{Text: a.Text, Overall: overall(r), Counter: r.Counter, Service: r.Service, Shift: r.Shift})
		}
	}
}

func overall(r *response.Response) string {
	for _, a := range r.Answers {
		if a.Question == "overall" && len(a.Values) == 1 {
			return a.Values[0]
		}
	}
	return ""
}
