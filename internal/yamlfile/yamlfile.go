// Package yamlfile reads the YAML files that people write: strictly (unknown
// and repeated keys are errors), within size, depth and alias limits, and with
// file:line:column on every problem, also on those that a caller finds later.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// MaxBytes is the size above which a file is refused unread.
const MaxBytes = 8 << 20

// maxDepth bounds nesting; the deepest file we define nests six levels.
const maxDepth = 20

// Problem is one fault of a file. Line and Column count from 1; 0 is unknown.
type Problem struct {
	File         string
	Line, Column int
	Message      string
}

// String returns file:line:column: message.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Problems is an error that lists all faults found, in the order of the file.
type Problems []Problem

// Error returns one problem per line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Each gives every .yaml file of a folder in fsys to read, in the order of their
// names, and joins the faults that it returns. A missing folder is an empty one;
// a file that cannot be opened is the only fault told.
func Each(fsys fs.FS, folder string, read func(file string, data []byte) error) error {
	files, err := fs.Glob(fsys, folder+"/*.yaml")
	if err != nil {
		return err
	}
	var faults []error
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		faults = append(faults, read(file, data))
	}
	return errors.Join(faults...)
}

// Document is a file that was read, kept so that later checks can point at
// the place of a value.
type Document struct {
	file     string
	root     *yaml.Node
	problems Problems
}

// Load reads data into out, a pointer to a struct with yaml tags. The error is
// of type Problems.
func Load(file string, data []byte, out any) (*Document, error) {
	doc := &Document{file: file}
	if len(data) > MaxBytes {
		doc.problems = Problems{{File: file, Message: fmt.Sprintf("the file has %d bytes, more than the %d allowed", len(data), MaxBytes)}}
		return nil, doc.problems
	}
	if doc.problems = unreadable(file, data); doc.problems != nil {
		return nil, doc.problems
	}
	limits := yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth), loaderlimits.AliasFunc(noAliases)))
	var root yaml.Node
	if err := yaml.Load(data, &root, limits); err != nil {
		if doc.problems = secondDocument(file, data); doc.problems != nil {
			return nil, doc.problems
		}
		return nil, problemsOf(file, err)
	}
	if err := yaml.Load(data, out, yaml.WithKnownFields(), limits); err != nil {
		return nil, problemsOf(file, err)
	}
	doc.root = &root
	return doc, nil
}

// unreadable finds the first byte that cannot stand in a text file; the parser
// refuses it, too, but does not say where it is.
func unreadable(file string, data []byte) Problems {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		message := ""
		switch {
		case r == utf8.RuneError && size == 1:
			message = "the file is not UTF-8 here; save it as UTF-8"
		case unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r):
			message = fmt.Sprintf("control character %U", r)
		}
		if message != "" {
			line := bytes.Count(data[:at], []byte("\n"))
			column := utf8.RuneCount(data[bytes.LastIndexByte(data[:at], '\n')+1 : at])
			return Problems{{File: file, Line: line + 1, Column: column + 1, Message: message}}
		}
		at += size
	}
	return nil
}

// secondDocument finds where a file begins anew, with "---"; the parser refuses
// it, too, but does not say where it is.
func secondDocument(file string, data []byte) Problems {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	var first, second yaml.Node
	if loader.Load(&first) != nil || loader.Load(&second) != nil {
		return nil
	}
	return Problems{{File: file, Line: second.Line, Column: second.Column, Message: "a second document begins here; a file holds one"}}
}

// noAliases refuses every alias: none of our files needs one, and they are
// the way to make a small file expand to a huge one.
func noAliases(aliases, _ int) error {
	if aliases > 0 {
		return errors.New("aliases (*name) are not allowed")
	}
	return nil
}

func problemsOf(file string, err error) Problems {
	var many *yaml.LoadErrors
	if errors.As(err, &many) {
		problems := make(Problems, 0, len(many.Errors))
		for _, e := range many.Errors {
			problems = append(problems, problemOf(file, e))
		}
		return problems
	}
	var one *yaml.LoadError
	if errors.As(err, &one) {
		return Problems{problemOf(file, one)}
	}
	return Problems{{File: file, Message: plain(err.Error())}}
}

func problemOf(file string, e *yaml.LoadError) Problem {
	return Problem{File: file, Line: e.Mark.Line, Column: e.Mark.Column, Message: plain(e.Message)}
}

// plain takes the Go type names out of the parser's messages; the person who
// wrote the file does not know them.
func plain(message string) string {
	message = strings.TrimPrefix(message, "yaml: ")
	if message == "no documents in stream" {
		return "the file is empty"
	}
	if field, ok := strings.CutPrefix(message, "field "); ok {
		if name, _, found := strings.Cut(field, " not found in type "); found {
			return fmt.Sprintf("unknown key %q", name)
		}
	}
	if value, ok := strings.CutPrefix(message, "cannot construct "); ok {
		value, target, _ := strings.Cut(value, " into ")
		return fmt.Sprintf("%s does not fit here, expected %s", readable(value), kindOf(target))
	}
	return message
}

func readable(value string) string {
	names := map[string]string{"!!seq": "a list", "!!map": "a mapping", "!!str": "text", "!!int": "number", "!!float": "number", "!!bool": "true/false", "!!timestamp": "date", "!!null": "nothing"}
	tag, rest, _ := strings.Cut(value, " ")
	if name, ok := names[tag]; ok {
		return strings.TrimSpace(name + " " + rest)
	}
	return value
}

func kindOf(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "float"):
		return "a number"
	case goType == "bool":
		return "true or false"
	case goType == "string":
		return "text"
	case goType == "calendar.Day", goType == "*calendar.Day":
		return "a date YYYY-MM-DD"
	default:
		return "a mapping"
	}
}

// Addf notes a problem at a place such as "questions.2.scale": the keys and the
// list indexes that lead to a value. Where they break off, the problem is placed
// at the deepest value that exists.
func (d *Document) Addf(place, format string, args ...any) {
	line, column := d.position(place)
	d.problems = append(d.problems, Problem{File: d.file, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

// Err returns the problems noted so far as an error of type Problems, in the
// order of the file, or nil.
func (d *Document) Err() error {
	if len(d.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return d.problems
}

func (d *Document) position(place string) (line, column int) {
	node := d.root
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	line, column = node.Line, node.Column
	for step := range strings.SplitSeq(place, ".") {
		if node = child(node, step); node == nil {
			return line, column
		}
		line, column = node.Line, node.Column
	}
	return line, column
}

// child returns the value under a key of a mapping or an index of a list, or nil.
func child(node *yaml.Node, step string) *yaml.Node {
	switch node.Kind {
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && 0 <= i && i < len(node.Content) {
			return node.Content[i]
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	}
	return nil
}

var validID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// IsID says whether a text can be the id or code of a thing in a file: words of
// a-z and 0-9 with single hyphens between them, so that it can stand in an
// address, a key and a file name as it is.
func IsID(text string) bool { return validID.MatchString(text) }

// HasKey says whether the file is a mapping with the key at its top, to tell
// kinds of files apart before reading them.
func HasKey(data []byte, key string) bool {
	var root yaml.Node
	if len(data) > MaxBytes || yaml.Load(data, &root) != nil || len(root.Content) == 0 {
		return false
	}
	return child(root.Content[0], key) != nil
}
