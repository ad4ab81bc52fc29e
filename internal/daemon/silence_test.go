package daemon_test

import (
	"encoding/binary"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"watcher/internal/store/sealed"
)

// silent returns how often a silent rule was reported. The caller holds the lock.
func (w *web) silent() (n int) {
	for _, k := range w.kinds {
		if k == "rule_silent" {
			n++
		}
	}
	return n
}

// A rule that expects something is reported after a silence that is too long, once for each
// silence, over restarts.
func TestSilentRuleIsReportedOnce(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	dir := t.TempDir()
	path, store := filepath.Join(dir, "watcher.yaml"), filepath.Join(dir, "watcher.db")
	writeConfig(t, path, w.URL, `
rules:
  - {name: nato, keywords: [NATO], expect: 7d}
  - {name: calm, keywords: [Baltic]}`)
	stop := run(t, path, nil)
	w.waitPolls(t, 2)
	stop()
	if n := w.silent(); n != 0 {
		t.Fatalf("a new rule is reported %d times", n)
	}
	setMatched(t, store, time.Now().Add(-8*24*time.Hour))
	for range 2 {
		stop = run(t, path, nil)
		w.waitFor(t, "the report", func() bool { return w.silent() > 0 })
		w.waitPolls(t, 2)
		stop()
	}
	if n := w.silent(); n != 1 {
		t.Errorf("one silence is reported %d times", n)
	}
	setMatched(t, store, time.Now().Add(-9*24*time.Hour))
	stop = run(t, path, nil)
	w.waitFor(t, "the report of another silence", func() bool { return w.silent() > 1 })
	stop()
}

// setMatched changes when the rule nato last matched.
func setMatched(t *testing.T, path string, when time.Time) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = (&sealed.DB{DB: db}).Update(func(tx *sealed.Tx) error {
		return tx.Bucket([]byte("matched")).Put([]byte("nato"), binary.BigEndian.AppendUint64(nil, uint64(when.UnixNano())))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
