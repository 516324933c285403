package mongo

import (
	"go.mongodb.org/mongo-driver/v2/bson"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
)

// Query is what a call of the contract asks of the engine, and the index that
// has to serve it; "" is any.
type Query struct {
	Call, Collection, Index string
	Filter, Sort            bson.D
}

// HotQueries returns the queries behind pages and submissions, about the day
// and an agency.
func HotQueries(day calendar.Day, agency string) []Query {
	one, week := calendar.Range{From: day, To: day}, calendar.Range{From: day - 6, To: day}
	after := &store.TextPosition{Day: day - 1, ID: response.ID{0x80}}
	return []Query{
		{"Exists", "responses", "", byID(after.ID[:]), nil}, // an engine may not name the index of the id
		{"Scan of a day", "responses", "scan", scanFilter(store.Scan{Range: one}), scanOrder()},
		{"Scan of an agency's day", "responses", "scan", scanFilter(store.Scan{Range: one, Agency: agency}), scanOrder()},
		{"Scan of a part", "responses", "scan", scanFilter(store.Scan{Range: one, Agency: agency, Part: 7}), scanOrder()},
		{"Scan of held", "responses", "held", scanFilter(store.Scan{Range: week, Held: true}), scanOrder()},
		{"Scan of noted, an agency's", "responses", "noted", scanFilter(store.Scan{Range: week, Agency: agency, Noted: true}), scanOrder()},
		{"Texts", "responses", "texts", textsFilter(store.Texts{Range: week}), textsOrder()},
		{"Texts, next page", "responses", "texts", textsFilter(store.Texts{Range: week, After: after}), textsOrder()},
		{"Texts of an agency", "responses", "texts_of_agency", textsFilter(store.Texts{Range: week, Agency: agency}), textsOrder()},
		{"Texts of an agency, next page", "responses", "texts_of_agency", textsFilter(store.Texts{Range: week, Agency: agency, After: after}), textsOrder()},
		{"Texts of a counter", "responses", "texts_of_agency", textsFilter(store.Texts{Range: week, Agency: agency, Counter: "q1"}), textsOrder()},
		{"Sums", "sums", "sums", sumsFilter([]string{agency}, store.ByDay, week), sumsOrder()},
		{"Sums of all", "sums", "sums", sumsFilter(nil, store.ByDay, one), sumsOrder()},
		{"Record", "records", "", byID(recordKey{"audit", "000007"}), nil},
		{"Records", "records", "records", spanFilter(store.Span{Kind: "audit", From: "000007", To: "000009"}), recordsOrder(1)},
		{"Records, last ones", "records", "records", spanFilter(store.Span{Kind: "audit"}), recordsOrder(-1)},
	}
}

// TidyFilters returns the filters by which a day with so many responses is
// written anew.
func TidyFilters(count int64) []bson.D {
	return daySpan{filter: bson.D{{Key: "day", Value: 1}}, parted: true}.commands(count)
}
