package internal_test

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The budget of a file and of a function, in lines. Data are no functions.
const (
	fileLines     = 400
	functionLines = 60
	medianLines   = 12
)

func TestBudget(t *testing.T) {
	var lengths []int
	for _, f := range files(t) {
		if f.lines > fileLines {
			t.Errorf("%s has %d lines, at most %d", f.name, f.lines, fileLines)
		}
		for _, decl := range f.tree.Decls {
			function, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			length := f.set.Position(function.End()).Line - f.set.Position(function.Pos()).Line + 1
			lengths = append(lengths, length)
			if length > functionLines {
				t.Errorf("%s: %s has %d lines, at most %d", f.at(function), function.Name.Name, length, functionLines)
			}
		}
	}
	slices.Sort(lengths)
	if median := lengths[len(lengths)/2]; median > medianLines {
		t.Errorf("the median function has %d lines, at most %d", median, medianLines)
	}
}

func TestPackageComments(t *testing.T) {
	comments := map[string]string{}
	for _, f := range files(t) {
		if f.tree.Doc != nil {
			comments[f.pkg] += f.tree.Doc.Text()
		} else {
			comments[f.pkg] += ""
		}
		if slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "base"}, f.tree.Name.Name) {
			t.Errorf("%s: %s is no name that says what a package is for", f.name, f.tree.Name.Name)
		}
	}
	for pkg, comment := range comments {
		if !strings.HasPrefix(comment, "Package "+path.Base(pkg)+" ") && !strings.HasPrefix(comment, "Command "+path.Base(pkg)+" ") {
			t.Errorf("package %s has no comment that says what it is for", pkg)
		}
	}
}

// TestExportedNamesAreDocumented asks for a comment that begins with the name,
// or for one that heads a group.
func TestExportedNamesAreDocumented(t *testing.T) {
	for _, f := range files(t) {
		for _, decl := range f.tree.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && !strings.HasPrefix(d.Doc.Text(), d.Name.Name+" ") {
					t.Errorf("%s: %s has no comment that begins with its name", f.at(d), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, name := range undocumented(d) {
					t.Errorf("%s: %s has no comment", f.at(d), name)
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}

func undocumented(d *ast.GenDecl) []string {
	var missing []string
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc.Text() == "" && s.Doc.Text() == "" {
				missing = append(missing, s.Name.Name)
			}
		case *ast.ValueSpec:
			if s.Names[0].IsExported() && d.Doc.Text() == "" && s.Doc.Text() == "" && s.Comment.Text() == "" {
				missing = append(missing, s.Names[0].Name)
			}
		}
	}
	return missing
}

// TestErrorsAreWrapped finds errors that are formatted with another verb than
// %w, so that errors.Is would not see them any more.
func TestErrorsAreWrapped(t *testing.T) {
	verb := regexp.MustCompile(`%[-+# 0-9.]*([a-zA-Z%])`)
	for _, f := range files(t) {
		ast.Inspect(f.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || name(call.Fun) != "fmt.Errorf" {
				return true
			}
			format, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			var verbs []string
			for _, match := range verb.FindAllStringSubmatch(format.Value, -1) {
				if match[1] != "%" {
					verbs = append(verbs, match[1])
				}
			}
			for i, arg := range call.Args[1:] {
				if isError.MatchString(name(arg)) && i < len(verbs) && verbs[i] != "w" {
					t.Errorf("%s: %s is formatted with %%%s, not with %%w", f.at(call), name(arg), verbs[i])
				}
			}
			return true
		})
	}
}

var isError = regexp.MustCompile(`(?i)(^|\.)err$|[a-z]Err$|(^|\.)Err[A-Z]`)

// name writes an identifier or a selector as it stands there.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return name(e.X) + "." + e.Sel.Name
	}
	return ""
}

func TestNothingIsLeftForLater(t *testing.T) {
	later := regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	for _, f := range files(t) {
		for _, group := range f.tree.Comments {
			if later.MatchString(group.Text()) {
				t.Errorf("%s: %s", f.at(group), strings.TrimSpace(group.Text()))
			}
		}
	}
}
