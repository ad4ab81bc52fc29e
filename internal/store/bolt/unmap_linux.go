package bolt

import (
	"golang.org/x/sys/unix"

	"watcher/internal/store/sealed"
)

// unmap releases the pages of the file that this process has read. They stay in the
// kernel's cache, which gives them back quickly, but no longer count as this process's
// memory: it reads every feed sooner or later, and would grow to the size of the file.
//
// This file is for the figure of memory alone: TestFigures of cmd/watcher (make bench)
// measures it.
func unmap(db *sealed.DB) {
	// Inside a transaction the file cannot be mapped elsewhere meanwhile.
	_ = db.View(func(tx *sealed.Tx) error {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, db.Info().Data, uintptr(tx.Size()), unix.MADV_DONTNEED) // advice
		return nil
	})
}
