package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// WriteJSON prints v on one line; < and & stay as they are. Values stay exact, a
// guid as the feed wrote it, but a character that a terminal obeys and nobody
// sees (a control of either set, one that reorders a line) is written as its
// escape.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeInvisible(b.Bytes()))
	return err
}

// escapeInvisible escapes what is not ASCII and invisible in encoded JSON, where
// it can only stand inside strings. The encoder has escaped the rest, but DEL.
func escapeInvisible(encoded []byte) []byte {
	if !bytes.ContainsFunc(encoded, invisible) {
		return encoded
	}
	escaped := make([]byte, 0, len(encoded)+64)
	for len(encoded) > 0 {
		r, n := utf8.DecodeRune(encoded)
		switch {
		case !invisible(r):
			escaped = append(escaped, encoded[:n]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
		default:
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		}
		encoded = encoded[n:]
	}
	return escaped
}

func invisible(r rune) bool {
	return r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
