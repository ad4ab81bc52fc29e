// Package feeds reads feeds: it fetches a source over HTTP, turns RSS, Atom and
// JSON Feed into items of plain text, and decides which of them a feed has
// shown before. gofeed's types never leave it.
package feeds

import (
	"time"
)

// Source is a feed as the config names it.
type Source struct {
	// ID is the configured name, else the URL. Alerts, logs and the store know
	// the feed by it. It outlives a redirect and a change of URL.
	ID   string
	URL  string
	Tags []string

	// Every and Schedule exclude each other: poll after this interval, or at
	// the times of this cron spec in Timezone (IANA name, empty is UTC).
	Every    time.Duration
	Schedule string
	Timezone string
}

// Item is one entry of a feed as text. What was markup in the feed is gone:
// every string is plain text as a reader sees it, safe in no context until it
// is escaped for that context.
type Item struct {
	// Feed, FeedURL and Tags are the source's.
	Feed    string
	FeedURL string
	Tags    []string

	GUID       string // guid, Atom id, JSON id or rdf:about exactly as written; empty if absent
	Title      string
	Summary    string
	Content    string
	Link       string // absolute http or https URL; empty if absent or of another scheme
	Authors    []string
	Categories []string
	Language   string    // BCP 47 as declared by the item, else by the feed; empty if neither does
	Published  time.Time // UTC; zero if absent or unreadable
	Updated    time.Time // UTC; zero if absent or unreadable

	Entry Entry // what identifies it
}

// ID is the name of the item in what users see: the guid as the feed wrote it,
// the link where there is none.
func (it *Item) ID() string {
	if it.GUID != "" {
		return it.GUID
	}
	return it.Link
}

// Text returns what a term without a field looks at besides the title: the
// content, or the summary where there is no content.
func (it *Item) Text() string {
	if it.Content != "" {
		return it.Content
	}
	return it.Summary
}

// Entry is what is remembered of an item: the hashes of its aliases, and
// fingerprints of what it said. A zero hash means the item has no such alias.
type Entry struct {
	GUID     uint64 // guid as written
	Stripped uint64 // guid without scheme and leading www.
	Link     uint64 // canonical link
	Dated    uint64 // title and date
	Text     uint64 // title, summary and content as text: differs once the item was changed
	Raw      uint64 // the item's bytes in the document; 0 where the document was not split
}

// Known is what an earlier fetch of a source learned, so that nothing known is
// transferred or parsed again. The zero value knows nothing. It may be stored
// only together with what the fetch brought: a validator that is kept while the
// items are lost loses the items for good.
type Known struct {
	ETag         string `json:"etag,omitempty"`          // byte for byte as sent, quotes and W/ included
	LastModified string `json:"last_modified,omitempty"` // byte for byte as sent
	Wire         uint64 `json:"wire,omitempty"`          // hash of the body as it was on the wire
	Body         uint64 `json:"body,omitempty"`          // hash of the body after decompression
}

// Head is what a document says of the feed as a whole.
type Head struct {
	Title    string
	Link     string
	Language string
	Format   string // "RSS 2.0", "Atom 1.0", "JSON Feed 1.1"
	Encoding string // of the document's bytes, as an IANA name in lower case
}

// Document is a feed's document once it was read.
type Document struct {
	Head Head
	// Entries has every item of the document in its order, read or not.
	Entries []Entry
	// Items are those that were read, in the document's order: all of them, but
	// for items whose very bytes the feed has shown before.
	Items []Item
	// Warnings say what had to be repaired or left out, each a sentence.
	Warnings []string
}

// Result is the answer to a fetch that succeeded.
type Result struct {
	// Unchanged: the server said 304, or sent the bytes we know. Document is
	// then empty.
	Unchanged bool
	Document  Document
	// Known is for the next fetch; see there for when it may be stored.
	Known Known
	// MovedTo is where permanent redirects (301, 308) alone lead; else empty.
	MovedTo string
	// Fresh is how long the server asks not to be asked again
	// (Cache-Control, Expires); 0 if it does not say.
	Fresh time.Duration
}
