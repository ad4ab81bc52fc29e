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

// body is what a server sends, in the blocks in which it came. Memory follows the
// bytes: a block is taken when the one before is full.
type body struct {
	room   *budget.Account
	before int64    // what the account held before
	shared bool     // the account is somebody else's
	blocks [][]byte // all full but the last
	size   int
}

// smallestBlock is the first block of a body. The next ones double, up to the
// largest of blocks, 256 KiB: a body that only begins to come holds little.
const smallestBlock = 4 << 10

// blocks of each size, to be used again.
var blocks [7]sync.Pool

// blockClass is which of blocks the i-th of a body is one of, and its size.
func blockClass(i int) (class, size int) {
	class = min(i, len(blocks)-1)
	return class, smallestBlock << class
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

// end gives everything back.
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

// handOn gives the account away, with n bytes on it more than it held before.
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

// tail is the last n bytes at most.
func (b *body) tail(n int) []byte {
	var t []byte
	for i := len(b.blocks) - 1; i >= 0 && len(t) < n; i-- {
		block := b.blocks[i]
		t = append(bytes.Clone(block[max(0, len(block)+len(t)-n):]), t...)
	}
	return t
}

// textSize is how many bytes of text there are if the body is what it says it is.
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

// unpack decompresses a body into out, or leaves it where it is, with room for
// what the text costs while it is read, and a processor of those that read. done
// must be called when that is over; the text is valid up to then.
//
// No account waits for room while it has a processor, as those that have the room
// may wait for one.
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
		// It is more than it said.
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

// began waits for a processor to read what came for a source; ended gives it back.
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

// join returns the body in one piece, in wire if it came in several.
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

// documentCost is how much memory a document takes at most while it is read, with
// its text, as it was measured of those in hostile_test.go and of honest ones of 15
// MiB: four times the text for copies in UTF-8, without entities and as items, and
// for namespaces and tags what maxWork bounds.
func documentCost(text int64) int64 { return 5*text + min(30*text, 30<<20) }

// pageCost is the same of a page: its text twice, and the tree, of which no node is
// made of less than four bytes in the long run.
func pageCost(text int64) int64 { return 2*text + min(text/4, maxPageNodes)*400 }

// documentSize is about how many bytes a document takes that was read.
func documentSize(d *feeds.Document) int64 {
	n := int64(len(d.Entries)) * 128
	for i := range d.Items {
		it := &d.Items[i]
		n += int64(1<<10 + len(it.Title) + len(it.Summary) + len(it.Content) + len(it.Link) + len(it.GUID))
	}
	return n
}
