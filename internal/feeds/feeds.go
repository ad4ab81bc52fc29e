// Package feeds reads feeds: it fetches a source over HTTP, turns RSS, Atom and
// JSON Feed into items of plain text, and decides which of them a feed has
// shown before. gofeed's types never leave it.
package feeds

import (
	"time"

	"watcher/internal/budget"
)

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

// Field returns the text of a field by its name in the rule language; index says
// which author or category. It is empty for a name that is no field.
func (it *Item) Field(name string, index int) string {
	switch name {
	case "title":
		return it.Title
	case "summary":
		return it.Summary
	case "content":
		return it.Content
	case "link":
		return it.Link
	case "author":
		return it.Authors[index]
	case "category":
		return it.Categories[index]
	}
	return ""
}

// Known is what an earlier fetch of a source learned, so that nothing known is
// transferred or parsed again. The zero value knows nothing. It may be stored
// only together with what the fetch brought: a validator that is kept while the
// items are lost loses the items for good.
type Known struct {
	ETag         string // byte for byte as sent, quotes and W/ included
	LastModified string // byte for byte as sent
	Wire         uint64 // hash of the body as it was on the wire
	Body         uint64 // hash of the body after decompression
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
	// Entries has every item of the document in its order, read or not. One that
	// was not read is as Seen remembers it, with Raw.
	Entries []Entry
	// Items are those that were read, in the document's order: all of them, but
	// for items whose very bytes the feed has shown before.
	Items []Item
	// CutOff: the document ends before its own end, and what is whole of it was read. A
	// fetch of such a one forgets the hashes and validators: a 304 would confirm what
	// never came.
	CutOff bool
	// Warnings say what had to be repaired or left out, each a sentence.
	Warnings []string
	// Unread counts the entries that were not read because the document is too
	// costly to read at once. Only their Raw is set. A fetch that left some
	// forgets the hashes and validators, so that the next one goes on.
	Unread int
	// Older is the address of the page with the items before these; empty if the
	// document names none. OlderRefused says why one that it names is not asked.
	Older        string
	OlderRefused error
	// Room is what the document holds of the client's budget, to be closed by who
	// is done with it; nil for what no client has read.
	Room *budget.Account
	// cut: it may have had more items than these, as it ends within one or has too
	// many. That an item is missing then says nothing.
	cut bool
	// gap is where among the entries those of the middle are left out, as there are too
	// many; 0 if none are.
	gap int
	// unread is what can be told of those without reading them, by Raw.
	unread map[uint64]Entry
	Hints  Hints
}

// Hints are what a document says of how it wants to be polled. Zero values
// mean that it does not say.
type Hints struct {
	TTL          time.Duration // RSS 2.0 <ttl>
	UpdatePeriod time.Duration // sy:updatePeriod divided by sy:updateFrequency
	SkipHours    uint32        // RSS <skipHours>: bit h is the hour h in GMT, 0 to 23
	SkipDays     uint8         // RSS <skipDays>: bit d is the time.Weekday d in GMT
	Hub          string        // WebSub hub; absolute URL
	Self         string        // the topic to subscribe to at the hub; absolute URL
}

// Result is the answer to a fetch that succeeded.
type Result struct {
	// Unchanged: the server said 304, or sent the bytes we know. Document is
	// then empty.
	Unchanged bool
	// NotModified: it was a 304, which costs next to nothing.
	NotModified bool
	Document    Document
	// Known is for the next fetch; see there for when it may be stored.
	Known Known
	// MovedTo is where permanent redirects (301, 308) alone lead; else empty.
	MovedTo string
	// Fresh is how long the server asks not to be asked again (max-age less Age,
	// or Expires); 0 if it does not say.
	Fresh time.Duration
	// Hub and Self are the WebSub hub and topic of the Link header, which
	// goes before the document's; empty if there is none.
	Hub, Self string
	// Bytes is what came over the wire as the body.
	Bytes int
}
