package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/poll"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// readyMB is how large the store of TestReady is. At 2400 the making takes some
// minutes:
//
//	go test ./cmd/watcher -run TestReady -ready-mb 2400 -v -timeout 30m
var readyMB = flag.Int("ready-mb", 8, "the size of the store that TestReady starts with, in MB")

// TestReady starts the shipped program on a store that is in no cache, after a clean end
// and after a crash, and prints how long it takes until the service manager is told that it
// is ready.
func TestReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish("one")
	const many = 500
	var config strings.Builder
	for i := range many {
		fmt.Fprintf(&config, "  - {name: feed %d, url: \"%s/feed.xml?%[1]d\", every: 1h}\n", i, w.url)
	}
	text := strings.Replace(fmt.Sprintf(worldConfig, w.url), "[{name: Wire, url: \""+w.url+"/feed.xml\"}]", "\n"+config.String(), 1)
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), text, 0o600)
	path := filepath.Join(w.dir, "watcher.db")
	fillStore(t, path, w.url, many, int64(*readyMB)<<20)
	for _, end := range []string{"a clean end", "a crash"} {
		manager, socket := listenAsManager(t)
		size := forget(t, path)
		begin := time.Now()
		p := w.start("NOTIFY_SOCKET=" + socket)
		awaitReady(t, manager, int(size>>20))
		t.Logf("%d MB, ready %v after the start, after %s", size>>20, time.Since(begin).Round(10*time.Millisecond), end)
		p.kill()
	}
}

// fillStore makes a store of that size: articles that many feeds have shown.
func fillStore(t *testing.T, path, url string, many int, size int64) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s, err := bolt.Open(path)
	check(err)
	var sources []feeds.Source
	for i := range many {
		sources = append(sources, feeds.Source{ID: fmt.Sprint("feed ", i), URL: fmt.Sprintf("%s/feed.xml?%d", url, i), Every: time.Hour})
	}
	check(s.Sync(t.Context(), feeds.Pack(sources...)))
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 0; ; n++ {
		var outcomes []poll.Outcome
		for i := range min(many, 100) {
			c, ok, _, err := s.Claim(t.Context(), sources[(n*100+i)%many].ID, time.Minute)
			if check(err); !ok {
				t.Fatal("a feed is not free")
			}
			o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(time.Hour)}
			for k := range 10 {
				o.Articles = append(o.Articles, feeds.Item{Title: fmt.Sprintf("Article %d of poll %d", k, n), Link: fmt.Sprintf("https://example.org/%d/%d/%d", i, n, k), Summary: words(rng, 4000)})
			}
			o.Seen = seenOf(t, o.Articles, c.Now)
			outcomes = append(outcomes, o)
		}
		_, err := s.Commit(t.Context(), outcomes)
		check(err)
		info, err := os.Stat(path)
		if check(err); info.Size() >= size {
			break
		}
	}
	check(s.Close())
}

func seenOf(t *testing.T, items []feeds.Item, now time.Time) []byte {
	t.Helper()
	none, err := seen.Unpack(nil)
	if err != nil {
		t.Fatal(err)
	}
	return none.Judge(&feeds.Document{Items: items}, now, false).Packed
}

// words returns so many bytes of text that hardly compresses.
func words(rng *rand.Rand, size int) string {
	b := make([]byte, size)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ."[rng.Uint32()%64]
	}
	return string(b)
}

// forget drops a file from the kernel's cache, and returns its size.
func forget(t *testing.T, path string) int64 {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	err = errors.Join(err, file.Sync(), unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// listenAsManager stands in for a service manager, and returns its address for
// NOTIFY_SOCKET.
func listenAsManager(t *testing.T) (manager *net.UnixConn, address string) {
	t.Helper()
	address = filepath.Join(t.TempDir(), "notify.sock")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = manager.Close() })
	return manager, address
}

// awaitReady waits until the service manager is told READY, longer if there is more to
// read.
func awaitReady(t *testing.T, manager *net.UnixConn, megabytes int) {
	t.Helper()
	err := manager.SetReadDeadline(time.Now().Add(patience + time.Duration(megabytes)*100*time.Millisecond))
	for buf := make([]byte, 4096); err == nil; {
		var n int
		if n, err = manager.Read(buf); bytes.HasPrefix(buf[:n], []byte("READY=1")) {
			return
		}
	}
	t.Fatalf("never ready: %v", err)
}
