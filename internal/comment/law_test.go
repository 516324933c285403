package comment_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"hailong/internal/comment"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// pieces are what random comments are made of, so that rules meet each other.
var pieces = []string{
	" ", " ", " ", ".", ", ", "-", "/", ":", "(", ")", "[", "]", "\n", "@", "+", "…", "'", "0", "1", "84", "1900", "2024", "0912345678", "245123456", "000",
	"anh", "chị", "Ông", "bà", "cán bộ", "đ/c", "Tuấn", "Hoa", "hoa", "Nguyễn", "nguyễn", "Văn", "văn", "Thị", "An", "nguyen", "van", "an", "A", "Y", "H'Hen", "K'",
	"đường", "thôn", "Gia Nghĩa", "Sở", "Tư pháp", "đồng", "đ", "ngày", "hồ sơ số", "H18", "H18.12-230115-0001", "48A", "123.45", "gmail.com", "https://", ".gov.vn",
	"０９１２", "\u200b", "\u00ad", "\ufe0f\u20e3", "½", "㏢", "Ｔ", "số nhà", "số", "45", "/6", "đường", "xã", "Đắk Wer", "tổ", "phường", "sinh", "năm", "1987", "12/3/", "SN", "fb:", "hoa.tran", " at ", " a còng ", "chấm", "tên", "a", "C.", "u", "quầy",
	"[tên]", "[số điện thoại]", "không", "một", "hai", "và", "zalo", "cmnd", "số", "là", "\u0306", "\u0301", "\u00a0", "\xff",
}

func randomComment(t *rapid.T) string {
	if rapid.Bool().Draw(t, "pieces") {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "text"), "")
	}
	return rapid.String().Draw(t, "text")
}

func TestMaskLaws(t *testing.T) {
	l := lexicon(t)
	rapid.Check(t, func(t *rapid.T) {
		text := randomComment(t)
		masked, found := l.Mask(text)
		again, more := l.Mask(masked)
		if again != masked || len(more) > 0 {
			t.Fatalf("%q\n-> %q\n-> %q, %v", text, masked, again, more)
		}
		if !utf8.ValidString(masked) || !norm.NFC.IsNormalString(masked) {
			t.Fatalf("%q -> %q is not UTF-8 in NFC", text, masked)
		}
		if composed, _ := l.Mask(norm.NFD.String(strings.ToValidUTF8(text, "\uFFFD"))); composed != masked {
			t.Fatalf("%q -> %q, but decomposed -> %q", text, masked, composed)
		}
		if len(found) == 0 && masked != norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD")) {
			t.Fatalf("%q -> %q without a find", text, masked)
		}
		for _, kind := range found {
			if mark := comment.Mark(kind); mark == "" || !strings.Contains(masked, mark) {
				t.Fatalf("%q -> %q has no mark of %q", text, masked, kind)
			}
		}
	})
}

func TestCutLaws(t *testing.T) {
	l := lexicon(t)
	rapid.Check(t, func(t *rapid.T) {
		text, _ := l.Mask(randomComment(t))
		limit := rapid.IntRange(0, 120).Draw(t, "limit")
		cut := comment.Cut(text, limit)
		switch n := utf8.RuneCountInString(text); {
		case n <= limit && cut != text:
			t.Fatalf("Cut(%q, %d) = %q", text, limit, cut)
		case n > limit && utf8.RuneCountInString(cut) > limit:
			t.Fatalf("Cut(%q, %d) = %q is too long", text, limit, cut)
		case n > limit && limit > 0 && !(strings.HasSuffix(cut, "…") && strings.HasPrefix(text, strings.TrimSuffix(cut, "…"))):
			t.Fatalf("Cut(%q, %d) = %q is no beginning", text, limit, cut)
		}
		if !norm.NFC.IsNormalString(cut) || comment.Cut(cut, limit) != cut {
			t.Fatalf("Cut(%q, %d) = %q is not final", text, limit, cut)
		}
	})
}

func TestCutNeverSplitsAMark(t *testing.T) {
	text := "Gọi " + comment.Mark(comment.Phone) + " cho tôi"
	for limit := range utf8.RuneCountInString(text) {
		cut := comment.Cut(text, limit)
		if strings.Contains(cut, "[") && !strings.Contains(cut, comment.Mark(comment.Phone)) {
			t.Errorf("Cut(%q, %d) = %q", text, limit, cut)
		}
	}
	if got, want := comment.Cut("Cán bộ nhiệt tình, vui vẻ", 20), "Cán bộ nhiệt tình,…"; got != want {
		t.Errorf("Cut = %q, want %q", got, want)
	}
}

// The texts are some hundred times the longest comment; what grew with the
// square of them would take minutes.
func TestMaskIsLinear(t *testing.T) {
	l := lexicon(t)
	for _, piece := range []string{"a", "1", "1 ", "0.", "a.", "a@", "@", "[", "[tên]", "Nguyễn ", "anh ", "A.", "12-", "12/", "không ", "H18.", "zalo ", "hồ sơ số ", "www.", "1900 ", "\u0306", "anh Tuấn, ",
		"０", "\u200b", "0\u200b", "½", "số nhà 1/", "thôn ", "thôn 3 xã ", "tổ 3, ", "12 đường ", "sinh ", "fb a.", "a at ", "a a còng ", "a . ", "T.u.", "tên là ", "một 1 ", "h.ố.i.", "hối-", "không-", "0912\n", "0:", "A. ", "H' ", "H17 "} {
		text := strings.Repeat(piece, 1<<17/len(piece))
		begun := time.Now()
		l.Mask(text)
		l.Topics(text)
		l.Signals(text)
		comment.Match(text, "không có")
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%q repeated to %d bytes took %s", piece, len(text), took)
		} else {
			t.Logf("%q: %s", piece, took.Round(time.Millisecond))
		}
	}
}

func TestFoldLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ToValidUTF8(strings.Join(rapid.SliceOf(rapid.SampledFrom(pieces)).Draw(t, "text"), ""), "\uFFFD")
		folded := comment.Fold(text)
		if comment.Fold(folded) != folded || comment.Fold(norm.NFD.String(text)) != folded {
			t.Fatalf("Fold(%q) = %q is no fixed point", text, folded)
		}
		if !comment.Match(text, text) || !comment.Match(text, folded) {
			t.Fatalf("%q does not find itself", text)
		}
		if comment.Match(text, text+" xyzxyz") {
			t.Fatalf("%q finds a word it lacks", text)
		}
	})
}

func FuzzMask(f *testing.F) {
	l := lexicon(f)
	for _, file := range []string{"corpus.txt", "unseen.txt", "disguised.txt"} {
		for _, s := range corpus(f, file) {
			f.Add(s.text)
		}
	}
	for _, text := range []string{"Gọi ０９１２\u200b３４５６７８ nhé", "O9l2 345 678", "thôn 3, xã Đắk Wer\u00ad", "a \u2060@ gmail . com", "0\ufe0f\u20e39", "㏢㏢", "\ufb01\u0301[tên"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked, _ := l.Mask(text)
		if again, _ := l.Mask(masked); again != masked || !utf8.ValidString(masked) {
			t.Errorf("%q -> %q -> %q", text, masked, again)
		}
		topics := l.Topics(text)
		if !slices.Equal(topics, l.Topics(norm.NFC.String(text))) && utf8.ValidString(text) {
			t.Errorf("topics of %q depend on its composition", text)
		}
		l.Signals(text)
		comment.Match(text, masked)
		comment.Cut(text, len(masked)/2)
	})
}
