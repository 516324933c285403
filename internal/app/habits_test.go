package app_test

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"hailong/internal/app"
	"hailong/internal/calendar"
	"hailong/internal/collect"
	"hailong/internal/config"
	"hailong/internal/org"
	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/surveys"
)

// A service that starts again knows how its counters are rated: a row of all
// best where that is rare is held as it was before the restart.
func TestStartLearnsHabits(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hailong.db")
	morning := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) // a Monday, 8:00
	a := open(t, file, morning)
	place := importSample(t, a)
	storeDays(t, a, place)
	if held := heldOfRow(t, file, morning, place, false); held != 0 {
		t.Errorf("a service that has learned nothing holds %d", held)
	}
	if held := heldOfRow(t, file, morning.Add(2*time.Hour), place, true); held == 0 {
		t.Error("nothing is held by the service that has learned")
	}
}

// importSample imports the sample register and returns a counter of it.
func importSample(t *testing.T, a *app.App) org.Place {
	t.Helper()
	register, err := surveys.FS.ReadFile("org/daknong.yaml")
	if err != nil {
		t.Fatal(err)
	}
	exists := func(id string) bool { return a.Forms.Current(id) != nil }
	if _, err := a.Register.Import(t.Context(), "org/daknong.yaml", register, exists, false); err != nil {
		t.Fatal(err)
	}
	agency := a.Register.Current().Agency("stp")
	return org.Place{Agency: agency, Counter: &agency.Counters[0]}
}

// A service that started on an empty store learns from what is imported beside
// it, once.
func TestHabitsAreLearnedWhenThereAreAny(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "hailong.db"), time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	place := importSample(t, a)
	for range 2 {
		if err := a.LearnHabits(t.Context()); err != nil || a.Learned() {
			t.Fatalf("something was learned from nothing: %v", err)
		}
	}
	storeDays(t, a, place)
	if err := a.LearnHabits(t.Context()); err != nil || !a.Learned() {
		t.Errorf("nothing was learned: %v", err)
	}
}

// storeDays stores and seals some days of answers of which one in six is the best.
func storeDays(t *testing.T, a *app.App, place org.Place) {
	t.Helper()
	var batch []response.Response
	for i := range 240 {
		id, err := response.NewID(response.NewSubmission())
		if err != nil {
			t.Fatal(err)
		}
		level := fmt.Sprint([]int{3, 4, 5, 4, 2, 4}[i%6])
		batch = append(batch, response.Response{
			ID: id, Day: calendar.Date(2026, 11, 16+i%5), Shift: calendar.Morning, Agency: place.Agency.Code, Counter: place.Counter.Code,
			Channel: response.QR, Form: a.Forms.Current("mot-cua").Ref(), Lang: "vi", Answers: []survey.Answer{{Question: "overall", Values: []string{level}}},
		})
	}
	if _, err := a.Ledger.Add(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if err := a.Ledger.Seal(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// heldOfRow has a new process take fifteen of the best, minutes apart, and
// returns how many answers of the day are held when they are in.
func heldOfRow(t *testing.T, file string, from time.Time, place org.Place, learn bool) (held int64) {
	t.Helper()
	now := from
	data := config.Data{DB: "sqlite:" + file, Timezone: "Asia/Ho_Chi_Minh"}
	a, err := app.Open(t.Context(), data, func() time.Time { return now }, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if learn {
		if err := a.LearnHabits(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	collector := a.Collector(true)
	defer collector.Close()
	for i := range 15 {
		now = from.Add(time.Duration(4*i)*time.Minute + time.Duration(i*i*i%97)*time.Second)
		_, err := collector.Accept(t.Context(), collect.Submission{
			Key: response.NewSubmission(), Place: place, Channel: response.QR, Form: a.Forms.Current("mot-cua"), Lang: "vi",
			Given: survey.Given{"overall": {"5"}}, Arrival: collect.Arrival{Device: fmt.Sprint("device ", i), Opened: now.Add(-30 * time.Second)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	today := a.Ledger.Today()
	read, err := a.Ledger.Read(t.Context(), []string{place.Agency.Code}, calendar.Range{From: today, To: today})
	if err != nil {
		t.Fatal(err)
	}
	for _, counts := range read[place.Agency.Code].Total() {
		held += counts.Held
	}
	return held
}
