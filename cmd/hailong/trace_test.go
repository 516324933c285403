package main_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/response"
	"hailong/internal/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// remains is everything that a session may have left behind, by name.
type remains map[string][]byte

// everythingOf reads the files of an SQLite database, or every document of a
// MongoDB, as they lie there.
func everythingOf(t *testing.T, db string) remains {
	t.Helper()
	all := remains{}
	path, isFile := strings.CutPrefix(db, "sqlite:")
	if !isFile {
		inMongo(t, db, func(d *mongo.Database) { all = dump(t, d) })
		return all
	}
	for _, ending := range []string{"", "-wal", "-shm", "-journal"} {
		content, err := os.ReadFile(path + ending)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		all["hailong.db"+ending] = content
	}
	return all
}

func inMongo(t *testing.T, db string, do func(*mongo.Database)) {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(db))
	must(t, err)
	uri, err := url.Parse(db)
	must(t, err)
	do(client.Database(strings.TrimPrefix(uri.Path, "/")))
	must(t, client.Disconnect(t.Context()))
}

// dump returns the documents of each collection, and its description, in BSON.
func dump(t *testing.T, d *mongo.Database) remains {
	t.Helper()
	all := remains{}
	names, err := d.ListCollectionNames(t.Context(), bson.D{})
	must(t, err)
	for _, name := range names {
		cursor, err := d.Collection(name).Find(t.Context(), bson.D{})
		must(t, err)
		var documents []bson.Raw
		must(t, cursor.All(t.Context(), &documents))
		for _, document := range documents {
			all["collection "+name] = append(all["collection "+name], document...)
		}
	}
	return all
}

// withoutIDs blanks the ids of the responses, whose bytes are random: somewhere
// in them any short pattern may stand.
func (all remains) withoutIDs(ids []response.ID) remains {
	blanked := maps.Clone(all)
	for name, content := range blanked {
		for _, id := range ids {
			content = bytes.ReplaceAll(content, id[:], make([]byte, len(id)))
		}
		blanked[name] = content
	}
	return blanked
}

// finds reports each of the patterns that stands somewhere.
func (all remains) finds(t *testing.T, patterns map[string][]byte) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for what, pattern := range patterns {
			if at := bytes.Index(all[name], pattern); at >= 0 {
				t.Errorf("%s holds %s at byte %d: %q", name, what, at, all[name][max(0, at-40):min(len(all[name]), at+60)])
			}
		}
	}
}

// spellings returns a value as it is and in the ways in which a program might
// keep it, digests among them: of a value that can be guessed, such as an
// address, a digest is as good as the value.
func spellings(what, value string) map[string][]byte {
	all := map[string][]byte{}
	for _, v := range []string{value, strings.ToLower(value), strings.ToUpper(value), strings.TrimSpace(value)} {
		add := func(how string, pattern []byte) { all[fmt.Sprintf("%s (%q, %s)", what, v, how)] = pattern }
		add("plain", []byte(v))
		add("in a query", []byte(url.QueryEscape(v)))
		add("in a path", []byte(url.PathEscape(v)))
		add("hexadecimal", []byte(hex.EncodeToString([]byte(v))))
		add("HEXADECIMAL", []byte(strings.ToUpper(hex.EncodeToString([]byte(v)))))
		for shift := range 3 { // where it begins within a longer text
			encoded := base64.StdEncoding.EncodeToString(append(make([]byte, shift), v...))
			add(fmt.Sprintf("base64 from %d", shift), []byte(encoded[4:len(encoded)-4]))
		}
		sum256, sum1, sum5, sum512 := sha256.Sum256([]byte(v)), sha1.Sum([]byte(v)), md5.Sum([]byte(v)), sha512.Sum512([]byte(v))
		for how, sum := range map[string][]byte{"SHA-256": sum256[:8], "SHA-1": sum1[:8], "MD5": sum5[:8], "SHA-512": sum512[:8]} {
			add(how, sum)
			add(how+" in hexadecimal", []byte(hex.EncodeToString(sum)))
			add(how+" in base64", []byte(base64.StdEncoding.EncodeToString(sum)[:10]))
		}
	}
	if address, err := netip.ParseAddr(value); err == nil {
		all[what+" (bytes)"] = address.AsSlice()
		mapped := address.As16()
		sum := sha256.Sum256(address.AsSlice())
		mappedSum := sha256.Sum256(mapped[:])
		all[what+" (SHA-256 of its bytes)"], all[what+" (SHA-256 of its sixteen bytes)"] = sum[:8], mappedSum[:8]
	}
	return all
}

// instants returns the ways in which a program might keep an instant between
// two others more exactly than the day.
func instants(from, to time.Time) map[string][]byte {
	all := map[string][]byte{}
	for at := from.Truncate(time.Second); !at.After(to); at = at.Add(time.Second) {
		seconds := at.Unix()
		add := func(how string, pattern []byte) {
			all[fmt.Sprintf("the instant %s (%s)", at.Format(time.TimeOnly), how)] = pattern
		}
		add("seconds in digits", fmt.Append(nil, seconds))
		add("seconds, big end first", binary.BigEndian.AppendUint32(nil, uint32(seconds)))
		add("seconds, little end first", binary.LittleEndian.AppendUint32(nil, uint32(seconds)))
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("", 7*3600), time.Local} {
			for _, layout := range []string{"15:04:05", "15h04m05"} {
				text := at.In(zone).Format(layout) // of any date and time that is written out
				add(text, []byte(text))
			}
		}
	}
	return all
}

// holdsMillisecond says where a number of milliseconds, microseconds or
// nanoseconds of the time between two instants stands as an integer, with any
// end first; -1: nowhere.
func holdsMillisecond(content []byte, from, to time.Time) int {
	for at := 0; at+8 <= len(content); at++ {
		six := append([]byte{0, 0}, content[at:at+6]...)
		sixLittle := append(slices.Clone(content[at:at+6]), 0, 0)
		for _, n := range []uint64{
			binary.BigEndian.Uint64(six), binary.LittleEndian.Uint64(sixLittle),
			binary.BigEndian.Uint64(content[at:]) / 1e3, binary.LittleEndian.Uint64(content[at:]) / 1e3,
			binary.BigEndian.Uint64(content[at:]) / 1e6, binary.LittleEndian.Uint64(content[at:]) / 1e6,
		} {
			if n >= uint64(from.UnixMilli()) && n <= uint64(to.UnixMilli()) {
				return at
			}
		}
	}
	return -1
}

// noInstant reports every trace of an instant between the two.
func (all remains) noInstant(t *testing.T, from, to time.Time) {
	t.Helper()
	all.finds(t, instants(from, to))
	for name, content := range all {
		if at := holdsMillisecond(content, from, to); at >= 0 {
			t.Errorf("%s holds an instant of the session at byte %d: %x", name, at, content[max(0, at-16):min(len(content), at+24)])
		}
	}
}

func idsOf(t *testing.T, db string) []response.ID {
	t.Helper()
	var ids []response.ID
	for _, r := range stored(t, db) {
		ids = append(ids, r.ID)
	}
	return ids
}

// correlation returns Spearman's coefficient of an order of ids with the order
// in which they came: 1 or -1 is one order, 0 is chance.
func correlation(t *testing.T, order, came []response.ID) float64 {
	t.Helper()
	rank := map[response.ID]int{}
	for i, id := range came {
		rank[id] = i
	}
	if len(order) != len(came) || len(rank) != len(came) {
		t.Fatalf("%d responses in the store, %d came", len(order), len(came))
	}
	squares := 0.0
	for i, id := range order {
		d := float64(i - rank[id])
		squares += d * d
	}
	n := float64(len(came))
	return 1 - 6*squares/(n*(n*n-1))
}

// scanned returns the ids in the order that a store gives.
func scanned(s store.Store, t *testing.T, q store.Scan) []response.ID {
	t.Helper()
	var ids []response.ID
	must(t, s.Scan(t.Context(), q, func(r *response.Response) error {
		ids = append(ids, r.ID)
		return nil
	}))
	return ids
}
