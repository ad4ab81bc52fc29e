//go:build !linux

package bolt

import "watcher/internal/store/sealed"

// unmap does nothing: the advice is known to work on Linux alone.
func unmap(*sealed.DB) {}
