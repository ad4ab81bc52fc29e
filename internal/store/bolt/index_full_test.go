package bolt

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"watcher/internal/testutil"
)

const (
	indexFull     = "INDEX_FULL_PATH"
	indexFullFrom = "INDEX_FULL_FROM"
)

// TestIndexOnFullDisk seals an older store on a disk that is full at one place of the file
// after another, by a limit that the kernel enforces: what is read and found stays the
// same, and once there is room all of it goes into a segment.
func TestIndexOnFullDisk(t *testing.T) {
	if path := os.Getenv(indexFull); path != "" {
		indexUntilFull(t, path)
		return
	}
	var want, was []string
	said := make(map[string]int)
	path := unzipped(t, "schema1")
	for _, from := range []int{200, 400, 600, 800, 900, 1000, 1024, 1100, 1200} {
		full := copyOf(t, path)
		child := exec.Command(os.Args[0], "-test.run=^TestIndexOnFullDisk$")
		child.Env = append(os.Environ(), indexFull+"="+full, fmt.Sprintf("%s=%d", indexFullFrom, from<<10))
		out, err := child.CombinedOutput()
		if err != nil {
			t.Fatalf("full from %d KB on: %v: %s", from, err, out)
		}
		line, _, _ := strings.Cut(string(out), "\n")
		said[line]++
		synctest.Test(t, func(t *testing.T) {
			s, err := Open(full)
			testutil.Must(t, err)
			if told, err := s.Damages(t.Context()); err != nil || len(told) > 0 {
				t.Errorf("full from %d KB on: %+v, %v", from, told, err)
			}
			if want == nil {
				want = titles(t, s)
				was = s.numbers(t, want)
			}
			testutil.SameLines(t, "history", titles(t, s), want)
			testutil.SameLines(t, "articles by number", s.numbers(t, want), was)
			index(t, s)
			if n := segments(t, s); n != 1 {
				t.Errorf("full from %d KB on: %d segments", from, n)
			}
			testutil.SameLines(t, "history in a segment", titles(t, s), want)
			testutil.SameLines(t, "articles by number in a segment", s.numbers(t, want), was)
			testutil.Must(t, s.Close())
		})
		testutil.Must(t, Verify(full))
	}
	if said["index: full"] == 0 || said["sealed"] == 0 {
		t.Errorf("the disk was full at other places than were meant: %v", said)
	}
}

// indexUntilFull opens a store and indexes it while its file is limited in size, and prints
// how far it got.
func indexUntilFull(t *testing.T, path string) {
	most, err := strconv.ParseUint(os.Getenv(indexFullFrom), 10, 64)
	testutil.Must(t, err)
	testutil.Must(t, syscall.Setrlimit(unix.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: most}))
	synctest.Test(t, func(t *testing.T) {
		s, err := Open(path)
		if err != nil {
			fmt.Println("open: full")
			return
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Index(ctx, plain, func(int64) {}) }()
		for range 90 {
			time.Sleep(time.Second)
			synctest.Wait()
		}
		cancel()
		if err := <-ended; err != nil {
			fmt.Println("index: full")
		} else {
			fmt.Println("sealed")
		}
		_ = s.Close() // it may have something to write yet
	})
}
