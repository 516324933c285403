package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"hailong/internal/app"
	"hailong/internal/config"
)

type serveCommand struct {
	config.Data
	config.HTTP
}

// Validate checks both groups of settings, which Go would otherwise find
// ambiguous.
func (s *serveCommand) Validate() error {
	if err := s.Data.Validate(); err != nil {
		return err
	}
	return s.HTTP.Validate()
}

func (s *serveCommand) Run(c *console) error {
	a, err := c.create(s.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	if s.PublicURL == "" {
		c.log.Warn("no --public-url: QR codes lead to the listening address, which phones cannot reach", "url", s.Public())
	}
	if len(a.Register.Current().Agencies()) == 0 {
		c.log.Warn("the register is empty: import one with hailong org import FILE")
	}
	return a.Serve(c.ctx, app.Service{HTTP: s.HTTP})
}

type healthcheckCommand struct {
	Listen string `default:"127.0.0.1:8080" help:"Address that the service listens on." placeholder:"ADDR"`
}

func (h *healthcheckCommand) Run(c *console) error {
	host, port, err := net.SplitHostPort(h.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %q is not HOST:PORT", h.Listen)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	target := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port), Path: "/readyz"}
	client := http.Client{Timeout: 5 * time.Second}
	reply, err := client.Get(target.String())
	if err != nil {
		return fmt.Errorf("not reachable: %w", err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", target.String(), reply.Status)
	}
	c.printf("ready\n")
	return nil
}

// version is the release; the build adds the revision.
const version = "0.1.0-dev"

type versionCommand struct{}

func (versionCommand) Run(c *console) error {
	text := version
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				text += " (" + setting.Value[:12] + ")"
			}
		}
		text += " " + info.GoVersion
	}
	c.printf("hailong %s\n", text)
	return nil
}
