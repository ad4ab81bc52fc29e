package parse

import (
	"bytes"
	"fmt"
	"net/url"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse/charset"
	"watcher/internal/text"
)

// Read reads a feed's document: body is what a file or a server had, contentType
// what the server called it (empty if nobody did). src gives the items their
// feed and relative links their base. The error is a *FetchError.
func Read(body []byte, contentType string, src feeds.Source) (feeds.Document, error) {
	return ReadNew(body, contentType, &src, feeds.ParseURL(src.URL), nil)
}

// ReadNew is Read for what came from base; items whose bytes are known are not
// read.
func ReadNew(body []byte, contentType string, src *feeds.Source, base *url.URL, known func(raw uint64) (feeds.Fingerprint, bool)) (doc feeds.Document, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return feeds.Document{}, feeds.Errorf(feeds.NotFeed, "the document is empty")
	}
	defer func() {
		// A document that crashes a parser must cost that document alone.
		if p := recover(); p != nil {
			doc, err = feeds.Document{}, feeds.Errorf(feeds.Malformed, "the document crashes the parser: %s", text.Shorten(fmt.Sprint(p), 120))
		}
	}()
	d := charset.Decode(body, contentType)
	if len(d.Text) > maxText {
		return feeds.Document{}, feeds.Errorf(feeds.TooLarge, "the document is larger than %d MiB as text", maxText>>20)
	}
	if known == nil {
		known = func(uint64) (feeds.Fingerprint, bool) { return feeds.Fingerprint{}, false }
	}
	r := &documentReader{doc: &doc, page: page{src: src, shownURL: feeds.Shown(src.URL), base: base}, known: known}
	doc.Head.Encoding = d.Name
	if d.Warning != "" {
		r.warn("%s", d.Warning)
	}
	r.table = d.Table
	if err := r.readText(d.Text); err != nil {
		return feeds.Document{}, err
	}
	doc.Incomplete = doc.Incomplete || r.lost > 0 || doc.Unread > 0
	doc.Older, doc.OlderRefused = r.older.address(base)
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
	if len(start) > 0 && start[0] == '{' {
		return r.readJSON(r.table.Decode(start))
	}
	if at := wrappedJSON(start); at > 0 {
		if r.attempt(func() error { return r.readJSON(r.table.Decode(start[at:])) }) {
			return nil
		}
	}
	if len(start) > 0 && start[0] == '[' {
		return r.readJSON(r.table.Decode(start))
	}
	text = expandEntities(text)
	l, ok := split(text)
	if ok && !l.needsScope(text) {
		return r.readXML(text, l)
	}
	if doc, around, found := ownDocument(text); found {
		if around {
			doc = fromHTML(doc)
			r.warn("the document is no feed, but has one in it, which was read")
		}
		if l, ok := split(doc); ok {
			return r.readXML(doc, l)
		}
	}
	if ok {
		return r.readXML(text, l)
	}
	return r.readSource(text)
}

// attempt reports whether a way to read the document succeeds. One that does not leaves
// nothing behind.
func (r *documentReader) attempt(read func() error) bool {
	doc, lost, unwarned := *r.doc, r.lost, r.unwarned
	if read() == nil {
		return true
	}
	*r.doc, r.lost, r.unwarned = doc, lost, unwarned
	return false
}

// wrappedJSON finds where a JSON Feed begins that is in a list, in the call of a function
// (JSONP), or behind what keeps scripts of others from reading it; 0 if there is none.
func wrappedJSON(text []byte) int {
	at := bytes.IndexByte(text[:min(len(text), 200)], '{')
	if at <= 0 || bytes.IndexByte(text[:at], '<') >= 0 {
		return 0
	}
	return at
}

// readSource reads the feed of which a document shows the source, if it does.
func (r *documentReader) readSource(text []byte) error {
	text = r.table.Decode(text)
	source, ok := shownSource(text)
	if ok && !r.inside {
		r.inside, r.table = true, nil
		if r.attempt(func() error { return r.readText(source) }) {
			r.warn("the document is no feed, but has the source of one in it, which was read")
			return nil
		}
	}
	return notFeed(text, r.page.base)
}

// documentReader collects what a document has, whatever its format.
type documentReader struct {
	doc      *feeds.Document
	page     page
	known    func(raw uint64) (feeds.Fingerprint, bool) // what is remembered of an item by its bytes, which is not read again
	table    *charset.ByteTable                         // by which pieces of the text are decoded
	inside   bool                                       // what is read is the source that a document shows
	lost     int                                        // items that could not be read
	unwarned int
	older    olderLinks
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

func (r *documentReader) setHead(title richText, link, language string) {
	h := &r.doc.Head
	h.Title = text.OneLine(title.String())
	h.Link = link
	if r.page.base == nil {
		r.page.base = feeds.ParseURL(link) // a file, of which nobody says where it was
	}
	h.Language = LanguageTag(language)
	r.page.home = feeds.CanonicalLink(link)
	r.page.language = h.Language
}

// notFeed words why a document is no feed, as a person would after a look.
func notFeed(doc []byte, base *url.URL) error {
	head := bytes.TrimSpace(doc[:min(len(doc), 64<<10)])
	low := bytes.ToLower(head)
	for _, sign := range [...]string{"<!doctype html", "<html", "<head", "<body"} {
		if bytes.Contains(low, []byte(sign)) {
			return pageError(doc, base)
		}
	}
	switch {
	case bytes.Contains(low, []byte("<opml")):
		return feeds.Errorf(feeds.NotFeed, "this is an OPML list of feeds, not a feed; import it")
	case bytes.Contains(low, []byte("<urlset")), bytes.Contains(low, []byte("<sitemapindex")):
		return feeds.Errorf(feeds.NotFeed, "this is a sitemap, not a feed")
	}
	return feeds.Errorf(feeds.NotFeed, "this is no feed, it begins: %s", text.Shorten(string(head), 80))
}
