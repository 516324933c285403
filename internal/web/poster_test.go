package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// Nobody is offered, or given, a code that leads to a closed counter; of one that
// opens later the poster can be printed.
func TestNoPosterOfAClosedCounter(t *testing.T) {
	r := newRig(t)
	clerk := r.as("clerk@x.example")
	page := r.get("/posters/stp", clerk...)
	for link, offered := range map[string]bool{"7K3M9QXA": true, "7K3M9QXE": true, "7K3M9QXC": false} {
		if got := strings.Contains(page.body, "/posters/stp/"+link); got != offered {
			t.Errorf("%s is offered: %v", link, got)
		}
		want := http.StatusNotFound
		if offered {
			want = http.StatusOK
		}
		for _, file := range []string{".png", ".svg", "-a5.pdf"} {
			if got := r.get("/posters/stp/"+link+file, clerk...).status; got != want {
				t.Errorf("%s%s: %d, want %d", link, file, got, want)
			}
		}
	}
}
