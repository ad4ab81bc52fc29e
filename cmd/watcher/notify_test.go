package main

import (
	"net"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// TestNotifiesManager checks what a service manager is told (sd_notify(3)). A unit of
// Type=notify-reload, which newer versions of systemd have, fails to reload without the
// monotonic time.
func TestNotifiesManager(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.baseline("one")
	path := filepath.Join(t.TempDir(), "notify.sock")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	p := w.start("NOTIFY_SOCKET="+path, "WATCHDOG_USEC=200000")

	expect := func(pattern string) {
		t.Helper()
		deadline := time.Now().Add(patience)
		for buf := make([]byte, 4096); ; {
			if err := manager.SetReadDeadline(deadline); err != nil {
				t.Fatal(err)
			}
			n, err := manager.Read(buf)
			if err != nil {
				t.Fatalf("was not told %q: %v", pattern, err)
			}
			if regexp.MustCompile(pattern).Match(buf[:n]) {
				return
			}
		}
	}
	expect(`(?m)^READY=1\nSTATUS=watching 1 feed`)
	expect(`^WATCHDOG=1$`)
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	expect(`^RELOADING=1\nMONOTONIC_USEC=[1-9]\d+\n`)
	expect(`^READY=1\n`)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	expect(`^STOPPING=1\n`)
	_ = p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}
