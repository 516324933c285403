package config

import (
	"os"
	"runtime/debug"
)

// garbage is how far the heap may grow beyond what is in use, in percent, before
// it is cleared. Little is in use, some ten megabytes, and each request leaves
// some kilobytes behind: at Go's own 100 % a tenth of the work is clearing.
const garbage = 400

// TuneHeap spends some memory on speed, unless the environment's GOGC says what
// is wanted.
func TuneHeap() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
}
