// Package rating turns counts into what goes into the yearly evaluation of the
// party organisations: periods, the scores of agencies with their honest
// places, the points that a rating rule gives for them, the annual sheet, and
// the reports on the targets of the resolution. It is pure: no clock, no store.
// Where counts come from and when they are frozen is not its matter.
package rating
