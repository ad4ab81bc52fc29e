package filewatch

import (
	"log/slog"
	"path/filepath"
	"testing"

	"watcher/internal/testutil"
)

// A change of anything else is not reported: the store beside a config is written all the
// time.
func TestConcerns(t *testing.T) {
	dir := t.TempDir()
	testutil.WriteFile(t, dir+"/w.yaml", "", 0o600)
	testutil.WriteFile(t, dir+"/rules.d/a.yaml", "", 0o600)
	s := sight{log: slog.New(slog.DiscardHandler)}
	defer s.close()
	s.set([]string{dir + "/w.yaml"}, []string{dir + "/rules.d"})
	dir, err := filepath.EvalSymlinks(dir)
	testutil.Must(t, err)
	for path, want := range map[string]bool{
		dir + "/w.yaml": true, dir + "/rules.d": true, dir + "/rules.d/new.yaml": true,
		dir + "/watcher.db": false, dir + "/w.yaml.swp": false, dir + "/other/w.yaml": false,
	} {
		if s.concerns(path) != want {
			t.Errorf("%s concerns us: %v", path, !want)
		}
	}
}
