package postgres

import (
	"crypto/rand"
	"encoding/binary"
)

// machine is a process on the store.
type machine struct {
	name string
	// id is drawn at the start. Leases name it: a process that has died and another
	// that came in its place under the same name are two.
	id int64
}

func newMachine(name string) machine { return machine{name: name, id: random()} }

// random draws 64 bits: fencing tokens and ids must not come again after the database
// has lost its last seconds, as those of a counter do.
func random() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]))
}
