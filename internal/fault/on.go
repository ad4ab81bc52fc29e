//go:build faults

// Package fault breaks the process at named points of the road of an article,
// and its disk, to try what that leaves behind.
package fault

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// WATCHER_FAULT=NAME:N ends the process without notice when point NAME is
// passed for the Nth time. SIGUSR2 makes its disk fail every fsync from then on.
var (
	name, count = parse(os.Getenv("WATCHER_FAULT"))
	passed      atomic.Int64
)

func init() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR2)
	go func() {
		<-asked
		if err := failSync(); err != nil {
			fmt.Fprintln(os.Stderr, "fault: fsync does not fail:", err)
			os.Exit(1)
		}
	}()
}

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

// PointOf is Point for what happens to something that has a name, such as
// "reading" of a feed: WATCHER_FAULT=reading,FEED:N.
func PointOf(at, of string) { Point(at + "," + of) }

// failSync has the kernel answer EIO to fsync and fdatasync, by a seccomp filter
// for all threads.
func failSync() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the number of the system call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_FSYNC, Jt: 2},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: unix.SYS_FDATASYNC, Jt: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EIO)},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
