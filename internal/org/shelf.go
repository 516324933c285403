package org

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Change is one difference that an import makes.
type Change struct {
	What   string // "agency stp", "counter stp/q1", "service stp/lltp", "party organisation db-stp", "peer group so"
	Added  bool   // false: it existed and changes
	Detail string // what changes, for people
}

// String returns one line with + for an addition and ~ for a change.
func (c Change) String() string {
	if c.Added {
		return "+ " + c.What
	}
	return "~ " + c.What + ": " + c.Detail
}

// shelf is a list whose items are found by their code. It has its own memory,
// so that the register it was made from stays as it is.
type shelf[T any] struct {
	items []T
	at    map[string]int
}

func newShelf[T any](items []T, code func(*T) string) shelf[T] {
	s := shelf[T]{items: slices.Clone(items), at: make(map[string]int, len(items))}
	for i := range s.items {
		s.at[code(&s.items[i])] = i
	}
	return s
}

// find returns the item with the code, or nil. It is valid until the next put.
func (s *shelf[T]) find(code string) *T {
	if i, ok := s.at[code]; ok {
		return &s.items[i]
	}
	return nil
}

// put replaces the item with the code or appends it, and returns the change
// that this is to the thing called what; nil when it is none.
func (s *shelf[T]) put(code string, item T, what string) *Change {
	old := s.find(code)
	if old == nil {
		s.at[code] = len(s.items)
		s.items = append(s.items, item)
		return &Change{What: what, Added: true}
	}
	detail := difference(*old, item)
	*old = item
	if detail == "" {
		return nil
	}
	return &Change{What: what, Detail: detail}
}

// difference names the fields in which two values differ, lists of parts left
// out: they are compared one by one.
func difference[T any](before, after T) string {
	var details []string
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range b.NumField() {
		field := b.Type().Field(i)
		if field.Name == "Services" || field.Name == "Counters" || reflect.DeepEqual(b.Field(i).Interface(), a.Field(i).Interface()) {
			continue
		}
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		details = append(details, fmt.Sprintf("%s %s → %s", key, show(b.Field(i)), show(a.Field(i))))
	}
	return strings.Join(details, ", ")
}

func show(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "–"
		}
		v = v.Elem()
	}
	return fmt.Sprintf("%q", fmt.Sprint(v.Interface()))
}
