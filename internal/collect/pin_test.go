package collect_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"hailong/internal/collect"
	"hailong/internal/store"
	"hailong/internal/survey"
	"hailong/surveys"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// changed is the form with another wording under the same version.
func changed(t testing.TB) *survey.Form {
	t.Helper()
	f, err := survey.ParseForm("mot-cua.yaml", []byte(strings.Replace(formSource, "vi: Chung", "vi: Khác", 1)))
	must(t, err)
	return f
}

func TestFormIsPinnedBeforeItsFirstAnswer(t *testing.T) {
	db := newMemory()
	c := start(t, db, at(noon))
	f := form(t)
	for i := range 5 {
		_, err := c.Accept(t.Context(), sheet(f, i))
		must(t, err)
	}
	if want := []string{"pin", "insert", "insert", "insert", "insert", "insert"}; !slices.Equal(db.calls, want) {
		t.Errorf("calls %v, want %v", db.calls, want)
	}
	if diff := cmp.Diff(collect.NewPin(f), db.pins[f.Ref()]); diff != "" {
		t.Error(diff)
	}
}

func TestNoAnswerWithoutPin(t *testing.T) {
	db := newMemory()
	db.pinError = errors.New("down")
	if _, err := start(t, db, at(noon)).Accept(t.Context(), sheet(form(t), 1)); err == nil || len(db.kept) != 0 {
		t.Errorf("Accept: %v; stored %d", err, len(db.kept))
	}
}

// TestChangedForm refuses answers to a form that says something else than the
// one answered before, in the same process and in another one.
func TestChangedForm(t *testing.T) {
	db := openStore(t)
	one, two := start(t, db, at(noon)), start(t, db, at(noon))
	_, err := one.Accept(t.Context(), sheet(form(t), 1))
	must(t, err)
	for name, c := range map[string]*collect.Collector{"same process": one, "another process": two} {
		if _, err := c.Accept(t.Context(), sheet(changed(t), 2)); !errors.Is(err, collect.ErrFormChanged) || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.Accept(t.Context(), sheet(form(t), 1)); err != nil {
			t.Errorf("%s, the form as it was: %v", name, err)
		}
	}
	if all := stored(t, db); len(all) != 1 {
		t.Errorf("%d stored", len(all))
	}
}

func TestWithPinned(t *testing.T) {
	db := openStore(t)
	old := form(t)
	_, err := start(t, db, at(noon)).Accept(t.Context(), sheet(old, 1))
	must(t, err)
	pins, err := db.Pins(t.Context())
	must(t, err)
	next, err := survey.ParseForm("mot-cua.yaml", []byte(strings.Replace(formSource, "version: 1", "version: 2", 1)))
	must(t, err)

	t.Run("the file is there", func(t *testing.T) {
		all := withPinned(t, pins, old, next)
		if len(all.All()) != 2 || all.Version(old.Ref()) != old {
			t.Errorf("forms: %v", all.All())
		}
	})
	t.Run("the file is gone", func(t *testing.T) {
		all := withPinned(t, pins, next)
		back := all.Version(old.Ref())
		if back == nil || back.Hash() != old.Hash() {
			t.Fatalf("the pinned form is %+v", back)
		}
		if diff := cmp.Diff(old.Question("reasons"), back.Question("reasons")); diff != "" {
			t.Error(diff)
		}
		if all.Current("mot-cua") != next {
			t.Error("the form with a file is not the current one")
		}
	})
	t.Run("the form read back takes answers", func(t *testing.T) {
		back := withPinned(t, pins).Version(old.Ref())
		if outcome, err := start(t, db, at(noon)).Accept(t.Context(), sheet(back, 2)); outcome != store.Stored || err != nil {
			t.Errorf("Accept: %v, %v", outcome, err)
		}
	})
	t.Run("the file was changed", func(t *testing.T) {
		forms, err := survey.NewForms(changed(t), next)
		must(t, err)
		if _, err := collect.WithPinned(forms, pins); !errors.Is(err, collect.ErrFormChanged) || !strings.Contains(err.Error(), "version 2") {
			t.Errorf("WithPinned: %v", err)
		}
	})
	t.Run("the pin cannot be read", func(t *testing.T) {
		forms, err := survey.NewForms(next)
		must(t, err)
		torn := []store.Pin{{Form: old.Ref(), Hash: old.Hash(), Source: []byte("{")}}
		if _, err := collect.WithPinned(forms, torn); err == nil || !strings.Contains(err.Error(), "mot-cua") {
			t.Errorf("WithPinned: %v", err)
		}
	})
}

func withPinned(t *testing.T, pins []store.Pin, forms ...*survey.Form) *survey.Forms {
	t.Helper()
	set, err := survey.NewForms(forms...)
	must(t, err)
	all, err := collect.WithPinned(set, pins)
	must(t, err)
	return all
}

// TestPinIsTheWholeForm reads every shipped form back from its pin as it was.
func TestPinIsTheWholeForm(t *testing.T) {
	shipped, err := survey.LoadForms(surveys.FS)
	must(t, err)
	for _, f := range append(shipped.All(), form(t)) {
		pin := collect.NewPin(f)
		if pin.Form != f.Ref() || pin.Hash != f.Hash() {
			t.Errorf("pin of %v: %v %s", f.Ref(), pin.Form, pin.Hash)
		}
		back := withPinned(t, []store.Pin{pin}).Version(f.Ref())
		if back.Hash() != f.Hash() {
			t.Errorf("%v has another fingerprint when read back", f.Ref())
		}
		if diff := cmp.Diff(f, back, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}
