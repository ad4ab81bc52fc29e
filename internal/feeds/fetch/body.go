package fetch

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"watcher/internal/budget"
	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
)

// body holds what a server sends, in blocks. A block is allocated when the one before
// is full, so that memory follows the bytes that came, not the announced length.
type body struct {
	room   *budget.Account
	before int64    // what the account held before
	shared bool     // the account is somebody else's
	blocks [][]byte // all full but the last
	size   int
}

// minBlock is the size of a body's first block. Each block is twice the one
// before, up to 256 KiB: many bodies that have only begun to come hold little.
const minBlock = 4 << 10

// blocks are free blocks, a pool for each size.
var blocks [7]sync.Pool

// blockClass returns the pool of a body's i-th block, and the size of the block.
func blockClass(i int) (class, size int) {
	class = min(i, len(blocks)-1)
	return class, minBlock << class
}

func getBlock(i int) []byte {
	class, size := blockClass(i)
	if b, ok := blocks[class].Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, size)
}

func (c *Client) openBody(ctx context.Context) *body {
	if a := budget.AccountOf(ctx); a != nil {
		return &body{room: a, before: a.Held(), shared: true}
	}
	return &body{room: c.opts.Room.Open()}
}

// end returns the blocks to their pools and the memory to the budget.
func (b *body) end() {
	b.free()
	switch {
	case b.room == nil: // it was handed on
	case b.shared:
		b.room.Keep(b.before)
	default:
		b.room.Close()
	}
}

// handOn passes the account to the caller, after charging n more bytes to it.
func (b *body) handOn(n int64) *budget.Account {
	room := b.room
	room.Keep(b.before + n)
	b.room = nil
	return room
}

func (b *body) free() {
	for i := range b.blocks {
		block := b.blocks[i]
		class, _ := blockClass(i)
		blocks[class].Put(&block)
	}
	b.blocks = nil
}

// readFrom reads r up to its end, or beyond limit.
func (b *body) readFrom(ctx context.Context, r io.Reader, limit int64) error {
	empty := 0
	for int64(b.size) <= limit {
		last := len(b.blocks) - 1
		if last < 0 || len(b.blocks[last]) == cap(b.blocks[last]) {
			last++
			_, size := blockClass(last)
			if err := b.room.Arrive(ctx, int64(size)); err != nil {
				return err
			}
			b.blocks = append(b.blocks, getBlock(last))
		}
		block := b.blocks[last]
		n, err := r.Read(block[len(block):cap(block)])
		b.blocks[last] = block[:len(block)+n]
		b.size += n
		if err == io.EOF { //nolint:errorlint // one that wraps it is no end
			return nil
		}
		if empty++; n > 0 {
			empty = 0
		}
		if err == nil && empty > 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *body) hash() uint64 {
	if len(b.blocks) == 1 {
		return fingerprint.HashBytes(b.blocks[0])
	}
	h := xxhash.New()
	for _, block := range b.blocks {
		_, _ = h.Write(block) // it never fails
	}
	return fingerprint.NonZero(h.Sum64())
}

// tail returns at most the last n bytes.
func (b *body) tail(n int) []byte {
	var t []byte
	for i := len(b.blocks) - 1; i >= 0 && len(t) < n; i-- {
		block := b.blocks[i]
		t = append(bytes.Clone(block[max(0, len(block)+len(t)-n):]), t...)
	}
	return t
}

// textSize returns the size that the text will have, by the body's own account: gzip
// announces it in its trailer.
func (b *body) textSize(encoding string, limit int64) int64 {
	size := int64(b.size)
	switch first := b.blocks[0]; {
	case bytes.HasPrefix(first, gzipMagic):
		if t := b.tail(4); len(t) == 4 {
			size = max(size, int64(binary.LittleEndian.Uint32(t))) // RFC 1952, 2.3.1: ISIZE
		}
	case strings.EqualFold(strings.TrimSpace(encoding), "deflate"):
		size *= 8
	}
	return min(size, limit)
}

// unpack decompresses a body into out, or leaves it where it is. Before, it reserves
// memory for reading the text, and one of the slots for reading. The caller calls
// done when it has read the text, which is valid until then.
//
// Nothing waits for memory while it holds a slot: whoever holds the memory may be
// waiting for a slot.
func (c *Client) unpack(ctx context.Context, src *feeds.Source, b *body, out *bytes.Buffer, encoding string, limit int64, cost func(text int64) int64) (text []byte, done func(), err error) {
	wire := getBuffer()
	size := b.textSize(encoding, limit)
	need := cost(size)
	if len(b.blocks) > 1 {
		need += int64(b.size)
	}
	if err := b.room.Work(ctx, need); err != nil {
		putBuffer(wire)
		return nil, func() {}, err
	}
	ended := c.began(src)
	done = func() { ended(); putBuffer(wire) }
	packed := b.join(wire)
	for {
		text, err = decompress(packed, out, encoding, size)
		if fe, ok := errors.AsType[*feeds.FetchError](err); !ok || fe.Kind != feeds.TooLarge || size == limit {
			return text, done, err
		}
		// The text is larger than its trailer said.
		ended()
		out.Reset()
		if err := b.room.Work(ctx, cost(limit)-cost(size)); err != nil {
			putBuffer(wire)
			return nil, func() {}, err
		}
		ended = c.began(src)
		size = limit
	}
}

// began waits for a slot to read a source's document; ended frees the slot.
func (c *Client) began(src *feeds.Source) (ended func()) {
	c.came.Add(1)
	c.reading <- struct{}{}
	end := c.begin(src)
	return func() {
		end()
		<-c.reading
		c.came.Add(-1)
	}
}

// join returns the body in one piece. If it has several blocks they are copied into
// wire.
func (b *body) join(wire *bytes.Buffer) []byte {
	if len(b.blocks) == 1 {
		return b.blocks[0]
	}
	wire.Grow(b.size)
	var held int64
	for _, block := range b.blocks {
		held += int64(cap(block))
		wire.Write(block)
	}
	b.free()
	b.room.Keep(b.room.Held() - held)
	return wire.Bytes()
}

// documentCost returns the most memory that reading a document takes, its text
// included. It was measured on the documents of hostile_test.go and on honest ones of
// 15 MiB: four times the text for the copies (UTF-8, without entities, items), and
// what maxWork allows for namespaces and tags.
func documentCost(text int64) int64 { return 5*text + min(30*text, 30<<20) }

// pageCost is documentCost for a page: its text twice, and the tree, whose nodes take
// four bytes of text or more on average.
func pageCost(text int64) int64 { return 2*text + min(text/4, maxPageNodes)*400 }

// documentSize estimates the memory that a parsed document takes.
func documentSize(d *feeds.Document) int64 {
	n := int64(len(d.Entries)) * 128
	for i := range d.Items {
		it := &d.Items[i]
		n += int64(1<<10 + len(it.Title) + len(it.Summary) + len(it.Content) + len(it.Link) + len(it.GUID))
	}
	return n
}
