package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/bolt"
	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// alertOf is an alert for desk of an article with the title.
func alertOf(title string) notify.Alert {
	key := notify.KeyOf(title)
	return notify.Alert{
		ID: notify.AlertID("desk", key), Target: "desk", Keys: []notify.ItemKey{key},
		Item: notify.AlertItem{Feed: "a", Title: title, Link: "https://example.org/" + title},
	}
}

func messageOf(title string) notify.Message {
	a := alertOf(title)
	return notify.Message{ID: "msg_" + a.ID, Target: "desk", AlertIDs: []string{a.ID}, Payload: fmt.Appendf(nil, `"to tell: %s"`, title)}
}

// stocked makes a store with something of everything: alerts that are held, that wait for
// their first or their next attempt, and that are being sent; a mute; the history.
func stocked(t *testing.T, path string) *bolt.Store {
	t.Helper()
	s := open(t, path)
	sources := []feeds.Source{{ID: "a", URL: "https://example.org/a", Every: time.Hour}}
	testutil.Must(t, s.Sync(ctx, feeds.Pack(sources...)))
	titles := []string{"under way", "tried", "fresh", "next", "held", "other"}
	for _, title := range titles {
		testutil.Must(t, s.Report(ctx, []notify.Alert{alertOf(title)}))
	}
	for _, title := range titles[:4] {
		m := messageOf(title)
		if title == "next" {
			m = long(title)
		}
		testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Messages: []notify.Message{m}, Batches: 1}))
	}
	begin(t, s, "under way")
	testutil.Must(t, s.Settle(ctx, begin(t, s, "tried"), notify.AttemptOutcome{Retry: time.Hour, Answer: "503"}))
	testutil.Must(t, s.Mute(ctx, notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(time.Hour)}))
	for _, title := range []string{"seen first", "seen last"} {
		c, ok, _, err := s.Claim(ctx, "a", time.Minute)
		if testutil.Must(t, err); !ok {
			t.Fatal("not free")
		}
		o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(time.Hour), Seen: []byte(title)}
		o.Articles = []feeds.Item{{Title: title}}
		if _, err := s.Commit(ctx, []poll.Outcome{o}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func begin(t *testing.T, s *bolt.Store, title string) notify.Delivery {
	t.Helper()
	d, ok, _, err := s.Begin(ctx, "desk")
	testutil.Must(t, err)
	if want := messageOf(title).ID; !ok || d.Message.ID != want {
		t.Fatalf("began %q, want %s", d.Message.ID, title)
	}
	return d
}

// change changes the first key or value of a bucket in a closed store.
func change(t *testing.T, path, bucket string, to func(b *sealed.Bucket, k, v []byte) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	testutil.Must(t, err)
	err = (&sealed.DB{DB: db}).Update(func(tx *sealed.Tx) error {
		b := tx.Bucket([]byte(bucket))
		k, v := b.Cursor().First()
		if k == nil {
			return errors.New("nothing is in " + bucket)
		}
		return to(b, bytes.Clone(k), bytes.Clone(v))
	})
	testutil.Must(t, errors.Join(err, db.Close()))
}

// Values whose checksums fit are still wrong, as a bug would leave them, or memory that
// fails before they are written.
func TestDamageInsideAValue(t *testing.T) {
	zeroed := func(b *sealed.Bucket, k, v []byte) error {
		clear(v[len(v)/2 : len(v)/2+4])
		return b.Put(k, v)
	}
	gone := func(b *sealed.Bucket, k, _ []byte) error { return b.Delete(k) }
	shortValue := func(b *sealed.Bucket, k, v []byte) error { return b.Put(k, v[:5]) }
	shortKey := func(b *sealed.Bucket, k, v []byte) error {
		return errors.Join(b.Delete(k), b.Put(k[:len(k)-3], v))
	}
	for _, c := range []struct {
		bucket, what string
		change       func(b *sealed.Bucket, k, v []byte) error
	}{
		{"feeds", "a feed cannot be read", zeroed},
		{"held", "an entry of a held alert cannot be read", zeroed},
		{"held", "an entry leads nowhere", func(b *sealed.Bucket, k, _ []byte) error { return b.Put(k, []byte(`{"id":"none"}`)) }},
		{"mutes", "a mute cannot be read, and so nobody could tell what may be sent", zeroed},
		{"sends", "how much a target was sent cannot be read", shortValue},
		{"fresh", "a place in the queue leads nowhere", shortValue},
		{"fresh", "a place in the queue has no number", shortKey},
		{"retry", "a place among the retries has no time", shortKey},
		{"meta", "the version of the layout is gone", func(b *sealed.Bucket, _, _ []byte) error { return b.Put([]byte("schema"), []byte("?")) }},
		{"deliveries", "a message that waits is gone", func(b *sealed.Bucket, _, _ []byte) error {
			return b.Delete([]byte(messageOf("fresh").ID))
		}},
		{"payloads", "what a message that waits has to say is gone", gone},
		{"alerts", "an alert that is held is gone", func(b *sealed.Bucket, _, _ []byte) error {
			return gone(b, []byte(alertOf("held").ID), nil)
		}},
	} {
		t.Run(c.bucket+": "+c.what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "watcher.db")
			testutil.Must(t, stocked(t, path).Close())
			change(t, path, c.bucket, c.change)
			damaged, err := os.ReadFile(path)
			testutil.Must(t, err)

			_, err = bolt.OpenReadOnly(path)
			if err == nil || !strings.Contains(err.Error(), "is damaged; the next start of watcher run puts it aside") {
				t.Errorf("opened for reading: %v", err)
			}
			if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, damaged) {
				t.Fatalf("a reader changed the file: %v", err)
			}
			s := open(t, path)
			defer s.Close()
			aside := damages(t, s)
			if len(aside) != 1 || aside[0].Kept == "" {
				t.Fatalf("told of %+v, want the file", aside)
			}
			if kept, err := os.ReadFile(aside[0].Kept); err != nil || !bytes.Equal(kept, damaged) {
				t.Errorf("what is kept was changed: %v", err)
			}
		})
	}
}

// scribble overwrites every occurrence of found in the file of an open store, which maps
// it.
func scribble(t *testing.T, path, found string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	testutil.Must(t, err)
	defer f.Close()
	file, err := os.ReadFile(path)
	testutil.Must(t, err)
	n := 0
	for at := 0; ; n++ {
		i := bytes.Index(file[at:], []byte(found))
		if i < 0 {
			break
		}
		at += i
		if _, err := f.WriteAt(make([]byte, len(found)), int64(at)); err != nil {
			t.Fatal(err)
		}
		at += len(found)
	}
	if n == 0 {
		t.Fatalf("%q is not in the file", found)
	}
}

func titlesHeld(t *testing.T, s *bolt.Store) (titles []string) {
	t.Helper()
	for range 3 {
		h, err := s.Held(ctx, "desk")
		testutil.Must(t, err)
		var ids []string
		for _, a := range h.Alerts {
			ids = append(ids, a.ID)
		}
		alerts, err := s.Load(ctx, ids)
		if errors.Is(err, store.ErrMoved) {
			continue // as a worker does
		}
		testutil.Must(t, err)
		for _, a := range alerts {
			titles = append(titles, a.Item.Title)
		}
		return titles
	}
	t.Fatal("the alerts move for ever")
	return nil
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: %s, want %s", what, g, w)
	}
}

func oneRecord(t *testing.T, s *bolt.Store, of string) {
	t.Helper()
	ds := damages(t, s)
	if len(ds) != 1 || ds[0].Kept != "" || !strings.Contains(ds[0].Record, of) {
		t.Errorf("told of %+v, want one record of %s", ds, of)
	}
}

// The articles of one poll are one value, compressed.
func TestDamagedHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	testutil.Must(t, stocked(t, path).Close())
	change(t, path, "tail", func(b *sealed.Bucket, k, v []byte) error {
		clear(v[len(v)/2:])
		return b.Put(k, v)
	})
	s := open(t, path)
	defer s.Close()
	var got []string
	for a, err := range s.History(ctx, time.Time{}) {
		testutil.Must(t, err)
		got = append(got, a.Item.Title)
	}
	equal(t, "history", got, []string{"seen last"})
	oneRecord(t, s, "tail")
}

// What a feed has shown is packed by package seen. If it is damaged, the feed begins anew
// with a baseline, so one batch is not alerted.
func TestDamagedSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	s := stocked(t, path)
	c, _, _, err := s.Claim(ctx, "a", time.Minute)
	testutil.Must(t, err)
	var none *seen.Index
	if none, err = seen.Unpack(nil); err != nil {
		t.Fatal(err)
	}
	packed := none.Judge(&feeds.Document{Items: []feeds.Item{{Title: "x", Link: "https://example.org/x"}}}, c.Now, false).Packed
	_, err = s.Commit(ctx, []poll.Outcome{{Claim: c, State: c.State, Next: c.Now, Seen: packed}})
	testutil.Must(t, err)
	testutil.Must(t, s.Close())
	change(t, path, "seen", func(b *sealed.Bucket, k, v []byte) error { return b.Put(k, v[:len(v)-3]) })
	s = open(t, path)
	defer s.Close()
	c, _, _, err = s.Claim(ctx, "a", time.Minute)
	testutil.Must(t, err)
	seen, err := s.Seen(ctx, c)
	testutil.Must(t, err)
	equal(t, "seen", len(seen), 0)
	oneRecord(t, s, "seen")
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	testutil.Must(t, stocked(t, path).Close())
	before, err := os.ReadFile(path)
	testutil.Must(t, err)
	s, err := bolt.OpenReadOnly(path)
	testutil.Must(t, err)
	other, err := bolt.OpenReadOnly(path)
	testutil.Must(t, err)
	testutil.Must(t, other.Close())

	equal(t, "held", titlesHeld(t, s), []string{"held", "other"})
	trace, err := s.Trace(ctx, alertOf("under way").ID)
	testutil.Must(t, err)
	equal(t, "state of what was under way", trace.State, notify.StateSending)
	n := 0
	for range s.History(ctx, time.Time{}) {
		n++
	}
	for e := range s.Feeds(ctx) {
		equal(t, "feed", e.Feed, "a")
		n++
	}
	equal(t, "articles and feeds", n, 3)
	if err := s.Mute(ctx, notify.Mute{Kind: "rule", Name: "y", Until: time.Now().Add(time.Hour)}); err == nil {
		t.Error("a mute was stored")
	}
	testutil.Must(t, s.Close())
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file was changed: %v", err)
	}
	if _, err := bolt.OpenReadOnly(filepath.Join(t.TempDir(), "none.db")); err == nil {
		t.Error("opened what is not there")
	}
	empty := filepath.Join(t.TempDir(), "empty.db")
	testutil.Must(t, os.WriteFile(empty, nil, 0o600))
	if _, err := bolt.OpenReadOnly(empty); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("opened an empty file: %v", err)
	}
}

// The disk has no room for a fresh store: the damaged one stays where it is, to be put
// aside and reported once there is room.
func TestDamageWithoutRoom(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "watcher.db")
	testutil.Must(t, os.WriteFile(path, []byte(strings.Repeat("x", 70_000)), 0o600))
	testutil.Must(t, os.Mkdir(path+".fresh", 0o700))
	testutil.Must(t, os.WriteFile(filepath.Join(path+".fresh", "in the way"), nil, 0o600))
	if _, err := bolt.Open(path); err == nil || !strings.Contains(err.Error(), "could not be put aside") {
		t.Fatalf("opened: %v", err)
	}
	testutil.Must(t, os.RemoveAll(path+".fresh"))
	s := open(t, path)
	defer s.Close()
	equal(t, "damages", len(damages(t, s)), 1)
}
