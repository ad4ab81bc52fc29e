package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"watcher/internal/clocktest"
)

// buildWatcher builds the program as it is shipped, once for all tests, and returns its
// path.
func buildWatcher(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// built is the path of the program, which is removed after the tests.
var built = sync.OnceValues(func() (string, error) { return goBuild("watcher") })

func goBuild(name string, flags ...string) (string, error) {
	if err := os.MkdirAll(buildDir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(buildDir, name)
	cmd := exec.Command("go", slices.Concat([]string{"build", "-trimpath", "-o", path}, flags, []string{"."})...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	return path, cmd.Run()
}

// buildWithClock builds the program with a clock that WATCHER_CLOCK sets, once for all
// tests, and returns its path.
func buildWithClock(t *testing.T) string {
	t.Helper()
	withClock.Lock()
	defer withClock.Unlock()
	if withClock.path == "" {
		path, err := goBuild("watcher-clock", "-overlay", clocktest.Overlay(t))
		if err != nil {
			t.Fatal(err)
		}
		withClock.path = path
	}
	return withClock.path
}

var withClock struct {
	sync.Mutex
	path string
}

var buildDir = filepath.Join(os.TempDir(), fmt.Sprintf("watcher-under-test-%d", os.Getpid()))

// tests runs the tests and then removes what was built for them.
type tests struct{ *testing.M }

func (ts tests) Run() int {
	defer os.RemoveAll(buildDir)
	return ts.M.Run()
}
