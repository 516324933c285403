package demo

// What people complain of: the options of the question "reasons" of the form
// mot-cua, and the themes of the comments.
const (
	slow       = "slow"
	attitude   = "attitude"
	guidance   = "guidance"
	supplement = "supplement"
	visits     = "visits"
	fees       = "fees"
	waiting    = "waiting"
	other      = "other"
)

// complaints are all of them, as an agency's weak side.
var complaints = []string{slow, attitude, guidance, supplement, visits, waiting}

// frequency is how likely a dissatisfied person names the complaint where it is
// not the agency's weak side.
var frequency = map[string]float64{
	slow: 0.26, attitude: 0.12, guidance: 0.17, supplement: 0.18, visits: 0.18, fees: 0.04, waiting: 0.14, other: 0.06,
}

// weakFactor is the factor of the forms on which a weak side weighs.
var weakFactor = map[string]string{
	slow: "procedure", attitude: "officer", guidance: "officer", supplement: "procedure", visits: "procedure", waiting: "access",
}

// chanceOf returns how likely a dissatisfied person names the option, at an
// agency with the weak side given.
func chanceOf(option, weak string) float64 {
	chance, known := frequency[option]
	switch {
	case !known:
		return 0.2
	case option == weak:
		return min(0.7, 0.25+2*chance)
	}
	return chance
}
