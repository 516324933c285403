package mongo_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/store/storetest/engine"
	"hailong/internal/survey"
)

// BenchmarkInsert compares the adapter with a bare loop of unordered
// InsertMany that writes equal documents to an equal collection. The two take
// turns, so that a busy machine slows down both; share is the adapter's speed
// in percent of the bare one.
func BenchmarkInsert(b *testing.B) {
	for _, size := range []int{1, 32, 128} {
		for _, writers := range []int{1, 2, 4} {
			b.Run(fmt.Sprintf("batch=%d/writers=%d", size, writers), func(b *testing.B) {
				adapter, bare := throughAdapter(b), throughDriver(b)
				var ours, theirs time.Duration
				for b.Loop() {
					ours += round(b, size, writers, adapter)
					theirs += round(b, size, writers, bare)
				}
				written := float64(b.N * size * writers * perWriter)
				b.ReportMetric(written/ours.Seconds(), "docs/s")
				b.ReportMetric(written/theirs.Seconds(), "bare-docs/s")
				b.ReportMetric(100*theirs.Seconds()/ours.Seconds(), "share")
				b.ReportMetric(0, "ns/op") // of a round of both, which says nothing
			})
		}
	}
}

// perWriter is how many batches each writer inserts in a round.
const perWriter = 8

// round has all writers insert fresh batches and returns how long it took.
func round(b *testing.B, size, writers int, insert func([]response.Response) error) time.Duration {
	batches := make([][]response.Response, writers*perWriter)
	for i := range batches {
		batches[i] = fresh(size)
	}
	start := time.Now()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for _, batch := range batches[w*perWriter : (w+1)*perWriter] {
				if err := insert(batch); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

func throughAdapter(b *testing.B) func([]response.Response) error {
	s := openUntilEnd(b, engine.MongoDB(b))
	return func(batch []response.Response) error {
		_, err := s.Insert(b.Context(), batch)
		return err
	}
}

func throughDriver(b *testing.B) func([]response.Response) error {
	uri := engine.MongoDB(b)
	openUntilEnd(b, uri) // makes the indexes
	responses := behind(b, uri).Collection("responses")
	return func(batch []response.Response) error {
		docs := make([]any, len(batch))
		for i := range batch {
			docs[i] = bareOf(&batch[i])
		}
		_, err := responses.InsertMany(b.Context(), docs, options.InsertMany().SetOrdered(false))
		return err
	}
}

// fresh returns typical responses with ids never used before.
func fresh(size int) []response.Response {
	batch := make([]response.Response, size)
	for i := range batch {
		batch[i] = response.Response{
			Day: 20_636, Shift: calendar.Morning, Agency: "so-tu-phap", Counter: "quay-03", Service: "lltp",
			Channel: response.QR, Form: survey.Ref{ID: "mot-cua", Version: 1}, Lang: "vi",
			Answers: []survey.Answer{
				{Question: "overall", Values: []string{"3"}},
				{Question: "reasons", Values: []string{"slow", "waiting"}},
			},
		}
		_, _ = rand.Read(batch[i].ID[:])
	}
	return batch
}

// bare is a response as a program without this package would store it.
type bare struct {
	ID      []byte       `bson:"_id"`
	Day     int32        `bson:"day"`
	Shift   string       `bson:"shift"`
	Agency  string       `bson:"agency"`
	Counter string       `bson:"counter"`
	Service string       `bson:"service,omitempty"`
	Channel string       `bson:"channel"`
	Form    string       `bson:"form"`
	Version int          `bson:"version"`
	Lang    string       `bson:"lang"`
	Answers []bareAnswer `bson:"answers,omitempty"`
}

type bareAnswer struct {
	Question string   `bson:"q"`
	Values   []string `bson:"v,omitempty"`
	Text     string   `bson:"t,omitempty"`
}

func bareOf(r *response.Response) *bare {
	answers := make([]bareAnswer, len(r.Answers))
	for i, a := range r.Answers {
		answers[i] = bareAnswer(a)
	}
	return &bare{
		r.ID[:], int32(r.Day), string(r.Shift), r.Agency, r.Counter, r.Service, string(r.Channel),
		r.Form.ID, r.Form.Version, r.Lang, answers,
	}
}
