package web

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"
)

// clientAddress returns the address of the client. X-Forwarded-For is believed
// only from trusted proxies, and read from the right: what stands further left
// was written by the client. The address serves limits and is never kept.
func clientAddress(c *fiber.Ctx, trusted []netip.Prefix) netip.Addr {
	peer, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	peer = peer.Unmap()
	if !isTrusted(peer, trusted) {
		return peer
	}
	lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) // a proxy may add a line of its own (RFC 9110, 5.3)
	hops := strings.Split(string(bytes.Join(lines, []byte(","))), ",")
	for _, hop := range slices.Backward(hops) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return peer
		}
		if peer = addr.Unmap(); !isTrusted(peer, trusted) {
			return peer
		}
	}
	return peer
}

func isTrusted(addr netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// clientKey is what limits are kept by: an IPv4 address or an IPv6 /64, which
// is what one household or hall has.
func clientKey(addr netip.Addr) netip.Prefix {
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	prefix, _ := addr.Prefix(bits) // bits fit by construction
	return prefix
}

// maxClients bounds the memory that limits take.
const maxClients = 20_000

// limiter holds each client to a number of submissions a minute. A whole
// minute's worth may come at once.
type limiter struct {
	now       func() time.Time
	perMinute float64 // 0: no limit

	mu      sync.Mutex
	clients map[netip.Prefix]*rate.Limiter
}

func newLimiter(perMinute float64, now func() time.Time) *limiter {
	return &limiter{now: now, perMinute: perMinute, clients: map[netip.Prefix]*rate.Limiter{}}
}

// wait returns how long the client has to wait; 0: it may go on.
func (l *limiter) wait(client netip.Prefix) time.Duration {
	if l.perMinute == 0 {
		return 0
	}
	now := l.now()
	reservation := l.bucket(client).ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay > 0 {
		reservation.CancelAt(now)
	}
	return delay
}

func (l *limiter) bucket(client netip.Prefix) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.clients[client]
	if bucket == nil {
		if len(l.clients) >= maxClients {
			clear(l.clients) // forgetting is generous, and cheaper than growing
		}
		bucket = rate.NewLimiter(rate.Limit(l.perMinute/60), max(1, int(l.perMinute)))
		l.clients[client] = bucket
	}
	return bucket
}
