//go:build unix

package bolt

import "golang.org/x/sys/unix"

// diskFree returns how many bytes this process may still write to a folder's disk.
func diskFree(folder string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
