//go:build !linux

package bolt

import "watcher/internal/store/sealed"

// unmap does nothing: only Linux is known to take the advice.
func unmap(*sealed.DB) {}
