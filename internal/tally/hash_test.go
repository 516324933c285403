package tally_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"hailong/internal/tally"
)

// A sealed sheet names methods by their hash: it must follow the content, not
// the layout of the file, and outlive the way through JSON.
func TestHashIsOfTheContent(t *testing.T) {
	data := corpus(t, "good_mean.yaml")["good_mean.yaml"]
	hash := func(data []byte) string {
		m, err := tally.ParseMethod("m.yaml", data, forms(t))
		if err != nil {
			t.Fatal(err)
		}
		var back tally.Method
		if text, err := json.Marshal(m); err != nil || json.Unmarshal(text, &back) != nil || back.Hash() != m.Hash() {
			t.Errorf("%s does not survive JSON: %v", m.ID, err)
		}
		return m.Hash()
	}
	want := hash(data)
	if got := hash(append([]byte("# Ghi chú\n"), data...)); got != want {
		t.Errorf("a comment changes the hash to %s", got)
	}
	seen := map[string]string{want: "as it is"}
	for from, to := range map[string]string{
		"version: 1": "version: 2", "Cách tính": "Cách tính khác", "satisfied_from: 4": "satisfied_from: 3", "mean_of_factors": "pooled",
		"Chỗ ngồi": "Ghế ngồi", "min_n: 30": "min_n: 31", "suppress_below: 5": "suppress_below: 6", "2017-10-10": "2017-10-11",
	} {
		got := hash(bytes.Replace(data, []byte(from), []byte(to), 1))
		if other, taken := seen[got]; taken {
			t.Errorf("%s → %s has the hash of %s", from, to, other)
		}
		seen[got] = from
	}
}
