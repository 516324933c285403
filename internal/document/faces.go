package document

import "math"

// faceRadius is the radius of a drawn face, in millimetres on A5.
const faceRadius = 6.6

// drawn says whether the levels are drawn as faces: as many as stand in a row.
func (f PosterForm) drawn() bool { return len(f.Levels) >= 2 && len(f.Levels) <= 7 }

// faces draws the levels in a row from margin to margin, with words below: a
// face alone may be read in two ways. All have the same weight and colour, so
// the poster favours no answer.
func (s sheet) faces(levels []string) {
	last := float64(len(levels) - 1)
	pitch := (inner - 2*faceRadius) / last
	for i, words := range levels {
		x := left + faceRadius + float64(i)*pitch
		s.face(x, facesY+faceRadius, 2*float64(i)/last-1)
		label := s.fit(words, levelStyle, 2*faceRadius+1.6, 6)
		s.writeCentred(label, x, facesY+2*faceRadius+1.4)
	}
}

// face draws one face about (x, y). The mood goes from -1, very unhappy, over
// 0, a straight mouth, to 1, very happy.
func (s sheet) face(x, y, mood float64) {
	const eyeX, eyeY, eye = 2.4, -1.9, 0.75
	s.draw(teal)
	s.fill(teal)
	s.pdf.SetLineWidth(0.7)
	s.pdf.SetLineCapStyle("round")
	s.pdf.Circle(x, y, faceRadius-0.35, "D")
	s.pdf.Circle(x-eyeX, y+eyeY, eye, "F")
	s.pdf.Circle(x+eyeX, y+eyeY, eye, "F")
	const corner = 3.2
	strength := math.Abs(mood)
	bend := mood * (1 + 1.4*strength)
	mouth := y + 2.2 - bend/2
	depth := mouth + bend*4/3 // of the control points; the curve goes three quarters of the way
	side := corner * (0.4 + 0.3*strength)
	s.pdf.CurveBezierCubic(x-corner, mouth, x-side, depth, x+side, depth, x+corner, mouth, "D")
}
