// Package feeds has the types that the road of an item shares: Source, Document,
// Item and its fingerprint, the links in them, and the errors of a fetch.
package feeds

import (
	"time"
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

	Entry Fingerprint // what identifies it
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
