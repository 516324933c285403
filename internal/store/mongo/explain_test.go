package mongo_test

import (
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// TestHotQueriesUseIndexes asks the engine for its plans over a store large
// enough that reading all of it would cost more.
func TestHotQueriesUseIndexes(t *testing.T) {
	const day, agency = calendar.Day(20_636), "agency-07"
	uri := engine.MongoDB(t)
	fill(t, openUntilEnd(t, uri), day)
	db := behind(t, uri)
	for _, query := range mongo.HotQueries(day, agency) {
		find := bson.D{{Key: "find", Value: query.Collection}, {Key: "filter", Value: query.Filter}, {Key: "limit", Value: 50}}
		if query.Sort != nil {
			find = append(find, bson.E{Key: "sort", Value: query.Sort})
		}
		plan, err := db.RunCommand(t.Context(), bson.D{{Key: "explain", Value: find}}).Raw()
		if err != nil {
			t.Errorf("%s: %v", query.Call, err)
			continue
		}
		text := plan.String()
		if strings.Contains(text, "COLLSCAN") || strings.Contains(text, "Seq Scan") {
			t.Errorf("%s reads the whole collection: %s", query.Call, text)
		}
		if query.Index != "" && !strings.Contains(text, fmt.Sprintf("%q", query.Index)) {
			t.Errorf("%s does not use the index %s: %s", query.Call, query.Index, text)
		}
	}
}

// fill stores a month of responses, of which one in ten has text, their sums,
// and records of several kinds.
func fill(t *testing.T, s *mongo.Store, last calendar.Day) {
	t.Helper()
	const agencies, days, each = 20, 30, 10
	var all []response.Response
	var sums []store.Sum
	for n := range agencies * days * each {
		r := response.Response{
			ID: response.ID{byte(n), byte(n >> 8)}, Day: last - calendar.Day(n%days), Shift: calendar.Morning,
			Agency: fmt.Sprintf("agency-%02d", n/days%agencies), Counter: "q1", Channel: response.QR,
			Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi", Answers: []survey.Answer{{Question: "overall", Values: []string{"4"}}},
		}
		if n/days/agencies == 0 {
			r.Answers = append(r.Answers, survey.Answer{Question: "comment", Text: "chờ lâu"})
			sums = append(sums, store.Sum{Agency: r.Agency, Grain: store.ByDay, First: r.Day, Tally: tally.New()})
		}
		if n%50 == 0 {
			r.Verdict = response.Verdict{Held: true, Reasons: []string{"burst"}}
		}
		all = append(all, r)
	}
	var log []store.Record
	for n := range 2_000 {
		log = append(log, store.Record{Kind: []string{"audit", "score", "sheet", "place"}[n%4], Key: fmt.Sprintf("%06d", n), Data: []byte("{}")})
	}
	if err := s.PutRecords(t.Context(), log); err != nil {
		t.Fatalf("PutRecords: %v", err)
	}
	if _, err := s.Insert(t.Context(), all); err != nil {
		t.Fatalf("Insert: %v", err)
	}
	if err := s.PutSums(t.Context(), sums); err != nil {
		t.Fatalf("PutSums: %v", err)
	}
}
