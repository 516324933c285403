package quality

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"net/netip"
	"sync"
	"unicode"
	"unicode/utf8"

	"hailong/internal/calendar"
	"hailong/internal/response"
)

const secretLength = 32 // bytes

// today is what dies with the day: the secret and what devices did.
type today struct {
	day     calendar.Day
	holiday bool
	secret  [secretLength]byte
	devices devices
	pages   pages
}

func newToday(day calendar.Day, holiday bool) *today {
	t := &today{day: day, holiday: holiday}
	rand.Read(t.secret[:]) // never fails: the runtime stops the program instead
	return t
}

// What is hashed, so that the same bytes in two places do not match.
const (
	ofDevice byte = iota
	ofAddress
	ofComment
	ofPage
)

// longestHashed is how much of a value enters its digest. Device cookies are
// far shorter; comments that agree in so many bytes are the same.
const longestHashed = 512

// digest returns 64 bits of SHA-256 over the day's secret and the value, 0 for
// an empty one. The secret comes first and most of the digest is cut off, so
// the weakness that HMAC guards against (a digest extended by who does not
// know the secret) is none here, at half the price.
func digest[T string | []byte](secret *[secretLength]byte, what byte, value T) uint64 {
	if len(value) == 0 {
		return 0
	}
	var buffer [secretLength + 1 + longestHashed]byte
	n := copy(buffer[:], secret[:])
	buffer[n] = what
	n += 1 + copy(buffer[n+1:], value)
	sum := sha256.Sum256(buffer[:n])
	return binary.LittleEndian.Uint64(sum[:]) | 1 // never 0, which is unknown
}

// address returns the digest of a client's address. A network of IPv6 counts as
// one, since a device changes its place in there at will.
func (t *today) address(a netip.Addr) uint64 {
	if !a.IsValid() {
		return 0
	}
	bytes := a.As16()
	if a.Unmap().Is4() {
		return digest(&t.secret, ofAddress, bytes[:])
	}
	return digest(&t.secret, ofAddress, bytes[:8])
}

// comment returns the digest of the letters of what was written, and how many
// there are. Case, spaces, digits and signs are left out, so that a copy with a
// full stop more is still a copy.
func (t *today) comment(r *response.Response) (words uint64, letters int) {
	var buffer [longestHashed]byte
	n := 0
	for i := range r.Answers {
		for _, c := range r.Answers[i].Text {
			if !unicode.IsLetter(c) {
				continue
			}
			letters++
			if n+utf8.UTFMax <= len(buffer) {
				n += utf8.EncodeRune(buffer[n:], unicode.ToLower(c))
			}
		}
	}
	return digest(&t.secret, ofComment, buffer[:n]), letters
}

// The bounds of what is kept of devices: some hundred thousand of them.
const (
	deviceShards    = 64 // a power of 2
	devicesPerShard = 2048
	visitsKept      = 8 // of one device
)

// devices are those seen today. Where a flood of made-up ones fills a shard,
// any other makes room: a real one is then unknown again, and passes.
type devices [deviceShards]struct {
	mu   sync.Mutex
	seen map[uint64]*sightings
}

// sightings are the last answers of one device.
type sightings struct {
	n      int // of visits
	visits [visitsKept]visit
}

// visit is one answer of a device.
type visit struct {
	id      response.ID
	at      int64 // Unix milliseconds
	counter uint32
	told    bool // held already
}

// note adds an answer and returns what is known of its device, this answer
// last; nothing when it has none or is the kiosk's.
func (d *devices) note(t *trace, counter uint32) sightings {
	if t.device == 0 || t.kind.has(kiosk) {
		return sightings{}
	}
	shard := &d[t.device>>1%deviceShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	s := shard.seen[t.device]
	if s == nil {
		if shard.seen == nil {
			shard.seen = map[uint64]*sightings{}
		}
		if len(shard.seen) >= devicesPerShard {
			for one := range shard.seen {
				delete(shard.seen, one)
				break
			}
		}
		s = new(sightings)
		shard.seen[t.device] = s
	}
	if s.n == visitsKept {
		s.n = copy(s.visits[:], s.visits[1:])
	}
	s.visits[s.n] = visit{id: t.id, at: t.at, counter: counter}
	s.n++
	return *s
}

// tell notes that all answers of the device are held.
func (d *devices) tell(device uint64) {
	shard := &d[device>>1%deviceShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if s := shard.seen[device]; s != nil {
		for i := range s.visits[:s.n] {
			s.visits[i].told = true
		}
	}
}

// caught says whether an answer of the device was held for what the device did.
func (s *sightings) caught() bool { return s.n > 0 && s.visits[0].told }

// here counts the answers at one counter.
func (s *sightings) here(counter uint32) int { return s.since(math.MinInt64, counter) }

// since counts those that came in at the instant or later.
func (s *sightings) since(instant int64, counter uint32) (n int) {
	for i := range s.visits[:s.n] {
		if s.visits[i].counter == counter && s.visits[i].at >= instant {
			n++
		}
	}
	return n
}

// places counts the counters since the instant.
func (s *sightings) places(since int64) (n int) {
	for i := range s.visits[:s.n] {
		first := s.visits[i].at >= since
		for k := range i {
			first = first && (s.visits[k].counter != s.visits[i].counter || s.visits[k].at < since)
		}
		if first {
			n++
		}
	}
	return n
}
