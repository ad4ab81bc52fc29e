//go:build unix

package bolt

import "golang.org/x/sys/unix"

// diskFree returns how many bytes we may still write to the disk of a folder.
func diskFree(folder string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
