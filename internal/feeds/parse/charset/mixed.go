package charset

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decodeMixed decodes a document of which some items are in another encoding than
// the rest, as sites that collect from others make them. Each item is then decoded
// by itself: UTF-8 where it is that, else as the document says, else by its letters.
// ok is false where the document is not of that kind, or where it is mostly UTF-8 and all
// else would be read as windows-1252, which asUTF8 does letter by letter.
func decodeMixed(body []byte, declared []label) (d Decoded, ok bool) {
	if multiByte(declared) {
		return Decoded{}, false
	}
	var said label
	for _, l := range declared {
		if _, single := l.enc.(*charmap.Charmap); single {
			said = l
			break
		}
	}
	pieces := itemPieces(body)
	others := map[int]label{}
	whole, western := 0, 0 // letters of pieces that are UTF-8, and pieces of windows-1252
	for i, p := range pieces {
		switch {
		case utf8.Valid(p):
			whole += letters(p)
		case mostlyUTF8(p):
		case said.enc != nil:
			others[i] = said
		default:
			if l := guess(p); l.name != "windows-1252" {
				others[i] = l
			} else {
				western++
			}
		}
	}
	enough := enoughUTF8
	if slices.ContainsFunc(declared, func(l label) bool { return l.name == "utf-8" }) {
		enough = 1
	}
	if whole < enough || len(others) == 0 && (western == 0 || mostlyUTF8(body)) {
		return Decoded{}, false
	}
	d.Name = "utf-8"
	if western > 0 {
		d.Warning = fmt.Sprintf("items of the document are in several encodings; %d were read as windows-1252", western)
	}
	for i, p := range pieces {
		l, other := others[i]
		if !other {
			d.Text = append(d.Text, asUTF8(p, d.Name).Text...)
			continue
		}
		one := transcode(p, l.name, l.enc)
		d.Text = append(d.Text, one.Table.Decode(one.Text)...)
		d.Warning = fmt.Sprintf("items of the document are in several encodings; %d were read as %s", len(others), l.name)
	}
	return d, true
}

// maxPieces bounds the items that are decoded by themselves.
const maxPieces = 10_000

// itemPieces cuts a document before each of its items.
func itemPieces(body []byte) [][]byte {
	if start := bytes.TrimLeft(body, " \t\r\n"); len(start) > 0 && start[0] == '{' {
		return bytes.SplitAfter(body, []byte("},")) // of JSON
	}
	var pieces [][]byte
	start := 0
	for at := 0; len(pieces) < maxPieces; {
		i := bytes.IndexByte(body[at:], '<')
		if i < 0 {
			break
		}
		at += i + 1
		if rest := body[at:]; at-1 > start && (bytes.HasPrefix(rest, []byte("item>")) || bytes.HasPrefix(rest, []byte("item ")) ||
			bytes.HasPrefix(rest, []byte("entry>")) || bytes.HasPrefix(rest, []byte("entry "))) {
			pieces = append(pieces, body[start:at-1])
			start = at - 1
		}
	}
	return append(pieces, body[start:])
}
