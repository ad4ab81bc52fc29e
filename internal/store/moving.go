package store

import "errors"

// ErrNotRun says that there never was a store in a place.
var ErrNotRun = errors.New("watcher has not run")

// ErrMoving says that a store does not have yet all that is moved into it.
var ErrMoving = errors.New("a migration into this store is not finished: run the same watcher migrate again")
