package store

import "errors"

// ErrMoving says that a store does not have yet all that is moved into it.
var ErrMoving = errors.New("a migration into this store is not finished: run the same watcher migrate again")
