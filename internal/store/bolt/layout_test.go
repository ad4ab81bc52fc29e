package bolt_test

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/store/bolt"
	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// golden returns a store of schema 1, as the last version without checksums wrote it: 40
// feeds with what they have shown, and 90 alerts for desk, of which 28 are held, 20 wait,
// 25 were sent, 15 and 1 are dead, and 1 was not wanted; a mute; the history.
func golden(t *testing.T) (path string) {
	t.Helper()
	return unpacked(t, "testdata/schema1.db.gz")
}

// unpacked returns a copy of a store of an earlier version.
func unpacked(t *testing.T, name string) (path string) {
	t.Helper()
	packed, err := os.Open(name)
	testutil.Must(t, err)
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	testutil.Must(t, err)
	file, err := io.ReadAll(r)
	testutil.Must(t, err)
	path = filepath.Join(t.TempDir(), "watcher.db")
	testutil.Must(t, os.WriteFile(path, file, 0o600))
	return path
}

// goldenFeed returns the document that a feed of the golden store showed last, with more
// items if asked for.
func goldenFeed(feed, items int) []byte {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Golden</title><link>https://example.org/</link>`)
	for n := range items {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">guid %d of %d</guid><title>Report %d of feed %d</title><link>https://example.org/%d/%d</link><description>What report %d says.</description><pubDate>Mon, 02 Jan 2023 15:%02d:00 GMT</pubDate></item>`, n, feed, n, feed, feed, n, n, n%60)
	}
	b.WriteString(`</channel></rss>`)
	return []byte(b.String())
}

// isGolden checks everything that the golden store has.
func isGolden(t *testing.T, s *bolt.Store) {
	t.Helper()
	equal(t, "damages", len(damages(t, s)), 0)
	states := make(map[notify.AlertState]int)
	testutil.Must(t, s.Traces(ctx, time.Time{}, func(tr notify.Trace) bool {
		states[tr.State]++
		return true
	}))
	equal(t, "alerts", fmt.Sprint(states), fmt.Sprint(map[notify.AlertState]int{
		notify.StateHeld: 28, notify.StateWaiting: 20, notify.StateSent: 25, notify.StateDead: 16, notify.StateSkipped: 1,
	}))
	equal(t, "held", heldBy(t, s, "desk"), 28)
	tally, err := s.Tally(ctx)
	testutil.Must(t, err)
	equal(t, "waiting and dead", []int{tally.Waiting, tally.Dead}, []int{20, 16})
	mutes, err := s.Mutes(ctx)
	testutil.Must(t, err)
	equal(t, "mutes", len(mutes), 1)
	n := 0
	for _, err := range s.History(ctx, time.Time{}) {
		testutil.Must(t, err)
		n++
	}
	equal(t, "articles of the history", n, 900)
	testutil.Must(t, s.Report(ctx, []notify.Alert{alertOf("story 7")}))
	equal(t, "held once more of what was told", heldBy(t, s, "desk"), 28)
	for i := range 40 {
		src := feeds.Source{ID: fmt.Sprint("feed ", i), URL: fmt.Sprint("https://example.org/feed/", i)}
		c, ok, _, err := s.Claim(ctx, src.ID, time.Minute)
		if testutil.Must(t, err); !ok {
			t.Fatalf("%s is not free", src.ID)
		}
		equal(t, "validator", c.State.Known.ETag, "tag of "+src.ID)
		packed, err := s.Seen(ctx, c)
		testutil.Must(t, err)
		for more := range 2 {
			seen, err := seen.Unpack(packed)
			testutil.Must(t, err)
			doc, err := parse.Read(goldenFeed(i, 3+i+more), "application/rss+xml", src)
			testutil.Must(t, err)
			v := seen.Judge(&doc, c.Now, false)
			if v.Baseline || len(v.New) != more || len(v.Changed) > 0 {
				t.Errorf("%s with %d more items: %d new, %d changed, baseline: %v", src.ID, more, len(v.New), len(v.Changed), v.Baseline)
			}
		}
	}
}

// unsealed returns how many values of a closed store have no checksum, and its version.
func unsealed(t *testing.T, path string) (n int, version uint64) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	testutil.Must(t, err)
	err = (&sealed.DB{DB: db}).View(func(tx *sealed.Tx) error {
		version = binary.BigEndian.Uint64(tx.Bucket([]byte("meta")).Raw([]byte("schema")))
		return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			tx.Bucket(name).Check(nil, func(k, _ []byte, fits bool) bool {
				what := string(name) + "/" + string(k)
				if !fits && what != "meta/schema" || what == "meta/sealing" { // there may be some behind it
					n++
				}
				return true
			})
			return nil
		})
	})
	testutil.Must(t, errors.Join(err, db.Close()))
	return n, version
}

// A store from before checksums goes on: nothing is alerted twice, nothing held or dead is
// lost, no feed takes a new baseline.
func TestUpgrade(t *testing.T) {
	path := golden(t)
	before, _ := unsealed(t, path)
	for range 2 {
		s := open(t, path)
		isGolden(t, s)
		testutil.Must(t, s.Close())
	}
	untilSealed(t, path)
	if n, version := unsealed(t, path); n > 0 || version != 4 {
		t.Errorf("schema %d, %d of %d values have no checksum", version, n, before)
	}
	s := open(t, path)
	defer s.Close()
	isGolden(t, s)
}

// untilSealed starts a store again and again, each time for a moment, until all values have
// checksums: each start goes on where the last one ended.
func untilSealed(t *testing.T, path string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); { // a busy machine may close it before a part is done
		if n, _ := unsealed(t, path); n == 0 {
			return
		}
		s := open(t, path)
		_, err := s.Mutes(ctx)
		testutil.Must(t, errors.Join(err, s.Close()))
	}
	t.Fatal("values still have no checksums")
}

// The process ended while values were given checksums: some have one, the others get
// theirs, and later damage is noticed.
func TestUpgradeIsResumed(t *testing.T) {
	path := golden(t)
	testutil.Must(t, open(t, path).Close())
	untilSealed(t, path)
	db, err := bbolt.Open(path, 0o600, nil)
	testutil.Must(t, err)
	err = (&sealed.DB{DB: db}).Update(func(tx *sealed.Tx) error {
		old := make(map[string][]byte) // of the buckets behind the one that was being sealed
		tx.Bucket([]byte("told")).Check(nil, func(k, raw []byte, _ bool) bool {
			old[string(k)] = append([]byte(nil), raw[:len(raw)-4]...)
			return true
		})
		for k, v := range maps.All(old) {
			if err := tx.Bucket([]byte("told")).PutRaw([]byte(k), v); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte("meta")).Put([]byte("sealing"), []byte("alerts\x00"))
	})
	testutil.Must(t, errors.Join(err, db.Close()))
	s := open(t, path)
	isGolden(t, s)
	testutil.Must(t, s.Close())
	untilSealed(t, path)
	change(t, path, "told", func(b *sealed.Bucket, k, _ []byte) error {
		v := append([]byte(nil), b.Raw(k)...)
		v[len(v)-6] ^= 1
		return b.PutRaw(k, v)
	})
	s = open(t, path)
	defer s.Close()
	// Nobody asks for it; the check of the whole file after the start finds it.
	for end := time.Now().Add(time.Minute); len(damages(t, s)) == 0 && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	oneRecord(t, s, "told")
}
