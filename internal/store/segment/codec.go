package segment

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// Codec builds and opens segments. It knows the dictionaries that these refer to, and
// is safe for concurrent use.
type Codec struct {
	unpacker *zstd.Decoder
	texts    [8]heldFrame // frame i of a segment in the one at i modulo 8
	pieces   lately
	origins  origins

	mu    sync.RWMutex
	dicts map[uint32]*Dict
}

// NewCodec returns a Codec that knows no dictionary.
func NewCodec() (*Codec, error) {
	u, err := newUnpacker()
	return &Codec{unpacker: u, dicts: make(map[uint32]*Dict)}, err
}

// lately has the pieces that were read a moment ago, and may be asked for again: some
// that follow each other are kept at the same time, of one segment. It is safe for
// concurrent use.
type lately struct {
	slots [16]atomic.Pointer[numbered]
}

type numbered struct {
	of     *Segment
	number int
	piece  []byte
}

// get returns what was read last with this number, or reads it.
func (l *lately) get(s *Segment, number int, read func() ([]byte, error)) ([]byte, error) {
	slot := &l.slots[number%len(l.slots)]
	if x := slot.Load(); x != nil && x.of == s && x.number == number {
		return x.piece, nil
	}
	piece, err := read()
	if err == nil {
		slot.Store(&numbered{s, number, piece})
	}
	return piece, err
}

// AddDict makes a dictionary known. Until then the text of segments that name it
// cannot be read.
func (c *Codec) AddDict(d *Dict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dicts[d.id] = d
}

// beyond is how many bytes of room behind its output the decoder needs to copy 16 bytes
// at a time; without that room it copies with more checks.
const beyond = 64

// maxRaw bounds what is unpacked at once. Articles are far smaller: a document may
// not have as much.
const maxRaw = 64 << 20

// unpack unpacks what was packed with the dictionaries that are known. One that is not
// known is lost, so that what needs it is damaged. What it returns lies in into, if there
// is enough room.
func (c *Codec) unpack(packed, into []byte) ([]byte, error) {
	var h zstd.Header
	if err := h.Decode(packed); err != nil || !h.HasFCS || h.FrameContentSize > maxRaw || h.Skippable {
		return nil, damaged("packed bytes")
	}
	if h.DictionaryID != 0 {
		c.mu.RLock()
		d := c.dicts[h.DictionaryID]
		c.mu.RUnlock()
		if d == nil {
			return nil, damaged(fmt.Sprintf("the dictionary %d is not known", h.DictionaryID))
		}
		return d.unpack(c.unpacker, packed, into, &h)
	}
	// As much as the header says, but no more than so many bytes can be at once.
	raw, err := c.unpacker.DecodeAll(packed, slices.Grow(into[:0], int(h.FrameContentSize)+beyond))
	if err != nil || uint64(len(raw)) != h.FrameContentSize {
		return nil, damaged("packed bytes")
	}
	return raw, nil
}
