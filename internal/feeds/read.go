package feeds

import (
	"bytes"
	"fmt"
	"net/url"

	"github.com/mmcdole/gofeed"
)

// Read reads a feed's document: body is what a file or a server had, contentType
// what the server called it (empty if nobody did). src gives the items their
// feed and relative links their base. The error is a *FetchError.
func Read(body []byte, contentType string, src Source) (Document, error) {
	base, err := url.Parse(src.URL)
	if err != nil || !base.IsAbs() {
		base = nil
	}
	return read(body, contentType, &src, base, nil)
}

// read is Read for what came from base; items whose bytes seen knows are not
// read.
func read(body []byte, contentType string, src *Source, base *url.URL, seen *Seen) (doc Document, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return Document{}, failf(NotFeed, "the document is empty")
	}
	defer func() {
		// A parser that a stranger's document can crash must cost that
		// document alone.
		if p := recover(); p != nil {
			doc, err = Document{}, failf(Malformed, "the document crashes the parser: %s", Shorten(fmt.Sprint(p), 120))
		}
	}()
	parser := gofeed.NewParser()
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	feed, perr := parser.Parse(bytes.NewReader(body))
	if perr != nil || feed.FeedType == "json" && feed.FeedVersion == "" {
		return Document{}, notFeed(body, perr, base)
	}
	doc.Head = Head{
		Title: oneLine(PlainText(feed.Title)), Link: absoluteLink(base, feed.Link),
		Language: CleanText(feed.Language), Format: feed.FeedType + " " + feed.FeedVersion,
	}
	p := &page{src: src, base: base, home: CanonicalLink(doc.Head.Link), language: doc.Head.Language}
	for _, fi := range feed.Items {
		it, ok := p.item(draft(fi))
		if !ok {
			doc.Warnings = append(doc.Warnings, "an item without any content was left out")
			continue
		}
		doc.Items = append(doc.Items, it)
		doc.Entries = append(doc.Entries, it.Entry)
	}
	return doc, nil
}

func draft(fi *gofeed.Item) *entryDraft {
	d := &entryDraft{
		guid: fi.GUID, title: text{s: fi.Title}, summary: text{s: fi.Description}, content: text{s: fi.Content},
		link: fi.Link, categories: fi.Categories,
	}
	for _, a := range fi.Authors {
		if a.Name != "" {
			d.authors = append(d.authors, a.Name)
		} else {
			d.authors = append(d.authors, a.Email)
		}
	}
	if fi.PublishedParsed != nil {
		d.published = *fi.PublishedParsed
	}
	if fi.UpdatedParsed != nil {
		d.updated = *fi.UpdatedParsed
	}
	return d
}

// notFeed words why body is no feed, as a person would after a look at it.
func notFeed(body []byte, cause error, base *url.URL) error {
	start := bytes.TrimSpace(body[:min(len(body), 64<<10)])
	lower := bytes.ToLower(start)
	switch {
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.Contains(lower, []byte("<html")), bytes.Contains(lower, []byte("<body")):
		return failf(NotFeed, "this is a web page, not a feed")
	case start[0] == '{', start[0] == '[':
		return failf(NotFeed, "this is JSON but no feed: %s", Shorten(string(start), 120))
	case cause != nil:
		return &FetchError{Kind: Malformed, Text: "the document cannot be read: " + Shorten(cause.Error(), 160), Err: cause}
	}
	return failf(NotFeed, "this is no feed: %s", Shorten(string(start), 80))
}
