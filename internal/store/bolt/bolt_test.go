package bolt_test

import (
	"path/filepath"
	"testing"

	"watcher/internal/store/bolt"
	"watcher/internal/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Open {
		path := filepath.Join(t.TempDir(), "watcher.db")
		return func(t *testing.T) storetest.BothHalves {
			t.Helper()
			s, err := bolt.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
	})
}
