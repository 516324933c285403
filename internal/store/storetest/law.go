package storetest

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

func lawChecks() []check {
	return []check{{"WhatGoesInComesOut", whatGoesInComesOut}}
}

// whatGoesInComesOut stores random responses in random batches, some twice,
// and demands them back unchanged; so does the tally that is made of them.
func whatGoesInComesOut(t *testing.T, s store.Store) {
	used, days := 0, calendar.Day(0)
	rapid.Check(t, func(rt *rapid.T) {
		span := calendar.Range{From: days, To: days + 3} // its own, as all runs share the store
		all := rapid.SliceOfN(responses(span), 1, 60).Draw(rt, "responses")
		for i := range all {
			all[i].ID = idOf(used + i)
		}
		used, days = used+len(all), days+4
		insertInPieces(rt, t, s, all)
		got := scan(t, s, store.Scan{Range: span})
		same(t, "responses", got, inScanOrder(all))
		same(t, "tally", string(tallyOf(got).Encode()), string(tallyOf(all).Encode()))
	})
}

// insertInPieces stores all responses at least once.
func insertInPieces(rt *rapid.T, t *testing.T, s store.Store, all []response.Response) {
	for batch := range slices.Chunk(all, rapid.IntRange(1, 60).Draw(rt, "batch")) {
		insert(t, s, batch)
		again := rapid.IntRange(0, len(batch)).Draw(rt, "again")
		insert(t, s, batch[:again])
	}
}

func tallyOf(rs []response.Response) tally.Tally {
	sum := tally.New()
	for i := range rs {
		sum.Add(&rs[i])
	}
	return sum
}

// responses draws response without an id.
func responses(span calendar.Range) *rapid.Generator[response.Response] {
	return rapid.Custom(func(rt *rapid.T) response.Response {
		return response.Response{
			Day: rapid.Custom(func(rt *rapid.T) calendar.Day {
				return span.From + calendar.Day(rapid.IntRange(0, span.Days()-1).Draw(rt, "d"))
			}).Draw(rt, "day"),
			Shift:   rapid.SampledFrom([]calendar.Shift{calendar.Morning, calendar.Afternoon}).Draw(rt, "shift"),
			Agency:  words(1).Draw(rt, "agency"),
			Counter: words(1).Draw(rt, "counter"),
			Service: words(0).Draw(rt, "service"),
			Channel: rapid.SampledFrom(response.Channels).Draw(rt, "channel"),
			Form:    survey.Ref{ID: words(1).Draw(rt, "form"), Version: rapid.IntRange(1, 1_000).Draw(rt, "version")},
			Lang:    rapid.SampledFrom([]string{"vi", "en", "mnn"}).Draw(rt, "lang"),
			Answers: rapid.SliceOfN(answers(), 0, 6).Draw(rt, "answers"),
		}
	})
}

func answers() *rapid.Generator[survey.Answer] {
	closed := rapid.Custom(func(rt *rapid.T) survey.Answer {
		return survey.Answer{Question: words(1).Draw(rt, "question"), Values: rapid.SliceOfN(words(1), 1, 4).Draw(rt, "values")}
	})
	prose := rapid.Custom(func(rt *rapid.T) survey.Answer {
		return survey.Answer{Question: words(1).Draw(rt, "question"), Text: words(1).Draw(rt, "text")}
	})
	return rapid.OneOf(closed, prose)
}

// words draws strings of few letters, so that equal ones are frequent.
func words(shortest int) *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune("aAăĂđĐ\u0306ôộ1.$\"'\\/\n\t <>&\u2028🙂𐍈")), shortest, 6, -1)
}
