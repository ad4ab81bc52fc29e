package parse

import "bytes"

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

// nameAt returns the name that begins at i; it is empty if none does.
func nameAt(b []byte, i int) []byte {
	j := i
	for j < len(b) {
		switch c := b[j]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9',
			c == '_', c == ':', c == '-', c == '.', c >= 0x80:
			j++
			continue
		}
		break
	}
	return b[i:j]
}

// tagEnd returns the index behind the ">" that ends the tag at i, minding
// quotes. ok is false if it does not end before the next tag or maxTagBytes.
func tagEnd(b []byte, i int) (end int, ok bool) {
	far := min(len(b), i+maxTagBytes)
	quote := byte(0)
	firstGT := -1
	for j := i + 1; j < far; j++ {
		switch c := b[j]; {
		case quote != 0:
			switch c {
			case quote:
				quote = 0
			case '>':
				if firstGT < 0 {
					firstGT = j + 1
				}
			case '<':
				if firstGT > 0 { // a quote that was not closed: the tag ended there
					return firstGT, true
				}
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return j + 1, true
		case c == '<':
			return firstGT, firstGT > 0
		}
	}
	return firstGT, firstGT > 0
}

// afterTag returns the index behind an end tag whose name ends at i; the ">"
// may be missing.
func afterTag(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case '>':
			return i + 1
		case '<':
			return i
		}
		i++
	}
	return i
}

// attribute is one of a start tag, as written: entities are not decoded. rest
// is the tag behind the value.
type attribute struct{ name, value, rest []byte }

// attributes reads those of a whole start tag. Values may lack their quotes,
// and names their values.
func attributes(tag []byte) []attribute {
	var as []attribute
	b := tag[min(1, len(tag)):]
	b = b[len(nameAt(b, 0)):]
	for {
		b = bytes.TrimLeft(b, " \t\r\n/\"'")
		name := nameAt(b, 0)
		if len(name) == 0 {
			if len(b) == 0 || b[0] == '>' {
				return as
			}
			b = b[1:]
			continue
		}
		b = bytes.TrimLeft(b[len(name):], " \t\r\n")
		a := attribute{name: name}
		if len(b) > 0 && b[0] == '=' {
			b = bytes.TrimLeft(b[1:], " \t\r\n")
			a.value, b = attributeValue(b)
			a.rest = b
		}
		as = append(as, a)
	}
}

func attributeValue(b []byte) (value, rest []byte) {
	if len(b) == 0 {
		return nil, nil
	}
	if q := b[0]; q == '"' || q == '\'' {
		if i := bytes.IndexByte(b[1:], q); i >= 0 {
			return b[1 : 1+i], b[1+i:]
		}
		b = b[1:]
	}
	i := bytes.IndexAny(b, " \t\r\n>")
	if i < 0 {
		i = len(b)
	}
	return b[:i], b[i:]
}
