package comment_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"hailong/internal/calendar"
	"hailong/internal/comment"
	"hailong/internal/yamlfile"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestTopics(t *testing.T) {
	l := lexicon(t)
	for text, want := range map[string]string{
		"Làm chậm quá": "slow",
		"cham qua":     "slow",
		"Hẹn thứ hai mà thứ sáu chưa xong, trễ hẹn": "slow",
		"Không chậm, tôi hài lòng":                  "praise",
		"Không hề chậm trễ":                         "",
		"Không phải chờ lâu":                        "",
		"Không những chậm mà còn gắt":               "slow attitude",
		"Chưa xong mà đã chậm":                      "slow",
		"Không biết sao chậm vậy":                   "slow",
		"Chờ lâu quá":                               "slow waiting",
		"cho lau qua":                               "slow waiting",
		"Chăm sóc dân tốt":                          "",
		"Chấm 10 điểm cho các anh chị":              "",
		"Cán bộ nhiệt tình":                         "praise",
		"Cán bộ không nhiệt tình":                   "attitude",
		"Thái độ chưa tốt":                          "attitude",
		"thai do chua tot":                          "attitude",
		"Nói chậm lại cho người già nghe":           "",
		"Hướng dẫn không rõ ràng":                   "guidance",
		"Hướng dẫn rõ ràng":                         "praise",
		"Bắt bổ sung nhiều lần":                     "papers",
		"Không phải bổ sung nhiều lần":              "",
		"Lệ phí không có trong bảng":                "fees",
		"Chỗ để xe miễn phí":                        "facilities",
		"Phòng chờ nóng, thiếu ghế":                 "facilities",
		"Nộp trực tuyến hay bị treo":                "online",
		"In sai tên con tôi":                        "result",
		"Mong chờ thay đổi":                         "",
		"Rất hài lòng":                              "praise",
		"Chưa hài lòng":                             "",
		"KHÔNG HÀI LÒNG":                            "",
		"Friendly staff but slow":                   "slow praise",
		"":                                          "",
		"👍👍":                                        "",
	} {
		for _, written := range []string{text, norm.NFD.String(text), strings.ToUpper(text)} {
			if got := join(l.Topics(written)); got != want {
				t.Errorf("Topics(%q) = %q, want %q", written, got, want)
			}
		}
	}
}

func TestSignals(t *testing.T) {
	l := lexicon(t)
	for text, want := range map[string]string{
		"Cán bộ nhũng nhiễu dân":                      "bribery",
		"Vòi vĩnh, gợi ý bồi dưỡng":                   "bribery",
		"can bo doi tien boi duong":                   "bribery",
		"Phải có phong bì mới xong":                   "bribery",
		"Không đưa phong bì thì ngâm hồ sơ":           "bribery obstruction",
		"Nếu không lót tay là bị trả về":              "bribery",
		"Không nhũng nhiễu gì cả":                     "",
		"Không vòi vĩnh, đóng đúng lệ phí":            "",
		"khong nhung nhieu":                           "",
		"Không có thái độ hách dịch":                  "",
		"Hách dịch!":                                  "abuse",
		"Quát mắng người già":                         "abuse",
		"Tôi không hiểu sao lại bị quát mắng":         "abuse",
		"Không xong mà còn quát mắng dân":             "abuse",
		"Phong bì đựng hồ sơ rách":                    "",
		"Gửi phong bì có dán tem":                     "",
		"Nên cho cán bộ đi bồi dưỡng nghiệp vụ":       "",
		"Gây khó dễ cho dân":                          "obstruction",
		"Không gây khó dễ":                            "",
		"Chưa bao giờ bị gây khó dễ":                  "",
		"Đứng nhìn tôi chấm điểm, ép đánh giá":        "obstruction",
		"Cò giấy tờ đứng trước cổng":                  "brokers",
		"Có người gợi ý làm dịch vụ bên ngoài":        "brokers",
		"Thu tiền không có biên lai":                  "bribery",
		"Cán bộ hòa nhã, nhiệt tình":                  "",
		"Chờ lâu quá, nóng nực":                       "",
		"Phòng, chống tham nhũng tốt":                 "bribery", // a comma breaks the phrase: rather one check too many
		"Cảm ơn vì không ai đòi tiền":                 "bribery", // "vì không" counts as a condition
		"Tiền nước sinh hoạt không thuộc cơ quan này": "",
		"Cán bộ mắng tôi là ngu":                      "abuse",
		"can bo mang toi la ngu":                      "abuse",
		"Bị quấy rối tình dục ngay tại quầy":          "abuse",
		"bi quay roi tinh duc":                        "abuse",
		"Mày tao với dân":                             "abuse",
		"Dọa không giải quyết nếu khiếu nại":          "abuse",
		"Sờ mó tay tôi khi đưa giấy":                  "abuse",
		"Phải biếu quà mới xong":                      "bribery",
		"Bắt đưa 500k":                                "bribery",
		"bat dua 500k":                                "bribery",
		"Tống tiền người dân":                         "bribery",
		"Tổng tiền là 50.000 đồng":                    "",
		"tong tien la 50k":                            "",
		"Có lót tay, có chung chi mới ký":             "bribery",
		"Kẹp bao thư vào hồ sơ":                       "bribery",
		"Bắt đưa giấy khai sinh bản chính":            "",
		"Không nhận quà của dân":                      "",
		"Chỉ mất 5 phút là xong":                      "",
		"chi mat 5 phut, can bo tan tinh, tien bo":    "",
		"Vòi nước bị hỏng":                            "",
		"ra quay roi lai ve, lai qua ngay khac":       "",
	} {
		for _, written := range []string{text, norm.NFD.String(text)} {
			if got := join(l.Signals(written)); got != want {
				t.Errorf("Signals(%q) = %q, want %q", written, got, want)
			}
		}
	}
}

// Whoever cuts a word into pieces wants it read by people only: the office reads
// it first all the same.
func TestDisguisedSignals(t *testing.T) {
	l := lexicon(t)
	for text, want := range map[string]string{
		"Cán bộ hách-dịch":                       "abuse",
		"Cán bộ nhận h.ố.i l.ộ":                  "bribery",
		"Cán bộ nhận h ố i l ộ của dân":          "bribery",
		"Cán bộ nhận h. ố. i. l. ộ. của dân":     "bribery",
		"Cán bộ nhận hối--lộ":                    "bribery",
		"Cán bộ ở đây nhận hoi_lo":               "bribery",
		"hoi_lo":                                 "bribery",
		"Cán bộ nhận hốilộ":                      "bribery",
		"Cán bộ nhận hoilo":                      "bribery",
		"HỐI\u200bLỘ":                            "bribery",
		"Nhận HỐI\u200b LỘ":                      "bribery",
		"Nhận ｈối ｌộ":                            "bribery",
		"Phải có phong.bì mới ký":                "bribery",
		"Đưa p-h-o-n-g b-ì mới ký":               "bribery",
		"Họ đ/ò/i t/i/ề/n":                       "bribery",
		"Hay c.h.ử.i dân":                        "abuse",
		"Q.u.á.t m.ắ.n.g":                        "abuse",
		"Không h.ố.i l.ộ thì ngâm":               "bribery",
		"Không hách-dịch":                        "",
		"Chờ lâu, đòi. Tiền thì không thu":       "",
		"Chậm\nTiền\nNước":                       "",
		"Nộp ở quầy A, B, C, D rồi chờ":          "",
		"Đất ở-nông thôn, hồ sơ đo/đạc":          "",
		"Cán bộ lo liệu, hỏi lối đi là chỉ ngay": "",
	} {
		for _, written := range []string{text, norm.NFD.String(text), strings.ToUpper(text)} {
			if got := join(l.Signals(written)); got != want {
				t.Errorf("Signals(%q) = %q, want %q", written, got, want)
			}
		}
	}
}

// What names nobody in the tables for masking complains of little, and the rules
// for disguises find nothing more there.
func TestNoSignalWithoutCause(t *testing.T) {
	l := lexicon(t)
	for _, file := range []string{"corpus.txt", "disguised.txt", "unseen.txt"} {
		signals, clean := 0, 0
		for _, s := range corpus(t, file) {
			if len(s.kinds) > 0 {
				continue
			}
			clean++
			if found := l.Signals(s.text); len(found) > 0 {
				signals++
				t.Logf("%s: %s", join(found), s.text)
			}
		}
		if signals*50 > clean {
			t.Errorf("%s: %d of %d harmless sentences carry a signal", file, signals, clean)
		}
	}
}

func join(ids []comment.TopicID) string {
	parts := make([]string, len(ids))
	for i, id := range ids {
		parts[i] = string(id)
	}
	return strings.Join(parts, " ")
}

func TestTopicsHaveNames(t *testing.T) {
	l := lexicon(t)
	var signals []comment.TopicID
	for _, topic := range l.All() {
		if topic.Signal {
			signals = append(signals, topic.ID)
		}
		if l.Topic(topic.ID).Name.In("vi") == "" || topic.Name.In("en") == topic.Name.In("vi") {
			t.Errorf("topic %s has no names", topic.ID)
		}
	}
	if diff := cmp.Diff([]comment.TopicID{"bribery", "abuse", "obstruction", "brokers"}, signals); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
	if l.Topic("nothing") != nil {
		t.Error("an unknown topic was found")
	}
}

func TestLoadLexiconRefuses(t *testing.T) {
	read := func(name string) string {
		data, err := surveys.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	const namesFile, topicsFile = "lexicon/names.yaml", "lexicon/topics.yaml"
	for name, c := range map[string]struct{ file, old, new, want string }{
		"unknown key":    {topicsFile, "  reach: 4", "  reach: 4\n  colour: red", `lexicon/topics.yaml:10:3: unknown key "colour"`},
		"bad reach":      {topicsFile, "  reach: 4", "  reach: 0", "lexicon/topics.yaml:9:10: reach must be 1 to 8 words"},
		"two ids":        {topicsFile, "id: waiting", "id: slow", `topic id "slow" must be its own`},
		"bad id":         {topicsFile, "id: waiting", "id: Chờ", `topic id "Chờ" must be its own`},
		"no name":        {topicsFile, "en: Praise", "fr: Louange", `topic "praise" has no name in "en"`},
		"repeated":       {topicsFile, "[chậm, ", "[chậm, CHẬM, ", `"CHẬM" stands twice in the list`},
		"no word":        {topicsFile, "[chậm, ", `["…", `, `"…" holds no word`},
		"no phrase":      {topicsFile, "    phrases: [cò giấy tờ", "    phrases: []\n    accented: [cò giấy tờ", "phrases is missing or empty"},
		"two words":      {namesFile, "strong: [văn, thị]", "strong: [văn thị]", `:12: "văn thị" has 2 words, at most 1 fit here`},
		"list left out":  {namesFile, "  strong: [văn, thị]\n", "", "the list middles.strong is missing or empty"},
		"not a sequence": {namesFile, "strong: [văn, thị]", "strong: văn", "does not fit here, expected a list"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for _, file := range []string{namesFile, topicsFile} {
				text := read(file)
				if file == c.file {
					if !strings.Contains(text, c.old) {
						t.Fatalf("%s does not hold %q", file, c.old)
					}
					text = strings.Replace(text, c.old, c.new, 1)
				}
				fsys[file] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := comment.LoadLexicon(fsys)
			var problems yamlfile.Problems
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &problems) {
				t.Errorf("error %v, want it to contain %q", err, c.want)
			}
			if err := comment.CheckFile(c.file, fsys[c.file].Data); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("alone: error %v, want it to contain %q", err, c.want)
			}
		})
	}
	if _, err := comment.LoadLexicon(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), namesFile) || !strings.Contains(err.Error(), topicsFile) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Đắk R'lấp": "dak r'lap", "ỦY BAN": "uy ban", "Ươm mơ": "uom mo", "M'nông": "m'nong", "aƀaơ, bĭch, dŭt uĕh, nkô̆": "abao, bich, dut ueh, nko",
		"Êñuôl": "enuol", "Thuỷ": "thuy", "123 ABC": "123 abc", "": "",
	} {
		for _, written := range []string{in, norm.NFD.String(in)} {
			if got := comment.Fold(written); got != want {
				t.Errorf("Fold(%q) = %q, want %q", written, got, want)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		text, query string
		want        bool
	}{
		{"Hồ sơ chậm", "hồ", true},
		{"ho so cham", "hồ", false},
		{"Hồ sơ chậm", "ho", true},
		{"Hồ sơ chậm", "hô", false},
		{"Hồ sơ chậm", "HO SO", true},
		{"Hồ sơ chậm", "chậm hồ", true},
		{"Hồ sơ chậm", "hồ nhanh", false},
		{"Hồ sơ chậm", "h", false}, // whole words
		{"Đường xa", "duong", true},
		{"Duong xa", "đường", false},
		{"Thủ tục hoà giải", "hòa giải", true},
		{"Bon Đắk R’lấp", "r'lấp", true},
		{"nkô̆", "nko", true},
		{"nko", "nkô̆", false},
		{"quầy số 3", "quay 3", true},
		{"quầy số 3", "quầy 4", false},
		{"bất kỳ", "", true},
		{"bất kỳ", " …!", true},
		{"", "gì", false},
	} {
		for _, text := range []string{c.text, norm.NFD.String(c.text)} {
			for _, query := range []string{c.query, norm.NFD.String(c.query)} {
				if got := comment.Match(text, query); got != c.want {
					t.Errorf("Match(%q, %q) = %v", text, query, got)
				}
			}
		}
	}
}

func TestPolicyShows(t *testing.T) {
	day := calendar.Date(2026, 8, 10)
	ended := calendar.Date(2026, 9, 30)
	for _, c := range []struct {
		policy comment.Policy
		on     calendar.Day
		check  comment.Check
		signal bool
		want   bool
	}{
		{comment.AtOnce, day, comment.Unchecked, false, true},
		{comment.AtOnce, day - 1, comment.Released, false, false},
		{comment.AtOnce, day, comment.Unchecked, true, false},
		{comment.AtOnce, day, comment.Released, true, true},
		{comment.AtOnce, ended + 1, comment.Withheld, false, false},
		{comment.AfterCheck, ended + 1, comment.Unchecked, false, false},
		{comment.AfterCheck, day, comment.Released, false, true},
		{comment.AfterCheck, day, comment.Released, true, true},
		{comment.AfterCheck, day, comment.Withheld, false, false},
		{comment.AfterQuarter, ended, comment.Released, false, false},
		{comment.AfterQuarter, ended + 1, comment.Released, false, true},
		{comment.AfterQuarter, ended + 1, comment.Unchecked, false, false},
		{comment.AfterQuarter, ended + 1, comment.Withheld, true, false},
		{"", ended + 1, comment.Released, false, false},
		{comment.AtOnce, ended + 1, "", false, false},
	} {
		if got := c.policy.Shows(day, c.on, c.check, c.signal); got != c.want {
			t.Errorf("%q.Shows(%s, %s, %q, %v) = %v", c.policy, day, c.on, c.check, c.signal, got)
		}
	}
}

// A stricter policy, a signal or a missing check never shows more, and what is
// shown once stays so.
func TestStricterShowsLess(t *testing.T) {
	order := []comment.Policy{comment.AtOnce, comment.AfterCheck, comment.AfterQuarter}
	written := calendar.Date(2026, 12, 31)
	for on := written - 2; on < written+100; on++ {
		for _, check := range []comment.Check{comment.Unchecked, comment.Released, comment.Withheld} {
			for i, p := range order {
				shown := p.Shows(written, on, check, false)
				if p.Shows(written, on, check, true) && !shown || shown && !p.Shows(written, on+1, check, false) {
					t.Errorf("%s on %s, %s", p, on, check)
				}
				if i > 0 && shown && !order[i-1].Shows(written, on, check, false) {
					t.Errorf("%s shows on %s what %s hides", p, on, order[i-1])
				}
			}
		}
	}
}
