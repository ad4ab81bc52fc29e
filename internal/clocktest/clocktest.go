// Package clocktest has the go command build a program whose clock a test sets.
package clocktest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Overlay writes a file for "go build -overlay" and returns its path. What is built
// with it has a time.Now that goes wrong by so many seconds, from so many seconds after
// its start on, as WATCHER_CLOCK=SECONDS@AFTER says in its environment. The monotonic
// clock, and so timers, stay right.
func Overlay(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	folder, dir := filepath.Join(strings.TrimSpace(string(out)), "src", "time"), t.TempDir()
	original := filepath.Join(folder, "time.go")
	source, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	const now = "\tmono -= startNano\n\tsec += unixToInternal - minWall\n"
	if strings.Count(string(source), now) != 1 {
		t.Skip("this version of Go has another time.Now")
	}
	replace := map[string]string{}
	write := func(replaced, name, text string) string {
		path := filepath.Join(dir, name)
		replace[replaced] = path
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write(original, "time.go", strings.Replace(string(source), now, "\tsec += jumped(mono)\n"+now, 1))
	write(filepath.Join(folder, "jump.go"), "jump.go", jumpSource)
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	return write("", "overlay.json", string(overlay))
}

const jumpSource = `package time

import "syscall"

var jumpBy, jumpAfter = readJump()

// readJump reads WATCHER_CLOCK=SECONDS@AFTER.
func readJump() (by, after int64) {
	s, _ := syscall.Getenv("WATCHER_CLOCK")
	sign, n := int64(1), int64(0)
	for _, c := range s {
		switch {
		case c == '-':
			sign = -1
		case c == '@':
			by, sign, n = sign*n, 1, 0
		default:
			n = 10*n + int64(c-'0')
		}
	}
	return by, n * 1e9
}

func jumped(mono int64) int64 {
	if jumpBy == 0 || mono-startNano < jumpAfter {
		return 0
	}
	return jumpBy
}
`
