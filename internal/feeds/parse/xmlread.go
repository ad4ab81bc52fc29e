package parse

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/text"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// xmlReader reads an RSS or Atom document of which the parts were found.
type xmlReader struct {
	*documentReader
	text  []byte
	l     layout
	scope int // namespaces in scope of an item
	work  int // what parsing will cost

	slots   []slot    // the items in the document's order
	gap     int       // index of the slot behind those that are left out
	pending []pending // those that are to be parsed

	rootTag, channelTag []byte // as the parser gets them
	base                *url.URL
}

// readXML reads text, which split took apart.
func (r *documentReader) readXML(text []byte, l layout) error {
	x := &xmlReader{documentReader: r, text: text, l: l}
	started := len(l.items)
	if started == 1 && l.items[0].open {
		started = 0
	}
	if !l.complete && started == 0 && !almostClosed(text, &l) {
		return feeds.Errorf(feeds.Malformed, "the document is cut off before its first item ends")
	}
	if err := x.prepare(); err != nil {
		return err
	}
	if l.junk > 0 {
		r.warn("the document begins with %d bytes that are no part of the feed", l.junk)
	}
	if !l.complete {
		r.doc.CutOff = true
		r.warn("the document is cut off at its end; what was whole was read")
	}
	if l.more > 0 {
		r.warn("only the first and the last %d of %d items were read", MaxItems/2, MaxItems+l.more)
	}
	r.doc.Incomplete = !l.complete || l.more > 0
	x.page.masks.off = x.table == nil && bytes.Contains(text, []byte(maskOpen))
	x.selectNew()
	if !x.readTogether() {
		if err := x.readHead(); err != nil {
			return err
		}
		for batch := range slices.Chunk(x.pending, batchItems) {
			x.readBatch(batch)
		}
	}
	x.collect()
	if x.lost > 0 && x.lost == len(l.items) {
		return feeds.Errorf(feeds.Malformed, "none of the %d items can be read", len(l.items))
	}
	return nil
}

// almostClosed reports whether all that is missing is the end of the end tag, so
// that a feed without items is known to have none.
func almostClosed(text []byte, l *layout) bool {
	return bytes.Contains(text[l.root.end:], []byte("</"+l.root.name))
}

// prepare checks the tags that every item is parsed inside of.
func (x *xmlReader) prepare() error {
	x.rootTag = x.table.Decode(x.text[x.l.root.start:x.l.root.end])
	if x.l.channel.name != "" && strings.EqualFold(x.l.root.name, "rss") {
		x.channelTag = x.table.Decode(x.text[x.l.channel.start:x.l.channel.end])
	}
	x.scope = bytes.Count(x.rootTag, []byte("xmlns")) + bytes.Count(x.channelTag, []byte("xmlns"))
	if x.scope > maxTagXMLNS {
		return feeds.Errorf(feeds.Malformed, "the document declares %d namespaces, more than any feed needs", x.scope)
	}
	x.base = x.page.base
	for _, tag := range [...][]byte{x.rootTag, x.channelTag} {
		x.base = withBase(x.base, attr(tag, "xml:base"))
	}
	if x.l.root.end-x.l.root.start > 3 && x.rootTag[len(x.rootTag)-2] == '/' {
		x.rootTag = append(bytes.TrimRight(bytes.Clone(x.rootTag[:len(x.rootTag)-1]), "/"), '>')
	}
	x.rootTag = nativeTag(x.rootTag, x.l.root.name, x.l.atom)
	x.channelTag = nativeTag(x.channelTag, x.l.channel.name, x.l.atom)
	x.rootTag = hideBase(x.rootTag)
	x.channelTag = hideBase(x.channelTag)
	return nil
}

// nativeTag binds the tag of a feed, or of its channel, that is in a namespace
// nobody knows to that of its format: the parser takes all of it for foreign
// otherwise. And it gives the namespace of podcasts the letters by which the parser
// knows it under any prefix.
func nativeTag(tag []byte, name string, isAtom bool) []byte {
	if len(tag) == 0 {
		return nil
	}
	tag = bytes.ReplaceAll(tag, []byte("http://www.itunes.com/dtds/podcast-1.0.dtd"), []byte("http://www.itunes.com/DTDs/PodCast-1.0.dtd"))
	native, local, declaration := "", name, "xmlns"
	if prefix, rest, ok := strings.Cut(name, ":"); ok {
		local, declaration = rest, "xmlns:"+prefix
	}
	switch isRDF := strings.EqualFold(local, "rdf"); {
	case isAtom:
		native = vocabularies[0]
	case isRDF && declaration != "xmlns": // rdf:RDF, so that its items are in the default one
		declaration, native = "xmlns", vocabularies[2]
	case isRDF, declaration != "xmlns":
		return tag
	}
	for _, a := range attributes(tag) {
		if string(a.name) != declaration || len(a.value) == 0 {
			continue
		}
		uri := string(bytes.TrimSpace(a.value))
		if slices.Contains(vocabularies[:], uri) && (isAtom || !strings.Contains(strings.ToLower(uri), "atom")) {
			return tag
		}
		at := len(tag) - len(a.rest) - len(a.value)
		return slices.Concat(tag[:at], []byte(native), tag[at+len(a.value):])
	}
	return tag
}

// withBase resolves an xml:base against the one around it.
func withBase(base *url.URL, s string) *url.URL {
	s = strings.TrimSpace(s)
	if s == "" {
		return base
	}
	u, err := url.Parse(s)
	if err != nil {
		return base
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return base
	}
	return u
}

// hideBase keeps xml:base from gofeed, which resolves links, and ids too,
// against it as if it were a directory. Ids must not change with it, and links
// are resolved here.
func hideBase(b []byte) []byte {
	if !bytes.Contains(b, []byte("xml:base")) {
		return b
	}
	for _, quote := range [...]string{`"`, `'`} {
		b = bytes.ReplaceAll(b, []byte("xml:base="+quote), []byte("xml_base="+quote))
	}
	return b
}

// wrap puts pieces of the document into the tags around them.
func (x *xmlReader) wrap(pieces ...[]byte) []byte {
	var b bytes.Buffer
	b.Write(x.rootTag)
	b.Write(x.channelTag)
	for _, p := range pieces {
		b.Write(hideBase(p))
	}
	if x.channelTag != nil {
		b.WriteString("</" + x.l.channel.name + ">")
	}
	b.WriteString("</" + x.l.root.name + ">")
	return b.Bytes()
}

// documentWith returns the document with what put gives in the place of each item.
func (x *xmlReader) documentWith(put func(i int) []byte) []byte {
	var b bytes.Buffer
	at := x.l.root.end
	b.Write(x.rootTag)
	for i, c := range x.l.items {
		if x.l.more == 0 || i != len(x.l.items)/2 { // else there are the items that are left out
			b.Write(x.table.Decode(x.text[at:c.start]))
		}
		b.Write(put(i))
		at = c.end
	}
	if x.l.end > at {
		b.Write(x.table.Decode(x.text[at:x.l.end]))
	} else if x.l.complete { // <feed/>
		b.WriteString("</" + x.l.root.name + ">")
	}
	return hideBase(joinSurrogates(x.firstChannel(b.Bytes())))
}

// firstChannel is the document without the channels behind its first, if that has
// a title: the parser would take what the feed is from the last.
func (x *xmlReader) firstChannel(b []byte) []byte {
	name := x.l.channel.name
	end := []byte("</" + name + ">")
	head, rest, found := bytes.Cut(b, end)
	if name == "" || !found || !bytes.Contains(rest, []byte("<"+name)) || !bytes.Contains(head, []byte("<title")) {
		return b
	}
	return slices.Concat(head, end, []byte("</"+x.l.root.name+">"))
}

func nothing(int) []byte { return nil }

// readTogether parses the head and the few new items of a document in order,
// which most are, in one go. It is false, and nothing was read, where that did
// not work.
func (x *xmlReader) readTogether() bool {
	if !x.l.complete || len(x.pending) > batchItems {
		return false
	}
	fresh := make(map[int][]byte, len(x.pending))
	inside := 0
	for i := range x.pending {
		p := &x.pending[i]
		if p.broken {
			return false
		}
		thin := x.page.masks.mask(p.bytes)
		fresh[p.number-1] = thin
		inside += len(thin)
	}
	b := x.documentWith(func(i int) []byte { return fresh[i] })
	if len(b)-inside > maxHead {
		return false
	}
	if v := vet(x.documentWith(nothing), 0); v.problem != "" || !v.balanced {
		return false
	}
	rf, af, err := x.parse(b)
	if err != nil || x.count(rf, af) != len(x.pending) {
		return false
	}
	if rf != nil {
		x.rssHead(rf)
	} else {
		x.atomHead(af)
	}
	for i := range x.pending {
		x.add(&x.pending[i], x.pending[i].bytes, rf, af, i)
	}
	return true
}

// readHead reads what the document says of the feed.
func (x *xmlReader) readHead() error {
	head := x.documentWith(nothing)
	if len(head) > maxHead {
		x.warn("the document has %d KiB outside its items; only the beginning was read", len(head)>>10)
		head = head[:maxHead]
	}
	v := vet(head, 0)
	if v.problem != "" {
		x.warn("what the document says of the feed was left out: it has %s", v.problem)
		head = x.wrap()
	} else if !v.balanced {
		head = repair(head)
	}
	rf, af, err := x.parse(head)
	if err != nil {
		if x.l.complete {
			x.warn("what the document says of the feed had to be repaired: %s", text.Shorten(err.Error(), 100))
		}
		if rf, af, err = x.parse(repair(head)); err != nil {
			rf, af, err = x.parse(x.wrap())
		}
	}
	switch {
	case err != nil:
		return &feeds.FetchError{Kind: feeds.Malformed, Text: "the document cannot be read: " + text.Shorten(err.Error(), 160), Err: err}
	case rf != nil:
		x.rssHead(rf)
	default:
		x.atomHead(af)
	}
	return nil
}

// parse lets gofeed read XML; one of the results is set.
func (x *xmlReader) parse(b []byte) (rf *rss.Feed, af *atom.Feed, err error) {
	defer func() {
		if p := recover(); p != nil {
			rf, af, err = nil, nil, fmt.Errorf("parser: %v", p)
		}
	}()
	if x.l.atom {
		af, err = (&atom.Parser{}).Parse(bytes.NewReader(b))
	} else {
		rf, err = (&rss.Parser{}).Parse(bytes.NewReader(b))
	}
	return rf, af, err
}

// batchItems is how many new items are parsed at once: enough to share the cost
// of the tags around them, few enough for little to be parsed twice when one
// of them is broken.
const batchItems = 32

// slot is an item's place in the document.
type slot struct {
	entry feeds.Fingerprint
	ok    bool // entry is set: the item was read, or need not be
}

// pending is an item that is to be parsed.
type pending struct {
	number int // in the document, from 1
	slot   int // index of its slot
	bytes  []byte
	raw    uint64
	broken bool // its tags do not match
}

// selectNew notes all items, and finds those whose bytes are not known.
func (x *xmlReader) selectNew() {
	x.slots = make([]slot, 0, len(x.l.items))
	for i, c := range x.l.items {
		if i == len(x.l.items)/2 {
			x.gap = len(x.slots)
		}
		if c.open && c.end == x.l.end && !x.l.complete {
			x.lost++
			x.warn("the last item is cut off and was left out")
			break
		}
		p := pending{number: i + 1, slot: len(x.slots), bytes: x.text[c.start:c.end]}
		p.raw = fingerprint.HashBytes(p.bytes)
		if e, ok := x.known(p.raw); ok {
			x.slots = append(x.slots, slot{e, true})
			continue
		}
		if len(p.bytes) > maxItemBytes {
			x.warn("item %d has %d KiB; its longest parts were left out", p.number, len(p.bytes)>>10)
			p.bytes = trimItem(p.bytes)
		}
		p.bytes = joinSurrogates(x.table.Decode(p.bytes))
		v := vet(p.bytes, x.scope)
		if v.problem != "" {
			x.lost++
			x.warn("item %d was left out: it has %s", p.number, v.problem)
			continue
		}
		p.broken = !v.balanced
		if x.work += v.work; x.work > maxWork {
			x.slots = append(x.slots, slot{feeds.Fingerprint{Raw: p.raw}, true})
			x.deferItem(&p)
			continue
		}
		x.slots = append(x.slots, slot{})
		x.pending = append(x.pending, p)
	}
	x.doc.Items = make([]feeds.Item, 0, len(x.pending))
}

// deferItem notes what can be told of an item at a glance, which is left for a later
// poll: should its bytes change before that, it must be known as the same.
func (x *xmlReader) deferItem(p *pending) {
	x.doc.Unread++
	var it feeds.Item
	for _, c := range children(p.bytes) {
		switch c.name {
		case "guid", "id":
			it.GUID = cmp.Or(it.GUID, strings.TrimSpace(c.text()))
		case "link":
			it.Link = cmp.Or(it.Link, feeds.ArticleLink(x.base, cmp.Or(c.text(), c.attr("href"))))
		}
	}
	e := fingerprint.Of(&it, x.page.home)
	e.Raw = p.raw
	if x.doc.UnreadEntries == nil {
		x.doc.UnreadEntries = make(map[uint64]feeds.Fingerprint)
	}
	x.doc.UnreadEntries[p.raw] = e
}

// collect notes the entries of what was read, in the document's order.
func (x *xmlReader) collect() {
	x.doc.Entries = make([]feeds.Fingerprint, 0, len(x.slots))
	for i, s := range x.slots {
		if x.l.more > 0 && i == x.gap {
			x.doc.Gap = len(x.doc.Entries)
		}
		if s.ok {
			x.doc.Entries = append(x.doc.Entries, s.entry)
		}
	}
}

// readBatch parses items together and, if that fails, one by one.
func (x *xmlReader) readBatch(batch []pending) {
	pieces := make([][]byte, len(batch))
	whole := true
	for i, p := range batch {
		whole = whole && !p.broken
		pieces[i] = x.page.masks.mask(p.bytes)
	}
	if whole {
		rf, af, err := x.parse(x.wrap(pieces...))
		if err == nil && x.count(rf, af) == len(batch) {
			for i := range batch {
				x.add(&batch[i], batch[i].bytes, rf, af, i)
			}
			return
		}
	}
	for i := range batch {
		x.readOne(&batch[i])
	}
}

func (x *xmlReader) count(rf *rss.Feed, af *atom.Feed) int {
	if rf != nil {
		return len(rf.Items)
	}
	return len(af.Entries)
}

var (
	errNotOne     = errors.New("it is not one item")
	errUnbalanced = errors.New("its tags do not match") // the parser would guess otherwise than repair does
)

// readOne parses an item by itself, then repaired, then gives it up.
func (x *xmlReader) readOne(p *pending) {
	b := p.bytes
	var rf *rss.Feed
	var af *atom.Feed
	err := errUnbalanced
	if !p.broken {
		if rf, af, err = x.parse(x.wrap(b)); err == nil && x.count(rf, af) != 1 {
			err = errNotOne
		}
	}
	if err != nil {
		b = repair(p.bytes)
		cause := err
		rf, af, err = x.parse(x.wrap(b))
		if err != nil || x.count(rf, af) != 1 {
			x.lost++
			x.warn("item %d cannot be read and was left out: %s", p.number, text.Shorten(cause.Error(), 100))
			return
		}
		x.warn("item %d had to be repaired: %s", p.number, text.Shorten(cause.Error(), 100))
	}
	x.add(p, b, rf, af, 0)
}

// add makes an item of the i-th that was parsed, whose XML is b.
func (x *xmlReader) add(p *pending, b []byte, rf *rss.Feed, af *atom.Feed, i int) {
	var d *entryDraft
	if rf != nil {
		d = x.rssDraft(rf.Items[i], b)
	} else {
		d = x.atomDraft(af.Entries[i], b)
	}
	d.raw = p.raw
	it, ok := x.page.item(d)
	x.warnLink(p.number, d)
	if !ok {
		x.warn("item %d says nothing and was left out", p.number)
		return
	}
	x.doc.Items = append(x.doc.Items, it)
	x.slots[p.slot] = slot{it.Entry, true}
}
