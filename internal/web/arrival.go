package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"sync"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/response"

	"github.com/gofiber/fiber/v2"
)

// deviceCookie holds a random value without meaning, for one day: by it the
// checks notice one phone that answers again and again. It is never stored.
const deviceCookie = "hailong_device"

// markDevice gives a phone that has none its cookie, until midnight here. Each
// page to a new phone does, so the line is written without the library's
// detours.
func (s *Server) markDevice(c *fiber.Ctx) {
	if deviceOf(c) != "" {
		return
	}
	now := s.Now()
	midnight := (calendar.Of(now, s.Location) + 1).Midnight(s.Location)
	line := append(make([]byte, 0, 128), deviceCookie+"="...)
	line = append(append(line, response.NewSubmission()...), "; max-age="...)
	line = strconv.AppendInt(line, int64(midnight.Sub(now)/time.Second)+1, 10) // 0 would be until the browser ends
	line = append(line, "; path=/; HttpOnly; SameSite=Lax"...)
	if s.overHTTPS() {
		line = append(line, "; secure"...)
	}
	c.Response().Header.SetCanonical([]byte(fiber.HeaderSetCookie), line)
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

// noteArrival gathers what the checks look at for a moment. A stamp that says
// nothing is dropped.
func (s *Server) noteArrival(c *fiber.Ctx, in *incoming) {
	in.Arrival = collect.Arrival{Address: clientAddress(c, s.TrustedProxies), Opened: s.stamps.read(in.opened)}
	if in.Arrival.Opened.IsZero() {
		in.opened = ""
	}
	in.Arrival.Page = in.opened
	if !in.way.kiosk { // everybody's tablet is nobody's device
		in.Arrival.Device = deviceOf(c)
	}
}

// stamps writes into a page when it was made, and reads that back. A stamp is
// sealed with a secret of this process and day, so that nobody can backdate
// one; one of another instance or of yesterday says nothing. No two pages have
// the same one.
type stamps struct {
	now      func() time.Time
	location *time.Location

	mu     sync.Mutex
	day    calendar.Day
	seal   cipher.Block // with the secret of the day; nil: none was made yet
	number uint32       // of the last page
}

// A stamp is one block of AES (FIPS 197): the second, unsigned from 1970 on,
// the page's number, and zeros. Without the secret nobody can make a block that
// opens with 64 zeros, nor find out how many pages there were. It is as long as
// a key, so that both fit one page.
const (
	stampTime   = 4 // bytes
	stampNumber = 4
	stampLength = aes.BlockSize
)

func newStamps(now func() time.Time, location *time.Location) *stamps {
	return &stamps{now: now, location: location}
}

// make returns the stamp of a page that is made now.
func (s *stamps) make() []byte {
	now := s.now()
	s.mu.Lock()
	s.turn(now)
	s.number++
	seal, number := s.seal, s.number
	s.mu.Unlock()
	var stamp [stampLength]byte
	binary.BigEndian.PutUint32(stamp[:], uint32(now.Unix()))
	binary.BigEndian.PutUint32(stamp[stampTime:], number)
	seal.Encrypt(stamp[:], stamp[:])
	return base64.RawURLEncoding.AppendEncode(nil, stamp[:])
}

// turn changes the secret with the day.
func (s *stamps) turn(now time.Time) {
	if day := calendar.Of(now, s.location); s.seal == nil || day != s.day {
		var secret [16]byte
		rand.Read(secret[:]) // never fails: the runtime stops the program instead
		seal, err := aes.NewCipher(secret[:])
		if err != nil {
			panic("web: sixteen bytes are a key of AES: " + err.Error())
		}
		s.day, s.seal = day, seal
	}
}

// read returns the moment of a stamp, the zero value for anything that this
// process did not write today.
func (s *stamps) read(text string) time.Time {
	var stamp [stampLength]byte
	if len(text) != keyLength {
		return time.Time{}
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(stamp[:], []byte(text)); err != nil || n != len(stamp) {
		return time.Time{}
	}
	s.mu.Lock()
	seal, day := s.seal, s.day
	s.mu.Unlock()
	if seal == nil || calendar.Of(s.now(), s.location) != day {
		return time.Time{}
	}
	seal.Decrypt(stamp[:], stamp[:])
	if binary.BigEndian.Uint64(stamp[stampTime+stampNumber:]) != 0 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint32(stamp[:])), 0)
}
