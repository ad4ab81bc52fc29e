package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// buildWatcher builds the program as it is shipped, once for all tests, and
// returns its path.
func buildWatcher(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built builds into a folder that stays: the next run then only links what has
// changed.
var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.TempDir(), "watcher-under-test", "watcher")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
})
