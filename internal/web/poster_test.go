package web_test

import (
	"net/http"
	"strings"
	"testing"

	printed "hailong/internal/document"
	"hailong/internal/org"
	"hailong/internal/survey"
	"hailong/internal/web"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
)

// A poster says what its counter's form asks, in how many levels, and how long
// it takes.
func TestPostersFollowTheForm(t *testing.T) {
	forms, err := survey.LoadForms(surveys.FS)
	must(t, err)
	five := []string{"Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"}
	want := map[string]printed.PosterForm{
		"mot-cua":    {Levels: five},
		"mot-cua-22": {Title: "Mức độ hài lòng của Ông/Bà tại Bộ phận Một cửa", English: "Your satisfaction at the one-stop counter", Levels: five, Minutes: 3},
		"nd61-3":     {Levels: []string{"Không hài lòng", "Hài lòng", "Rất hài lòng"}},
		"quan-chung": {Title: "Phiếu lấy ý kiến quần chúng trước khi đánh giá tổ chức đảng", English: "Opinion poll before the rating of a party organisation", Minutes: 1},
		"gone":       {},
	}
	for id, told := range want {
		posters := web.Posters("https://x.example", forms, &org.Agency{Name: "Sở"}, []org.Counter{{Name: "Quầy", Form: id, Link: "7K3M9QXA"}})
		if diff := cmp.Diff([]printed.Poster{{Agency: "Sở", Counter: "Quầy", URL: "https://x.example/q/7K3M9QXA", Link: "7K3M9QXA", Form: told}}, posters); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

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

// Whoever would print a code that no phone can open is told before.
func TestPostersOfAnAddressThatOpensHereAlone(t *testing.T) {
	for public, told := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost:8080": true, "http://[::1]": true, "http://0.0.0.0:8080": true, "http://192.168.1.10:8080": false, "https://hailong.example": false,
	} {
		r := newRig(t, func(o *web.Options) { o.PublicURL = public })
		page := r.get("/posters/stp", r.as("clerk@x.example")...)
		if got := strings.Contains(page.body, "chỉ mở được trên máy này"); got != told || page.status != http.StatusOK {
			t.Errorf("%s: %d, told: %v", public, page.status, got)
		}
	}
}
