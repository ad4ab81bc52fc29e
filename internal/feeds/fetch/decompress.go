package fetch

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse/charset"
	"watcher/internal/text"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// maxPooled is the largest buffer that is kept for the next fetch; one that a huge
// document has grown is left to the collector.
const maxPooled = 1 << 20

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func getBuffer() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

func putBuffer(b *bytes.Buffer) {
	if b.Cap() <= maxPooled {
		b.Reset()
		buffers.Put(b)
	}
}

// readLimited reads r, up to one byte more than limit. A large body is allocated at
// once: growing by doubling would hold it one and a half times over.
func readLimited(b *bytes.Buffer, r io.Reader, limit int64) error {
	const large = 2 << 20
	_, err := b.ReadFrom(io.LimitReader(r, min(large, limit+1)))
	if err != nil || b.Len() < large || limit <= large {
		return err
	}
	b.Grow(int(limit) + 1 - large + bytes.MinRead)
	_, err = b.ReadFrom(io.LimitReader(r, limit+1-large))
	return err
}

var gunzippers = sync.Pool{New: func() any { return new(gzip.Reader) }}

var gzipMagic = []byte{0x1f, 0x8b, 0x08}

// decompress undoes a content encoding and returns the document's bytes, which are in
// wire or in out. Only gzip is asked for, but servers also send deflate, files that
// were compressed on disk, sometimes twice, and encodings that do not exist: the body
// then shows what it is. Of a body that is cut off it returns the beginning, with
// errCutOff.
func decompress(wire []byte, out *bytes.Buffer, encoding string, limit int64) ([]byte, error) {
	encoding = strings.ToLower(strings.TrimSpace(encoding))
	switch {
	case encoding == "", encoding == "identity", encoding == "gzip", encoding == "x-gzip":
		// Some proxies decompress the body and keep the header.
	case bytes.HasPrefix(wire, gzipMagic), looksPlain(wire):
	case encoding == "deflate":
		return inflate(wire, out, limit)
	default:
		return nil, feeds.Errorf(feeds.Malformed, "the body is encoded as %s, which was not asked for", text.Shorten(encoding, 40))
	}
	if !bytes.HasPrefix(wire, gzipMagic) {
		return wire, nil
	}
	err := gunzip(wire, out, limit)
	if err != nil || !bytes.HasPrefix(out.Bytes(), gzipMagic) {
		return out.Bytes(), err
	}
	inner := bytes.NewBuffer(nil)
	err = gunzip(out.Bytes(), inner, limit)
	return inner.Bytes(), err
}

// looksPlain reports whether a body begins as an uncompressed document does.
func looksPlain(b []byte) bool {
	if _, enc, _ := charset.SniffWide(b); enc != nil {
		return true
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(start) == 0 {
		return len(b) == 0 || b[0] <= ' '
	}
	for _, c := range start[:min(len(start), 64)] {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return bytes.ContainsAny(start[:min(len(start), 4<<10)], "<{[") // a script's warning may stand before it
}

// errCutOff is returned for a compressed body that ends before its text does.
var errCutOff = feeds.Errorf(feeds.Malformed, "the compressed body is cut off")

// maxMembers bounds the parts of a gzip body; honest ones have one.
const maxMembers = 100

// gunzip decompresses all members of b. It ignores what follows the last one: some
// servers append line ends, or comments of their caches.
func gunzip(b []byte, out *bytes.Buffer, limit int64) error {
	z := gunzippers.Get().(*gzip.Reader)
	defer gunzippers.Put(z)
	r := bytes.NewReader(b)
	for range maxMembers {
		if !bytes.HasPrefix(b[len(b)-r.Len():], gzipMagic) {
			break
		}
		err := z.Reset(r)
		if err == nil {
			z.Multistream(false)
			err = readLimited(out, z, limit-int64(out.Len()))
		}
		if err := inflated(out, limit, err); err != nil {
			return err
		}
	}
	return nil
}

// inflate decompresses what servers call deflate: zlib (RFC 9110, section 8.4.1.2), or
// bare deflate data.
func inflate(b []byte, out *bytes.Buffer, limit int64) ([]byte, error) {
	var r io.Reader = flate.NewReader(bytes.NewReader(b))
	if z, err := zlib.NewReader(bytes.NewReader(b)); err == nil {
		r = z
	}
	err := inflated(out, limit, readLimited(out, r, limit))
	return out.Bytes(), err
}

func inflated(out *bytes.Buffer, limit int64, err error) error {
	switch {
	case int64(out.Len()) > limit:
		return tooLarge(limit, " once decompressed")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errCutOff
	case err != nil:
		return &feeds.FetchError{Kind: feeds.Malformed, Text: "the compressed body is damaged", Err: err}
	}
	return nil
}
