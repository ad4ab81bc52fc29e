//go:build !race

package postgres_test

import (
	"testing"

	"watcher/internal/store/storetest"
)

// TestSuite is what every store must do. It runs in months that pass at once: heartbeats
// are rare where there is one machine. The race detector sees its core, through PgBouncer.
func TestSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, several bool) storetest.Data {
		return data(t, database(t), several)
	})
}
