//go:build race

package bolt_test

import (
	"path/filepath"
	"regexp"
	"testing"

	"watcher/internal/store/storetest"
)

// met matches the tests of the suite in which goroutines meet in the store; the others
// would take minutes under the detector.
var met = regexp.MustCompile(`woken|watche|a_flood_goes_on|at_once|index_has_what_the_history_has|next_delivery_begins|survives_an_orderly_end`)

func TestStoreUnderRace(t *testing.T) {
	storetest.Run(t, func(t *testing.T, _ bool) storetest.Data {
		if !met.MatchString(t.Name()) {
			t.Skip("no goroutines meet in it; it runs without the race detector")
		}
		path := filepath.Join(t.TempDir(), "watcher.db")
		return storetest.Data{Open: func(t *testing.T) storetest.BothHalves {
			t.Helper()
			return open(t, path)
		}}
	})
}
