package web

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"hailong/internal/auth"

	"github.com/gofiber/fiber/v2"
)

// keyed is a route for programs: those with an API key that has the scope.
func keyed(scope auth.Scope) access { return access{scope: scope} }

// apiKey is the private key of the API key in a request's locals.
type apiKey struct{}

func keyOf(c *fiber.Ctx) auth.Key {
	key, _ := c.Locals(apiKey{}).(auth.Key)
	return key
}

// countCalls counts the calls of the API by route and status. A line in the
// log for each would bury those of people, as programs ask every few seconds,
// and cost more than the reply: only what changes something or was refused to
// a known key is written there. When a key was last used is in its record.
func (s *Server) countCalls(r route) fiber.Handler {
	fine, silent := s.metrics.calls.WithLabelValues(r.path, "200"), r.method == fiber.MethodGet
	return func(c *fiber.Ctx) error {
		err := c.Next()
		status := c.Response().StatusCode()
		if err == nil && status == fiber.StatusOK && silent {
			fine.Inc()
			return nil
		}
		if err != nil {
			status = problemOf(err).status // the error handler runs after this
		}
		s.metrics.calls.WithLabelValues(r.path, strconv.Itoa(status)).Inc()
		if name := keyOf(c).Name; name != "" && (err != nil || !silent) {
			s.Log.Info("call", "method", r.method, "route", r.path, "status", status, "key", name)
		}
		return err
	}
}

// checkKey lets a request pass only with a key in force that has the scope. A
// session's cookie opens nothing here: it would come along with what another
// site's page makes a browser send.
func (s *Server) checkKey(scope auth.Scope) fiber.Handler {
	return func(c *fiber.Ctx) error {
		secret := bearer(c)
		if secret == "" {
			return refuseKey(c, `Bearer realm="hailong"`, problem(fiber.StatusUnauthorized, "key_missing"))
		}
		var patience lateContext
		defer patience.end()
		key, err := s.Keys.Check(&patience, secret)
		switch {
		case errors.Is(err, auth.ErrKeyUnknown):
			return refuseKey(c, invalidToken, problem(fiber.StatusUnauthorized, "key_unknown"))
		case errors.Is(err, auth.ErrKeyRevoked):
			return refuseKey(c, invalidToken, problem(fiber.StatusUnauthorized, "key_revoked"))
		case err != nil:
			return err
		}
		c.Locals(apiKey{}, key)
		if !slices.Contains(key.Scopes, scope) {
			challenge := `Bearer realm="hailong", error="insufficient_scope", scope="` + string(scope) + `"`
			return refuseKey(c, challenge, problem(fiber.StatusForbidden, "key_scope").with("Scope", string(scope)))
		}
		return c.Next()
	}
}

// lateContext is the context of a handler's work whose time begins when
// somebody first waits: most keys are checked in memory, and a timer for each
// call would cost more than that.
type lateContext struct {
	begin  sync.Once
	under  context.Context
	cancel context.CancelFunc
}

func (l *lateContext) started() context.Context {
	l.begin.Do(func() { l.under, l.cancel = work() })
	return l.under
}

// Deadline begins the time.
func (l *lateContext) Deadline() (time.Time, bool) { return l.started().Deadline() }

// Done begins the time.
func (l *lateContext) Done() <-chan struct{} { return l.started().Done() }

// Err begins the time.
func (l *lateContext) Err() error { return l.started().Err() }

// Value has none.
func (l *lateContext) Value(any) any { return nil }

func (l *lateContext) end() {
	if l.cancel != nil {
		l.cancel()
	}
}

const invalidToken = `Bearer realm="hailong", error="invalid_token"`

// refuseKey says in the header of RFC 6750 why a key does not open the route.
func refuseKey(c *fiber.Ctx, challenge string, err error) error {
	c.Set(fiber.HeaderWWWAuthenticate, challenge)
	return err
}

// bearer returns what stands behind "Bearer" in the Authorization header, "" for
// nothing.
func bearer(c *fiber.Ctx) string {
	scheme, rest, _ := bytes.Cut(c.Request().Header.Peek(fiber.HeaderAuthorization), []byte(" "))
	if !bytes.EqualFold(scheme, []byte("Bearer")) {
		return ""
	}
	return string(bytes.TrimSpace(rest))
}

// reach refuses a key that belongs to one agency and asks for another one, or
// for all of them. It is asked before anything is looked up, so that such a
// key does not learn which agencies there are.
func reach(c *fiber.Ctx, scope auth.Scope, agency string) error {
	key := keyOf(c)
	if !key.May(scope, agency) {
		return problem(fiber.StatusForbidden, "key_agency").with("Agency", key.Agency)
	}
	return nil
}
