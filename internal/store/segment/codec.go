package segment

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Codec builds and opens segments. It knows the dictionaries that these refer to, and
// is safe for concurrent use.
type Codec struct {
	unpacker *zstd.Decoder // of what has no dictionary

	mu    sync.RWMutex
	dicts map[uint32]*Dict
}

// NewCodec returns a Codec that knows no dictionary.
func NewCodec() (*Codec, error) {
	u, err := newUnpacker()
	return &Codec{unpacker: u, dicts: make(map[uint32]*Dict)}, err
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
	u := c.unpacker
	if h.DictionaryID != 0 {
		c.mu.RLock()
		d := c.dicts[h.DictionaryID]
		c.mu.RUnlock()
		if d == nil {
			return nil, damaged(fmt.Sprintf("the dictionary %d is not known", h.DictionaryID))
		}
		var err error
		if u, err = d.unpacker(); err != nil {
			return nil, err
		}
	}
	// As much as the header says, but no more than so many bytes can be at once.
	raw, err := u.DecodeAll(packed, make([]byte, 0, h.FrameContentSize))
	if err != nil || uint64(len(raw)) != h.FrameContentSize {
		return nil, damaged("packed bytes")
	}
	return raw, nil
}
