package feeds

import "bytes"

const (
	maxEntities    = 100
	maxEntityBytes = 1 << 10
	maxExpansion   = 256 << 10 // bytes that entities may add to a document
)

// expandEntities puts the entities that a DOCTYPE declares in their place. The
// parser does not know them, and drops the items that use them. One pass over
// short texts that hold no other entity cannot explode; what is not of that
// kind is left as it is.
func expandEntities(text []byte) []byte {
	doctype, rest, ok := cutDoctype(text)
	if !ok {
		return text
	}
	declared := entities(doctype)
	grow := 0
	for _, e := range declared {
		grow += bytes.Count(rest, e.name) * len(e.value)
	}
	if len(declared) == 0 || grow > maxExpansion {
		return text
	}
	for _, e := range declared {
		rest = bytes.ReplaceAll(rest, e.name, e.value)
	}
	return rest
}

// cutDoctype finds the DOCTYPE of a document, which stands before its root.
func cutDoctype(text []byte) (doctype, rest []byte, ok bool) {
	s := &splitter{text: text}
	for {
		i := bytes.IndexByte(text[s.pos:], '<')
		if i < 0 || s.pos+i+1 >= len(text) {
			return nil, nil, false
		}
		s.pos += i
		at := s.pos
		switch text[at+1] {
		case '!':
			s.skipDeclaration()
			if bytes.HasPrefix(text[at:], []byte("<!DOCTYPE")) {
				return text[at:s.pos], text[s.pos:], true
			}
		case '?':
			s.skipInstruction()
		default:
			return nil, nil, false
		}
	}
}

// entity is &name; and what stands for it.
type entity struct{ name, value []byte }

// entities reads the internal general entities of a DOCTYPE.
func entities(doctype []byte) []entity {
	var es []entity
	for len(es) < maxEntities {
		_, rest, ok := bytes.Cut(doctype, []byte("<!ENTITY"))
		if !ok {
			break
		}
		doctype = rest
		rest = bytes.TrimLeft(rest, " \t\r\n")
		name := nameAt(rest, 0)
		rest = bytes.TrimLeft(rest[len(name):], " \t\r\n")
		if len(name) == 0 || len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			continue // a parameter entity, or one in another file
		}
		value, _, closed := bytes.Cut(rest[1:], rest[:1])
		if closed && len(value) <= maxEntityBytes && !bytes.ContainsAny(value, "&%<") {
			es = append(es, entity{[]byte("&" + string(name) + ";"), value})
		}
	}
	return es
}
