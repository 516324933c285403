package rating

import (
	"hailong/internal/calendar"
	"hailong/internal/org"
	"hailong/internal/tally"
)

// Status says how far a score may be used.
type Status string

// The statuses of the contract.
const (
	OK            Status = "ok"
	Insufficient  Status = "insufficient"   // fewer than min_n: shown, no place, no points
	Suppressed    Status = "suppressed"     // fewer than suppress_below: nothing but n is shown
	NoData        Status = "no_data"        // nobody answered; n may count sheets that are all blank
	NotApplicable Status = "not_applicable" // the agency has no procedures: "không phát sinh TTHC"
)

// Score is one line of scores, as pages, files and the API show it. Everything
// is rounded already: index and interval to two digits, the response rate to
// four, half away from zero (stats.Round), so that nobody rounds again; Exact is
// the one that is not.
type Score struct {
	Agency            string        `json:"agency"` // code
	Name              string        `json:"name"`   // of the agency
	PartyOrganisation string        `json:"party_organisation,omitempty"`
	PeerGroup         string        `json:"peer_group,omitempty"` // code; places are given within it
	Part              *Part         `json:"part,omitempty"`       // what the line is about, when less than the agency
	Status            Status        `json:"status"`
	N                 int64         `json:"n"`        // counted responses to the method's forms
	Received          int64         `json:"received"` // n + held + excluded
	Held              int64         `json:"held"`
	Excluded          int64         `json:"excluded"`
	Served            *int64        `json:"served"`        // dossiers returned; null when not reported
	ResponseRate      *float64      `json:"response_rate"` // n / served
	Suggested         *int64        `json:"suggested_n,omitempty"`
	Numerator         *int64        `json:"numerator"`   // satisfied answers; null when hidden or none
	Denominator       *int64        `json:"denominator"` // all answers
	Index             *float64      `json:"index"`       // percent
	Exact             *float64      `json:"-"`           // the index unrounded, for what is computed of it; nil in a score that was read
	Interval          *Interval     `json:"interval"`
	Factors           []FactorScore `json:"factors"` // in the method's order; empty, not null, when hidden or without data
	Rank              *Rank         `json:"rank"`
	Points            *Points       `json:"points"`
}

// Part is a counter, service or channel of an agency.
type Part struct {
	Code string `json:"code"` // "" is a service that was not said
	Name string `json:"name"` // the code where the register has no name, and for channels
}

// Interval says how far an index can be trusted given how many answered.
type Interval struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Level float64 `json:"level"` // 0.95
	Kind  string  `json:"kind"`  // wilson
}

// FactorScore is one factor of a method. Numerator and denominator let either
// aggregation be rebuilt.
type FactorScore struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	Index       *float64 `json:"index"` // percent; null when nobody answered
}

// Rank is the range of places an agency may hold among its peers: those whose
// intervals overlap cannot be told apart. The best is 1.
type Rank struct {
	Best  int `json:"best"`
	Worst int `json:"worst"`
}

// Points are what a rating rule gives for an index.
type Points struct {
	Value float64 `json:"value"`
	Max   float64 `json:"max"`
	Rule  string  `json:"rule"` // the rule's kind: bands or proportional
}

// By says what a line of scores stands for.
type By string

// The groupings of the contract.
const (
	ByAgency  By = "agency"
	ByCounter By = "counter"
	ByService By = "service"
	ByChannel By = "channel"
)

// Counts are everything that figures of one agency are made of, over one
// period.
type Counts struct {
	Agency *org.Agency
	Tally  tally.Tally
	Served []Served
}

// Served is how many dossiers were returned to citizens on one day. Counter
// and Service may be empty where nobody tells them apart.
type Served struct {
	Agency  string       `json:"agency"`
	Counter string       `json:"counter,omitempty"`
	Service string       `json:"service,omitempty"`
	Day     calendar.Day `json:"day"`
	Count   int64        `json:"served"`
}
