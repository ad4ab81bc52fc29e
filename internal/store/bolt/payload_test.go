package bolt_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/notify"
	"watcher/internal/store/bolt"
	"watcher/internal/store/sealed"
	"watcher/internal/testutil"
)

// long returns a message with a title whose payload takes many pages.
func long(title string) notify.Message {
	m := messageOf(title)
	m.Payload = []byte(`"` + strings.Repeat(title+" ", 10_000) + `"`)
	return m
}

func freezeLong(t *testing.T, s *bolt.Store, title string) {
	t.Helper()
	testutil.Must(t, s.Report(ctx, []notify.Alert{alertOf(title)}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Messages: []notify.Message{long(title)}}))
}

// payloads counts the payloads of a closed store.
func payloads(t *testing.T, path string) (n int) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	testutil.Must(t, err)
	err = (&sealed.DB{DB: db}).View(func(tx *sealed.Tx) error {
		return tx.Bucket([]byte("payloads")).ForEach(func(_, _ []byte) error { n++; return nil })
	})
	testutil.Must(t, errors.Join(err, db.Close()))
	return n
}

// A large payload is the same at each attempt and after each restart, and is deleted with
// its message: when that is composed anew, or pruned.
func TestLargePayload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "watcher.db")
		s := open(t, path)
		freezeLong(t, s, "x")
		for attempt := range 3 {
			d := begin(t, s, "x")
			if string(d.Message.Payload) != string(long("x").Payload) {
				t.Errorf("attempt %d: the payload is %.40s…", attempt+1, d.Message.Payload)
			}
			testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Retry: time.Second}))
			testutil.Must(t, s.Close())
			time.Sleep(time.Second)
			s = open(t, path)
		}
		d := begin(t, s, "x")
		freezeLong(t, s, "y")
		y, ok, _, err := s.Next(ctx, d, notify.AttemptOutcome{Sent: true})
		if testutil.Must(t, err); !ok || string(y.Message.Payload) != string(long("y").Payload) {
			t.Errorf("the next is %v, with the payload %.40s…", ok, y.Message.Payload)
		}
		testutil.Must(t, s.Close())
		equal(t, "payloads of messages that are kept", payloads(t, path), 2)

		s = open(t, path)
		testutil.Must(t, s.Settle(ctx, begin(t, s, "y"), notify.AttemptOutcome{Recompose: true}))
		equal(t, "held", titlesHeld(t, s), []string{"y"})
		testutil.Must(t, s.Close())
		equal(t, "payloads once one message is void", payloads(t, path), 1)

		time.Sleep(100 * 24 * time.Hour)
		s = open(t, path)
		synctest.Wait()
		testutil.Must(t, s.Close())
		equal(t, "payloads after 100 days", payloads(t, path), 0)
	})
}

// If a large payload becomes damaged, its message is dropped, and the alerts can be sent
// anew.
func TestLargePayloadDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "watcher.db")
	s := open(t, path)
	defer s.Close()
	freezeLong(t, s, "x")
	freezeLong(t, s, "y")
	scribble(t, path, "x x x x x x x x x x")
	begin(t, s, "y")
	oneRecord(t, s, "payloads")
	var dead []notify.Trace
	testutil.Must(t, s.DeadTraces(ctx, time.Time{}, func(l notify.Trace) bool { dead = append(dead, l); return true }))
	if len(dead) != 1 || dead[0].ID != alertOf("x").ID {
		t.Fatalf("dead letters: %+v", dead)
	}
	testutil.Must(t, s.Retry(ctx, dead[0].ID))
	equal(t, "held", titlesHeld(t, s), []string{"x"})
}
