package chaos

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"watcher/internal/clocktest"
)

// The disk is full for some seconds, by a limit that the kernel enforces.
func TestDiskFull(t *testing.T) {
	long(t)
	w := newWeb(t, 3, 1000)
	d := newDesk(t, w)
	bin := build(t, "watcher")
	d.baseline(bin)
	p := d.start(bin)
	stop := w.stream(20 * time.Millisecond)
	p.await("some alerts", func() bool { return w.count().Alerts > 50 })
	info, err := os.Stat(filepath.Join(d.dir, "watcher.db"))
	if err != nil {
		t.Fatal(err)
	}
	limit := func(n uint64) {
		t.Helper()
		if err := unix.Prlimit(p.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: n, Max: unix.RLIM_INFINITY}, nil); err != nil {
			t.Skipf("the size of files cannot be limited here: %v", err)
		}
	}
	limit(uint64(info.Size()))
	w.publish("feed0", titled("much", 900)...)
	p.await("the disk to be full", func() bool { return strings.Count(p.said(), "the disk is full") >= 5 })
	limit(unix.RLIM_INFINITY)
	stop()
	p.await("delivery to go on", func() bool {
		n, _ := w.missing()
		return n < 1000
	})
	p.kill()
	d.judge(d.finish(bin))
}

// A disk that fails every fsync from some moment on: nothing may be sent then,
// as nothing can be marked as being sent. It is killed, and the disk mended.
func TestSyncFails(t *testing.T) {
	long(t)
	w := newWeb(t, 3, 400)
	d := newDesk(t, w)
	bin := build(t, "watcher-faults", "-tags", "faults")
	d.baseline(bin)
	stop := w.stream(20 * time.Millisecond)
	p := d.start(bin)
	p.await("some alerts", func() bool { return w.count().Alerts > 50 })
	if err := p.Process.Signal(syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	failures := func() int { return strings.Count(p.said(), "input/output error") }
	// Each loop of the program fails every few seconds: by then all that was in progress
	// has ended.
	p.await("fsync to fail", func() bool { return failures() >= 8 })
	before, failed := w.count().Alerts, failures()
	p.await("fsync to fail again", func() bool { return failures() >= failed+8 })
	if after := w.count().Alerts; after > before {
		t.Errorf("%d alerts were sent that could not be marked as being sent", after-before)
	}
	p.kill()
	stop()
	d.judge(d.finish(bin))
}

// 10,000 matches at once, with kills while they go out.
func TestTenThousandAtOnce(t *testing.T) {
	long(t)
	w := newWeb(t, 1, 20_000)
	d := newDesk(t, w)
	w.receivers["slow"].answer = promptly // or it would take half an hour
	bin := build(t, "watcher")
	d.baseline(bin)
	w.publish("feed0", titled("match", 10_000)...)
	for i := range 6 {
		p := d.start(bin)
		p.await("some alerts", func() bool { return w.count().Alerts > i*1000+100 })
		p.kill()
	}
	d.judge(d.finish(bin))
}

// A clock that jumps a day forward and a day back, while the program runs and
// while it does not. The program is built with a time.Now that does so.
func TestClockJumps(t *testing.T) {
	long(t)
	w := newWeb(t, 3, 400)
	d := newDesk(t, w)
	bin := build(t, "watcher-clock", "-overlay", clocktest.Overlay(t))
	d.baseline(bin)
	stop := w.stream(20 * time.Millisecond)
	for _, jump := range []string{"86400@2", "-86400@2", "-86400@0", "86400@0", "86400@3", "0@0", "-86400@3", "0@0"} {
		before := w.count().Alerts
		p := d.start(bin, "WATCHER_CLOCK="+jump)
		// So many that most must have come after the jump.
		p.await("alerts around a jump of the clock by "+jump, func() bool {
			return time.Since(startOf(p)) > 6*time.Second && w.count().Alerts > before+300
		})
		p.kill()
	}
	stop()
	d.judge(d.finish(bin))
}
