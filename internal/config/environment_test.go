package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"hailong/internal/config"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// settings are all that this package knows.
type settings struct {
	config.Data
	config.HTTP
	config.Disclosure
}

// grammar is a command line with one command, as the program has several.
type grammar struct {
	Serve settings `cmd:""`
}

// parse reads the flags of the command and the environment of the test.
func parse(t *testing.T, flags ...string) (*settings, error) {
	t.Helper()
	g := new(grammar)
	parser, err := kong.New(g, config.Environment(), kong.Exit(func(int) { t.Error("the parser exits") }))
	must(t, err)
	_, err = parser.Parse(append([]string{"serve"}, flags...))
	return &g.Serve, err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func parsed(t *testing.T, args ...string) *settings {
	t.Helper()
	s, err := parse(t, args...)
	must(t, err)
	return s
}

// example is a value of one setting, as text and as it is read, and another
// that a flag gives.
type example struct {
	flag, field string
	text        string
	value       any
	byFlag      string
	flagValue   any
}

func examples(t *testing.T) []example {
	one, two := t.TempDir(), t.TempDir()
	return []example{
		{"db", "DB", "mongodb://u:p=w,d@db/x", "mongodb://u:p=w,d@db/x", "sqlite:x.db", "sqlite:x.db"},
		{"surveys", "Surveys", one, one, two, two},
		{"timezone", "Timezone", "UTC", "UTC", "Asia/Bangkok", "Asia/Bangkok"},
		{"signing-key", "SigningKey", "one.key", "one.key", "two.key", "two.key"},
		{"listen", "Listen", ":80", ":80", ":81", ":81"},
		{"public-url", "PublicURL", "https://a.example", "https://a.example", "https://b.example", "https://b.example"},
		{"metrics-listen", "MetricsListen", ":90", ":90", ":91", ":91"},
		{"trusted-proxies", "TrustedProxies", "10.0.0.0/8,::1", []string{"10.0.0.0/8", "::1"}, "10.0.0.1", []string{"10.0.0.1"}},
		{"comments", "Comments", "at_once", "at_once", "after_quarter", "after_quarter"},
		{"client-rate", "ClientRate", "0.5", 0.5, "7", 7.0},
	}
}

func (e example) variable() string {
	return "HAILONG_" + strings.ToUpper(strings.ReplaceAll(e.flag, "-", "_"))
}

// same demands that one setting has the value and all others their defaults.
func (e example) same(t *testing.T, got *settings, value any) {
	t.Helper()
	want := defaults()
	reflect.ValueOf(want).Elem().FieldByName(e.field).Set(reflect.ValueOf(value))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("--%s: %s", e.flag, diff)
	}
}

func defaults() *settings {
	d, h := valid()
	return &settings{Data: d, HTTP: h, Disclosure: config.Disclosure{Comments: "after_check"}}
}

func TestDefaults(t *testing.T) {
	got := parsed(t)
	if diff := cmp.Diff(defaults(), got); diff != "" {
		t.Error(diff)
	}
	must(t, got.Data.Validate())
	must(t, got.HTTP.Validate())
}

// TestEverySetting gives each setting by its variable, by a file and by a
// flag: a flag wins over both, and without one they cannot both be given.
func TestEverySetting(t *testing.T) {
	all := examples(t)
	for _, group := range []any{config.Data{}, config.HTTP{}, config.Disclosure{}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(group)) {
			if !hasExample(all, field.Name) {
				t.Errorf("the setting %s has no example in this test", field.Name)
			}
		}
	}
	for _, e := range all {
		t.Run(e.flag, func(t *testing.T) {
			t.Setenv(e.variable(), e.text)
			e.same(t, parsed(t), e.value)
			e.same(t, parsed(t, "--"+e.flag, e.byFlag), e.flagValue)
			t.Setenv(e.variable()+"_FILE", file(t, e.text+"\n"))
			e.same(t, parsed(t, "--"+e.flag+"="+e.byFlag), e.flagValue)
			if _, err := parse(t); err == nil || !strings.Contains(err.Error(), e.variable()+"_FILE") {
				t.Errorf("a variable and a file at once: %v", err)
			}
			must(t, os.Unsetenv(e.variable()))
			e.same(t, parsed(t), e.value)
		})
	}
}

func hasExample(all []example, field string) bool {
	for _, e := range all {
		if e.field == field {
			return true
		}
	}
	return false
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(name, []byte(content), 0o600))
	return name
}

// TestFileEndings takes the line break at the end of a file off, and nothing
// else: a password may begin or end with a space.
func TestFileEndings(t *testing.T) {
	for content, want := range map[string]string{"x": "x", "x\n": "x", "x\r\n": "x", " x \n": " x ", "x\n\n": "x"} {
		t.Setenv("HAILONG_DB_FILE", file(t, "sqlite:"+content))
		if got := parsed(t).DB; got != "sqlite:"+want {
			t.Errorf("a file with %q gives %q, want %q", content, got, want)
		}
	}
}

func TestMissingFile(t *testing.T) {
	t.Setenv("HAILONG_DB_FILE", filepath.Join(t.TempDir(), "gone"))
	if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "HAILONG_DB_FILE") {
		t.Errorf("a file that is not there: %v", err)
	}
	if got := parsed(t, "--db", "sqlite:x.db").DB; got != "sqlite:x.db" {
		t.Errorf("with a flag the file is not needed, but the database is %s", got)
	}
}

func TestBadVariable(t *testing.T) {
	t.Setenv("HAILONG_CLIENT_RATE", "many")
	if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "client-rate") {
		t.Errorf("a rate that is no number: %v", err)
	}
}

// TestVariablesAreShown tells in the help under which name a setting is read.
func TestVariablesAreShown(t *testing.T) {
	parser, err := kong.New(new(grammar), config.Environment())
	must(t, err)
	for _, flag := range parser.Model.Children[0].Flags {
		want := config.EnvPrefix + "_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		if len(flag.Envs) != 1 || flag.Envs[0] != want {
			t.Errorf("--%s is read from %v, want %s", flag.Name, flag.Envs, want)
		}
	}
}

func TestInCI(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "": false, "false": false} {
		t.Setenv("CI", value)
		if config.InCI() != want {
			t.Errorf("CI=%q: %v", value, !want)
		}
	}
}
