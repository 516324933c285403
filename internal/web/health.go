package web

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
)

func (s *Server) serveAsset(c *fiber.Ctx) error { return s.assets.serve(c) }

// live says that the process answers. It never touches the store.
func (s *Server) live(c *fiber.Ctx) error { return c.SendString("ok\n") }

// ready says that the store can be reached, is migrated and takes writes.
func (s *Server) ready(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if s.draining.Load() {
		return c.Status(fiber.StatusServiceUnavailable).SendString("shutting down\n")
	}
	if err := s.Store.Ping(ctx); err != nil {
		s.Log.Error("not ready", "error", err)
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(busySeconds))
		return c.Status(fiber.StatusServiceUnavailable).SendString("the store cannot be reached\n")
	}
	return c.SendString("ok\n")
}

// Drain makes /readyz say no, so that a balancer sends no new requests.
func (s *Server) Drain() { s.draining.Store(true) }
