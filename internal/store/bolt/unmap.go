//go:build !linux

package bolt

// unmap does nothing: only Linux is known to take the advice.
func (s *Store) unmap() {}
