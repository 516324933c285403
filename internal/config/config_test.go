package config_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"hailong/internal/config"

	"pgregory.net/rapid"
)

// valid are settings as the defaults are.
func valid() (config.Data, config.HTTP) {
	return config.Data{DB: "sqlite:data/hailong.db", Timezone: "Asia/Ho_Chi_Minh"},
		config.HTTP{Listen: "127.0.0.1:8080", ClientRate: 3000}
}

func TestValidateData(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*config.Data)
		want   []string // pieces of the message; none: valid
	}{
		"defaults":            {func(*config.Data) {}, nil},
		"mongodb":             {func(d *config.Data) { d.DB = "mongodb://u:p@a:1,b:2/hailong?w=majority" }, nil},
		"mongodb+srv":         {func(d *config.Data) { d.DB = "mongodb+srv://cluster.example/hailong" }, nil},
		"UTC":                 {func(d *config.Data) { d.Timezone = "UTC" }, nil},
		"no file":             {func(d *config.Data) { d.DB = "sqlite:" }, []string{"--db", "needs a file name"}},
		"no database":         {func(d *config.Data) { d.DB = "" }, []string{"--db", "neither"}},
		"another engine":      {func(d *config.Data) { d.DB = "postgres://hailong:geheim@db/x" }, []string{"--db", "postgres://hailong:…@db/x", "neither"}},
		"a password, no host": {func(d *config.Data) { d.DB = "mongodb:hailong:geheim@db" }, []string{"--db", "neither"}},
		"no zone":             {func(d *config.Data) { d.Timezone = "" }, []string{"--timezone", `""`}},
		"unknown zone":        {func(d *config.Data) { d.Timezone = "Asia/Dak_Nong" }, []string{"--timezone", "Asia/Dak_Nong"}},
		"both at once":        {func(d *config.Data) { d.DB, d.Timezone = "x", "y" }, []string{"--db", "--timezone"}},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := valid()
			c.change(&d)
			check(t, d.Validate(), c.want)
		})
	}
}

func TestValidateHTTP(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*config.HTTP)
		want   []string
	}{
		"defaults":              {func(*config.HTTP) {}, nil},
		"all interfaces":        {func(h *config.HTTP) { h.Listen, h.MetricsListen = ":80", "[::1]:9090" }, nil},
		"no rate limit":         {func(h *config.HTTP) { h.ClientRate = 0 }, nil},
		"proxies":               {func(h *config.HTTP) { h.TrustedProxies = []string{"10.0.0.0/8", "::1", "192.168.1.5"} }, nil},
		"a public address":      {func(h *config.HTTP) { h.PublicURL = "https://hailong.daknong.gov.vn/" }, nil},
		"in capitals":           {func(h *config.HTTP) { h.PublicURL = "HTTPS://Hailong.Example:8443" }, nil},
		"no port":               {func(h *config.HTTP) { h.Listen = "127.0.0.1" }, []string{"--listen", "HOST:PORT"}},
		"no metrics port":       {func(h *config.HTTP) { h.MetricsListen = "metrics" }, []string{"--metrics-listen", "HOST:PORT"}},
		"public without scheme": {func(h *config.HTTP) { h.PublicURL = "hailong.example" }, []string{"--public-url", "http(s)://HOST"}},
		"public with a path":    {func(h *config.HTTP) { h.PublicURL = "https://hailong.example/app" }, []string{"--public-url"}},
		"public with a query":   {func(h *config.HTTP) { h.PublicURL = "https://hailong.example/?a=b" }, []string{"--public-url"}},
		"public with a user":    {func(h *config.HTTP) { h.PublicURL = "https://u@hailong.example" }, []string{"--public-url"}},
		"public with a hash":    {func(h *config.HTTP) { h.PublicURL = "https://hailong.example/#" }, []string{"--public-url"}},
		"public by ftp":         {func(h *config.HTTP) { h.PublicURL = "ftp://hailong.example" }, []string{"--public-url"}},
		"a negative rate":       {func(h *config.HTTP) { h.ClientRate = -1 }, []string{"--client-rate", "-1"}},
		"no number":             {func(h *config.HTTP) { h.ClientRate = nan() }, []string{"--client-rate", "NaN"}},
		"a proxy by name":       {func(h *config.HTTP) { h.TrustedProxies = []string{"10.0.0.1", "proxy.local"} }, []string{"--trusted-proxies", "proxy.local"}},
		"a long mask":           {func(h *config.HTTP) { h.TrustedProxies = []string{"10.0.0.0/40"} }, []string{"--trusted-proxies", "10.0.0.0/40"}},
		"all at once": {func(h *config.HTTP) {
			*h = config.HTTP{Listen: "x", MetricsListen: "y", PublicURL: "z", ClientRate: -2, TrustedProxies: []string{"p"}}
		}, []string{"--listen", "--metrics-listen", "--public-url", "--client-rate", "--trusted-proxies"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, h := valid()
			c.change(&h)
			check(t, h.Validate(), c.want)
		})
	}
}

func nan() float64 {
	zero := 0.0
	return zero / zero
}

// check demands every piece in the message, or no error when there is none.
func check(t *testing.T, err error, want []string) {
	t.Helper()
	switch {
	case len(want) == 0 && err != nil:
		t.Errorf("refused: %v", err)
	case len(want) > 0 && err == nil:
		t.Error("accepted")
	}
	for _, piece := range want {
		if err != nil && !strings.Contains(err.Error(), piece) {
			t.Errorf("%q does not say %q", err, piece)
		}
	}
	if err != nil && strings.Contains(err.Error(), "geheim") {
		t.Errorf("%q tells the password", err)
	}
}

func TestWhichDatabase(t *testing.T) {
	for db, want := range map[string]struct {
		file          string
		sqlite, mongo bool
	}{
		"sqlite:data/x.db":   {"data/x.db", true, false},
		"sqlite:/var/a@b.db": {"/var/a@b.db", true, false},
		"mongodb://h/n":      {"mongodb://h/n", false, true},
		"mongodb+srv://h/n":  {"mongodb+srv://h/n", false, true},
		"data/x.db":          {"data/x.db", false, false},
		"mongodb:/h":         {"mongodb:/h", false, false},
	} {
		d := config.Data{DB: db}
		if file, sqlite := d.SQLite(); sqlite != want.sqlite || sqlite && file != want.file || d.Mongo() != want.mongo {
			t.Errorf("%s: %q, %v; %v", db, file, sqlite, d.Mongo())
		}
	}
}

func TestPublic(t *testing.T) {
	for _, c := range []struct{ public, listen, want string }{
		{"https://hailong.example", "127.0.0.1:8080", "https://hailong.example"},
		{"https://hailong.example//", "127.0.0.1:8080", "https://hailong.example"},
		{"", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"", "[::1]:8080", "http://[::1]:8080"},
		{"", "quay.local:80", "http://quay.local:80"},
		{"", ":8080", "http://localhost:8080"},
		{"", "0.0.0.0:8080", "http://localhost:8080"},
		{"", "[::]:8080", "http://localhost:8080"},
	} {
		h := config.HTTP{Listen: c.listen, PublicURL: c.public}
		if got := h.Public(); got != c.want {
			t.Errorf("public %q, listening on %q: %q, want %q", c.public, c.listen, got, c.want)
		}
	}
}

func TestProxies(t *testing.T) {
	h := config.HTTP{TrustedProxies: []string{"10.1.2.3", "10.1.2.3/8", "fd00::1/64", "::1"}}
	prefixes, err := h.Proxies()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range prefixes {
		got = append(got, p.String())
	}
	if want := "10.1.2.3/32 10.0.0.0/8 fd00::/64 ::1/128"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestLocation(t *testing.T) {
	d, _ := valid()
	if _, offset := time.Date(2026, 11, 22, 0, 0, 0, 0, d.Location()).Zone(); offset != 7*60*60 {
		t.Errorf("the zone of the defaults is %d seconds from UTC", offset)
	}
}

func TestRedact(t *testing.T) {
	for db, want := range map[string]string{
		"sqlite:data/x.db":                     "sqlite:data/x.db",
		"mongodb://db.local:27017/hailong":     "mongodb://db.local:27017/hailong",
		"mongodb://u:geheim@a:1,b:2/hailong":   "mongodb://u:…@a:1,b:2/hailong",
		"mongodb://u@db/hailong":               "mongodb://u:…@db/hailong",
		"mongodb://u:ge@he/im:@db/hailong":     "mongodb://u:…@db/hailong",
		"mongodb+srv://u:p@db/x?w=majority":    "mongodb+srv://u:…@db/x?…",
		"mongodb://db/x?tlsPassword=geheim":    "mongodb://db/x?…",
		"mongodb://db/x?tlsPassword=ge@heim":   "mongodb://…",
		"mongodb://u:ge?heim@db/x":             "mongodb://…",
		"mongodb://u:p@db/x?tlsPassword=g@hm":  "mongodb://…",
		"mongodb:/u:geheim@db/x":               "…",
		"u:geheim@db":                          "…",
		"mongodb:/db/x?tlsPassword=geheim":     "…",
		"hailong.db":                           "hailong.db",
		"mongodb://u:http://geheim@db/hailong": "mongodb://u:…@db/hailong",
	} {
		if got := config.Redact(db); got != want {
			t.Errorf("Redact(%q) = %q, want %q", db, got, want)
		}
	}
}

// TestRedactNeverLeaks puts any password where one can stand: of what is shown
// nothing depends on it.
func TestRedactNeverLeaks(t *testing.T) {
	for _, around := range [][2]string{
		{"mongodb://u:", "@db/x"}, {"mongodb://u:", "@db/x?w=majority"}, {"mongodb://db/x?tlsPassword=", ""},
		{"mongodb://db/x?tlsPassword=", "&w=majority"}, {"mongodb:/u:", "@db"}, {"u:", "@db"}, {"mongodb//u:", "@db/x"},
	} {
		t.Run(strings.Join(around[:], "PASSWORD"), func(t *testing.T) {
			allowed := map[string]bool{}
			for _, password := range []string{"Z", "Z?", "Z@", "Z?@", "Z@?", "Z://", "Z?://", "Z@://", "Z://@?"} {
				shown := config.Redact(around[0] + password + around[1])
				if strings.Contains(shown, "Z") {
					t.Fatalf("the password %q is shown: %q", password, shown)
				}
				allowed[shown] = true
			}
			rapid.Check(t, func(t *rapid.T) {
				password := rapid.StringMatching(`[ -~]{0,12}`).Draw(t, "password")
				if shown := config.Redact(around[0] + password + around[1]); !allowed[shown] {
					t.Fatalf("the password %q leads to %q, which is none of %v", password, shown, allowed)
				}
			})
		})
	}
}
