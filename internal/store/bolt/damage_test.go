package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/bolt"
)

var ctx = context.Background()

// filled makes a store with a thousand feeds and an alert that is held.
func filled(t *testing.T, path string) {
	t.Helper()
	s := open(t, path)
	var sources []feeds.Source
	for i := range 1000 {
		sources = append(sources, feeds.Source{ID: fmt.Sprint("feed ", i), URL: fmt.Sprint("https://example.org/", i)})
	}
	if err := s.Sync(ctx, feeds.Pack(sources...)); err != nil {
		t.Fatal(err)
	}
	if err := s.Report(ctx, notify.TroubleAlerts([]string{"desk"}, notify.Trouble{Kind: "test"})); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func heldBy(t *testing.T, s *bolt.Store, target string) int {
	t.Helper()
	h, err := s.Held(ctx, target)
	if err != nil {
		t.Fatal(err)
	}
	return len(h.Alerts)
}

func damages(t *testing.T, s *bolt.Store) []store.Damage {
	t.Helper()
	ds, err := s.Damages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

func TestDamage(t *testing.T) {
	page := os.Getpagesize()
	for _, c := range []struct {
		name   string
		damage func(file []byte) []byte
	}{
		{"cut in half, as a full disk or a copy leaves it", func(b []byte) []byte { return b[:len(b)/2] }},
		{"cut after the meta pages", func(b []byte) []byte { return b[:2*page] }},
		{"emptied, as a full disk or a mistaken redirection leaves it", func(b []byte) []byte { return b[:0] }},
		{"cut within the first page", func(b []byte) []byte { return b[:100] }},
		{"no database at all", func([]byte) []byte { return bytes.Repeat([]byte("not a database\n"), 10_000) }},
		{"both meta pages overwritten", func(b []byte) []byte { clear(b[:2*page]); return b }},
		{"all but the meta pages zeroed, as a lost write leaves it", func(b []byte) []byte { clear(b[2*page:]); return b }},
		{"all but the meta pages overwritten with noise", func(b []byte) []byte {
			for i := range b[2*page:] {
				b[2*page+i] = byte(i*7 + i>>8)
			}
			return b
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "watcher.db")
			filled(t, path)
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := c.damage(file)
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, path)
			aside := damages(t, s)
			if len(aside) != 1 {
				t.Fatalf("told of %+v, want the damaged file", aside)
			}
			kept, err := os.ReadFile(aside[0].Kept)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(kept, damaged) {
				t.Error("the damaged file was changed")
			}
			if n := heldBy(t, s, "desk"); n != 0 {
				t.Errorf("the fresh store holds %d alerts", n)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, path)
			if got := damages(t, again); !cmp.Equal(got, aside) {
				t.Errorf("told of %+v, want %+v, as nobody reported it yet", got, aside)
			}
			if err := again.ReportDamage(ctx, aside, notify.TroubleAlerts([]string{"desk"}, notify.Trouble{Kind: "store_damaged"})); err != nil {
				t.Fatal(err)
			}
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
			last := open(t, path)
			defer last.Close()
			if got := damages(t, last); len(got) > 0 {
				t.Errorf("told again of %+v", got)
			}
			if n := heldBy(t, last, "desk"); n != 1 {
				t.Errorf("%d reports are held, want one", n)
			}
		})
	}
}

// Two stores damaged within a second must not end up as one file.
func TestDamageTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	kept := make(map[string]bool)
	for range 3 {
		if err := os.WriteFile(path, []byte(strings.Repeat("x", 70_000)), 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, path)
		kept[damages(t, s)[0].Kept] = true
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(kept) != 3 {
		t.Errorf("kept %v, want three files", kept)
	}
}

func TestLaterSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	filled(t, path)
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		meta := tx.Bucket([]byte("meta"))
		return errors.Join(meta.Put([]byte("schema"), []byte{0, 0, 0, 0, 0, 0, 0, 99}), meta.Delete([]byte("checked")))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	_, err = bolt.Open(path)
	if err == nil || !strings.Contains(err.Error(), "later version of watcher") {
		t.Errorf("opened: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file was moved: %v", err)
	}
}

func TestInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	s := open(t, path)
	defer s.Close()
	_, err := bolt.Open(path)
	want := "open store: " + path + " is in use by another process: is the daemon running?"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestDiskFull really fills the disk: in a process of its own whose files may not grow past
// a limit, which the kernel enforces for each write.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	if os.Getenv("DISK_FULL_PATH") != "" {
		diskFull(t, os.Getenv("DISK_FULL_PATH"))
		return
	}
	filled(t, path)
	cmd := exec.Command(os.Args[0], "-test.run=^TestDiskFull$", "-test.v")
	cmd.Env = append(os.Environ(), "DISK_FULL_PATH="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// Everything is there that was stored before, and while it was full.
	s := open(t, path)
	defer s.Close()
	if got := damages(t, s); len(got) > 0 {
		t.Errorf("a full disk damaged the store: %+v", got)
	}
	if n := heldBy(t, s, "desk"); n != 2 {
		t.Errorf("%d alerts are held, want the one from before and the one from after", n)
	}
}

func diskFull(t *testing.T, path string) {
	s := open(t, path)
	limit := func(n uint64) {
		t.Helper()
		var old syscall.Rlimit
		err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old)
		if err == nil {
			err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: old.Max})
		}
		if err != nil {
			t.Skipf("the size of files cannot be limited here: %v", err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	limit(uint64(info.Size()))
	claims, _, err := s.ClaimDue(ctx, 4, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := make([]poll.Outcome, len(claims))
	for i, c := range claims {
		outcomes[i] = poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(4 * time.Hour)}
	}
	quiet, failing, loud, barred := &outcomes[0], &outcomes[1], &outcomes[2], &outcomes[3]
	quiet.State.Polled = quiet.Claim.Now
	failing.State.Error, failing.State.Failed = "404", 1
	loud.Seen, loud.State.Known.ETag = make([]byte, 20<<20), "new"
	barred.Alerts = notify.TroubleAlerts([]string{"desk"}, notify.Trouble{Kind: "feed_blocked"})
	barred.State.Barred, barred.State.BarAll = barred.Claim.Now.Add(time.Hour), true
	if _, err = s.Commit(ctx, outcomes); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Fatalf("stored on a full disk: %v", err)
	}
	entry := func(of *poll.Outcome) poll.FeedStatus {
		for e := range s.Feeds(ctx) {
			if e.Feed == of.Claim.Feed {
				return e
			}
		}
		t.Fatalf("%s is gone", of.Claim.Feed)
		return poll.FeedStatus{}
	}
	for _, o := range []*poll.Outcome{quiet, failing} {
		if e := entry(o); !e.Due.Equal(o.Next) || !cmp.Equal(e.State, o.State) {
			t.Errorf("a poll that brought nothing will be made again at %v, with %+v", e.Due, e.State)
		}
	}
	if e := entry(barred); !e.State.Barred.Equal(barred.State.Barred) || !e.State.BarAll || e.Due.Before(barred.State.Barred) {
		t.Errorf("a wish to be left alone is forgotten: due at %v, with %+v", e.Due, e.State)
	}
	pause := time.Duration(0)
	for range 4 {
		e := entry(loud)
		if e.State.Known != loud.Claim.State.Known {
			t.Fatal("validators were taken over without what came with them")
		}
		if next := e.Due.Sub(loud.Claim.Now); next < pause*3/2 || next > 5*time.Minute {
			t.Errorf("asked again after %v, and before that after %v", next, pause)
		} else {
			pause = next
		}
		c, ok, _, err := s.Claim(ctx, loud.Claim.Feed, time.Minute)
		if err != nil || !ok {
			t.Fatal("not free", err)
		}
		c.Due = c.Now // as if it were due
		loud.Claim = c
		if _, err := s.Commit(ctx, []poll.Outcome{*loud}); err == nil {
			t.Fatal("stored on a full disk")
		}
	}
	// Room again: the same store goes on.
	limit(1 << 30)
	if err := s.Report(ctx, notify.TroubleAlerts([]string{"desk"}, notify.Trouble{Kind: "after"})); err != nil {
		t.Fatalf("after there was room again: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
