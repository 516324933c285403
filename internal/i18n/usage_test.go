package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"hailong/internal/auth"
	"hailong/internal/calendar"
	"hailong/internal/response"
	"hailong/internal/survey"

	"github.com/google/go-cmp/cmp"
)

// use is one place in the pages where a wording is asked for.
type use struct {
	where  string
	key    string // with a * where the program puts a name
	call   bool   // of T; otherwise the key only stands there
	places []string
}

// families are the keys that the program puts together, each with the names
// that it puts in.
func families(t *testing.T) map[string][]string {
	t.Helper()
	var channels []string
	for _, c := range response.Channels {
		channels = append(channels, string(c))
	}
	var roles []string
	for _, r := range auth.Roles() {
		roles = append(roles, string(r))
	}
	checks := quoted(t, `Reason = ("\w+")`, "../quality/checks.go")
	charts := quoted(t, `chartNames = \[\]string{([^}]*)}`, "../web/dashboard.go")
	return map[string][]string{
		"role.*":              roles,
		"channel.*":           channels,
		"shift.*":             {string(calendar.Morning), string(calendar.Afternoon)},
		"answer.*":            {survey.Yes, survey.No},
		"fault.*":             quoted(t, `(?:\bCode|survey\.Code)\s*=\s*("\w+")`, "../survey/answer.go", "../collect/*.go", "../web/*.go"),
		"problem.*.title":     problems(t),
		"problem.*.text":      problems(t),
		"period.state.*":      append(quoted(t, `\bState\s*=\s*("\w+")`, "../period/period.go"), "coming", "running", "ended"),
		"period.act.*":        quoted(t, `{Name: ("\w+")`, "../web/period.go"),
		"period.act_hint.*":   quoted(t, `{Name: ("\w+")`, "../web/period.go"),
		"period.done.*":       quoted(t, `{Name: ("\w+")`, "../web/period.go"),
		"period.figures.*":    quoted(t, `(?m)^\t{("\w+"), `, "../sheet/sheet.go"),
		"status.*":            quoted(t, `Status\s*=\s*("\w+")`, "../rating/score.go"),
		"audit.action.*":      quoted(t, `= ("[a-z]+\.[a-z]+")`, "../audit/audit.go"),
		"review.check.*":      checks,
		"review.check_text.*": checks,
		"review.stage.*":      quoted(t, `Stage = ("\w+")`, "../review/queue.go"),
		"review.act.*":        quoted(t, `\bAct = ("(?:release|propose|confirm|reverse)")`, "../response/decision.go"),
		"review.done.*":       quoted(t, `\bAct = ("(?:release|propose|confirm|reverse)")`, "../response/decision.go"),
		"review.last.*":       quoted(t, `\bAct = ("(?:release|propose|confirm|reverse)")`, "../response/decision.go"),
		"insider.kind.*":      quoted(t, `SignKind = ("\w+")`, "../review/insider.go"),
		"insider.text.*":      quoted(t, `SignKind = ("\w+")`, "../review/insider.go"),
		"chart.*.title":       charts,
		"chart.*.hint":        charts,
		"column.*": slices.DeleteFunc(
			quoted(t, `(?:columns\(|Columns: \[\]string{|figureColumns = \[\]string{)([^)}]*)[)}]`, "../chart/*.go"),
			func(column string) bool { return column == "code" }), // never shown
	}
}

// problems returns the keys of all problems that have a page.
func problems(t *testing.T) []string {
	t.Helper()
	keys := quoted(t, `problem\([^,"]+, ("\w+")\)|\bkey: ("\w+")`, "../web/*.go")
	body := regexp.MustCompile(`(?s)func keyOfStatus.*?\n}`).FindString(source(t, "../web/problem.go"))
	for _, match := range regexp.MustCompile(`return "(\w+)"`).FindAllStringSubmatch(body, -1) {
		keys = append(keys, match[1])
	}
	if body == "" {
		t.Error("keyOfStatus is not where it was")
	}
	return keys
}

// quoted returns every string inside the groups of the expression, in the
// files that are not tests.
func quoted(t *testing.T, expression string, patterns ...string) []string {
	t.Helper()
	var all []string
	word := regexp.MustCompile(`"([\w.]+)"`)
	for _, pattern := range patterns {
		for _, groups := range regexp.MustCompile(expression).FindAllStringSubmatch(source(t, pattern), -1) {
			for _, match := range word.FindAllStringSubmatch(strings.Join(groups[1:], " "), -1) {
				all = append(all, match[1])
			}
		}
	}
	if len(all) == 0 {
		t.Errorf("nothing matches %s", expression)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// source returns the text of the Go files that are not tests.
func source(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

// TestEveryKeyExistsAndIsUsed holds the catalogue and the pages together.
func TestEveryKeyExistsAndIsUsed(t *testing.T) {
	keys, known := catalogue(t, "vi"), families(t)
	used, asked := map[string]bool{}, map[string]bool{}
	for _, u := range append(templateUses(t), goUses(t, keys)...) {
		if names, ok := known[u.key]; ok {
			asked[u.key] = true
			for _, name := range names {
				key := strings.Replace(u.key, "*", name, 1)
				if _, exists := keys[key]; !exists {
					t.Errorf("%s: %s: there is no %s", u.where, u.key, key)
				}
				used[key] = true
			}
			continue
		}
		w, exists := keys[u.key]
		if !exists {
			t.Errorf("%s: there is no key %s", u.where, u.key)
			continue
		}
		used[u.key] = true
		if u.call && !slices.Equal(w.places(), u.places) {
			t.Errorf("%s: %s has the places %q and is given %q", u.where, u.key, w.places(), u.places)
		}
	}
	for key := range keys {
		if !used[key] {
			t.Errorf("%s is used nowhere", key)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(known)), slices.Sorted(maps.Keys(asked))); diff != "" {
		t.Errorf("families of this test that no page uses: %s", diff)
	}
}

// templateUses returns every call of t in the templates.
func templateUses(t *testing.T) []use {
	t.Helper()
	var uses []use
	err := filepath.WalkDir("../web/templates", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		tree, set := parse.New(file), map[string]*parse.Tree{}
		tree.Mode = parse.SkipFuncCheck
		if _, err := tree.Parse(string(data), "", "", set); err != nil {
			return err
		}
		for _, defined := range set {
			(&templateWalk{file: file, uses: &uses}).node(defined.Root)
		}
		return nil
	})
	if err != nil || len(uses) == 0 {
		t.Fatalf("%d uses in the templates; %v", len(uses), err)
	}
	return uses
}

type templateWalk struct {
	file string
	uses *[]use
}

func (w *templateWalk) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				w.node(child)
			}
		}
	case *parse.ActionNode:
		w.node(n.Pipe)
	case *parse.IfNode:
		w.branch(n.BranchNode)
	case *parse.RangeNode:
		w.branch(n.BranchNode)
	case *parse.WithNode:
		w.branch(n.BranchNode)
	case *parse.TemplateNode:
		w.node(n.Pipe)
	case *parse.PipeNode:
		if n != nil {
			for _, command := range n.Cmds {
				w.command(command)
			}
		}
	}
}

func (w *templateWalk) branch(b parse.BranchNode) {
	w.node(b.Pipe)
	w.node(b.List)
	w.node(b.ElseList)
}

func (w *templateWalk) command(c *parse.CommandNode) {
	for _, arg := range c.Args {
		w.node(arg)
	}
	if name, ok := c.Args[0].(*parse.IdentifierNode); !ok || name.Ident != "t" {
		return
	}
	u := use{where: w.file, call: true}
	switch key := c.Args[1].(type) {
	case *parse.StringNode:
		u.key = key.Text
	case *parse.PipeNode: // (printf "role.%s" .Role)
		u.key = strings.Replace(key.Cmds[0].Args[1].(*parse.StringNode).Text, "%s", "*", 1)
	}
	for i := 2; i < len(c.Args); i += 2 {
		u.places = append(u.places, c.Args[i].(*parse.StringNode).Text)
	}
	slices.Sort(u.places)
	*w.uses = append(*w.uses, u)
}

// goUses returns every call of T in the package of the pages, and every other
// string there that is a key or looks as if it were meant to be one.
func goUses(t *testing.T, keys map[string]wording) []use {
	t.Helper()
	spaces := map[string]bool{}
	for key := range keys {
		space, _, _ := strings.Cut(key, ".")
		spaces[space] = true
	}
	var files []string
	for _, folder := range []string{"web", "rating"} {
		found, err := filepath.Glob("../" + folder + "/*.go")
		if err != nil || len(found) == 0 {
			t.Fatalf("%d files of %s, %v", len(found), folder, err)
		}
		files = append(files, found...)
	}
	var uses []use
	set := token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "T" && len(n.Args) > 0 {
					uses = append(uses, useOf(set.Position(n.Pos()).String(), n.Args)...)
				}
			case *ast.BasicLit:
				text := literal(n)
				space, rest, dotted := strings.Cut(text, ".")
				if dotted && spaces[space] && keyLike.MatchString(rest) {
					uses = append(uses, use{where: set.Position(n.Pos()).String(), key: text})
				}
			}
			return true
		})
	}
	return uses
}

var keyLike = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*$`)

// useOf reads the arguments of a call of T. A key in a variable is found where
// its text stands.
func useOf(where string, args []ast.Expr) []use {
	u := use{where: where, key: pattern(args[0]), call: true}
	if u.key == "*" {
		return nil
	}
	for i := 1; i < len(args); i += 2 {
		u.places = append(u.places, literal(args[i]))
	}
	slices.Sort(u.places)
	return []use{u}
}

// pattern writes "chart." + name + ".title" as chart.*.title.
func pattern(e ast.Expr) string {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		return pattern(sum.X) + pattern(sum.Y)
	}
	if text := literal(e); text != "" {
		return text
	}
	return "*"
}

func literal(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		text, _ := strconv.Unquote(lit.Value) // the parser has checked it
		return text
	}
	return ""
}
