package bolt

import (
	"golang.org/x/sys/unix"

	"watcher/internal/store/sealed"
)

// unmap lets go of the pages of the file that this process has looked at. They
// stay in the kernel's cache, from which a look brings them back in no time, but
// no longer count as this process's memory: every feed is looked at sooner or
// later, so that it would grow to the size of the file.
func unmap(db *sealed.DB) {
	// Inside a transaction the file cannot be mapped elsewhere meanwhile.
	_ = db.View(func(tx *sealed.Tx) error {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, db.Info().Data, uintptr(tx.Size()), unix.MADV_DONTNEED) // advice
		return nil
	})
}
