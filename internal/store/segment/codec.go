package segment

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// Codec builds and opens segments. It knows the dictionaries that these refer to, and
// is safe for concurrent use.
type Codec struct {
	unpacker *zstd.Decoder
	texts    lately[*unpacked] // frames
	pieces   lately[[]byte]

	mu    sync.RWMutex
	dicts map[uint32]*Dict
}

// NewCodec returns a Codec that knows no dictionary.
func NewCodec() (*Codec, error) {
	u, err := newUnpacker()
	return &Codec{unpacker: u, dicts: make(map[uint32]*Dict)}, err
}

// lately has what was read a moment ago of segments, and may be asked for again: some
// numbers that follow each other are kept at the same time, of one segment. It is safe
// for concurrent use.
type lately[T any] struct {
	slots [16]atomic.Pointer[numbered[T]]
}

type numbered[T any] struct {
	of     *Segment
	number int
	is     T
}

// get returns what was read last with this number, or reads it.
func (l *lately[T]) get(s *Segment, number int, read func() (T, error)) (T, error) {
	slot := &l.slots[number%len(l.slots)]
	if x := slot.Load(); x != nil && x.of == s && x.number == number {
		return x.is, nil
	}
	is, err := read()
	if err == nil {
		slot.Store(&numbered[T]{s, number, is})
	}
	return is, err
}

// AddDict makes a dictionary known. Until then the text of segments that name it
// cannot be read.
func (c *Codec) AddDict(d *Dict) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dicts[d.id] = d
}

// maxRaw bounds what is unpacked at once. Articles are far smaller: a document may
// not have as much.
const maxRaw = 64 << 20

// unpack unpacks what was packed with the dictionaries that are known. One that is not known
// is lost, so that what needs it is damaged.
func (c *Codec) unpack(packed []byte) ([]byte, error) {
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
		return d.unpack(c.unpacker, packed, &h)
	}
	// As much as the header says, but no more than so many bytes can be at once.
	raw, err := c.unpacker.DecodeAll(packed, make([]byte, 0, h.FrameContentSize))
	if err != nil || uint64(len(raw)) != h.FrameContentSize {
		return nil, damaged("packed bytes")
	}
	return raw, nil
}
