package parse

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
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
	for name, value := range declared {
		grow += bytes.Count(rest, []byte("&"+name+";")) * len(value)
	}
	if grow == 0 || grow > maxExpansion {
		return text
	}
	var b bytes.Buffer
	b.Grow(len(rest) + grow)
	for {
		before, after, found := bytes.Cut(rest, []byte("&"))
		b.Write(before)
		if !found {
			return b.Bytes()
		}
		name := nameAt(after, 0)
		rest = after
		if value, ok := declared[string(name)]; ok && len(after) > len(name) && after[len(name)] == ';' {
			b.WriteString(value)
			rest = after[len(name)+1:]
		} else {
			b.WriteByte('&')
		}
	}
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

// entities reads the internal general entities of a DOCTYPE: what stands for each.
func entities(doctype []byte) map[string]string {
	es := map[string]string{}
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
		if v, ok := resolve(string(value), es); ok && es[string(name)] == "" { // the first one counts
			es[string(name)] = v
		}
	}
	return es
}

// resolve puts those of es into the value of another entity. ok is false where it
// refers to one that is not among them, or becomes too long; characters by their
// number, and the five that XML has itself, are left to the parser.
func resolve(value string, es map[string]string) (v string, ok bool) {
	var b strings.Builder
	for rest := value; b.Len() <= maxEntityBytes; {
		before, after, found := strings.Cut(rest, "&")
		b.WriteString(before)
		if !found {
			return b.String(), b.Len() <= maxEntityBytes
		}
		name, tail, _ := strings.Cut(after, ";")
		switch known, ok := es[name]; {
		case ok:
			b.WriteString(known)
		case strings.HasPrefix(name, "#"), name == "amp", name == "lt", name == "gt", name == "quot", name == "apos":
			b.WriteString("&" + name + ";")
		default:
			return "", false
		}
		rest = tail
	}
	return "", false
}

// surrogates are two references to the halves of a character, as programs write that
// count in UTF-16, escaped once or more.
var surrogates = regexp.MustCompile(`&(?:amp;)*#([xX][dD][89abAB][0-9a-fA-F]{2}|5[56][0-9]{3});&(?:amp;)*#([xX][dD][c-fC-F][0-9a-fA-F]{2}|5[67][0-9]{3});`)

// joinSurrogates puts the characters in the places of their halves, which no parser
// takes.
func joinSurrogates(b []byte) []byte {
	if !bytes.Contains(b, []byte("#5")) && !bytes.Contains(b, []byte("#xD")) && !bytes.Contains(b, []byte("#xd")) {
		return b
	}
	return surrogates.ReplaceAllFunc(b, func(pair []byte) []byte {
		halves := surrogates.FindSubmatch(pair)
		r := utf16.DecodeRune(referenced(halves[1]), referenced(halves[2]))
		if r == utf8.RuneError {
			return pair
		}
		return utf8.AppendRune(nil, r)
	})
}

// referenced is the number in a character reference.
func referenced(number []byte) rune {
	s, base := string(number), 10
	if s[0] == 'x' || s[0] == 'X' {
		s, base = s[1:], 16
	}
	n, err := strconv.ParseInt(s, base, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}
