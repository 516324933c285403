package main_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// What a phone, its network and its owner let slip. None of it may be found in
// a store, in a log or in the metrics.
var planted = map[string]string{
	"the address":              "203.0.113.77",
	"the other address":        "2001:db8:5a5a:77:1c2d:3e4f:5061:7283",
	"a hop of the proxy":       "198.51.100.201",
	"the browser":              "ZebraPhone/91.73 (Nguoi Dan; build QK7731)",
	"a cookie":                 "thietbi-4471-kappa-992",
	"the page before":          "https://dichvucong.example/tra-cuu?so=778812",
	"the languages":            "mnn-ZEBRA,vi;q=0.31",
	"a parameter":              "nguon-tin-nhan-5512",
	"a dossier in a header":    "000.00.17.H14-261122-0042",
	"a dossier in the address": "H14.33.08-260915-7719",
	"a dossier in the comment": "000.00.42.H14-261121-0937",
	"a phone in the comment":   "0912 884 731",
	"a request number":         "yeu-cau-55f1c0ffee",
}

// flower is a word that citizens may write and that is kept: it shows that this
// test finds what is there.
const flower = "cúc-quỳ-vàng"

// visitor is a phone that tells too much.
type visitor struct {
	t    *testing.T
	s    *server
	keys []string // of submissions

	given map[string]string // what the server gave the phone, by name
}

// send makes a request with everything planted in it.
func (v *visitor) send(method, path, mediaType, body string, headers ...string) reply {
	v.t.Helper()
	request, err := http.NewRequest(method, v.s.url+path, strings.NewReader(body))
	must(v.t, err)
	for name, value := range map[string]string{
		"X-Forwarded-For": planted["a hop of the proxy"] + ", " + planted["the address"],
		"X-Real-IP":       planted["the address"], "Forwarded": "for=" + planted["the address"], "User-Agent": planted["the browser"],
		"Cookie": "device=" + planted["a cookie"] + "; hailong_device=" + planted["a cookie"], "Referer": planted["the page before"],
		"Accept-Language": planted["the languages"], "X-Ma-Ho-So": planted["a dossier in a header"], "X-Request-Id": planted["a request number"],
	} {
		request.Header.Set(name, value)
	}
	if mediaType != "" {
		request.Header.Set("Content-Type", mediaType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	got, err := newClient().Do(request)
	must(v.t, err)
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	must(v.t, err)
	return reply{got.StatusCode, got.Header, string(content)}
}

// expect sends and demands a status.
func (v *visitor) expect(status int, method, path, mediaType, body string, headers ...string) reply {
	v.t.Helper()
	got := v.send(method, path, mediaType, body, headers...)
	if got.status != status {
		v.t.Errorf("%s %s %s: %d, want %d\n%.300s", method, path, body, got.status, status, got.body)
	}
	return got
}

func (v *visitor) key() string {
	v.keys = append(v.keys, response.NewSubmission())
	return v.keys[len(v.keys)-1]
}

// comment is what a citizen writes who gives away who they are.
func comment() string {
	return fmt.Sprintf("%s, hồ sơ %s, gọi %s", flower, planted["a dossier in the comment"], planted["a phone in the comment"])
}

// visit looks, answers rightly and wrongly, in each way that there is.
func (v *visitor) visit(ticket string) {
	more := "?utm_source=" + planted["a parameter"] + "&ho_so=" + url.QueryEscape(planted["a dossier in the address"])
	asForm := func(key string) string {
		return url.Values{"submission": {key}, "q.overall": {"2"}, "q.reasons": {"slow"}, "q.comment": {comment()}}.Encode()
	}
	asJSON := func(key string) string {
		return fmt.Sprintf(`{"submission":%q,"answers":{"overall":2,"comment":%q}}`, key, comment())
	}
	v.open("/q/" + link)
	v.expect(200, "GET", "/q/"+link+more, "", "")
	v.expect(303, "POST", "/q/"+link+more, formType, asForm(v.key())+"&opened="+url.QueryEscape(v.given["the stamp of the page"]),
		"Cookie", "hailong_device="+v.given["the device cookie"])
	v.expect(201, "POST", "/q/"+link+more, jsonType, asJSON(v.key()))
	v.expect(200, "POST", "/q/"+link, jsonType, asJSON(v.keys[1]))
	v.expect(201, "POST", "/q/"+link, jsonType, asJSON(v.key()), "X-Forwarded-For", planted["the other address"])
	v.expect(422, "POST", "/q/"+link+more, jsonType, `{"submission":"`+v.key()+`","answers":{"overall":9}}`)
	v.expect(422, "POST", "/q/"+link+more, formType, "submission="+v.key()+"&q.overall=7")
	v.expect(415, "POST", "/q/"+link+more, "text/"+planted["a parameter"], comment())
	v.expect(413, "POST", "/q/"+link+more, jsonType, strings.Repeat(" ", 65<<10)+asJSON(v.key()))
	v.expect(404, "GET", "/q/00000000"+more, "", "")
	v.expect(404, "GET", "/"+planted["a parameter"]+"/"+planted["a dossier in a header"], "", "")
	v.expect(405, "DELETE", "/q/"+link+more, "", "")
	v.expect(200, "GET", "/q/"+link+"/thanks"+more, "", "")
	v.expect(200, "GET", "/results"+more, "", "")
	v.expect(200, "GET", ticket+more, "", "")
	v.expect(201, "POST", ticket+more, jsonType, asJSON(v.key()))
	v.expect(410, "POST", ticket+more, jsonType, asJSON(v.key()))
	v.expect(404, "GET", "/t/"+strings.Repeat("0", 20)+more, "", "")
}

// open reads a form as a phone does that was never here, and keeps the cookie
// and the hidden stamp that it is given.
func (v *visitor) open(path string) {
	page := v.expect(200, "GET", path, "", "", "Cookie", "a=b")
	stamp := regexp.MustCompile(`name="opened" value="([^"]+)"`).FindStringSubmatch(page.body)
	cookies := (&http.Response{Header: page.header}).Cookies()
	if stamp == nil || len(cookies) != 1 {
		v.t.Fatalf("the form has no stamp or not one cookie: %v", cookies)
	}
	v.given = map[string]string{"the stamp of the page": stamp[1], "the device cookie": cookies[0].Value}
}

// freePort returns an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// away is how far from the session the instants lie that may be written down.
const away = 3 * time.Second

// held are answers that the checks held in the session: one phone sends so many
// that there have to be some, and what they remember must leave no trace either.
func held(t *testing.T, db string) (n int) {
	t.Helper()
	for _, r := range stored(t, db) {
		if r.Verdict.Held {
			n++
		}
	}
	return n
}

// TestAnonymity plays a session with the real program in which everything is
// planted that could lead to a person, and then looks for it in every byte of
// the store, before and after the program has ended, in all that was logged and
// in the metrics.
func TestAnonymity(t *testing.T) {
	onBothStores(t, func(t *testing.T, db string) {
		found(t, db)
		secret := strings.TrimSpace(succeed(t, "", "key", "add", "one-stop", "--scope=tickets:issue", "--db="+db))
		metrics := freePort(t)
		s := serve(t, db, "--trusted-proxies=127.0.0.1,198.51.100.0/24", "--client-rate=3000", "--metrics-listen="+metrics)
		ticket := issueTickets(t, s, secret, `{"counter":"`+link+`","count":2}`)[0]
		time.Sleep(away)

		v, begun, before := &visitor{t: t, s: s}, time.Now(), s.log.String()
		v.visit(ticket)
		came := v.crowd(250)
		ended := time.Now()
		if after := s.log.String(); after != before {
			t.Errorf("what citizens did was logged:\n%s", strings.TrimPrefix(after, before))
		}
		time.Sleep(away)
		v.work()

		secrets := v.secrets(ticket)
		look := func(all remains) {
			t.Helper()
			all.finds(t, secrets)
			all.withoutIDs(idsOf(t, db)).noInstant(t, begun.Add(-2*time.Second), ended.Add(2*time.Second))
		}
		counts, err := send(newClient(), http.MethodGet, "http://"+metrics+"/metrics", "", "")
		must(t, err)
		if !strings.Contains(counts.body, `hailong_responses_total{outcome="stored"} 254`) {
			t.Errorf("the metrics do not count 254 answers:\n%.2000s", counts.body)
		}
		look(remains{"metrics": []byte(counts.body), "the log": []byte(s.log.String())})
		look(everythingOf(t, db))
		if code := s.stop(); code != 0 {
			t.Errorf("exit %d", code)
		}
		kept := everythingOf(t, db)
		look(kept)
		look(remains{"the log": []byte(s.log.String())})
		if !bytes.Contains(bytes.Join([][]byte{kept["hailong.db"], kept["collection responses"]}, nil), []byte(flower)) {
			t.Error("what citizens wrote is not found: this test would see nothing")
		}
		if held(t, db) == 0 {
			t.Error("the checks noticed nothing: this test did not see them at work")
		}
		checkNoOrder(t, db, kept, came)
	})
}

// crowd answers one after the other and returns the ids in that order.
func (v *visitor) crowd(n int) []response.ID {
	var came []response.ID
	for range n {
		key := v.key()
		v.expect(201, "POST", "/q/7K3M9QXB", jsonType, sheet(key))
		id, err := response.NewID(key)
		must(v.t, err)
		came = append(came, id)
	}
	return came
}

// work is what an official does whose browser tells as much.
func (v *visitor) work() {
	v.t.Helper()
	jar, err := cookiejar.New(nil)
	must(v.t, err)
	login := func(status int, password string) reply {
		form := url.Values{"email": {leader}, "password": {password}}.Encode()
		v.expect(403, "POST", "/login", formType, form) // from the page of another site
		return v.expect(status, "POST", "/login", formType, form, "Referer", v.s.url+"/login?utm_source="+planted["a parameter"])
	}
	login(401, "sai-mat-khau-roi")
	welcome := login(303, password)
	home, err := url.Parse(v.s.url)
	must(v.t, err)
	jar.SetCookies(home, (&http.Response{Header: welcome.header}).Cookies())
	for _, path := range []string{"/dashboard/stp", "/dashboard/stp/comments", "/dashboard/stp/charts/summary.json", "/dashboard/syt"} {
		cookie := jar.Cookies(home)[0]
		v.send("GET", path+"?utm_source="+planted["a parameter"], "", "", "Cookie", cookie.String()+"; device="+planted["a cookie"])
	}
}

// secrets are all spellings of what must not be found.
func (v *visitor) secrets(ticket string) map[string][]byte {
	all := spellings("the ticket", strings.TrimPrefix(ticket, "/t/"))
	for _, values := range []map[string]string{planted, v.given} {
		for what, value := range values {
			maps.Copy(all, spellings(what, value))
		}
	}
	for _, key := range v.keys[:7] { // a digest of it is the answer's id, and leads nowhere
		all["a submission key"+key] = []byte(key)
	}
	return all
}

// chance is the largest correlation that 250 answers in a random order show but
// once in many millions.
const chance = 0.34

// checkNoOrder reads the answers of a counter in every order in which they lie
// in the store.
func checkNoOrder(t *testing.T, db string, kept remains, came []response.ID) {
	t.Helper()
	orders := map[string][]response.ID{}
	withStore(t, db, func(s store.Store) {
		orders["scan"] = scanned(s, t, store.Scan{Agency: "syt", Range: calendar.Range{From: 0, To: 1 << 30}})
	})
	if path, isFile := strings.CutPrefix(db, "sqlite:"); isFile {
		readRows(t, path, orders)
		checkPages(t, kept["hailong.db"], came)
	} else {
		inMongo(t, db, func(d *mongo.Database) { readDocuments(t, d, orders) })
	}
	for how, order := range orders {
		if r := correlation(t, order, came); math.Abs(r) > chance {
			t.Errorf("in the order %q the answers show the order of arrival: %.2f", how, r)
		}
	}
}

// readRows reads a table as it lies there, and along each of its indexes.
func readRows(t *testing.T, path string, orders map[string][]response.ID) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	for _, from := range []string{"responses", "responses INDEXED BY responses_id", "responses NOT INDEXED"} {
		rows, err := db.Query("SELECT id FROM " + from + " WHERE agency = 'syt' AND id >= x'00'")
		must(t, err)
		for rows.Next() {
			var id []byte
			must(t, rows.Scan(&id))
			orders[from] = append(orders[from], response.ID(id))
		}
		must(t, rows.Close())
	}
	if _, err := db.Exec("SELECT rowid FROM responses"); err == nil {
		t.Error("responses have a rowid, which counts arrivals")
	}
}

// checkPages holds the places of answers within the pages of the file against
// the order of arrival.
func checkPages(t *testing.T, file []byte, came []response.ID) {
	t.Helper()
	sum, pairs := 0, 0
	for page := range slices.Chunk(file, 4096) {
		var places []int
		for _, id := range came {
			if at := bytes.Index(page, id[:]); at >= 0 {
				places = append(places, at)
			}
		}
		for i := range places {
			for k := range i {
				pairs++
				if places[k] < places[i] {
					sum++
				} else {
					sum--
				}
			}
		}
	}
	if tau := float64(sum) / float64(max(pairs, 1)); math.Abs(tau) > chance || pairs < 1000 {
		t.Errorf("within the pages of the file the answers show the order of arrival: %.2f over %d pairs", tau, pairs)
	}
}

// readDocuments reads a collection as it comes, along an index and as it lies
// there.
func readDocuments(t *testing.T, d *mongo.Database, orders map[string][]response.ID) {
	t.Helper()
	ways := map[string]*options.FindOptionsBuilder{
		"as it comes": options.Find(), "along an index": options.Find().SetHint("scan"),
		"$natural": options.Find().SetSort(bson.D{{Key: "$natural", Value: 1}}),
	}
	for how, way := range ways {
		cursor, err := d.Collection("responses").Find(t.Context(), bson.D{{Key: "agency", Value: "syt"}}, way)
		must(t, err)
		var documents []struct {
			ID []byte `bson:"_id"`
		}
		must(t, cursor.All(t.Context(), &documents))
		for _, document := range documents {
			orders[how] = append(orders[how], response.ID(document.ID))
		}
	}
}
