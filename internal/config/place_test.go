package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/testutil"
)

func TestStoreOf(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", "")
	t.Setenv("WATCHER_TEST_DIR", "/srv")
	tests := []struct{ shows, text, want string }{
		{"beside the config by default", "feeds: []\n", "watcher.db"},
		{"as it is written", "store: {path: desk.db}\nfeeds: []\n", "desk.db"},
		{"as JSON", `{"store": {"path": "desk.db"}}`, "desk.db"},
		{"with a variable", "store: {path: '${WATCHER_TEST_DIR}/desk.db'}\n", "/srv/desk.db"},
		{"whatever else is wrong", "nonsense: 1\nfeeds: 5\nstore: {path: desk.db, nonsense: 2}\n", "desk.db"},
		{"by an alias", "x-p: &p {path: desk.db}\nstore: *p\n", "desk.db"},
		{"in braces of what is not YAML", "store: {path: desk.db}\nfeeds: [{\n", "desk.db"},
		{"in a block of what is not YAML", "lists: {a: [b\nstore:\n  # ours\n\n  path: \"desk.db\" # beside it\nfeeds:\n", "desk.db"},
		{"the path of something else in what is not YAML is none", "feeds: [{\nother:\n  path: no.db\n", "watcher.db"},
		{"a value that is none", "store: {path: [a, b]}\n", "watcher.db"},
		{"a variable that is not set", "store: {path: '${WATCHER_TEST_NOT_SET}/x.db'}\n", "watcher.db"},
		{"an empty file", "", "watcher.db"},
		{"with a letter of the key as an escape", "\"\\x73tore\": {path: desk.db}\n", "desk.db"},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			dir := t.TempDir()
			want := test.want
			if !filepath.IsAbs(want) {
				want = filepath.Join(dir, want)
			}
			if got := config.StoreOf(testutil.WriteFile(t, filepath.Join(dir, "w.yaml"), test.text, 0o600)).Path; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	t.Run("of a config that is not there", func(t *testing.T) {
		if got := config.StoreOf("/nowhere/w.yaml").Path; got != "/nowhere/watcher.db" {
			t.Error(got)
		}
	})
	t.Run("in systemd's directory", func(t *testing.T) {
		t.Setenv("STATE_DIRECTORY", "/var/lib/watcher:/var/lib/other")
		if got := config.StoreOf("/nowhere/w.yaml").Path; got != "/var/lib/watcher/watcher.db" {
			t.Error(got)
		}
	})
}

func TestNeighbours(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", "")
	dir := t.TempDir()
	const text = "feeds: []\nnotify: {}\n"
	mine := testutil.WriteFile(t, filepath.Join(dir, "mine.yaml"), text, 0o600)
	same := testutil.WriteFile(t, filepath.Join(dir, "same.yml"), text+"nonsense: 1\n", 0o600)
	explicit := testutil.WriteFile(t, filepath.Join(dir, "explicit.yaml"), "store: {path: watcher.db}\n"+text, 0o600)
	apart := testutil.WriteFile(t, filepath.Join(dir, "apart.yaml"), "store: {path: apart.db}\n"+text, 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "compose.yaml"), "services: {}\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "scrap.yaml"), "feeds: [{\n", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "mine.yaml.bak"), text, 0o600)
	if err := os.Symlink("mine.yaml", filepath.Join(dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	if got, want := config.Neighbours(mine, config.StoreOf(mine)), []string{explicit, same}; !slices.Equal(got, want) {
		t.Errorf("of %s: %q, want %q", mine, got, want)
	}
	if got := config.Neighbours(apart, config.StoreOf(apart)); len(got) > 0 {
		t.Errorf("of one with a store of its own: %q", got)
	}
}

func TestStampTellsAChangedFile(t *testing.T) {
	path := testutil.WriteFile(t, filepath.Join(t.TempDir(), "w.yaml"), "feeds: []\n", 0o600)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		shows string
		do    func() error
		same  bool
	}{
		{"nothing was done", func() error { return nil }, true},
		{"it was written again as it was", func() error { return os.WriteFile(path, []byte("feeds: []\n"), 0o600) }, true},
		{"it was touched", func() error { return os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)) }, true},
		{"it was changed", func() error { return os.WriteFile(path, []byte("feeds: [] # x\n"), 0o600) }, false},
		{"it was changed back", func() error { return os.WriteFile(path, []byte("feeds: []\n"), 0o600) }, true},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		now, err := cfg.Read.Now()
		if err != nil || now.Equal(cfg.Read) != step.same {
			t.Errorf("%s: same is %v, %v", step.shows, !step.same, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := cfg.Read.Now(); err == nil {
		t.Error("a file that is gone has a stamp")
	}
}
