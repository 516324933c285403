package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/response"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// deviceCookie holds a random value without meaning, for one day: by it the
// checks notice one phone that answers again and again. It is never stored.
const deviceCookie = "hailong_device"

// markDevice gives a phone that has none its cookie, until midnight here.
func (s *Server) markDevice(c *fiber.Ctx) {
	if deviceOf(c) != "" {
		return
	}
	now := s.Now()
	midnight := (calendar.Of(now, s.Location) + 1).Midnight(s.Location)
	cookie := fasthttp.AcquireCookie()
	defer fasthttp.ReleaseCookie(cookie)
	cookie.SetKey(deviceCookie)
	cookie.SetValue(response.NewSubmission())
	cookie.SetPath("/")
	cookie.SetMaxAge(int(midnight.Sub(now).Seconds()) + 1) // 0 would be until the browser ends
	cookie.SetHTTPOnly(true)
	cookie.SetSameSite(fasthttp.CookieSameSiteLaxMode)
	cookie.SetSecure(s.overHTTPS())
	c.Response().Header.SetCookie(cookie)
}

// deviceOf returns the value of the device cookie, "" when there is none that
// was made here.
func deviceOf(c *fiber.Ctx) string {
	value := c.Request().Header.Cookie(deviceCookie)
	if len(value) != keyLength {
		return ""
	}
	return string(value)
}

// arrivalOf gathers what the checks look at for a moment.
func (s *Server) arrivalOf(c *fiber.Ctx) collect.Arrival {
	return collect.Arrival{Device: deviceOf(c), Address: clientAddress(c, s.TrustedProxies), Opened: s.stamps.read(openedOf(c))}
}

// openedOf returns the field of a form that says when its page was made.
func openedOf(c *fiber.Ctx) []byte {
	if mediaOf(c) != fiber.MIMEApplicationForm {
		return nil
	}
	return c.Request().PostArgs().Peek("opened")
}

// stamps writes into a page when it was made, and reads that back. A stamp is
// sealed with a secret of this process and day, so that nobody can backdate
// one; one of another instance or of yesterday says nothing.
type stamps struct {
	now      func() time.Time
	location *time.Location

	mu     sync.Mutex
	day    calendar.Day
	secret [sha256.Size]byte
	second uint32
	last   []byte // the stamp of that second
}

// A stamp is the second, unsigned from 1970 on, and the beginning of its
// HMAC-SHA256 (RFC 2104): as long as a key, so that both fit one page.
const (
	stampTime = 4  // bytes
	stampMAC  = 12 // bytes; 96 bits, which nobody can guess in a day
)

func newStamps(now func() time.Time, location *time.Location) *stamps {
	return &stamps{now: now, location: location}
}

// make returns the stamp of this moment. It is only to be read.
func (s *stamps) make() []byte {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	if second := uint32(now.Unix()); s.last == nil || second != s.second {
		s.second, s.last = second, base64.RawURLEncoding.AppendEncode(nil, s.sealed(second))
	}
	return s.last
}

// turn changes the secret with the day.
func (s *stamps) turn(now time.Time) {
	if day := calendar.Of(now, s.location); s.last == nil || day != s.day {
		s.day, s.last = day, nil
		rand.Read(s.secret[:]) // never fails: the runtime stops the program instead
	}
}

func (s *stamps) sealed(second uint32) []byte {
	stamp := binary.BigEndian.AppendUint32(make([]byte, 0, stampTime+sha256.Size), second)
	mac := hmac.New(sha256.New, s.secret[:])
	mac.Write(stamp)
	return mac.Sum(stamp)[:stampTime+stampMAC]
}

// read returns the moment of a stamp, the zero value for anything that this
// process did not write today.
func (s *stamps) read(text []byte) time.Time {
	var stamp [stampTime + stampMAC]byte
	if len(text) != keyLength {
		return time.Time{}
	}
	if n, err := base64.RawURLEncoding.Decode(stamp[:], text); err != nil || n != len(stamp) {
		return time.Time{}
	}
	second := binary.BigEndian.Uint32(stamp[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || calendar.Of(s.now(), s.location) != s.day || !hmac.Equal(stamp[:], s.sealed(second)) {
		return time.Time{}
	}
	return time.Unix(int64(second), 0)
}
