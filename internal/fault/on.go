//go:build faults

// Package fault kills the process at named points of the road of an article, to
// try what a crash there leaves behind.
package fault

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// WATCHER_FAULT=NAME:N ends the process without notice when point NAME is
// passed for the Nth time.
var (
	name, count = parse(os.Getenv("WATCHER_FAULT"))
	passed      atomic.Int64
)

func parse(s string) (string, int64) {
	name, times, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(times, 10, 64)
	if err != nil {
		return name, 1
	}
	return name, n
}

// Point ends the process if it was told to end here.
func Point(at string) {
	if at != name || passed.Add(1) != count {
		return
	}
	fmt.Fprintln(os.Stderr, "fault: killed at "+at)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal is on its way
}
