package parse

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
)

// Bounds on what is read of one document. A feed near any of them is not one
// that a person reads.
const (
	MaxItems      = 10_000    // in a document; of more, half are its first and half its last
	maxDepth      = 100       // of elements in an item
	maxItemTags   = 20_000    // in an item
	maxItemBytes  = 2 << 20   // of an item; of a longer one the longest parts are left out
	maxChildBytes = 1 << 20   // of an element of such an item
	maxTagBytes   = 64 << 10  // of a start tag with its attributes
	maxTagXMLNS   = 64        // namespaces that one tag may declare
	maxItemXMLNS  = 128       // namespaces that an item may declare
	maxHead       = 256 << 10 // of what is outside the items
	// maxWork bounds the parsing of one document: tags, each as expensive as
	// there are namespaces in scope, which the XML parser copies for each. What
	// is over it is read at the next polls.
	maxWork = 4_000_000
)

// vocabularies are the namespaces whose elements are the format's own, under
// any prefix.
var vocabularies = [...]string{
	atomNamespace, "http://purl.org/atom/ns#", "http://purl.org/rss/1.0/",
	"http://channel.netscape.com/rdf/simple/0.9/", "http://my.netscape.com/rdf/simple/0.9/",
	"http://backend.userland.com/rss2", "http://backend.userland.com/RSS2", "http://blogs.law.harvard.edu/tech/rss",
	rss11Namespace,
}

// layout is where the parts of an XML document are. Nothing in it was parsed.
type layout struct {
	atom     bool
	root     tag   // start tag of rss, rdf:RDF or feed
	channel  tag   // start tag of channel, if it comes before the first item
	items    []cut // in order
	more     int   // items beyond maxItems, which were between the halves of items
	complete bool  // the root's end tag was found
	junk     int   // bytes of text before the root
	end      int   // behind the last byte that was looked at
}

// tag is a start tag: text[start:end] from "<" to ">".
type tag struct {
	start, end int
	name       string
}

// cut is an item: text[start:end] from "<item" to "</item>".
type cut struct {
	start, end int
	open       bool // its end tag is missing
}

// splitter walks over a document from "<" to "<".
type splitter struct {
	text []byte
	pos  int
	// inItem reports whether pos is in an item; itemEnd begins an item's end tag.
	inItem  bool
	itemEnd string

	// What find has found last.
	cdata, comment           section
	instruction, nextItemEnd int
}

// section remembers where the next CDATA section or comment begins and ends.
type section struct{ opening, closing int }

// split finds the parts of an XML feed. ok is false if it has no feed's root.
func split(text []byte) (l layout, ok bool) {
	s := &splitter{text: text}
	if !s.findRoot(&l) {
		return l, false
	}
	prefixes := nativePrefixes(text[l.root.start:l.root.end])
	itemName := "item"
	if l.atom {
		itemName = "entry"
	}
	s.findItems(&l, itemName, prefixes)
	inOrder(l.items, l.more)
	return l, true
}

// keepLast puts an item beyond maxItems in the place of the one that is longest in the
// second half of items. The newest may be at either end of a document.
func keepLast[T any](items []T, more *int, item T) {
	last := items[len(items)/2:]
	last[*more%len(last)] = item
	*more++
}

// inOrder turns the second half so that it begins with the item that keepLast put there
// first.
func inOrder[T any](items []T, more int) {
	if more > 0 {
		last := items[len(items)/2:]
		at := more % len(last)
		copy(last, slices.Concat(last[at:], last[:at]))
	}
}

// needsScope reports whether the root has a prefix that it does not declare itself.
func (l *layout) needsScope(text []byte) bool {
	prefix, _ := splitName([]byte(l.root.name))
	return len(prefix) > 0 && l.junk > 0 && attr(text[l.root.start:l.root.end], "xmlns:"+string(prefix)) == ""
}

// findRoot finds the start tag of the feed. What stands before it is skipped:
// comments of any length, a DOCTYPE, warnings of the script that made it. A web
// page is no such warning.
func (s *splitter) findRoot(l *layout) bool {
	for s.next() {
		name, ok := s.startName()
		if !ok {
			s.pos++
			continue
		}
		_, local := splitName(name)
		if len(local) > 7 {
			s.pos++
			continue
		}
		switch lower(local) {
		case "rss", "rdf":
		case "feed":
			l.atom = true
		case "html", "head", "body", "script", "urlset", "opml":
			return false
		default:
			s.pos++
			continue
		}
		end, ok := tagEnd(s.text, s.pos)
		if !ok {
			return false
		}
		l.root = tag{start: s.pos, end: end, name: string(name)}
		l.junk = junk(s.text[:s.pos])
		s.pos = end
		if s.text[end-2] == '/' {
			l.complete, l.end = true, end
		}
		return true
	}
	return false
}

// prolog is what XML has before its root: declarations, comments, a DOCTYPE.
var prolog = regexp.MustCompile(`(?is)<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(\[.*?\])?[^>]*>`)

// junk is the number of bytes before the root that are no prolog, such as the
// warnings of a script.
func junk(head []byte) int {
	if len(head) < 64<<10 { // a longer one is not worth the look
		head = prolog.ReplaceAll(head, nil)
	}
	return len(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\ufeff"))))
}

// findItems finds the items up to the root's end.
func (s *splitter) findItems(l *layout, itemName string, prefixes []string) {
	if l.complete {
		return
	}
	f := itemFinder{splitter: s, l: l, item: -1}
	for s.next() {
		at := s.pos
		if s.text[at+1] == '/' {
			name := nameAt(s.text, at+2)
			s.pos = at + 2 + len(name)
			if f.endTag(at, string(name)) {
				return
			}
			continue
		}
		name, ok := s.startName()
		if !ok {
			s.pos++
			continue
		}
		s.pos = at + 1 + len(name)
		switch {
		case isNamed(name, itemName, prefixes):
			f.startItem(at, string(name))
		case f.item < 0 && len(l.items) == 0 && l.channel.name == "" && !l.atom && isNamed(name, "channel", prefixes):
			if end, ok := tagEnd(s.text, at); ok {
				l.channel = tag{start: at, end: end, name: string(name)}
				s.pos = end
			}
		}
	}
	if f.item >= 0 {
		f.close(len(s.text), true)
	}
	if !l.complete {
		l.end = len(s.text)
	}
}

// itemFinder is the work of one findItems.
type itemFinder struct {
	*splitter
	l    *layout
	item int    // start of the item that is open, or -1
	tag  string // its name as written
}

// startItem opens an item, unless its tag never ends and so is none.
func (f *itemFinder) startItem(at int, name string) {
	if f.item >= 0 {
		f.close(at, true) // its end tag was forgotten
	}
	end, ok := tagEnd(f.text, at)
	if !ok {
		return
	}
	f.item, f.tag = at, name
	f.inItem = true
	if f.itemEnd == "" {
		f.itemEnd = "</" + name
	}
	f.pos = end
	if f.text[end-2] == '/' {
		f.close(end, false)
	}
}

// endTag reports whether the end tag at at is the root's.
func (f *itemFinder) endTag(at int, name string) bool {
	switch {
	case f.item >= 0 && name == f.tag:
		f.pos = afterTag(f.text, f.pos)
		f.close(f.pos, false)
	case name == f.l.root.name:
		if f.item >= 0 {
			f.close(at, true)
		}
		f.pos = afterTag(f.text, f.pos)
		f.l.complete, f.l.end = true, f.pos
		// Two feeds one after the other are read as one.
		return !bytes.Contains(f.text[f.pos:], []byte("<"+f.l.root.name))
	}
	return false
}

// close ends the open item.
func (f *itemFinder) close(end int, open bool) {
	l := f.l
	if c := (cut{start: f.item, end: end, open: open}); len(l.items) < MaxItems {
		l.items = append(l.items, c)
	} else {
		keepLast(l.items, &l.more, c)
	}
	f.item, f.inItem = -1, false
}

// next moves to the next "<" that begins a start or end tag, over comments,
// CDATA, declarations and processing instructions. What is not closed counts as
// text.
func (s *splitter) next() bool {
	for {
		i := bytes.IndexByte(s.text[s.pos:], '<')
		if i < 0 || s.pos+i+1 >= len(s.text) {
			s.pos = len(s.text)
			return false
		}
		s.pos += i
		switch s.text[s.pos+1] {
		case '!':
			s.skipDeclaration()
		case '?':
			s.skipInstruction()
		default:
			return true
		}
	}
}

func (s *splitter) skipDeclaration() {
	rest := s.text[s.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		s.skipSection(&s.cdata, "<![CDATA[", "]]>")
	case bytes.HasPrefix(rest, []byte("<!--")):
		s.skipSection(&s.comment, "<!--", "-->")
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")) || bytes.HasPrefix(rest, []byte("<!doctype")):
		s.skipDoctype()
	default:
		s.pos += 2
	}
}

// skipSection moves behind a section, or over its opening if it is not closed.
// Nor is it if its end is that of a like section in a later item: one that was
// left open must not swallow its neighbours.
func (s *splitter) skipSection(memo *section, opening, closing string) {
	from := s.pos + len(opening)
	end := s.find(&memo.closing, closing, from)
	if end < len(s.text) && s.inItem {
		if item := s.find(&s.nextItemEnd, s.itemEnd, from); item < end && s.find(&memo.opening, opening, item) < end {
			end = len(s.text)
		}
	}
	if end == len(s.text) {
		s.pos = from
		return
	}
	s.pos = end + len(closing)
}

// skipInstruction moves behind a processing instruction, or over its opening.
func (s *splitter) skipInstruction() {
	from := s.pos + 2
	end := s.find(&s.instruction, "?>", from)
	if end == len(s.text) || s.inItem && s.find(&s.nextItemEnd, s.itemEnd, from) < end {
		s.pos = from
		return
	}
	s.pos = end + 2
}

// find returns the index of the next pattern from i on, or the text's length.
// memo remembers it: what is looked for again and again, because it is far away
// or nowhere, is looked for once.
func (s *splitter) find(memo *int, pattern string, i int) int {
	if *memo >= i && *memo > 0 {
		return *memo
	}
	*memo = len(s.text)
	if n := bytes.Index(s.text[min(i, len(s.text)):], []byte(pattern)); n >= 0 {
		*memo = i + n
	}
	return *memo
}

// skipDoctype moves behind a DOCTYPE with its internal subset.
func (s *splitter) skipDoctype() {
	const far = 64 << 10
	rest := s.text[s.pos:min(len(s.text), s.pos+far)]
	depth := 0
	for i, c := range rest {
		switch c {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				s.pos += i + 1
				return
			}
		}
	}
	s.pos += 9
}

// startName returns the name of the start tag at pos, if it is one.
func (s *splitter) startName() ([]byte, bool) {
	name := nameAt(s.text, s.pos+1)
	if len(name) == 0 || !isNameStart(name[0]) {
		return nil, false
	}
	return name, true
}

func splitName(name []byte) (prefix, local []byte) {
	if before, after, ok := bytes.Cut(name, []byte{':'}); ok {
		return before, after
	}
	return nil, name
}

// isNamed reports whether name is the format's element local, whatever its case.
func isNamed(name []byte, local string, prefixes []string) bool {
	if len(name) == len(local) {
		return bytes.EqualFold(name, []byte(local))
	}
	if len(name) < len(local)+2 {
		return false
	}
	prefix, rest := splitName(name)
	if len(prefix) == 0 || !bytes.EqualFold(rest, []byte(local)) {
		return false
	}
	if slices.Contains(prefixes, string(prefix)) {
		return true
	}
	return string(prefix) == "rss"
}

// nativePrefixes are the prefixes that the root binds to a feed vocabulary.
func nativePrefixes(root []byte) []string {
	var prefixes []string
	for _, a := range attributes(root) {
		prefix, ok := bytes.CutPrefix(a.name, []byte("xmlns:"))
		if !ok {
			continue
		}
		uri := string(bytes.TrimSpace(a.value))
		for _, v := range vocabularies {
			if uri == v {
				prefixes = append(prefixes, string(prefix))
			}
		}
	}
	return prefixes
}

// vetted is what is known of a piece of a document before a parser sees it.
type vetted struct {
	work     int    // what parsing it will cost
	problem  string // what of it is out of bounds; empty if nothing is
	balanced bool   // every end tag is that of the last open element
}

// vet walks over a piece of a document, with this many namespaces in scope.
func vet(b []byte, scope int) vetted {
	s := &splitter{text: b}
	v := vetted{balanced: true}
	var open [][]byte
	tags, xmlns := 0, 0
	for s.next() {
		if b[s.pos+1] == '/' {
			name := nameAt(b, s.pos+2)
			if n := len(open); n > 0 && bytes.Equal(open[n-1], name) {
				open = open[:n-1]
			} else {
				v.balanced = false
			}
			s.pos += 2
			continue
		}
		name, ok := s.startName()
		if !ok {
			s.pos++
			continue
		}
		end, ok := tagEnd(b, s.pos)
		if !ok {
			if len(b)-s.pos >= maxTagBytes {
				v.problem = fmt.Sprintf("a tag longer than %d KiB", maxTagBytes>>10)
				return v
			}
			s.pos++
			continue
		}
		declared := bytes.Count(b[s.pos:end], []byte("xmlns"))
		tags++
		xmlns += declared
		v.work += 8 + scope + xmlns + (end-s.pos)/16
		if b[end-2] != '/' {
			if len(name) <= 5 && voidElements[lower(name)] {
				v.balanced = false
			} else {
				open = append(open, name)
			}
		}
		switch {
		case len(open) > maxDepth:
			v.problem = fmt.Sprintf("elements nested more than %d deep", maxDepth)
			return v
		case tags > maxItemTags:
			v.problem = fmt.Sprintf("more than %d elements", maxItemTags)
			return v
		case declared > maxTagXMLNS, xmlns > maxItemXMLNS:
			v.problem = "too many namespaces"
			return v
		}
		s.pos = end
	}
	v.balanced = v.balanced && len(open) == 0
	return v
}

// voidElements are those that HTML never closes, and that feeds with unescaped
// HTML do not close either.
var voidElements = map[string]bool{"br": true, "hr": true, "img": true, "input": true, "wbr": true}

func lower(b []byte) string { return string(bytes.ToLower(b)) }
