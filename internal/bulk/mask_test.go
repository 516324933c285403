package bulk_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hailong/internal/bulk"
	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/ledger"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/sqlite"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/survey"

	"go.mongodb.org/mongo-driver/v2/bson"
	drivers "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// planted is personal data that a comment may hold, by its kind.
var planted = map[string]string{
	"phone":   "0912 345 678",
	"id":      "067204001234",
	"email":   "teo.nguyen@example.vn",
	"dossier": "H16.7.12-250905-0033",
	"plate":   "48A-123.45",
	"name":    "Nguyễn Văn Tèo",
}

// telling is a comment with all of it, and a word that proves that the search
// of the raw store finds what is there.
var telling = fmt.Sprintf("kiểm chứng: tôi là %s, CCCD %s, gọi %s, thư %s, hồ sơ %s, xe %s",
	planted["name"], planted["id"], planted["phone"], planted["email"], planted["dossier"], planted["plate"])

const proof = "kiểm chứng"

// TestNothingPersonalIsStored sends the comment by the live way and in a file,
// and looks for it in the bytes of the store.
func TestNothingPersonalIsStored(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		folder := t.TempDir()
		db, err := sqlite.Open(t.Context(), filepath.Join(folder, "hailong.db"))
		must(t, err)
		t.Cleanup(func() { must(t, db.Close()) })
		fill(t, db)
		check(t, filesOf(t, folder))
	})
	t.Run("mongodb", func(t *testing.T) {
		uri := engine.MongoDB(t)
		db, err := mongo.Open(t.Context(), uri)
		must(t, err)
		t.Cleanup(func() { must(t, db.Close()) })
		fill(t, db)
		check(t, documentsOf(t, uri))
	})
}

// fill stores the comment once by each way.
func fill(t *testing.T, db store.Store) {
	t.Helper()
	form, register := forms.Current("mot-cua"), registerOf(4)
	agency := register.Agency("a0")
	collector := collect.New(db, words, 1, now, vietnam)
	_, err := collector.Accept(t.Context(), collect.Submission{
		Key: strings.Repeat("live", 6), Place: org.Place{Agency: agency, Counter: agency.Counter("q1")}, Channel: response.QR,
		Form: form, Lang: "vi", Given: survey.Given{"overall": {"2"}, "comment": {telling}},
	})
	must(t, err)
	collector.Close()
	importer := &bulk.Importer{Pins: db, Ledger: ledger.New(db, now, vietnam), Register: register, Forms: forms, Lexicon: words}
	file := fmt.Sprintf(`{"submission":"filefilefilefilefilefile","agency":"a0","counter":"q1","service":null,"channel":"paper","day":"2026-11-02","shift":"am","form":"mot-cua","version":%d,"lang":"vi","answers":{"overall":2,"comment":%q}}`,
		form.Version, telling)
	plan, err := importer.Check(t.Context(), "x.ndjson", strings.NewReader(file), int64(len(file)), quiet)
	must(t, err)
	report, err := importer.Store(t.Context(), plan, quiet)
	must(t, err)
	if report.Stored != 1 {
		t.Fatalf("import: %+v", report)
	}
	found, err := db.Texts(t.Context(), store.Texts{Range: calendar.Range{From: today - 99, To: today}, Limit: 9})
	must(t, err)
	if len(found) != 2 || found[0].Text("comment") != found[1].Text("comment") {
		t.Fatalf("both ways must mask alike: %+v", found)
	}
}

// check looks for what was planted, and for the digits and letters of it that
// a mark could have left standing.
func check(t *testing.T, raw []byte) {
	t.Helper()
	if n := bytes.Count(raw, []byte(proof)); n < 2 {
		t.Fatalf("the comment stands %d times in the raw store", n)
	}
	for kind, text := range planted {
		if bytes.Contains(raw, []byte(text)) {
			t.Errorf("%s: %q is stored", kind, text)
		}
	}
	for _, part := range []string{"345 678", "4001234", "teo.nguyen", "250905-0033", "123.45", "Văn Tèo", "Tèo"} {
		if bytes.Contains(raw, []byte(part)) {
			t.Errorf("%q is stored", part)
		}
	}
}

// filesOf returns the bytes of the database with its journal.
func filesOf(t *testing.T, folder string) []byte {
	t.Helper()
	entries, err := os.ReadDir(folder)
	must(t, err)
	var raw []byte
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		must(t, err)
		raw = append(raw, data...)
	}
	return raw
}

// documentsOf returns every document of every collection.
func documentsOf(t *testing.T, uri string) []byte {
	t.Helper()
	client, err := drivers.Connect(options.Client().ApplyURI(uri))
	must(t, err)
	defer func() { must(t, client.Disconnect(context.Background())) }()
	address, _, _ := strings.Cut(uri, "?")
	db := client.Database(address[strings.LastIndex(address, "/")+1:])
	names, err := db.ListCollectionNames(t.Context(), bson.D{})
	must(t, err)
	var raw []byte
	for _, name := range names {
		cursor, err := db.Collection(name).Find(t.Context(), bson.D{})
		must(t, err)
		for cursor.Next(t.Context()) {
			raw = append(raw, cursor.Current...)
		}
		must(t, cursor.Err())
	}
	return raw
}

// A text that the marks make longer than its question allows is cut.
func TestAMaskedTextFitsItsQuestion(t *testing.T) {
	form := forms.Current("mot-cua")
	limit := form.Question("comment").MaxLength
	agency := registerOf(4).Agency("a0")
	text := strings.TrimSpace(strings.Repeat("0912345678 ", limit))[:limit-limit%11-1]
	answers, err := collect.Validate(collect.Submission{Place: org.Place{Agency: agency, Counter: agency.Counter("q1")}, Form: form, Lang: "vi",
		Given: survey.Given{"overall": {"2"}, "comment": {text}}}, words)
	must(t, err)
	got := answers[len(answers)-1].Text
	if n := len([]rune(got)); n > limit || n < limit/2 || strings.Contains(got, "0912") || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters of at most %d: %q", n, limit, got)
	}
}
