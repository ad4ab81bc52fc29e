//go:build !race

package postgres_test

import (
	"testing"

	"watcher/internal/store/storetest"
)

// TestSuite checks what every store must do. It runs in months that pass at once, with rare
// heartbeats if there is one machine. The race detector watches its core, through
// PgBouncer.
func TestSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, several bool) storetest.Data {
		return data(t, database(t), several)
	})
}
