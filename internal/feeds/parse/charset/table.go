package charset

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// ByteTable decodes an encoding of one byte a letter. In all of them that the web
// knows, the bytes of ASCII are ASCII: a document can be taken apart first, and
// only what is new in it decoded.
type ByteTable struct {
	ascii   bool // the bytes below 0x80 are themselves
	letters [256]letter
	missing []byte // the bytes that mean nothing
}

// letter is a byte as UTF-8.
type letter struct {
	bytes [3]byte
	size  uint8
}

func newTable(cm *charmap.Charmap) *ByteTable {
	t := &ByteTable{ascii: true}
	for i := range t.letters {
		r := cm.DecodeByte(byte(i))
		l := &t.letters[i]
		l.size = uint8(utf8.EncodeRune(l.bytes[:], r))
		if r == utf8.RuneError {
			t.missing = append(t.missing, byte(i))
		}
		if i < utf8.RuneSelf && r != rune(i) {
			t.ascii = false
		}
	}
	return t
}

// lacks reports whether b has a byte that means nothing.
func (t *ByteTable) lacks(b []byte) bool {
	for _, c := range t.missing {
		if bytes.IndexByte(b, c) >= 0 {
			return true
		}
	}
	return false
}

// Decode returns b as UTF-8; b itself where that is the same. A nil table is
// that of UTF-8.
func (t *ByteTable) Decode(b []byte) []byte {
	if t == nil {
		return b
	}
	if t.ascii && nextHigh(b, 0) == len(b) {
		return b
	}
	size := 0
	for _, c := range b {
		size += int(t.letters[c].size)
	}
	out := make([]byte, size+2) // a letter is written as three bytes at once
	at := 0
	for _, c := range b {
		l := &t.letters[c]
		out[at], out[at+1], out[at+2] = l.bytes[0], l.bytes[1], l.bytes[2]
		at += int(l.size)
	}
	return out[:size]
}
