package segment

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Dict is a text that packing and unpacking refer to: articles like those that are
// packed. What they have in common with it takes no room. It is safe for concurrent
// use, and must be kept for as long as there is a segment that names it.
type Dict struct {
	id    uint32
	text  []byte
	ratio float64 // of text to packed text when it was made

	unpacking sync.Pool // of *unpacking
}

const (
	dictSize   = 512 << 10 // of a dictionary's text, at most
	dictShare  = 16        // of all text: with less, a dictionary gains less than it takes
	dictLeast  = 16 << 10
	dictFrames = 8    // of what was measured
	worse      = 0.95 // of the ratio, at which a new one is wanted
	gain       = 1.04 // of the ratio without one: with a dictionary, reading takes twice as long
)

func newDict(id uint32, text []byte, ratio float64) *Dict {
	d := &Dict{id: id, text: text, ratio: ratio}
	d.unpacking.New = func() any { return &unpacking{in: d.asBlocks()} }
	return d
}

// ID is its number, by which segments name it; not 0.
func (d *Dict) ID() uint32 { return d.id }

// Stale reports whether another dictionary is wanted: the articles of b take more room
// with this one than those that it was made of did.
func (d *Dict) Stale(b *Built) bool {
	return d == nil || b.Packed > 0 && float64(b.Text)/float64(b.Packed) < worse*d.ratio
}

// MakeDict makes a dictionary of some articles of m, with a number that no other has.
// It is nil if they are too few for one, or have too little in common.
func (c *Codec) MakeDict(ctx context.Context, id uint32, m *Memory) (*Dict, error) {
	n := m.Len()
	some, err := textOf(ctx, m, 0, max(1, n/64), 64, math.MaxInt) // tells how large articles are
	if err != nil || n == 0 {
		return nil, err
	}
	size := len(some.texts) / some.n * n
	wanted := min(dictSize, size/dictShare)
	if wanted < dictLeast {
		return nil, nil
	}
	stride := size / wanted
	f, err := textOf(ctx, m, 0, stride, n, wanted)
	if err != nil {
		return nil, err
	}
	d := newDict(id, f.texts[:min(len(f.texts), wanted)], 0)
	gains, err := d.measure(ctx, m, stride)
	if err != nil || !gains {
		return nil, err
	}
	return d, nil
}

// textOf is the text of every stride-th article from first on, of so many at most, and
// until there is so much of it.
func textOf(ctx context.Context, m *Memory, first, stride, articles, wanted int) (f frame, err error) {
	for i := first; i < m.Len() && f.n < articles && len(f.texts) < wanted; i += stride {
		a, err := m.Article(i)
		if err != nil {
			return f, fmt.Errorf("read article %d: %w", i, err)
		}
		f.add(&a)
		if err := ctx.Err(); err != nil {
			return f, err
		}
	}
	return f, nil
}

// measure packs frames of other articles than every stride-th, of which the dictionary
// was made, notes how much smaller they are, and says whether it gains enough. They are
// of at most 31 articles, fewer than a frame has where the stride is small.
func (d *Dict) measure(ctx context.Context, m *Memory, stride int) (gains bool, err error) {
	with, err := newPacker(d, zstd.SpeedDefault)
	if err != nil {
		return false, err
	}
	without, err := newPacker(nil, zstd.SpeedDefault)
	if err != nil {
		return false, err
	}
	text, packed, plain := 0, 0, 0
	for k := range dictFrames {
		first := k*m.Len()/dictFrames/stride*stride + 1
		f, err := textOf(ctx, m, first, 1, min(stride, frameArticles)-1, frameSize)
		if err != nil {
			return false, err
		}
		raw := f.appendTo(nil)
		text += len(raw)
		packed += len(with.EncodeAll(raw, nil))
		plain += len(without.EncodeAll(raw, nil))
	}
	d.ratio = float64(text) / float64(packed)
	return float64(plain) >= gain*float64(packed), nil
}

// Bytes are what OpenDict makes it of again.
func (d *Dict) Bytes() []byte {
	b := binary.LittleEndian.AppendUint64(nil, math.Float64bits(d.ratio))
	p, err := newPacker(nil, zstd.SpeedDefault)
	if err != nil {
		panic(err) // the options are right
	}
	return p.EncodeAll(d.text, b)
}

// OpenDict opens a dictionary by its number and Bytes.
func (c *Codec) OpenDict(id uint32, b []byte) (*Dict, error) {
	if len(b) < 8 || id == 0 {
		return nil, damaged("a dictionary")
	}
	text, err := c.unpack(b[8:], nil)
	if err != nil || len(text) > dictSize {
		return nil, damaged("a dictionary")
	}
	return newDict(id, text, math.Float64frombits(binary.LittleEndian.Uint64(b))), nil
}

// newPacker returns what packs with a dictionary, or with none. Text takes a fifth more
// at the fastest level; words, of which only the differences are written, take a
// fortieth more.
func newPacker(d *Dict, level zstd.EncoderLevel) (*zstd.Encoder, error) {
	o := []zstd.EOption{zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false), zstd.WithSingleSegment(true), zstd.WithWindowSize(1 << 20)}
	if d != nil {
		o = append(o, zstd.WithEncoderDictRaw(d.id, d.text))
	}
	return zstd.NewWriter(nil, o...)
}

// newUnpacker returns what unpacks into as much room as it is given.
func newUnpacker() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxRaw+dictSize), zstd.WithDecodeAllCapLimit(true))
}

// unpacking is the memory of one who unpacks with a dictionary.
type unpacking struct {
	in  []byte // the dictionary as blocks of a frame, and room for the blocks of another
	out []byte
}

// A frame that was packed with a text as its dictionary refers to it as if it stood
// before its own: so the frame without a dictionary that begins with this text, not
// packed, and goes on with the same blocks, is unpacked to both. The decoder has a
// faster way for those, which takes half the time (RFC 8878, 3.1.1 and 5).
const (
	frameHeader = "\x28\xB5\x2F\xFD\xA0" // in one segment, its size in four bytes
	sizeAt      = len(frameHeader)
	maxInBlock  = 128 << 10
	// slack is the room behind what is unpacked. The decoder asks for that of a whole block,
	// whose size it does not know, beside what beyond is for.
	slack = maxInBlock + beyond
)

// asBlocks is the beginning of such a frame, less its size.
func (d *Dict) asBlocks() []byte {
	b := append(make([]byte, 0, len(d.text)+maxInBlock), frameHeader...)
	b = append(b, 0, 0, 0, 0)
	for text := range slices.Chunk(d.text, maxInBlock) {
		n := len(text) << 3 // as they are, and not the last ones
		b = append(append(b, byte(n), byte(n>>8), byte(n>>16)), text...)
	}
	return b
}

// unpack unpacks a frame that names the dictionary.
func (d *Dict) unpack(u *zstd.Decoder, packed, into []byte, h *zstd.Header) ([]byte, error) {
	room := d.unpacking.Get().(*unpacking)
	begin := len(room.in)
	size := len(d.text) + int(h.FrameContentSize)
	binary.LittleEndian.PutUint32(room.in[sizeAt:], uint32(size))
	room.in = append(room.in, packed[h.HeaderSize:]...)
	if cap(room.out) < size+slack {
		room.out = make([]byte, 0, size+frameSize+slack)
	}
	both, err := u.DecodeAll(room.in, room.out[:0])
	room.in = room.in[:begin]
	if err != nil || len(both) != size {
		err = damaged("packed bytes")
	} else {
		into = append(into[:0], both[len(d.text):]...)
	}
	if cap(room.out) <= dictSize+4*frameSize {
		d.unpacking.Put(room)
	}
	return into, err
}
