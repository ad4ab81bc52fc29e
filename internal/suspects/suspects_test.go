package suspects_test

import (
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/suspects"
)

// life opens the note as the next process does.
func life(t *testing.T, path string) *suspects.Note {
	t.Helper()
	n, err := suspects.Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// die reads feeds concurrently and ends without notice, and leaves the file as a killed
// process does.
func die(t *testing.T, path string, reading ...string) {
	t.Helper()
	n := life(t, path)
	for _, f := range reading {
		n.Begin(f)
	}
}

// read reads a feed to the end and stores what it brought.
func read(n *suspects.Note, feed string) {
	n.Begin(feed)()
	if n.Tried(feed) {
		n.Acquit(feed)
	}
}

func TestWhoIsConvicted(t *testing.T) {
	for _, test := range []struct {
		shows  string
		lives  func(t *testing.T, path string)
		deaths int
		guilty bool
	}{
		{"a feed that was read is nothing to remember", func(t *testing.T, path string) {
			read(life(t, path), "bad")
		}, 0, false},
		{"one death makes no suspect", func(t *testing.T, path string) {
			die(t, path, "bad")
		}, 1, false},
		{"three deaths do not convict", func(t *testing.T, path string) {
			for range 3 {
				die(t, path, "bad")
			}
		}, 3, false},
		{"the fourth death does: the last two were its own", func(t *testing.T, path string) {
			for range 4 {
				die(t, path, "bad")
			}
		}, 4, true},
		{"deaths while others were read do not count", func(t *testing.T, path string) {
			die(t, path, "bad")
			for range 5 {
				die(t, path, "other")
			}
			die(t, path, "bad")
		}, 2, false},
		{"deaths beside others at first do", func(t *testing.T, path string) {
			die(t, path, "bad", "one", "two")
			die(t, path, "two", "bad")
			die(t, path, "bad")
			die(t, path, "bad")
		}, 4, true},
		{"a feed that was read to the end begins anew", func(t *testing.T, path string) {
			for range 3 {
				die(t, path, "bad")
			}
			read(life(t, path), "bad")
			die(t, path, "bad")
		}, 1, false},
		{"a process that ended in order, or was killed while nothing was read, changes nothing", func(t *testing.T, path string) {
			for range 2 {
				die(t, path, "bad")
				die(t, path)
				_ = life(t, path).Close()
			}
		}, 2, false},
	} {
		t.Run(test.shows, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "note")
			test.lives(t, path)
			n := life(t, path)
			if got := n.Deaths("bad"); got != test.deaths {
				t.Errorf("%d deaths, want %d", got, test.deaths)
			}
			if got := n.Convicted("bad"); got != test.guilty {
				t.Errorf("convicted: %v, want %v", got, test.guilty)
			}
		})
	}
}

// A feed that was set aside is convicted by one more death, whenever it is tried.
func TestSetAsideAndTriedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "note")
	for range 4 {
		die(t, path, "bad")
	}
	life(t, path).SetAside("bad")
	if life(t, path).Convicted("bad") {
		t.Error("what is set aside is convicted at each start")
	}
	die(t, path, "bad")
	n := life(t, path)
	if !n.Convicted("bad") {
		t.Error("it may kill once more without being set aside again")
	}
	n.SetAside("bad")
	read(n, "bad")
	if n := life(t, path); n.Deaths("bad") != 0 {
		t.Errorf("read to the end and still blamed for %d deaths", n.Deaths("bad"))
	}
}

// Whatever is in the file's place, or is left of it, neither blames a feed nor keeps
// watcher from starting.
func TestAnythingInItsPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "note")
	for range 4 {
		die(t, path, "bad")
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range [][]byte{nil, whole[:len(suspects.Head)+3], []byte("something else"), append(slices.Clone(whole), "more"...)} {
		if err := os.WriteFile(path, left, 0o600); err != nil {
			t.Fatal(err)
		}
		n := life(t, path)
		read(n, "good")
		if n.Deaths("good") != 0 || n.Convicted("good") {
			t.Errorf("a file of %d bytes blames a feed that it never named", len(left))
		}
	}
}

// If more feeds are read than the file has room for, they are read all the same.
func TestMoreThanThereIsRoomFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "note")
	n := life(t, path)
	var ends []func()
	for i := range suspects.Slots + 10 {
		ends = append(ends, n.Begin(string(rune('a'+i))))
	}
	for _, end := range ends {
		end()
	}
	if free, reading := n.Counts(); free != suspects.Slots || reading != 0 {
		t.Errorf("%d of %d slots are free again, %d feeds are being read", free, suspects.Slots, reading)
	}
	die(t, path, "bad")
	if n := life(t, path); n.Deaths("bad") != 1 {
		t.Error("there is no room any more")
	}
}

func TestFeedsThatAreGoneAreForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "note")
	die(t, path, "here", "gone")
	life(t, path).Retain(maps.Keys(map[string]bool{"here": true}))
	n := life(t, path)
	if n.Deaths("here") != 1 || n.Deaths("gone") != 0 {
		t.Errorf("%d and %d deaths, want 1 and 0", n.Deaths("here"), n.Deaths("gone"))
	}
}

// A suspect is read while nothing else is, and nobody waits for it for ever.
func TestSuspectsAreReadAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "note")
		for range 2 {
			die(t, path, "bad", "worse")
		}
		n := life(t, path)
		var mu sync.Mutex
		now, suspects := 0, 0
		var all sync.WaitGroup
		for _, feed := range []string{"a", "b", "bad", "c", "worse", "d", "e"} {
			all.Go(func() {
				suspect := feed == "bad" || feed == "worse"
				end := n.Begin(feed)
				mu.Lock()
				now++
				if suspect {
					suspects++
				}
				if suspects > 0 && now > 1 {
					t.Errorf("%s is read beside a suspect, or beside others as one", feed)
				}
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				now--
				if suspect {
					suspects--
				}
				mu.Unlock()
				end()
			})
		}
		all.Wait()
		if n.Deaths("bad") != 2 {
			t.Error("what is not stored yet is forgotten")
		}
	})
}

// A suspect that is read for ever keeps others for a moment, and is still to blame for the
// death that follows.
func TestALoneTurnWithoutAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "note")
		for range 2 {
			die(t, path, "bad")
		}
		for range 2 {
			n := life(t, path)
			n.Begin("bad")
			start := time.Now()
			for range 3 {
				n.Begin("good")()
			}
			if waited := time.Since(start); waited > suspects.Longest {
				t.Errorf("others waited for %v", waited)
			}
		}
		if n := life(t, path); !n.Convicted("bad") || n.Deaths("good") != 0 {
			t.Error("it is not found out")
		}
	})
}

// A suspect that cannot be read alone, because another is read for ever, is not to blame
// alone.
func TestNoLoneTurnToBeHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "note")
		for range 2 {
			die(t, path, "bad")
		}
		for range 3 {
			n := life(t, path)
			n.Begin("endless " + time.Now().String())
			n.Begin("bad")
		}
		if life(t, path).Convicted("bad") {
			t.Error("convicted, and was never alone")
		}
	})
}

func TestWithoutANote(t *testing.T) {
	var n *suspects.Note
	n.Begin("a")()
	n.Acquit("a")
	n.SetAside("a")
	if n.Convicted("a") || n.Tried("a") || n.Deaths("a") != 0 || n.Close() != nil {
		t.Error("a nil note remembers something")
	}
}

// BenchmarkBegin measures noting that a document is read.
func BenchmarkBegin(b *testing.B) {
	n, err := suspects.Open(filepath.Join(b.TempDir(), "note"), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer n.Close() //nolint:errcheck // a benchmark's
	for b.Loop() {
		n.Begin("a feed")()
	}
}
