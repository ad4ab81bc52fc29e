package rulefiles_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// savingFor is the environment variable with the folder in which the process saves until it
// is killed.
const savingFor = "WATCHER_TEST_SAVING"

// version returns the text of the n-th save: long, so that half of it would be noticed.
func version(n int) string {
	return fmt.Sprintf("rules:\n  - {name: a, match: Riga}\n  - {name: v%d, match: Narva}\n%s# the end of %d\n", n, strings.Repeat("# a line of many\n", 4000), n)
}

// saved returns which version a text is.
func saved(t *testing.T, text string) int {
	t.Helper()
	_, end, _ := strings.Cut(text, "# the end of ")
	n, err := strconv.Atoi(strings.TrimSpace(end))
	if err != nil || text != version(n) {
		t.Fatalf("%d bytes are no version: they end in %q", len(text), text[max(0, len(text)-40):])
	}
	return n
}

// fullAt is the environment variable with the size limit of the process's files, in bytes.
const fullAt = "WATCHER_TEST_FULL_AT"

// keepSaving saves one version after another, and prints its number before each. On a full
// disk it ends with the first that cannot be saved.
func keepSaving(t *testing.T, dir string) {
	d := openDesk(t, dir)
	most, full := strconv.ParseUint(os.Getenv(fullAt), 10, 64)
	if full == nil {
		if err := syscall.Setrlimit(unix.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			t.Fatal(err)
		}
	}
	path := d.path("rules.d/desk.yaml")
	for n := saved(t, d.read(t, "rules.d/desk.yaml")) + 1; ; n++ {
		was, err := d.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("saving %d\n", n)
		if err := d.Save(t.Context(), "anna", path, was.Base, version(n)); errors.Is(err, syscall.EFBIG) && full == nil {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// A disk that fills up in the middle of a save leaves file and log as they were, and the
// next save goes on from there.
func TestDiskFullWhileSaving(t *testing.T) {
	if dir := os.Getenv(savingFor); dir != "" {
		keepSaving(t, dir)
		return
	}
	d := newDesk(t)
	d.put(t, "rules.d/desk.yaml", version(0), 0o640)
	// The log has all versions, so it is the log that finds no room.
	for most := len(version(0)) * 5 / 2; most < 8*len(version(0)); most += len(version(0)) {
		saver := exec.Command(os.Args[0], "-test.run=^TestDiskFullWhileSaving$")
		saver.Env = append(os.Environ(), savingFor+"="+d.dir, fmt.Sprintf("%s=%d", fullAt, most))
		if out, err := saver.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		d = openDesk(t, d.dir)
		n := saved(t, d.read(t, "rules.d/desk.yaml"))
		all, err := d.History(d.path("rules.d/desk.yaml"))
		if err != nil || len(all) == 0 || saved(t, all[len(all)-1].Text) != n {
			t.Errorf("with room for %d bytes the file has %d, and the log %d versions, %v", most, n, len(all), err)
		}
	}
}

// A process that is killed while it saves leaves the whole old file or the whole new one,
// and a config with which the daemon starts. The log can be read, and ends with the content
// of the file or with what was about to be written, which the next save corrects.
func TestKilledWhileSaving(t *testing.T) {
	if dir := os.Getenv(savingFor); dir != "" {
		keepSaving(t, dir)
	}
	d := newDesk(t)
	d.put(t, "rules.d/desk.yaml", version(0), 0o640)
	for range 8 {
		began := saveAndBeKilled(t, d.dir)
		d = openDesk(t, d.dir) // otherwise the config would not be accepted
		n := saved(t, d.read(t, "rules.d/desk.yaml"))
		if n != began && n != began-1 {
			t.Errorf("killed while %d was saved, the file has %d", began, n)
		}
		path := d.path("rules.d/desk.yaml")
		all, err := d.History(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) > 0 {
			if last := saved(t, all[len(all)-1].Text); last != n && last != n+1 {
				t.Errorf("the file has %d, and the log ends with %d", n, last)
			}
		}
		was, err := d.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Save(t.Context(), "jan", path, was.Base, version(n+1)); err != nil {
			t.Fatal(err)
		}
		all, err = d.History(path)
		if err != nil || len(all) < 2 || saved(t, all[len(all)-2].Text) != n || saved(t, all[len(all)-1].Text) != n+1 || all[len(all)-1].By != "jan" {
			t.Fatalf("after one more save the log has %d versions, %v", len(all), err)
		}
	}
}

// saveAndBeKilled runs keepSaving in a process of its own, kills it at a random moment, and
// returns which version it had begun to save.
func saveAndBeKilled(t *testing.T, dir string) (began int) {
	t.Helper()
	saver := exec.Command(os.Args[0], "-test.run=^TestKilledWhileSaving$")
	saver.Env = append(os.Environ(), savingFor+"="+dir)
	saver.Stderr = os.Stderr
	out, err := saver.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := saver.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	last := ""
	for range 1 + rand.IntN(3) {
		if last, err = lines.ReadString('\n'); err != nil {
			t.Fatalf("it saves no more: %v", err)
		}
	}
	time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond) // into one of the steps
	if err := saver.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	_ = saver.Wait() // killed
	said := strings.Fields(last + string(rest))
	began, err = strconv.Atoi(said[len(said)-1])
	if err != nil {
		t.Fatal(err)
	}
	return began
}
