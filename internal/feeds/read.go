package feeds

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
)

// Read reads a feed's document: body is what a file or a server had, contentType
// what the server called it (empty if nobody did). src gives the items their
// feed and relative links their base. The error is a *FetchError.
func Read(body []byte, contentType string, src Source) (Document, error) {
	return read(body, contentType, &src, parseBase(src.URL), nil)
}

// read is Read for what came from base; items whose bytes seen knows are not
// read.
func read(body []byte, contentType string, src *Source, base *url.URL, seen *Seen) (doc Document, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Document{}, failf(NotFeed, "the document is empty")
	}
	defer func() {
		// A document that crashes a parser must cost that document alone.
		if p := recover(); p != nil {
			doc, err = Document{}, failf(Malformed, "the document crashes the parser: %s", Shorten(fmt.Sprint(p), 120))
		}
	}()
	d := decodeText(body, contentType)
	if len(d.text) > maxText {
		return Document{}, failf(TooLarge, "the document is larger than %d MiB as text", maxText>>20)
	}
	r := &documentReader{doc: &doc, page: page{src: src, shownURL: Shown(src.URL), base: base}, known: seen}
	doc.Head.Encoding = d.name
	if d.warning != "" {
		r.warn("%s", d.warning)
	}
	r.table = d.table
	if err := r.readText(d.text); err != nil {
		return Document{}, err
	}
	doc.cut = doc.cut || r.lost > 0 || doc.Unread > 0
	if r.unwarned > 0 {
		doc.Warnings = append(doc.Warnings, fmt.Sprintf("and %d more warnings", r.unwarned))
	}
	if doc.Unread > 0 {
		doc.Warnings = append(doc.Warnings, fmt.Sprintf("%d items were left for the next polls: the document is too costly to read at once", doc.Unread))
	}
	return doc, nil
}

// maxText bounds a document as UTF-8, which may be three times as long as it
// came.
const maxText = 32 << 20

func (r *documentReader) readText(text []byte) error {
	start := bytes.TrimLeft(text, " \t\r\n\ufeff")
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return r.readJSON(r.table.decode(start))
	}
	text = expandEntities(text)
	l, ok := split(text)
	if entry, single := aroundEntry(text); !ok && single {
		text = entry
		l, ok = split(text)
	}
	if !ok {
		return notFeed(r.table.decode(text), r.page.base)
	}
	return r.readXML(text, l)
}

// aroundEntry puts a feed around an Atom entry that is a document of its own (RFC
// 4287, 2), with the entry's attributes, so that its namespaces hold.
func aroundEntry(text []byte) (feed []byte, ok bool) {
	s := &splitter{text: text}
	if !s.next() {
		return nil, false
	}
	name, isStart := s.startName()
	prefix, local := splitName(name)
	end, whole := tagEnd(text, s.pos)
	if !isStart || !whole || string(local) != "entry" || !bytes.Contains(text[s.pos:end], []byte(vocabularies[0])) {
		return nil, false
	}
	root := "feed"
	if len(prefix) > 0 {
		root = string(prefix) + ":feed"
	}
	attrs := bytes.TrimSuffix(text[s.pos+1+len(name):end], []byte("/>"))
	return slices.Concat([]byte("<"+root), bytes.TrimSuffix(attrs, []byte(">")), []byte(">"), text[s.pos:], []byte("</"+root+">")), true
}

// documentReader collects what a document has, whatever its format.
type documentReader struct {
	doc      *Document
	page     page
	known    *Seen  // whose items are not read again
	table    *table // by which pieces of the text are decoded
	lost     int    // items that could not be read
	unwarned int
}

// maxWarnings bounds what a broken document makes us say.
const maxWarnings = 20

func (r *documentReader) warn(format string, args ...any) {
	if len(r.doc.Warnings) >= maxWarnings {
		r.unwarned++
		return
	}
	r.doc.Warnings = append(r.doc.Warnings, fmt.Sprintf(format, args...))
}

func (r *documentReader) setHead(title text, link, language string) {
	h := &r.doc.Head
	h.Title = oneLine(title.String())
	h.Link = link
	if r.page.base == nil {
		r.page.base = parseBase(link) // a file, of which nobody says where it was
	}
	h.Language = languageTag(language)
	r.page.home = CanonicalLink(link)
	r.page.language = h.Language
}

// notFeed words why a document is no feed, as a person would after a look.
func notFeed(text []byte, base *url.URL) error {
	head := bytes.TrimSpace(text[:min(len(text), 64<<10)])
	low := bytes.ToLower(head)
	for _, sign := range [...]string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.Contains(low, []byte(sign)) {
			return pageError(text, base)
		}
	}
	switch {
	case bytes.Contains(low, []byte("<opml")):
		return failf(NotFeed, "this is an OPML list of feeds, not a feed; import it")
	case bytes.Contains(low, []byte("<urlset")), bytes.Contains(low, []byte("<sitemapindex")):
		return failf(NotFeed, "this is a sitemap, not a feed")
	}
	return failf(NotFeed, "this is no feed, it begins: %s", Shorten(string(head), 80))
}
