package main

import (
	"fmt"
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

// built is the path of the program, which lives as long as the tests do.
var built = sync.OnceValues(func() (string, error) {
	if err := os.MkdirAll(buildDir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(buildDir, "watcher")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
})

var buildDir = filepath.Join(os.TempDir(), fmt.Sprintf("watcher-under-test-%d", os.Getpid()))

// tests runs the tests and then removes what was built for them.
type tests struct{ *testing.M }

func (ts tests) Run() int {
	defer os.RemoveAll(buildDir)
	return ts.M.Run()
}
