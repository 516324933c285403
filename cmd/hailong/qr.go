package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"hailong/internal/config"
	"hailong/internal/document"
	"hailong/internal/org"
	"hailong/internal/survey"
	"hailong/internal/web"
)

type qrCommand struct {
	config.Data
	PublicURL string `name:"public-url" help:"Address that citizens' phones see; it is what the code holds. Default: http://127.0.0.1:8080." placeholder:"URL"`
	Counter   string `xor:"which" required:"" help:"Link of one counter." placeholder:"LINK"`
	Agency    string `xor:"which" required:"" help:"Code of an agency: all its counters." placeholder:"CODE"`
	All       bool   `xor:"which" required:"" help:"All counters of the register."`
	Format    string `default:"pdf" enum:"png,svg,pdf" help:"png, svg or pdf (a printable poster)."`
	Size      string `default:"a5" enum:"a4,a5" help:"Paper of the poster: a4 or a5."`
	Out       string `default:"." help:"Folder to write to; it is made if missing." type:"path" placeholder:"DIR"`
}

// qrPixels is the side of a PNG: sharp at 10 cm in print.
const qrPixels = 1200

// Validate checks all settings at once.
func (q *qrCommand) Validate() error {
	settings := q.http()
	return errors.Join(q.Data.Validate(), settings.Validate())
}

func (q *qrCommand) http() config.HTTP {
	return config.HTTP{PublicURL: q.PublicURL, Listen: "127.0.0.1:8080"}
}

func (q *qrCommand) Run(c *console) error {
	a, err := c.open(q.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	places, err := q.places(a.Register.Current())
	if err != nil {
		return err
	}
	ended := func(place org.Place) bool { return place.EndedBefore(a.Ledger.Today()) }
	if !slices.ContainsFunc(places, func(place org.Place) bool { return !ended(place) }) {
		return errAllEnded
	}
	if err := os.MkdirAll(q.Out, 0o755); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	settings := q.http()
	if q.PublicURL == "" {
		c.log.Warn("no --public-url: the codes lead to an address that phones cannot reach; do not print them", "url", settings.Public())
	}
	for _, place := range places {
		if ended(place) {
			c.log.Warn("left out, as it takes no answers any more", "agency", place.Agency.Code, "counter", place.Counter.Code)
			continue
		}
		if err := q.write(c, a.Forms, settings.Public(), place); err != nil {
			return err
		}
	}
	return nil
}

var errAllEnded = errors.New("nothing was written: none of these counters takes answers any more; hailong org list tells which do")

// places finds the counters meant, in the order of the register.
func (q *qrCommand) places(register *org.Register) ([]org.Place, error) {
	if q.Counter != "" {
		link, ok := org.CanonicalLink(q.Counter)
		place, known := register.Place(link)
		if !ok || !known || place.Retired || place.Counter == nil {
			return nil, fmt.Errorf("no counter has the link %q; hailong org list tells which there are", q.Counter)
		}
		return []org.Place{place}, nil
	}
	if q.Agency != "" && register.Agency(q.Agency) == nil {
		return nil, noAgency(q.Agency)
	}
	var places []org.Place
	agencies := register.Agencies()
	for i := range agencies {
		if q.All || agencies[i].Code == q.Agency {
			places = append(places, agencies[i].Places()...)
		}
	}
	if len(places) == 0 {
		return nil, fmt.Errorf("there is no counter to write a code for; add counters with hailong org import")
	}
	return places, nil
}

func (q *qrCommand) write(c *console, forms *survey.Forms, publicURL string, place org.Place) error {
	content, err := q.content(forms, publicURL, place)
	if err != nil {
		return err
	}
	name := document.FileName(place.Agency.Code, place.Counter.Code, place.Counter.Link) + "." + q.Format
	path := filepath.Join(q.Out, name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		return err
	}
	c.printf("%s\n", path)
	return nil
}

func (q *qrCommand) content(forms *survey.Forms, publicURL string, place org.Place) ([]byte, error) {
	address := publicURL + "/q/" + place.Counter.Link
	switch q.Format {
	case "png":
		return document.PNG(address, qrPixels)
	case "svg":
		return document.SVG(address)
	}
	var out bytes.Buffer
	posters := web.Posters(publicURL, forms, place.Agency, []org.Counter{*place.Counter})
	err := document.Posters(&out, posters, document.Size(q.Size))
	return out.Bytes(), err
}
