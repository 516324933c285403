package collect

import (
	"context"
	"encoding/json"
	"fmt"

	"hailong/internal/store"
	"hailong/internal/survey"
)

// NewPin returns the pin of a form.
func NewPin(form *survey.Form) store.Pin {
	source, err := json.Marshal(form)
	if err != nil {
		panic("collect: a form is plain data and always encodes: " + err.Error())
	}
	return store.Pin{Form: form.Ref(), Hash: form.Hash(), Source: source}
}

// Pin pins the form unless it is pinned. The error is ErrFormChanged when it was
// pinned with other questions, or store.ErrUnavailable.
func Pin(ctx context.Context, s store.Forms, form *survey.Form) error {
	stored, err := s.PinForm(ctx, NewPin(form))
	if err != nil {
		return fmt.Errorf("pin form %s version %d: %w: %w", form.ID, form.Version, store.ErrUnavailable, err)
	}
	if stored.Hash != form.Hash() {
		return fmt.Errorf("form %s version %d: %w", form.ID, form.Version, ErrFormChanged)
	}
	return nil
}

// WithPinned returns the forms together with every pinned form whose file is
// gone, so that old answers stay readable. A loaded form that differs from its
// pin is an error that wraps ErrFormChanged and says what to do.
func WithPinned(forms *survey.Forms, pins []store.Pin) (*survey.Forms, error) {
	all := forms.All()
	for _, pin := range pins {
		loaded := forms.Version(pin.Form)
		if loaded == nil {
			gone := new(survey.Form)
			if err := json.Unmarshal(pin.Source, gone); err != nil {
				return nil, fmt.Errorf("read pinned form %s version %d: %w", pin.Form.ID, pin.Form.Version, err)
			}
			all = append(all, gone)
			continue
		}
		if loaded.Hash() != pin.Hash {
			return nil, fmt.Errorf("form %s version %d has answers, but its file says something else now: put the old text back, or give the new one version %d: %w",
				pin.Form.ID, pin.Form.Version, pin.Form.Version+1, ErrFormChanged)
		}
	}
	return survey.NewForms(all...)
}
