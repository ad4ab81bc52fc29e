package chaos

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"watcher/internal/notify"
)

// states asks the program for the state of each feed.
func (d *desk) states(path string) map[string]string {
	d.t.Helper()
	out, err := exec.Command(path, "feeds", "-c", d.path, "--json").Output()
	if _, unhealthy := errors.AsType[*exec.ExitError](err); err != nil && !unhealthy {
		d.t.Fatalf("watcher feeds: %v", err)
	}
	states := make(map[string]string)
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var f struct{ Feed, State string }
		if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
			d.t.Fatal(err)
		}
		states[f.Feed] = f.State
	}
	return states
}

// command runs a command of the program that must work.
func (d *desk) command(path string, args ...string) {
	d.t.Helper()
	cmd := exec.Command(path, append(args, "-c", d.path)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("watcher %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// setNothingAside fails if the program blames a feed for a crash that came from outside.
func (d *desk) setNothingAside(path string) {
	d.t.Helper()
	for feed, state := range d.states(path) {
		if state == "dangerous" {
			d.t.Errorf("feed %s was set aside", feed)
		}
	}
}

// told counts the troubles of a kind that the ops target was sent.
func (d *desk) told(path, kind string) (n int) {
	d.t.Helper()
	out, err := exec.Command(path, "alerts", "-c", d.path, "--since", "7d", "--json").Output()
	if err != nil {
		d.t.Fatalf("watcher alerts: %v", err)
	}
	for line := range bytes.Lines(out) {
		var tr notify.Trace
		if err := json.Unmarshal(line, &tr); err != nil {
			d.t.Fatal(err)
		}
		if tr.Trouble != nil && tr.Trouble.Kind == kind {
			n++
		}
	}
	return n
}

// A feed whose document kills the process, at each start: after four deaths it is
// set aside, and the others are watched. By hand it can be tried again, which costs
// one more death as long as it kills; nothing that it shows is lost.
func TestKilledByAFeed(t *testing.T) {
	t.Parallel()
	w := newWeb(t, 3, 400)
	d := newDesk(t, w)
	bin := build(t, "watcher-faults", "-tags", "faults")
	d.baseline(bin)
	const kills = "WATCHER_FAULT=reading,feed1"
	w.publish("feed1", "out of the killer")
	w.publish("feed0", titled("before", 3)...)
	for range 4 {
		d.start(bin, kills).killed()
	}
	p := d.start(bin, kills)
	w.publish("feed0", titled("after", 3)...)
	w.publish("feed2", titled("beside", 3)...)
	p.await("the alerts of the others", func() bool {
		n, _ := w.missing()
		return n == len(w.receivers) // what the killer has, at each of them
	})
	if got := d.states(bin); got["feed1"] != "dangerous" || got["feed0"] != "ok" || got["feed2"] != "ok" {
		t.Errorf("the feeds are %v", got)
	}
	// The feed may kill the daemon before the command has its answer.
	_ = exec.Command(bin, "feeds", "retry", "feed1", "-c", d.path).Run()
	p.killed()
	p = d.start(bin, kills)
	w.publish("feed0", "later")
	p.await("the others to go on", func() bool {
		n, _ := w.missing()
		return n == len(w.receivers)
	})
	if got := d.states(bin)["feed1"]; got != "dangerous" {
		t.Errorf("after a retry that killed, it is %s", got)
	}
	if n := d.told(bin, "feed_dangerous"); n != 1 {
		t.Errorf("ops were told %d times", n)
	}
	p.stop()
	p = d.start(bin) // what was wrong is mended
	// Until it answers, it has the store, and the command is refused.
	p.await("it to answer", func() bool { return exec.Command(bin, "feeds", "retry", "feed1", "-c", d.path).Run() == nil })
	p.await("what the killer has", func() bool { n, _ := w.missing(); return n == 0 })
	p.await("it to be well", func() bool { return d.states(bin)["feed1"] == "ok" })
	p.await("the last attempt", func() bool { return !slices.ContainsFunc(d.traces(bin), unsettled) })
	p.stop()
	d.judge(d.traces(bin))
}
