package chaos

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// memoryGroup is a control group of its own for one process, v1 or v2.
type memoryGroup struct {
	dir         string
	peak, kills string // the files that say the most it held, and how often it was killed for memory
}

// newMemoryGroup makes a group with a memory limit and no swap. It needs root and the
// memory controller; the error says which is missing.
func newMemoryGroup(t *testing.T, most int64) (*memoryGroup, error) {
	t.Helper()
	root := "/sys/fs/cgroup"
	g := &memoryGroup{peak: "memory.peak", kills: "memory.events"}
	limit, swap := "memory.max", "memory.swap.max"
	if _, err := os.Stat(filepath.Join(root, "cgroup.controllers")); errors.Is(err, fs.ErrNotExist) {
		root = filepath.Join(root, "memory")
		limit, swap = "memory.limit_in_bytes", "memory.swappiness"
		g.peak, g.kills = "memory.max_usage_in_bytes", "memory.oom_control"
	}
	g.dir = filepath.Join(root, fmt.Sprintf("watcher-%s-%d", strings.ToLower(t.Name()), os.Getpid()))
	if err := os.Mkdir(g.dir, 0o755); err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = syscall.Rmdir(g.dir) })
	for _, set := range []struct{ file, value string }{{limit, strconv.FormatInt(most, 10)}, {swap, "0"}} {
		// Without O_CREATE: a missing file means a missing controller.
		f, err := os.OpenFile(filepath.Join(g.dir, set.file), os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		_, err = f.WriteString(set.value)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// command returns a command that enters the group before it starts; the plain command if
// there is no group.
func (g *memoryGroup) command(args ...string) *exec.Cmd {
	if g == nil {
		return exec.Command(args[0], args[1:]...)
	}
	enter := []string{"-c", `echo $$ >"$0" && exec "$@"`, filepath.Join(g.dir, "cgroup.procs")}
	return exec.Command("sh", slices.Concat(enter, args)...)
}

// killed returns the number of OOM kills in the group.
func (g *memoryGroup) killed(t *testing.T) int {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(g.dir, g.kills))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		if n, ok := strings.CutPrefix(line, "oom_kill "); ok {
			count, err := strconv.Atoi(strings.TrimSpace(n))
			if err != nil {
				t.Fatal(err)
			}
			return count
		}
	}
	t.Fatalf("%s does not count kills:\n%s", g.kills, body)
	return 0
}

// most returns the group's peak memory in MB, page cache included; 0 if the kernel does
// not report it.
func (g *memoryGroup) most() int64 {
	body, _ := os.ReadFile(filepath.Join(g.dir, g.peak))
	n, _ := strconv.ParseInt(string(bytes.TrimSpace(body)), 10, 64)
	return n >> 20
}

// memoryOf reads a field of /proc/PID/status, in MB: VmHWM is the most that a process
// had in memory so far, the pages of its store among it; RssAnon is what it has now
// and only itself can give back.
func memoryOf(pid int, field string) (mb int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0 // it has ended
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb >> 10
		}
	}
	return 0
}
