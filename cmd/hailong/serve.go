package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"hailong/internal/app"
	"hailong/internal/comment"
	"hailong/internal/config"
)

type serveCommand struct {
	config.Data
	config.HTTP
	config.Disclosure
	config.Retention
}

// Validate checks all groups of settings, which Go would otherwise find
// ambiguous.
func (s *serveCommand) Validate() error {
	return errors.Join(s.Data.Validate(), s.HTTP.Validate(), s.Retention.Validate())
}

func (s *serveCommand) Run(c *console) error {
	a, err := c.create(s.Data)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Serve(c.ctx, app.Service{HTTP: s.HTTP, Comments: comment.Policy(s.Comments), Retention: s.Retention.Retention,
		Started: func(net.Listener) { s.warn(c, a) }})
}

// warn tells what is probably not meant.
func (s *serveCommand) warn(c *console, a *app.App) {
	if s.PublicURL == "" {
		c.log.Warn("no --public-url: QR codes lead to the listening address, which phones cannot reach", "url", s.Public())
	}
	if len(a.Register.Current().Agencies()) == 0 {
		c.log.Warn("the register is empty: import one with hailong org import FILE")
	}
}

type healthcheckCommand struct {
	Listen string `default:"127.0.0.1:8080" help:"Address that the service listens on." placeholder:"ADDR"`
}

// Validate checks all settings at once.
func (h *healthcheckCommand) Validate() error {
	if _, _, err := net.SplitHostPort(h.Listen); err != nil {
		return fmt.Errorf("--listen: %q is not HOST:PORT", h.Listen)
	}
	return nil
}

func (h *healthcheckCommand) Run(c *console) error {
	host, port, err := net.SplitHostPort(h.Listen)
	if err != nil {
		return err // Validate has passed
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	target := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port), Path: "/readyz"}
	client := http.Client{Timeout: 5 * time.Second}
	reply, err := client.Get(target.String())
	if err != nil {
		return fmt.Errorf("no service answers: %w; start hailong serve, or name its address with --listen", err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s answers %s; the log of hailong serve says why", target.String(), reply.Status)
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
