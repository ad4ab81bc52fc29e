package parse

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// repair makes well-formed XML of a piece of a document that the parser
// refused: what only looks like markup becomes text, elements are closed in
// order, end tags without a start are dropped, attributes get their quotes, and
// comments, declarations and instructions go.
func repair(b []byte) []byte {
	r := &repairer{s: splitter{text: b}}
	r.out.Grow(len(b) + len(b)/8)
	for r.s.pos < len(b) {
		i := bytes.IndexByte(b[r.s.pos:], '<')
		if i < 0 {
			r.text(b[r.s.pos:])
			break
		}
		r.text(b[r.s.pos : r.s.pos+i])
		r.s.pos += i
		r.markup()
	}
	for len(r.open) > 0 {
		r.close(len(r.open) - 1)
	}
	return r.out.Bytes()
}

type repairer struct {
	s    splitter
	out  bytes.Buffer
	open []string
}

// text writes character data without the references to characters that XML does
// not have.
func (r *repairer) text(b []byte) {
	for {
		i := bytes.Index(b, []byte("&#"))
		if i < 0 {
			break
		}
		r.out.Write(b[:i])
		b = b[i:]
		reference := b[:min(len(b), 12)]
		end := bytes.IndexByte(reference, ';')
		if end < 0 {
			r.out.WriteString("&amp;#")
			b = b[2:]
			continue
		}
		if isReference(string(reference[2:end])) {
			r.out.Write(b[:end+1])
		}
		b = b[end+1:]
	}
	r.out.Write(b)
}

// isReference reports whether a character reference names a character of XML.
func isReference(s string) bool {
	base := 10
	if rest, ok := strings.CutPrefix(strings.ToLower(s), "x"); ok {
		s, base = rest, 16
	}
	n, err := strconv.ParseUint(s, base, 32)
	return err == nil && (n == '\t' || n == '\n' || n == '\r' || n >= ' ' && n < 0xD800 || n > 0xDFFF && n < 0xFFFE || n > 0xFFFF && n <= unicode.MaxRune)
}

// markup deals with the "<" at pos.
func (r *repairer) markup() {
	b, at := r.s.text, r.s.pos
	if at+1 >= len(b) {
		r.out.WriteString("&lt;")
		r.s.pos++
		return
	}
	switch b[at+1] {
	case '!':
		r.s.skipDeclaration()
		if section := b[at:r.s.pos]; bytes.HasPrefix(section, []byte("<![CDATA[")) && len(section) > 9 {
			r.out.Write(section)
		}
		return
	case '?':
		r.s.skipInstruction()
		return
	case '/':
		if name := nameAt(b, at+2); len(name) > 0 {
			r.s.pos = afterTag(b, at+2+len(name))
			r.endTag(string(name))
			return
		}
	default:
		if name, ok := r.s.startName(); ok && isXMLName(name) {
			if end, ok := tagEnd(b, at); ok {
				r.startTag(b[at:end], name)
				r.s.pos = end
				return
			}
		}
	}
	r.out.WriteString("&lt;")
	r.s.pos++
}

func (r *repairer) startTag(tag, name []byte) {
	r.out.WriteByte('<')
	r.out.Write(name)
	for _, a := range attributes(tag) {
		if !isNameStart(a.name[0]) || !isXMLName(a.name) {
			continue
		}
		r.out.WriteByte(' ')
		r.out.Write(a.name)
		r.out.WriteString(`="`)
		for _, c := range a.value {
			switch c {
			case '<':
				r.out.WriteString("&lt;")
			case '"':
				r.out.WriteString("&quot;")
			default:
				r.out.WriteByte(c)
			}
		}
		r.out.WriteByte('"')
	}
	if tag[len(tag)-2] == '/' || len(name) <= 5 && voidElements[lower(name)] {
		r.out.WriteString("/>")
		return
	}
	r.out.WriteByte('>')
	r.open = append(r.open, string(name))
}

// endTag closes the innermost element of this name and all inside it. It looks
// only so far up, so that endless wrong end tags cost no more than others.
func (r *repairer) endTag(name string) {
	for i := len(r.open) - 1; i >= 0 && i >= len(r.open)-maxDepth; i-- {
		if r.open[i] == name {
			for len(r.open) > i {
				r.close(len(r.open) - 1)
			}
			return
		}
	}
}

func (r *repairer) close(i int) {
	r.out.WriteString("</")
	r.out.WriteString(r.open[i])
	r.out.WriteByte('>')
	r.open = r.open[:i]
}

// isXMLName reports whether encoding/xml takes the name, with at most one prefix.
func isXMLName(name []byte) bool {
	if bytes.Count(name, []byte(":")) > 1 {
		return false
	}
	for i := 0; i < len(name); {
		if name[i] < utf8.RuneSelf {
			i++
			continue
		}
		c, size := utf8.DecodeRune(name[i:])
		if !unicode.IsLetter(c) {
			return false
		}
		i += size
	}
	return true
}

// child is a direct child of an element, as written.
type child struct {
	name  string // with prefix, in lower case
	tag   []byte // the start tag
	inner []byte // what is between the tags
}

// children finds the direct children of the element that b begins with.
func children(b []byte) []child {
	s := &splitter{text: b}
	if !s.next() {
		return nil
	}
	end, ok := tagEnd(b, s.pos)
	if !ok {
		return nil
	}
	s.pos = end
	var cs []child
	for s.next() {
		if b[s.pos+1] == '/' {
			break
		}
		name, ok := s.startName()
		if !ok {
			s.pos++
			continue
		}
		end, ok := tagEnd(b, s.pos)
		if !ok {
			break
		}
		c := child{name: lower(name), tag: b[s.pos:end]}
		s.pos = end
		if b[end-2] != '/' {
			stop := s.skipElement(name)
			c.inner = b[end:stop]
		}
		cs = append(cs, c)
	}
	return cs
}

// skipElement moves behind the end tag of the element whose start tag ends at
// pos, and returns where that end tag begins.
func (s *splitter) skipElement(name []byte) int {
	depth := 0
	for s.next() {
		at := s.pos
		if s.text[at+1] == '/' {
			n := nameAt(s.text, at+2)
			s.pos = at + 2 + len(n)
			if bytes.Equal(n, name) {
				if depth == 0 {
					s.pos = afterTag(s.text, s.pos)
					return at
				}
				depth--
			}
			continue
		}
		n, ok := s.startName()
		if !ok {
			s.pos++
			continue
		}
		s.pos += 1 + len(n)
		if bytes.Equal(n, name) {
			if end, ok := tagEnd(s.text, at); ok && s.text[end-2] != '/' {
				depth++
			}
		}
	}
	return len(s.text)
}

// attr returns the value of a start tag's attribute, entities decoded.
func (c *child) attr(name string) string { return attr(c.tag, name) }

func attr(tag []byte, name string) string {
	for _, a := range attributes(tag) {
		if string(a.name) == name {
			return decodeEntities(string(a.value))
		}
	}
	return ""
}

// text is the character data of a child that has no children of its own.
func (c *child) text() string {
	var b bytes.Buffer
	rest := c.inner
	for {
		before, after, found := bytes.Cut(rest, []byte("<![CDATA["))
		b.WriteString(decodeEntities(string(before)))
		if !found {
			break
		}
		inside, tail, _ := bytes.Cut(after, []byte("]]>"))
		b.Write(inside)
		rest = tail
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// decodeEntities decodes the entities that end in ";". HTML's rules for those
// that do not would turn "?a=1&copy=2" into "?a=1©=2".
func decodeEntities(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	const longest = 34 // "&CounterClockwiseContourIntegral;"
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '&' {
			b.WriteByte(s[i])
			i++
			continue
		}
		window := s[i:min(len(s), i+longest)]
		end := strings.IndexByte(window, ';')
		if end > 1 && isEntityName(window[1:end]) {
			entity := window[:end+1]
			if d := html.UnescapeString(entity); d != entity && d != html.UnescapeString(entity[:end])+";" {
				b.WriteString(d)
				i += len(entity)
				continue
			}
		}
		b.WriteByte('&')
		i++
	}
	return b.String()
}

func isEntityName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c != '#' || i > 0) {
			return false
		}
	}
	return true
}

// trimItem leaves the long children of an item out: the rest still says what it
// is about.
func trimItem(b []byte) []byte {
	start, ok := tagEnd(b, 0)
	if !ok {
		return nil
	}
	var out bytes.Buffer
	out.Write(b[:start])
	for _, c := range children(b) {
		if len(c.inner) <= maxChildBytes && out.Len()+len(c.tag)+len(c.inner) < maxItemBytes {
			out.Write(c.tag)
			out.Write(c.inner)
			if c.tag[len(c.tag)-2] != '/' {
				out.WriteString("</" + string(nameAt(c.tag, 1)) + ">")
			}
		}
	}
	out.WriteString("</" + string(nameAt(b, 1)) + ">")
	return out.Bytes()
}
