package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/period"
	"hailong/internal/rating"
	"hailong/internal/response"
	"hailong/internal/store"

	"github.com/gofiber/fiber/v2"
)

// answerLine is one counted answer as a program reads it: what import
// responses takes, without the key that it was sent under. Lines come by day,
// then by agency, then in an order that says nothing of the hour.
type answerLine struct {
	Agency  string           `json:"agency"`
	Counter string           `json:"counter"`
	Service string           `json:"service"`
	Channel response.Channel `json:"channel"`
	Day     calendar.Day     `json:"day"`
	Shift   calendar.Shift   `json:"shift"`
	Form    string           `json:"form"`
	Version int              `json:"version"`
	Lang    string           `json:"lang"`
	Answers map[string]any   `json:"answers"`
}

// sendResponses streams the counted answers of a period. Comments are only
// told where they were asked for and the office has released them.
func (s *Server) sendResponses(c *fiber.Ctx) error {
	scan, comments, err := s.scanOf(c)
	if err != nil {
		return asked(err)
	}
	c.Set(fiber.HeaderContentType, "application/x-ndjson")
	c.Set(fiber.HeaderCacheControl, "no-store")
	if c.Method() == fiber.MethodHead {
		return nil
	}
	stream := s.stream(scan, comments, c.Context().Conn())
	if _, err := stream.Peek(1); err != nil && !errors.Is(err, io.EOF) { // before the first line it can still be told
		stream.Close()
		return err
	}
	c.Context().SetBodyStream(stream, -1)
	return nil
}

// scanOf reads the query of a call for answers, and whether comments are
// wanted.
func (s *Server) scanOf(c *fiber.Ctx) (scan store.Scan, comments bool, err error) {
	values, err := arguments(c, "period", "agency", "comments")
	if err != nil {
		return scan, false, err
	}
	id, agency, wanted := values[0], values[1], values[2]
	if err := neededPeriod(id); err != nil {
		return scan, false, err
	}
	if wanted != "" && wanted != "0" && wanted != "1" {
		return scan, false, problem(fiber.StatusUnprocessableEntity, "bad_parameter").with("Name", "comments")
	}
	if err := reach(c, auth.ReadResponses, agency); err != nil {
		return scan, false, err
	}
	if agency != "" && s.Register().Agency(agency) == nil {
		return scan, false, period.ErrAgency
	}
	span, err := rating.ParsePeriod(id)
	return store.Scan{Agency: agency, Range: span.Range}, wanted == "1", err
}

// answerStream is read while the answers are still being scanned.
type answerStream struct {
	*bufio.Reader
	pipe *io.PipeReader
	stop context.CancelFunc
}

// Close ends the scan: the client has all of it, or is gone.
func (a *answerStream) Close() error {
	a.stop()
	return a.pipe.Close()
}

const streamBuffer = 32 << 10

// stream begins a scan that runs as fast as the client reads, with one buffer
// in memory however many answers there are. An error in the middle becomes one
// of the reader, on which the connection ends without the last chunk, so that
// the client does not take a part for the whole.
func (s *Server) stream(scan store.Scan, comments bool, conn net.Conn) *answerStream {
	ctx, stop := context.WithCancel(context.Background())
	pipe, in := io.Pipe()
	go func() {
		defer stop()
		err := s.writeAnswers(ctx, scan, comments, &patient{to: in, conn: conn, now: s.Now})
		if err != nil && !errors.Is(err, io.ErrClosedPipe) && ctx.Err() == nil {
			s.Log.Error("answers broken off", "error", err)
		}
		in.CloseWithError(err) // nil is the end
	}()
	return &answerStream{Reader: bufio.NewReaderSize(pipe, streamBuffer), pipe: pipe, stop: stop}
}

// patient gives the client the whole time of a reply anew for each buffer: a
// long export is not cut as long as it moves.
type patient struct {
	to   io.Writer
	conn net.Conn
	now  func() time.Time
}

func (p *patient) Write(data []byte) (int, error) {
	if err := p.conn.SetWriteDeadline(p.now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return p.to.Write(data)
}

func (s *Server) writeAnswers(ctx context.Context, scan store.Scan, comments bool, to io.Writer) (err error) {
	defer func() {
		if r := recover(); r != nil { // no handler above would catch it
			err = fmt.Errorf("write answers: panic: %v", r)
		}
	}()
	var released map[response.ID]bool
	if comments { // before the scan: each call inside it would need a connection of its own
		if released, err = s.Remarks.Released(ctx, scan.Agency, scan.Range); err != nil {
			return err
		}
	}
	standing, err := s.Review.Standings(ctx, scan.Agency, scan.Range)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(to, streamBuffer)
	lines := json.NewEncoder(out)
	err = s.Store.Scan(ctx, scan, func(r *response.Response) error {
		if standing(r) != response.Released {
			return nil
		}
		line, err := s.lineOf(r, released[r.ID])
		if err != nil {
			return err
		}
		return lines.Encode(line)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// lineOf writes one answer; its comments only where they are to be told.
func (s *Server) lineOf(r *response.Response, comments bool) (answerLine, error) {
	form := s.Forms.Version(r.Form)
	if form == nil {
		return answerLine{}, fmt.Errorf("there is no form %s version %d", r.Form.ID, r.Form.Version)
	}
	line := answerLine{
		Agency: r.Agency, Counter: r.Counter, Service: r.Service, Channel: r.Channel, Day: r.Day, Shift: r.Shift,
		Form: r.Form.ID, Version: r.Form.Version, Lang: r.Lang, Answers: map[string]any{},
	}
	for _, answer := range r.Answers {
		question := form.Question(answer.Question)
		if question != nil && answer.Text != "" && comments {
			line.Answers[answer.Question] = answer.Text
		}
		if question == nil || len(answer.Values) == 0 {
			continue // free text is a comment
		}
		line.Answers[answer.Question] = question.Machine(answer)
	}
	return line, nil
}
