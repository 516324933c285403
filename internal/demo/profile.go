package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// profile is the character of an agency in the demo. All of it is invented.
type profile struct {
	volume float64 // answers a year, where all agencies together get 60,000
	rare   bool    // volume is meant as it stands, however many there are in all

	index float64 // percent satisfied at the start of the year
	trend float64 // points won by its end, evenly over the year
	drop  float64 // points lost at once, dropMonths before its end
	weak  string  // what people complain of: one of complaints

	peak     time.Month         // the busiest month; 0: no season
	services map[string]float64 // share by code; absent: the first of the register is the commonest
	silent   string             // a counter without answers in the last silentDays
	poor     string             // a counter that does worse than its neighbours
}

const (
	dropMonths = 4  // the last so many whole months, and the open one
	silentDays = 61 // two months
	poorPoints = 9
)

// The agencies of the sample register. snnmt and stnmt hold land registration.
var profiles = map[string]profile{
	"snnmt": {volume: 17000, index: 76, trend: 6, weak: slow, peak: time.March, poor: "q3",
		services: map[string]float64{"dd-bien-dong": 46, "dd-cap-doi": 24, "the-chap": 22, "bvtv": 3, "phan-bon": 2, "moi-truong": 3}},
	"stc-2025": {volume: 7600, index: 88, trend: 2, weak: supplement, peak: time.March,
		services: map[string]float64{"dn-thanh-lap": 40, "dn-thay-doi": 38, "dau-tu": 6, "htx": 5, "ma-so-dv": 9, "ke-khai-gia": 2}},
	"snv-2025": {volume: 7200, index: 81, trend: 5, weak: guidance, peak: time.July,
		services: map[string]float64{"that-nghiep": 55, "nguoi-co-cong": 28, "gpld": 9, "khen-thuong": 5, "hoi": 2, "quy": 1}},
	"stp": {volume: 6900, index: 92, drop: 13, weak: waiting, peak: time.August},
	"sxd-2025": {volume: 5200, index: 84, trend: -6, weak: visits,
		services: map[string]float64{"phu-hieu": 45, "cchn-xd": 26, "lien-van": 16, "moi-gioi": 8, "tham-dinh": 5}},
	"sgddt":      {volume: 4300, index: 91, trend: 1, weak: waiting, peak: time.July},
	"syt":        {volume: 3400, index: 85, trend: 2, weak: supplement},
	"sct":        {volume: 2700, index: 89, weak: guidance, peak: time.December, silent: "q2"},
	"vpubnd":     {volume: 1900, index: 95, weak: waiting},
	"svhttdl":    {volume: 900, index: 91, trend: -2, weak: guidance, peak: time.May},
	"sdttg":      {volume: 260, index: 90, weak: visits},
	"skhcn-2025": {volume: 210, index: 93, weak: supplement},
	"bqlkcn":     {volume: 26, rare: true, index: 88, weak: slow},
	"ttt":        {volume: 19, rare: true, index: 70, weak: attitude},

	"stnmt": {volume: 15000, index: 74, trend: 3, weak: slow, peak: time.March, poor: "q2",
		services: map[string]float64{"dd-bien-dong": 48, "dd-cap-doi": 26, "the-chap": 22, "moi-truong": 3, "khoang-san": 1}},
	"skhdt": {volume: 6600, index: 89, weak: supplement, peak: time.March},
	"sgtvt": {volume: 6200, index: 79, trend: -3, weak: waiting,
		services: map[string]float64{"gplx": 78, "phu-hieu": 17, "lien-van": 5}},
	"sldtbxh": {volume: 5400, index: 80, trend: 2, weak: guidance, peak: time.July,
		services: map[string]float64{"nguoi-co-cong": 32, "that-nghiep": 60, "gpld": 8}},
	"snnptnt": {volume: 2400, index: 86, weak: visits},
	"sxd":     {volume: 1500, index: 85, weak: slow},
	"snv":     {volume: 700, index: 90, weak: supplement},
	"stc":     {volume: 600, index: 87, weak: guidance},
	"stttt":   {volume: 160, index: 91, weak: supplement},
	"skhcn":   {volume: 60, index: 93, weak: slow},
	"bdt":     {volume: 15, rare: true, index: 88, weak: visits},
}

// profileOf returns the profile of an agency; one that is not of the sample
// register has a character that follows from its code.
func profileOf(code string) profile {
	if p, ok := profiles[code]; ok {
		return p
	}
	rng := rand.New(rand.NewPCG(Hash(code), 0))
	return profile{
		volume: math.Round(100 * math.Exp(4*rng.Float64())), // 100 to 5,460, most of them small
		index:  74 + 20*rng.Float64(),
		trend:  2 * rng.NormFloat64(),
		weak:   complaints[rng.IntN(len(complaints))],
	}
}

// Hash turns the names of a thing into the seed of its character.
func Hash(names ...string) uint64 {
	h := fnv.New64a()
	for _, name := range names {
		h.Write([]byte(name))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// season returns how busy the agency is in the month, beside its own mean.
func (p *profile) season(month time.Month) float64 {
	if p.peak == 0 {
		return 1
	}
	const swing = 0.35
	return 1 + swing*math.Cos(2*math.Pi*float64(month-p.peak)/12)
}

// shareOf returns the weight of the service that stands at the place i of the
// register.
func (p *profile) shareOf(code string, i int) float64 {
	if share, ok := p.services[code]; ok {
		return share
	}
	return 1 / float64(i+1)
}
