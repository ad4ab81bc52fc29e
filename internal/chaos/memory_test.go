package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// The kernel kills the program at random moments because no memory is left, under a stream
// of new items. To the program that is a kill like any other, and its service starts it
// again. Another process of the same control group fills the memory.
func TestKilledForMemory(t *testing.T) {
	t.Parallel()
	group, err := newMemoryGroup(t, 96<<20)
	if err != nil {
		t.Skipf("needs a control group of its own: %v", err)
	}
	w := newWeb(t, 3, 400)
	d := newDesk(t, w)
	bin := build(t, "watcher")
	d.baseline(bin)
	stop := w.stream(30 * time.Millisecond)
	const deaths = 3
	for range deaths {
		p := d.run(group.command(bin, "run", "-c", d.path))
		// The process that the kernel kills first.
		if err := os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", p.Process.Pid), []byte("1000"), 0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+rand.IntN(600)) * time.Millisecond) // no condition: it dies anywhere on the road
		fill := group.command("tail", "-c", "1G")                       // keeps what it reads
		fill.Stdin = zeros{}
		if err := fill.Start(); err != nil {
			t.Fatal(err)
		}
		p.killed()
		_ = fill.Process.Kill()
		_ = fill.Wait() // it was killed
	}
	if n := group.killed(t); n < deaths {
		t.Errorf("the kernel killed %d times", n)
	}
	stop()
	traces := d.finish(bin)
	d.setNothingAside(bin)
	d.judge(traces)
}

// zeros is an endless reader.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
