package web

import "errors"

// mendable lists the errors of an act that the person who asked for it can do
// something about, each with the key of the sentence that says what.
type mendable []struct {
	err error
	key string
}

// key returns the key of the first error of the list that err is, "" where
// people can mend nothing.
func (m mendable) key(err error) string {
	for _, known := range m {
		if errors.Is(err, known.err) {
			return known.key
		}
	}
	return ""
}
