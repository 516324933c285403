package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"hailong/internal/app"
	"hailong/internal/audit"
	"hailong/internal/config"
	"hailong/internal/document"
	"hailong/internal/org"
	"hailong/internal/ticket"
	"hailong/internal/web"
)

type ticketCommands struct {
	Print ticketPrint `cmd:"" help:"Issue tickets and write sheets of slips to cut out."`
}

type ticketPrint struct {
	config.Data
	PublicURL string `name:"public-url" help:"Address that citizens' phones see; it is what the codes hold. Default: http://127.0.0.1:8080." placeholder:"URL"`
	Counter   string `required:"" help:"Link of the counter." placeholder:"LINK"`
	Service   string `help:"Code of the service that the tickets are for; without it people may say." placeholder:"CODE"`
	Count     int    `required:"" help:"Number of tickets, 1 to 1000; a page holds 21." placeholder:"N"`
	Days      int    `default:"30" help:"Number of days that they work from today on, 1 to 366." placeholder:"N"`
	Out       string `required:"" help:"PDF file to write. Whoever has it can use the tickets." type:"path" placeholder:"FILE"`
}

// Validate checks all settings at once.
func (p *ticketPrint) Validate() error {
	settings := p.http()
	err := errors.Join(p.Data.Validate(), settings.Validate())
	if p.Count < 1 || p.Count > ticket.MaxCount {
		err = errors.Join(err, fmt.Errorf("--count: %w", ticket.ErrCount))
	}
	if p.Days < 1 || p.Days > ticket.MaxDays {
		err = errors.Join(err, fmt.Errorf("--days: %w", ticket.ErrDays))
	}
	return err
}

func (p *ticketPrint) http() config.HTTP {
	return config.HTTP{PublicURL: p.PublicURL, Listen: "127.0.0.1:8080"}
}

// Run issues the tickets and writes the file. It opens the file first: tickets
// that cannot be written would be lost.
func (p *ticketPrint) Run(c *console) error {
	a, err := c.open(p.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	place, err := p.place(a)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(p.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("--out: %s is there already; name another file, or remove it", p.Out)
	}
	if err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	issued, err := p.write(c, a, place, file)
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(p.Out))
	}
	c.printf("%s: %d tickets of %s, %s, good through %s\n", p.Out, len(issued), place.Agency.Name, place.Counter.Name, issued[0].Expires)
	return nil
}

// place finds the counter, which must take answers now or later and have the
// service.
func (p *ticketPrint) place(a *app.App) (org.Place, error) {
	link, ok := org.CanonicalLink(p.Counter)
	place, known := a.Register.Current().Place(link)
	switch {
	case !ok || !known || place.Retired || place.Counter == nil:
		return place, fmt.Errorf("no counter has the link %q; hailong org list tells which there are", p.Counter)
	case place.EndedBefore(a.Ledger.Today()):
		return place, fmt.Errorf("counter %s of %s takes no answers any more", place.Counter.Code, place.Agency.Code)
	case p.Service != "" && place.Agency.Service(p.Service) == nil:
		return place, fmt.Errorf("%s has no service %q; hailong org export tells which it has", place.Agency.Code, p.Service)
	}
	return place, nil
}

func (p *ticketPrint) write(c *console, a *app.App, place org.Place, file *os.File) ([]ticket.Issued, error) {
	settings := p.http()
	if p.PublicURL == "" {
		c.log.Warn("no --public-url: the codes lead to an address that phones cannot reach; do not hand them out", "url", settings.Public())
	}
	where := ticket.For{Agency: place.Agency.Code, Counter: place.Counter.Code, Service: p.Service}
	issued, err := a.Tickets.Issue(c.ctx, where, p.Count, p.Days)
	if err != nil {
		return nil, err
	}
	subject, detail := web.IssueNote(where, issued)
	if err := c.note(a, audit.TicketIssue, subject, detail); err != nil {
		return nil, err
	}
	var sheets bytes.Buffer
	if err := document.Slips(&sheets, web.Slips(settings.Public(), place, p.Service, issued)); err != nil {
		return nil, err
	}
	_, err = file.Write(sheets.Bytes())
	return issued, err
}
