//go:build !linux

package bolt

import "go.etcd.io/bbolt"

// unmap does nothing: only Linux is known to take the advice.
func unmap(*bbolt.DB) {}
