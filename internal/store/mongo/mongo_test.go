package mongo_test

import (
	"testing"

	"hailong/internal/store"
	"hailong/internal/store/mongo"
	"hailong/internal/store/storetest"
	"hailong/internal/store/storetest/engine"
)

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, engine.MongoDB(t)) })
}

// open does not close the store.
func open(t testing.TB, uri string) *mongo.Store {
	t.Helper()
	s, err := mongo.Open(t.Context(), uri)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}
