package store

import "time"

// ConfigFile is a version of a file of lists and rules that machines share.
type ConfigFile struct {
	Name    string // the same on every machine
	Version int64  // ascends from 1
	At      time.Time
	By      string // who saved it; empty if it was there before
	Text    string
}
