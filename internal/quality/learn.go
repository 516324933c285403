package quality

import (
	"math"

	"hailong/internal/response"
	"hailong/internal/survey"
	"hailong/internal/tally"
)

// Learn takes over what the counters of an agency were used to before this
// process: the shares of all-best and of content answers, from the counts of
// the last weeks. What those do not tell (who was quick or came without a
// device, and the rhythm) stays presumed. It may be called while answers are
// judged, but once for the same counts: they would weigh twice. A form that
// forms does not know teaches nothing, nor does paper.
func (j *Judge) Learn(agency string, past tally.Tally, forms *survey.Forms) {
	counters := tally.GroupBy(past, func(key tally.Key) string { return key.Counter })
	var places []place
	for counter := range counters {
		places = append(places, place{agency, counter})
	}
	j.add(places)
	for counter, cells := range counters {
		known := habitsOf(cells, forms)
		c := j.counter(place{agency, counter})
		c.mu.Lock()
		for channel := range known {
			c.habits[channel].take(&known[channel], j.thresholds.Learning.Answers)
		}
		c.mu.Unlock()
	}
}

// habitsOf reads habits out of the counts of one counter, by the channel of a
// view.
func habitsOf(cells tally.Tally, forms *survey.Forms) (known [2]habits) {
	var loose [2]habits // of forms with several ratings
	for key, counts := range cells {
		form := forms.Version(key.Form)
		if form == nil || key.Channel == response.Paper {
			continue
		}
		channel := 0
		if key.Channel == response.Kiosk {
			channel = 1
		}
		if found, exact := boundsOf(counts, form); exact {
			known[channel].take(&found, math.Inf(1))
		} else {
			loose[channel].take(&found, math.Inf(1))
		}
	}
	for channel := range loose {
		for class := range classes {
			loose[channel].bound(class, usualWeight)
		}
		known[channel].take(&loose[channel], math.Inf(1))
	}
	return known
}

// boundsOf returns how many of the answers can have been the best, and how many
// content, throughout: all but those that were not so to the question where
// most were not. It is exact where only one question is a rating. Where several
// are, fewer will have been, so that it is worth no more than a presumption.
func boundsOf(counts *tally.Counts, form *survey.Form) (found habits, exact bool) {
	var rated, notBest, notContent int64
	ratings := 0
	for i := range form.Questions {
		q := &form.Questions[i]
		if q.Kind != survey.Rating {
			continue
		}
		ratings++
		given := counts.Questions[q.ID]
		if given == nil {
			continue
		}
		best, content := upper(given, form.Levels(q))
		rated = max(rated, given.Answered)
		notBest, notContent = max(notBest, given.Answered-best), max(notContent, given.Answered-content)
	}
	for class, not := range [...]int64{perfectClass: notBest, contentClass: notContent} {
		found.n[class], found.sum[class] = float64(rated), float64(rated-not)
	}
	return found, ratings == 1
}

// upper counts the best answers to one question and the content ones.
func upper(given *tally.Question, levels []survey.Level) (best, contents int64) {
	for value, n := range given.Values {
		stands := standing(value, levels)
		if stands.has(perfect) {
			best += n
		}
		if stands.has(content) {
			contents += n
		}
	}
	return best, contents
}
