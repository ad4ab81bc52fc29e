package parse

import (
	"bytes"
	"html"
	"regexp"
	"strings"
)

// outlineTag is the start tag of an outline of an OPML list.
type outlineTag struct {
	attrs  map[string]string // by their names in lower case
	closed bool              // it has no end tag of its own
	whole  bool              // it ends before the next one begins
}

// outlineNames are the attributes by which the end of one before them is known,
// should its quote be missing.
var outlineNames = map[string]bool{
	"text": true, "title": true, "type": true, "xmlurl": true, "htmlurl": true, "url": true, "category": true, "description": true,
}

// readOutline reads the attributes of an outline as people and programs write them:
// with raw "<" and quotes in a title, or a quote that is missing. Only the beginning
// of the next outline ends a tag that does not end. i is behind its name; end is
// behind the tag, or where the next one begins.
func readOutline(b []byte, i int) (o outlineTag, end int) {
	o.attrs = map[string]string{}
	far := min(len(b), i+maxTagBytes)
	for i < far {
		switch c := b[i]; {
		case c == '>':
			o.whole = true
			return o, i + 1
		case c == '/' && i+1 < far && b[i+1] == '>':
			o.whole, o.closed = true, true
			return o, i + 2
		case c == '<' && isOutline(b, i):
			return o, i
		}
		name := nameAt(b, i)
		if len(name) == 0 {
			i++
			continue
		}
		i = blanks(b, i+len(name))
		if i >= far || b[i] != '=' {
			continue
		}
		var value []byte
		value, i = outlineValue(b, blanks(b, i+1), far)
		if key := lower(name); o.attrs[key] == "" {
			o.attrs[key] = strings.TrimSpace(outlineText(value))
		}
	}
	return o, far
}

func isOutline(b []byte, i int) bool {
	return len(b)-i >= 8 && bytes.EqualFold(b[i+1:i+8], []byte("outline")) || bytes.HasPrefix(b[i:], []byte("</outline"))
}

func blanks(b []byte, i int) int {
	for i < len(b) && strings.IndexByte(" \t\r\n", b[i]) >= 0 {
		i++
	}
	return i
}

// outlineValue reads the value that begins at i. A quote ends it only where an
// attribute or the end of the tag follows.
func outlineValue(b []byte, i, far int) (value []byte, end int) {
	start := i
	if i >= far || b[i] != '"' && b[i] != '\'' {
		for i < far && b[i] != '>' && strings.IndexByte(" \t\r\n", b[i]) < 0 && !bytes.HasPrefix(b[i:], []byte("/>")) {
			i++
		}
		return b[start:i], i
	}
	quote := b[i]
	start++
	for i = start; i < far; i++ {
		switch c := b[i]; {
		case c == quote && attributeFollows(b, i+1, far):
			return b[start:i], i + 1
		case c == '<' && isOutline(b, i):
			return b[start:i], i
		case strings.IndexByte(" \t\r\n", c) >= 0:
			name := nameAt(b, i+1)
			if len(name) > 0 && len(name) < 12 && outlineNames[lower(name)] && bytes.HasPrefix(b[i+1+len(name):], []byte{'=', quote}) {
				return b[start:i], i
			}
		}
	}
	return b[start:far], far
}

// attributeFollows reports whether at i a tag ends, or goes on with an attribute.
func attributeFollows(b []byte, i, far int) bool {
	i = blanks(b, i)
	if i >= far || b[i] == '>' || bytes.HasPrefix(b[i:], []byte("/>")) || b[i] == '<' && isOutline(b, i) {
		return true
	}
	name := nameAt(b, i)
	i = blanks(b, i+len(name))
	return len(name) > 0 && isNameStart(name[0]) && i < far && b[i] == '='
}

// reference is one to a character, by its name in XML or HTML or by its number. One
// without its semicolon is none: addresses have "&copy=1" in them.
var reference = regexp.MustCompile(`&#?[0-9A-Za-z]{1,32};`)

// outlineText is a value as text. One with raw markup was meant as HTML; others keep
// what looks like it, as names are what feeds are remembered by.
func outlineText(value []byte) string {
	if bytes.IndexByte(value, '<') >= 0 {
		return loose(string(value)).String()
	}
	return reference.ReplaceAllStringFunc(string(value), html.UnescapeString)
}
