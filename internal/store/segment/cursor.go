package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// ErrDamaged says that bytes of a segment are not what Build made.
var ErrDamaged = errors.New("the segment is damaged")

func damaged(what string) error { return fmt.Errorf("%w: %s", ErrDamaged, what) }

// cursor reads bytes from the front. What is not there is read as zero, and bad says
// so afterwards.
type cursor struct {
	rest []byte
	bad  bool
}

func (c *cursor) uvarint() uint64 {
	if len(c.rest) > 0 && c.rest[0] < 0x80 { // most are small
		v := c.rest[0]
		c.rest = c.rest[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(c.rest)
	if n <= 0 {
		c.bad = true
		c.rest = nil
		return 0
	}
	c.rest = c.rest[n:]
	return v
}

// varint reads a number that may be negative.
func (c *cursor) varint() int64 {
	v := c.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

func (c *cursor) uint32() uint32 {
	v := c.uvarint()
	c.bad = c.bad || v > math.MaxUint32
	return uint32(v)
}

// upTo reads a number that is at most so large.
func (c *cursor) upTo(most int) int {
	v := c.uvarint()
	if v > uint64(most) {
		c.bad = true
		return 0
	}
	return int(v)
}

// count reads how many things follow, each of which has a byte at least: so no number
// makes room for more than there are bytes.
func (c *cursor) count() int { return c.upTo(len(c.rest)) }

// bytes reads n bytes, which stay part of what the cursor reads.
func (c *cursor) bytes(n int) []byte {
	if n < 0 || n > len(c.rest) {
		c.bad = true
		c.rest = nil
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}

// text reads a text behind its length, and copies it.
func (c *cursor) text() string { return string(c.bytes(c.count())) }

// texts reads what appendTexts wrote.
func (c *cursor) texts() []string {
	n := c.count()
	if n == 0 {
		return nil
	}
	all := make([]string, n-1)
	for i := range all {
		all[i] = c.text()
	}
	return all
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendTexts writes a list of texts; nil is told from one without any.
func appendTexts(b []byte, all []string) []byte {
	if all == nil {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(all)+1))
	for _, s := range all {
		b = appendText(b, s)
	}
	return b
}

func appendVarint(b []byte, v int64) []byte {
	return binary.AppendUvarint(b, uint64(v)<<1^uint64(v>>63))
}

// shared is how many bytes two words begin with that are the same.
func shared(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// separator is the shortest text that is above a and not above b, which is above a.
func separator(a, b string) string { return strings.Clone(b[:min(len(b), shared(a, b)+1)]) }
