// Package internal_test holds the structure of the whole module. The tables
// are its documentation: a package may import only packages of lower levels.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "hailong"

// levels says what each package is for and where it stands. A package that is
// not written yet may have its place already.
var levels = []struct {
	level   int
	name    string // below internal/, or from the root of the module
	purpose string
}{
	{0, "calendar", "civil days and months, without a clock and without a zone"},
	{0, "config", "defaults, environment, flags"},
	{0, "rowfile", "rows of CSV and NDJSON files, each with its line"},
	{0, "stats", "pure numbers: shares, intervals, rounding"},
	{0, "yamlfile", "strict reading of YAML, every fault with its place"},
	{0, "/static", "style sheets, scripts and the chart library, embedded"},
	{0, "/static/fonts", "the font of the posters, embedded"},
	{0, "/surveys", "questionnaires, methods and a sample register, embedded"},

	{1, "i18n", "wordings, numbers and dates in each language"},
	{1, "org", "the register: agencies, counters, services, links"},
	{1, "outside", "programs of others that read what this one writes, for tests"},
	{1, "survey", "questionnaires, and what a valid answer is"},

	{2, "comment", "what may be shown of a citizen's own words"},
	{2, "response", "one answer sheet"},

	{3, "tally", "counts, how they add up, and how an index is made of them"},

	{4, "quality", "judges an answer by what expires"},
	{4, "rating", "periods, scores, places, points"},
	{4, "store", "the storage contract"},

	{5, "audit", "who did what, in a chain that cannot be shortened"},
	{5, "auth", "accounts, roles, sessions, keys"},
	{5, "chart", "figures as chart options and tables"},
	{5, "collect", "accepts one response"},
	{5, "coverage", "how many dossiers were returned"},
	{5, "document", "QR codes, posters, files"},
	{5, "ledger", "keeps and reads the sums of closed days"},
	{5, "sheet", "frozen figures, chained and signed"},
	{5, "store/mongo", "the contract on MongoDB"},
	{5, "store/sqlite", "the contract in one SQLite file"},
	{5, "store/storetest", "the contract as a test"},
	{5, "store/storetest/engine", "where the tests find a MongoDB"},
	{5, "ticket", "one answer for each slip of paper"},
	{5, "veil", "what the rated agency may see of its own counts"},

	{6, "backup", "everything in one file, and back"},
	{6, "bulk", "old answers from files"},
	{6, "paper", "sheets of paper, typed by a clerk"},
	{6, "period", "the life of a period, and its scores"},
	{6, "remark", "who reads which comment, and what the office decided"},
	{6, "review", "what was held, and what is decided about it"},
	{6, "report", "the figures of pages and tables"},

	{7, "annual", "the yearly rating of the party organisations"},
	{7, "demo", "a year of made-up answers"},
	{7, "retention", "ends the life of what is kept for a time"},

	{8, "trial", "the office at work in a test"},
	{8, "demo/office", "the office of the sample at work"},
	{8, "official", "scores and annual sheets as files"},

	{9, "web", "HTTP: routes, handlers, templates"},

	{10, "app", "opens, wires, runs and stops everything"},

	{11, "bench", "measures this machine"},
	{11, "e2e", "the program in a browser"},

	{12, "/cmd/hailong", "the command line"},
}

// homes names the few packages that may import what is listed here, and what
// begins with it.
var homes = []struct {
	imported string
	by       []string
}{
	{"github.com/gofiber/", []string{"web", "bench"}},
	{"github.com/valyala/fasthttp", []string{"web", "bench"}},
	{"github.com/go-echarts/", []string{"chart"}},
	{"github.com/xuri/excelize", []string{"document"}},
	{"github.com/skip2/go-qrcode", []string{"document"}},
	{"github.com/nicksnyder/go-i18n", []string{"i18n"}},
	{"github.com/alecthomas/kong", []string{"config", "/cmd/hailong"}},
	{"go.mongodb.org/", []string{"store/mongo", "store/storetest/engine", "bench"}},
	{"modernc.org/", []string{"store/sqlite"}},
	{"database/sql", []string{"store/sqlite"}},
	{"html/template", []string{"web"}},
	{"text/template", nil},
	{"testing", []string{"outside", "store/storetest", "store/storetest/engine", "trial"}},
	{module + "/internal/store/sqlite", []string{"app", "trial"}},
	{module + "/internal/store/mongo", []string{"app"}},
	{module + "/internal/store/storetest", nil},
	{module + "/internal/outside", nil},
	{module + "/internal/trial", nil},
}

// names says in which packages a name of the standard library may stand; one
// with a file may stand in that file alone.
var names = []struct {
	name  *regexp.Regexp
	calls bool // only where it is called: a type may be named, but not converted to
	in    []string
	why   string
}{
	{regexp.MustCompile(`^os\.(Getenv|LookupEnv|Environ|ExpandEnv)$`), false, []string{"config", "store/storetest/engine"}, "settings come from package config"},
	{regexp.MustCompile(`^time\.(Now|Since|Until)$`), false, []string{"app", "bench", "/cmd/hailong"}, "the time comes from a now func() time.Time"},
	{regexp.MustCompile(`^template\.(HTML|HTMLAttr|CSS|JS|JSStr|URL|Srcset)$`), true, []string{"web/safe.go"}, "it switches escaping off"},
	{regexp.MustCompile(`^(fmt\.Print.*|log\..*)$`), true, nil, "results go to a writer, events to a slog.Logger"},
	{regexp.MustCompile(`^os\.Exit$`), true, []string{"/cmd/hailong"}, "only the command ends the process"},
}

// file is one Go file that is not a test.
type file struct {
	pkg   string // as in levels
	name  string // from the root of the module
	lines int
	tree  *ast.File
	set   *token.FileSet
}

func (f *file) at(n ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.set.Position(n.Pos()).Line)
}

// files reads every file of the module that is not a test.
func files(t *testing.T) []*file {
	t.Helper()
	var all []*file
	set := token.NewFileSet()
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != ".." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		tree, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		from := filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator)))
		all = append(all, &file{pkg: short(module + "/" + path.Dir(from)), name: from, lines: set.File(tree.Pos()).LineCount(), tree: tree, set: set})
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d files; %v", len(all), err)
	}
	return all
}

// short writes an import path of the module as the tables do.
func short(importPath string) string {
	if name, ok := strings.CutPrefix(importPath, module+"/internal/"); ok {
		return name
	}
	return strings.TrimPrefix(importPath, module)
}

// imports returns the import paths of a file by the names it uses for them.
func (f *file) imports() map[string]string {
	all := map[string]string{}
	for _, spec := range f.tree.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		name := path.Base(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		all[name] = importPath
	}
	return all
}

func levelOf(pkg string) (int, bool) {
	for _, row := range levels {
		if row.name == pkg {
			return row.level, true
		}
	}
	return 0, false
}

func TestLevels(t *testing.T) {
	for _, f := range files(t) {
		own, ok := levelOf(f.pkg)
		if !ok {
			t.Errorf("%s: package %s has no level yet: give it one in this table", f.name, f.pkg)
			continue
		}
		for _, imported := range f.imports() {
			if !strings.HasPrefix(imported, module+"/") {
				continue
			}
			if level, known := levelOf(short(imported)); known && level >= own {
				t.Errorf("%s: %s (level %d) imports %s (level %d)", f.name, f.pkg, own, short(imported), level)
			}
		}
	}
}

func TestHomes(t *testing.T) {
	for _, f := range files(t) {
		for _, imported := range f.imports() {
			for _, home := range homes {
				inside := imported == home.imported || strings.HasPrefix(imported, strings.TrimSuffix(home.imported, "/")+"/")
				if inside && !slices.Contains(home.by, f.pkg) && !strings.HasPrefix(module+"/internal/"+f.pkg, home.imported) {
					t.Errorf("%s: %s may be imported only by %v", f.name, imported, home.by)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, f := range files(t) {
		imported, called := f.imports(), map[ast.Node]bool{}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				called[call.Fun] = true
			}
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, ok := selector.X.(*ast.Ident)
			if !ok || imported[from.Name] == "" {
				return true
			}
			name := path.Base(imported[from.Name]) + "." + selector.Sel.Name
			for _, rule := range names {
				if rule.name.MatchString(name) && (called[n] || !rule.calls) && !f.isOne(rule.in) {
					t.Errorf("%s: %s stands only in %v: %s", f.at(n), name, rule.in, rule.why)
				}
			}
			return true
		})
	}
}

// isOne says whether the file or its package is listed.
func (f *file) isOne(places []string) bool {
	return slices.Contains(places, f.pkg) || slices.Contains(places, strings.TrimPrefix(f.name, "internal/"))
}

// TestLinkedFasthttp holds the HTTP engine above the versions in which a path
// that was encoded twice passed the guards.
func TestLinkedFasthttp(t *testing.T) {
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	match := regexp.MustCompile(`(?m)^\s*(?:require )?github\.com/valyala/fasthttp v(\d+)\.(\d+)\.`).FindSubmatch(data)
	if match == nil {
		t.Fatal("go.mod does not require fasthttp itself")
	}
	major, _ := strconv.Atoi(string(match[1]))
	minor, _ := strconv.Atoi(string(match[2]))
	if major != 1 || minor < 70 {
		t.Errorf("fasthttp v%d.%d is linked, needed is v1.70 or later", major, minor)
	}
}
