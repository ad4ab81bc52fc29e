package store

import "time"

// Damage is something in the store that could not be read and was put aside.
type Damage struct {
	Number uint64 // ascends
	Since  time.Time
	Kept   string // the name that the whole file got; empty if it was one record
	// Made is when a store was first made that was not there at the start; zero
	// for all else.
	Made   time.Time
	Record string // which one, for people
	Error  string
}
