package segment

import "encoding/binary"

// pool holds many lists of bytes that grow a little at a time, in one piece of memory:
// a list is slices of it, each twice as long as the one before, which ends with where
// the next one begins.
type pool struct{ bytes []byte }

const (
	firstSlice = 8
	lastSlice  = 128
	pointer    = 4 // bytes at a slice's end
)

// chain is a list in a pool. The zero value has nothing.
type chain struct {
	first uint32 // where it begins, plus 1
	at    uint32 // where the next byte comes
	end   uint32 // of the last slice, less its pointer
}

// append appends a byte.
func (p *pool) append(c *chain, b byte) {
	if c.at == c.end {
		p.grow(c)
	}
	p.bytes[c.at] = b
	c.at++
}

// grow adds a slice to the list.
func (p *pool) grow(c *chain) {
	at := uint32(len(p.bytes))
	size := firstSlice
	if c.first == 0 {
		c.first = at + 1
	} else {
		size = int(p.bytes[c.end+pointer-1]) * 2 // see below
		size = min(size, lastSlice)
		binary.LittleEndian.PutUint32(p.bytes[c.end:], at)
	}
	p.bytes = append(p.bytes, make([]byte, size)...)
	c.at, c.end = at, at+uint32(size-pointer)
	p.bytes[c.end+pointer-1] = byte(size) // until the pointer is written
}

// read appends the bytes of a list.
func (p *pool) read(c chain, into []byte) []byte {
	if c.first == 0 {
		return into
	}
	at, size := c.first-1, uint32(firstSlice)
	for {
		end := at + size - pointer
		if end == c.end {
			return append(into, p.bytes[at:c.at]...)
		}
		into = append(into, p.bytes[at:end]...)
		at, size = binary.LittleEndian.Uint32(p.bytes[end:]), min(2*size, lastSlice)
	}
}
