package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/config"
	"watcher/internal/testutil"
)

const minimal = "\nfeeds: []\n"

// The store of a config is a database if the config says so, in itself or in a file of its
// own, with variables of the environment. The daemon's socket is beside the config.
func TestStoreInPostgreSQL(t *testing.T) {
	dir := t.TempDir()
	const dsn = "postgres://desk:swordfish@db1.example.org,db2.example.org:5433/news?sslmode=require"
	testutil.WriteFile(t, filepath.Join(dir, "dsn"), dsn+"\n", 0o600)
	env := config.Environment{Dir: dir, LookupEnv: func(name string) (string, bool) { return "swordfish", name == "PASSWORD" }}
	for shows, text := range map[string]string{
		"in the config":     `store: {postgres: "` + dsn + `"}`,
		"in a file":         "store: {postgres_file: dsn}",
		"with a variable":   `store: {postgres: "` + strings.Replace(dsn, "swordfish", "${PASSWORD}", 1) + `"}`,
		"by another scheme": `store: {postgres: "` + strings.Replace(dsn, "postgres:", "postgresql:", 1) + `"}`,
	} {
		t.Run(shows, func(t *testing.T) {
			cfg, err := config.Parse("w.yaml", []byte(text+minimal), env)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimPrefix(string(cfg.Store.Postgres), "postgresql"); strings.TrimPrefix(got, "postgres") != strings.TrimPrefix(dsn, "postgres") {
				t.Errorf("the address is %q", got)
			}
			if got, want := cfg.Store.Place(), "postgres://desk@db1.example.org,db2.example.org:5433/news"; got != want {
				t.Errorf("it is shown as %s, want %s", got, want)
			}
			if shown := fmt.Sprintf("%v %+v %#v %s", cfg.Store, cfg.Store, cfg.Store, cfg.Store.Postgres); strings.Contains(shown, "swordfish") {
				t.Errorf("the password is printed: %s", shown)
			}
			if want := filepath.Join(dir, "w.yaml"); cfg.Store.Beside != want || cfg.Store.Path != "" || cfg.Store.Default {
				t.Errorf("beside %s, path %q, default %v", cfg.Store.Beside, cfg.Store.Path, cfg.Store.Default)
			}
		})
	}
}

// A mistake in the address of the store is reported with its place, and without the
// password.
func TestMistakesOfTheStore(t *testing.T) {
	dir := t.TempDir()
	testutil.WriteFile(t, filepath.Join(dir, "open"), "postgres://u:swordfish@h/d", 0o604)
	testutil.WriteFile(t, filepath.Join(dir, "wrong"), "swordfish", 0o600)
	for _, test := range []struct{ shows, store, want string }{
		{"two of them", `{path: w.db, postgres: "postgres://u:swordfish@h/d"}`, "w.yaml:1:15: store.path: excludes postgres"},
		{"two of them, one in a file", `{postgres: "postgres://u:swordfish@h/d", postgres_file: wrong}`, "store.postgres_file: excludes postgres"},
		{"a path", `{postgres: swordfish.db}`, "w.yaml:1:19: store.postgres: wants the address of a database"},
		{"an empty one", `{postgres: ""}`, "store.postgres: wants the address of a database"},
		{"a slash in the password", `{postgres: "postgres://u:sword/fish@h/d"}`, "store.postgres: wants the address of a database"},
		{"a setting that there is not", `{postgres: "postgres://u:swordfish@h/d?sslmode=maybe"}`, "store.postgres: wants the address of a database"},
		{"a certificate that is not there", `{postgres: "postgres://u:swordfish@h/d?sslmode=verify-full&sslrootcert=/nowhere/ca.pem"}`, "store.postgres: names a file that cannot be read: open /nowhere/ca.pem"},
		{"no database", `{postgres: "postgres://u:swordfish@h"}`, "store.postgres: names no database"},
		{"a file that all can read", `{postgres_file: open}`, "store.postgres_file: " + filepath.Join(dir, "open") + " is open to every user"},
		{"a file with something else", `{postgres_file: wrong}`, "w.yaml:1:24: store.postgres: wants the address of a database"},
		{"a file that is not there", `{postgres_file: nowhere}`, "store.postgres_file: there is no such file"},
	} {
		t.Run(test.shows, func(t *testing.T) {
			_, err := config.Parse("w.yaml", []byte("store: "+test.store+minimal), config.Environment{Dir: dir})
			mistakes, ok := errors.AsType[config.Mistakes](err)
			if !ok || len(mistakes) != 1 {
				t.Fatalf("got %v, want one mistake", err)
			}
			mistakes[0].Snippet = ""
			if text := mistakes[0].Error(); !strings.Contains(text, test.want) || strings.Contains(text, "swordfish") || strings.Contains(text, "sword/") {
				t.Errorf("got %q, want %q", text, test.want)
			}
		})
	}
}

// The daemon of a config is found beside it, whatever else is wrong with the config.
func TestStoreOfInPostgreSQL(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", "")
	dir := t.TempDir()
	for _, text := range []string{
		"store: {postgres_file: nowhere}\n",
		"store:\n  postgres: ${NOT_SET}\n",
		"store: {postgres: x}\nfeeds: [{\n",
	} {
		path := testutil.WriteFile(t, filepath.Join(dir, "w.yaml"), text, 0o600)
		if got := config.StoreOf(path); got.Beside != path || got.Path != "" {
			t.Errorf("%q: beside %q, path %q", text, got.Beside, got.Path)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "v.yaml"), []byte("store: {path: postgres.db}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := config.StoreOf(filepath.Join(dir, "v.yaml")); got.Path != filepath.Join(dir, "postgres.db") {
		t.Errorf("a file is at %q", got.Path)
	}
}
