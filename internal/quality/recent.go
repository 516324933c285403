package quality

import "hailong/internal/response"

// recentAnswers is how many answers of a counter are known by their verdict, at
// least; twice as many at most.
const recentAnswers = 512

// recent are the verdicts of a counter's last answers, in two halves: when the
// newer one is full, the older one is given up.
type recent struct{ newer, older map[response.ID]marks }

// marks are a verdict in short: a bit for each reason, in the order of Checks,
// and the highest one for a hold.
type marks uint32

const heldMark marks = 1 << 31

func (r *recent) verdict(id response.ID) (Verdict, bool) {
	m, known := r.newer[id]
	if !known {
		m, known = r.older[id]
	}
	if !known {
		return Verdict{}, false
	}
	return m.verdict(), true
}

func (r *recent) note(id response.ID, v Verdict) {
	if r.newer == nil {
		r.newer = map[response.ID]marks{}
	}
	if len(r.newer) >= recentAnswers {
		r.newer, r.older = r.older, r.newer
		clear(r.newer)
		if r.newer == nil {
			r.newer = make(map[response.ID]marks, recentAnswers)
		}
	}
	r.newer[id] = marksOf(v)
}

// clear forgets everything.
func (r *recent) clear() { *r = recent{} }

func marksOf(v Verdict) (m marks) {
	for _, reason := range v.Reasons {
		for i, known := range allReasons {
			if known == reason {
				m |= 1 << i
			}
		}
	}
	if v.Outcome == Hold {
		m |= heldMark
	}
	return m
}

// verdict is what the marks were made of, without the earlier answers that it
// named: they were told then.
func (m marks) verdict() Verdict {
	v := Verdict{Outcome: Pass}
	for i, reason := range allReasons {
		if m&(1<<i) != 0 {
			v.Reasons, v.Outcome = append(v.Reasons, reason), Flag
		}
	}
	if m&heldMark != 0 {
		v.Outcome = Hold
	}
	return v
}
