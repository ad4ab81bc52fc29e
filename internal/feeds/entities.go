package feeds

import (
	"bytes"
	"strings"
)

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
	var pairs []string
	for _, e := range declared {
		grow += bytes.Count(rest, []byte(e.name)) * len(e.value)
		pairs = append(pairs, e.name, e.value)
	}
	if len(declared) == 0 || grow > maxExpansion {
		return text
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(rest)))
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
type entity struct{ name, value string }

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
		if !closed || len(value) > maxEntityBytes || bytes.ContainsAny(value, "%<") {
			continue
		}
		if v, ok := resolve(string(value), es); ok && len(v) <= maxEntityBytes {
			es = append(es, entity{"&" + string(name) + ";", v})
		}
	}
	return es
}

// resolve puts those of es into the value of another entity. ok is false where it
// refers to one that is not among them; characters by their number, and the five
// that XML has itself, are left to the parser.
func resolve(value string, es []entity) (v string, ok bool) {
	for _, e := range es {
		value = strings.ReplaceAll(value, e.name, e.value)
		if len(value) > maxEntityBytes {
			return "", false
		}
	}
	for rest := value; ; {
		_, after, found := strings.Cut(rest, "&")
		if !found {
			return value, true
		}
		rest = after
		switch name, _, _ := strings.Cut(after, ";"); {
		case strings.HasPrefix(name, "#"), name == "amp", name == "lt", name == "gt", name == "quot", name == "apos":
		default:
			return "", false
		}
	}
}
