//go:build !race

package bolt_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"watcher/internal/store/bolt"
	"watcher/internal/store/storetest"
	"watcher/internal/testutil"
)

// A file belongs to one process: no other machine joins, and no answer of a commit can be
// lost unless the process dies.
func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T, _ bool) storetest.Data {
		path := filepath.Join(t.TempDir(), "watcher.db")
		return storetest.Data{
			Open: func(t *testing.T) storetest.BothHalves {
				t.Helper()
				return open(t, path)
			},
			// A process that is killed leaves the file as its last transaction did.
			Kill: func(t *testing.T, s storetest.BothHalves) {
				t.Helper()
				synctest.Wait()
				file, err := os.ReadFile(path)
				testutil.Must(t, errors.Join(err, s.Close(), os.WriteFile(path, file, 0o600)))
			},
			Break: func(t *testing.T, s storetest.BothHalves, r storetest.Record) bool {
				t.Helper()
				found, err := bolt.Break(s.(*bolt.Store), r)
				testutil.Must(t, err)
				return found
			},
			ReviveFirst: func(t *testing.T, s storetest.BothHalves, target string) int {
				t.Helper()
				changed, err := bolt.ReviveFirst(s.(*bolt.Store), target)
				testutil.Must(t, err)
				return changed
			},
		}
	})
}
