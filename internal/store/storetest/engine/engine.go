// Package engine gives tests databases on a real MongoDB engine. It may be
// imported by tests only.
package engine

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"
	"time"

	"hailong/internal/config"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// MongoDB returns the URI of a database that does not exist yet, on the engine
// that HAILONG_TEST_MONGODB_URI names, and drops it when the test has ended. A
// database in the variable is not touched. Without the variable the test is
// skipped, unless CI=true: then it fails.
func MongoDB(t testing.TB) string {
	t.Helper()
	uri := os.Getenv("HAILONG_TEST_MONGODB_URI")
	switch {
	case uri != "":
	case config.InCI():
		t.Fatal("HAILONG_TEST_MONGODB_URI names no engine")
	default:
		t.Skip("HAILONG_TEST_MONGODB_URI names no engine")
	}
	name := "hailong_test_" + strings.ToLower(rand.Text()[:12])
	t.Cleanup(func() { drop(t, uri, name) })
	return withDatabase(uri, name)
}

// withDatabase puts a name into scheme://hosts/NAME?options.
func withDatabase(uri, name string) string {
	address, settings, _ := strings.Cut(uri, "?")
	scheme, hosts, _ := strings.Cut(address, "://")
	hosts, _, _ = strings.Cut(hosts, "/")
	return scheme + "://" + hosts + "/" + name + "?" + settings
}

func drop(t testing.TB, uri, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err == nil {
		err = client.Database(name).Drop(ctx)
		_ = client.Disconnect(ctx)
	}
	if err != nil {
		t.Errorf("drop database %s: %v", name, err)
	}
}
