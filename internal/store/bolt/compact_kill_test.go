package bolt

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

const compactKilled = "COMPACT_KILLED_PATH"

// TestCompactKilled kills a process that compacts its store and writes at the same time, at
// random, and in a build with faults just before and after the swap: every acknowledged
// write is there, and everything from before.
func TestCompactKilled(t *testing.T) {
	if path := os.Getenv(compactKilled); path != "" {
		compactAndWrite(path)
	}
	s, path := emptied(t)
	want := contents(t, s)
	testutil.Must(t, s.Close())
	stored := 0
	for round := range 12 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestCompactKilled$")
		cmd.Env = append(os.Environ(), compactKilled+"="+path, "COMPACT_KILLED_FROM="+strconv.Itoa(stored+1),
			"WATCHER_FAULT="+[]string{"none", "copying:2", "copied", "swapped"}[round%4])
		out, err := cmd.StdoutPipe()
		testutil.Must(t, err)
		testutil.Must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for left := 5 + rand.IntN(60); lines.Scan(); left-- {
			n, err := strconv.Atoi(lines.Text())
			testutil.Must(t, err)
			stored = n
			if left == 0 {
				testutil.Must(t, cmd.Process.Kill())
			}
		}
		_ = cmd.Wait() // it was killed
		s, err := Open(path)
		testutil.Must(t, err)
		if told, err := s.Damages(t.Context()); err != nil || len(told) > 0 {
			t.Fatalf("round %d: %+v, %v", round, told, err)
		}
		have := contents(t, s)
		for n := 1; n <= stored; n++ {
			if _, found := have[fmt.Sprintf("matched/%08d", n)]; !found {
				t.Fatalf("round %d: write %d of %d is lost", round, n, stored)
			}
		}
		for k, v := range want {
			if k != "matched" && k[0] == 'h' && have[k] != v {
				t.Fatalf("round %d: %q has changed", round, k)
			}
		}
		testutil.Must(t, s.Close())
		if _, err := os.Stat(path + ".compact"); !os.IsNotExist(err) {
			t.Fatalf("round %d: half a copy is left: %v", round, err)
		}
	}
	left, err := filepath.Glob(path + "*")
	testutil.Must(t, err)
	if len(left) != 2 { // store and marker
		t.Errorf("these files are left: %v", left)
	}
}

// compactAndWrite does both until it is killed, and prints the number of each write
// once it is stored.
func compactAndWrite(path string) {
	from, err := strconv.Atoi(os.Getenv("COMPACT_KILLED_FROM"))
	if err != nil {
		panic(err)
	}
	s, err := Open(path)
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			_, _, _ = s.Compact(context.Background(), func(int64, int64) {}) // busy, perhaps
		}
	}()
	for n := from; ; n++ {
		err := s.update(func(tx *sealed.Tx) error {
			return tx.Bucket(bucketMatched).Put(fmt.Appendf(nil, "%08d", n), nil)
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}
