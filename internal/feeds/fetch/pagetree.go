package fetch

import (
	"bytes"
	"errors"
	"io"

	"watcher/internal/feeds"
	"watcher/internal/text"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on the tree of an article's page. A page that exceeds one is not read; but
// elements deeper than maxPageDepth only lose their tags.
const (
	maxPageNodes = 40_000  // elements and texts
	maxPageDepth = 64      // of elements
	maxPageText  = 1 << 20 // bytes of text that a reader sees, and of what the tags say
	maxPageToken = 2 << 20 // bytes of a tag, a script, a comment
	maxPageAttrs = 16      // kept of one tag
)

// pageTree reads a web page, as UTF-8, into a tree of at most maxPageNodes.
//
// It is not html.Parse because the size of that tree cannot be bounded before it is
// built: the repairs that HTML prescribes for overlapping elements clone as many
// elements as are open, for each tag. Here a token makes at most one node, and an
// element that overlaps another ends with it. Scripts, styles and all else that no
// reader sees as text are left out. The error is a *FetchError.
func pageTree(r io.Reader) (*html.Node, error) {
	t := treeBuilder{z: html.NewTokenizer(r), doc: &html.Node{Type: html.DocumentNode}}
	t.z.SetMaxBuf(maxPageToken)
	root := t.append(&html.Node{Type: html.ElementNode, Data: "html", DataAtom: atom.Html})
	t.open = append(t.open, root)
	for t.token() {
	}
	err := t.z.Err()
	switch {
	case t.tooLarge, errors.Is(err, html.ErrBufferExceeded):
		return nil, feeds.Errorf(feeds.TooLarge, "the page has more than %d elements and texts, or %d KiB of text", maxPageNodes, maxPageText>>10)
	case err != nil && !errors.Is(err, io.EOF):
		return nil, &feeds.FetchError{Kind: feeds.Malformed, Text: "the page cannot be read: " + text.Shorten(err.Error(), 120), Err: err}
	}
	return t.doc, nil
}

// treeBuilder is the work of one pageTree.
type treeBuilder struct {
	z        *html.Tokenizer
	doc      *html.Node
	open     []*html.Node // the elements that are open, from html on
	deeper   int          // elements that are open beyond maxPageDepth, and not in the tree
	text     bytes.Buffer // that follows the last node; one node for all that comes together
	nodes    int
	size     int       // bytes of text and attributes so far
	hidden   atom.Atom // the element that is left out with all that is in it; 0 outside
	within   int       // elements of the same name in it that are open
	inBody   bool
	tooLarge bool
}

// token takes the next token; false if there is none, or no room for it.
func (t *treeBuilder) token() bool {
	switch kind := t.z.Next(); kind {
	case html.ErrorToken:
		t.endText()
		return false
	case html.TextToken:
		if t.hidden == 0 {
			t.addText(t.z.Text())
			t.tooLarge = t.tooLarge || t.size+t.text.Len() > maxPageText
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, attrs := t.z.TagName()
		t.start(atom.Lookup(name), string(name), attrs, kind == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := t.z.TagName()
		t.end(atom.Lookup(name), string(name))
	}
	return !t.tooLarge
}

// start opens an element.
func (t *treeBuilder) start(tag atom.Atom, name string, attrs, selfClosing bool) {
	switch {
	case t.hidden != 0:
		if tag == t.hidden && !selfClosing {
			t.within++
		}
		return
	case tag == atom.Html, tag == atom.Body && t.inBody, tag == atom.Head && len(t.open) > 1:
		return
	case tag == atom.Noscript, text.IsHidden(tag) && tag != atom.Head:
		if tag != atom.Svg || !selfClosing { // elsewhere in HTML the slash means nothing
			t.hidden, t.within = tag, 1
		}
		return
	}
	if !t.inBody && !inHead[tag] {
		t.beginBody()
	}
	if tag == atom.Body {
		n := t.open[len(t.open)-1]
		if attrs && len(n.Attr) == 0 {
			t.attributes(n)
		}
		return
	}
	t.endImplied(tag)
	t.endText()
	if len(t.open) >= maxPageDepth {
		if !void[tag] {
			t.deeper++
		}
		return
	}
	n := t.append(&html.Node{Type: html.ElementNode, Data: name, DataAtom: tag})
	if attrs {
		t.attributes(n)
	}
	if !void[tag] {
		t.open = append(t.open, n)
	}
}

// endImplied closes the elements whose end tag may be left out before a start tag
// (HTML, 13.1.2.4).
func (t *treeBuilder) endImplied(tag atom.Atom) {
	ends, has := endsBefore[tag]
	last := 0
	for i := len(t.open) - 1; i > 0; i-- {
		at := t.open[i].DataAtom
		if has && ends.of[at] {
			last = i
		}
		if at == atom.P && text.IsBlock(tag) && tag != atom.Br && t.onlyInlines(i+1) {
			last = i
		}
		if !inlines[at] && (!has || ends.in[at]) {
			break
		}
	}
	if last > 0 {
		t.endText()
		t.open = t.open[:last]
	}
}

// onlyInlines reports whether all open elements from the i-th on are inline.
func (t *treeBuilder) onlyInlines(i int) bool {
	for _, n := range t.open[i:] {
		if !inlines[n.DataAtom] {
			return false
		}
	}
	return true
}

// attributes gives an element the attributes of its tag that are kept.
func (t *treeBuilder) attributes(n *html.Node) {
	for more := true; more && len(n.Attr) < maxPageAttrs; {
		var k, v []byte
		k, v, more = t.z.TagAttr()
		if t.size += len(k) + len(v); t.size > maxPageText {
			t.tooLarge = true
			return
		}
		n.Attr = append(n.Attr, html.Attribute{Key: string(k), Val: string(v)})
	}
}

// end closes the element that an end tag belongs to, and those inside it. An end tag
// without an element is ignored, and so is one of an inline element in which a block
// is still open.
func (t *treeBuilder) end(tag atom.Atom, name string) {
	switch {
	case t.hidden != 0:
		if tag == t.hidden {
			if t.within--; t.within == 0 {
				t.hidden = 0
			}
		}
		return
	case tag == atom.Body, tag == atom.Html, void[tag]:
		return
	case t.deeper > 0:
		t.deeper--
		return
	}
	for i := len(t.open) - 1; i > 0; i-- {
		n := t.open[i]
		if n.DataAtom == tag && n.Data == name {
			t.endText()
			t.open = t.open[:i]
			return
		}
		at := n.DataAtom
		if inlines[tag] && !inlines[at] || at == atom.Table || !tableParts[tag] && tableParts[at] {
			return
		}
	}
}

// beginBody opens the body, whose tag may be left out.
func (t *treeBuilder) beginBody() {
	t.endText()
	t.open = t.open[:1]
	t.open = append(t.open, t.append(&html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}))
	t.inBody = true
}

func (t *treeBuilder) addText(b []byte) {
	if at := t.open[len(t.open)-1].DataAtom; !t.inBody && (at == atom.Html || at == atom.Head) {
		if len(bytes.TrimSpace(b)) == 0 {
			return
		}
		t.beginBody()
	}
	t.text.Write(b)
}

// endText makes a node of the text that came.
func (t *treeBuilder) endText() {
	if t.text.Len() == 0 {
		return
	}
	t.size += t.text.Len()
	text := t.text.String()
	t.text.Reset()
	t.append(&html.Node{Type: html.TextNode, Data: text})
}

// append makes n the last child of the innermost open element.
func (t *treeBuilder) append(n *html.Node) *html.Node {
	if t.nodes++; t.nodes > maxPageNodes {
		t.tooLarge = true
	}
	at := t.doc
	if len(t.open) > 0 {
		at = t.open[len(t.open)-1]
	}
	at.AppendChild(n)
	return n
}

func set(tags ...atom.Atom) map[atom.Atom]bool {
	m := make(map[atom.Atom]bool, len(tags))
	for _, t := range tags {
		m[t] = true
	}
	return m
}

// void are the elements that have no content (HTML, 13.1.2).
var void = set(atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link,
	atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr)

// inlines are the elements that are parts of a line of text.
var inlines = set(atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data,
	atom.Del, atom.Dfn, atom.Em, atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Nobr, atom.Q, atom.Rp, atom.Rt,
	atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Time,
	atom.Tt, atom.U, atom.Var)

// inHead are the elements before which no body begins.
var inHead = set(atom.Head, atom.Title, atom.Meta, atom.Link, atom.Base)

var tableParts = set(atom.Table, atom.Caption, atom.Colgroup, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th)

// ending is which elements end, and within which.
type ending struct{ of, in map[atom.Atom]bool }

// endsBefore are the elements that end before a start tag, but for p, which ends
// before every block.
var endsBefore = func() map[atom.Atom]ending {
	lists := set(atom.Ul, atom.Ol, atom.Menu, atom.Dl, atom.Table, atom.Td, atom.Th)
	table := set(atom.Table)
	cells := ending{set(atom.Td, atom.Th), table}
	terms := ending{set(atom.Dt, atom.Dd), lists}
	groups := ending{set(atom.Td, atom.Th, atom.Tr, atom.Thead, atom.Tbody, atom.Tfoot, atom.Caption, atom.Colgroup), table}
	return map[atom.Atom]ending{
		atom.Li: {set(atom.Li), lists}, atom.Dt: terms, atom.Dd: terms,
		atom.Td: cells, atom.Th: cells, atom.Tr: {set(atom.Td, atom.Th, atom.Tr, atom.Caption, atom.Colgroup), table},
		atom.Thead: groups, atom.Tbody: groups, atom.Tfoot: groups,
		atom.A: {set(atom.A), set(atom.Td, atom.Th, atom.Table)},
	}
}()
