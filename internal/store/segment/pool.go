package segment

import "encoding/binary"

// pool holds many lists of bytes that grow a little at a time, in blocks of memory: a
// list is slices of them, each twice as long as the one before, which ends with where
// the next one begins.
type pool struct {
	blocks []*[poolBlock]byte
	end    uint32 // where the next slice begins, if there is room for it in its block
}

const (
	poolBlock  = 64 << 10
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

func (p *pool) at(i uint32) *byte { return &p.blocks[i/poolBlock][i%poolBlock] }

// from returns what is from i on to the end of its block.
func (p *pool) from(i uint32) []byte { return p.blocks[i/poolBlock][i%poolBlock:] }

// append appends a byte.
func (p *pool) append(c *chain, b byte) {
	if c.at == c.end {
		p.grow(c)
	}
	*p.at(c.at) = b
	c.at++
}

// grow adds a slice to the list.
func (p *pool) grow(c *chain) {
	size := uint32(firstSlice)
	if c.first != 0 {
		size = min(lastSlice, 2*uint32(*p.at(c.end + pointer - 1))) // see below
	}
	if left := uint32(len(p.blocks))*poolBlock - p.end; left < size {
		p.end += left
		p.blocks = append(p.blocks, new([poolBlock]byte))
	}
	at := p.end
	p.end += size
	if c.first == 0 {
		c.first = at + 1
	} else {
		binary.LittleEndian.PutUint32(p.from(c.end), at)
	}
	c.at, c.end = at, at+size-pointer
	*p.at(c.end + pointer - 1) = byte(size) // until the pointer is written
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
			return append(into, p.from(at)[:c.at-at]...)
		}
		into = append(into, p.from(at)[:end-at]...)
		at, size = binary.LittleEndian.Uint32(p.from(end)), min(2*size, lastSlice)
	}
}
