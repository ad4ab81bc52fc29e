package feeds

import (
	"slices"
	"time"

	"watcher/internal/budget"
)

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
	// was not read is as seen.Index remembers it, with Raw.
	Entries []Fingerprint
	// Items are those that were read, in the document's order: all of them, but
	// for items whose very bytes the feed has shown before.
	Items []Item
	// CutOff: the transfer broke off within the document, and the items before the
	// break were read. Such a fetch keeps no hashes and no validators: a 304 would
	// confirm items that never came.
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
	// Room is the memory that the document holds of the client's budget. Whoever is
	// done with the document closes it. It is nil if no client read the document.
	Room *budget.Account
	// cut: the document may have more items than these, since it breaks off within
	// one or has too many. A missing item then proves nothing.
	Incomplete bool
	// gap is where among the entries those of the middle are left out, as there are too
	// many; 0 if none are.
	Gap int
	// unread is what can be told of those without reading them, by Raw.
	UnreadEntries map[uint64]Fingerprint
	Hints         Hints
}

// Append puts the items of an older page of src behind those of d, and goes on where
// that one says. What d says of the feed stays.
func (d *Document) Append(page *Document, src *Source) {
	shown := Shown(src.URL)
	for i := range page.Items {
		page.Items[i].FeedURL = shown
	}
	d.Entries = slices.Concat(d.Entries, page.Entries)
	d.Items = slices.Concat(d.Items, page.Items)
	d.Warnings = slices.Concat(d.Warnings, page.Warnings)
	d.Incomplete = d.Incomplete || page.Incomplete
	d.Older, d.OlderRefused = page.Older, page.OlderRefused
}

// Keep drops the entries that keep does not want, and their items.
func (d *Document) Keep(keep func(i int, e *Fingerprint) bool) {
	var entries []Fingerprint
	var items []Item
	at := 0
	for i := range d.Entries {
		e := &d.Entries[i]
		read := at < len(d.Items) && d.Items[at].Entry == *e
		if keep(i, e) {
			entries = append(entries, *e)
			if read {
				items = append(items, d.Items[at])
			}
		}
		if read {
			at++
		}
	}
	d.Entries, d.Items = entries, items
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

// MaxInterval is the longest time that a number of seconds in a header or a feed is
// taken for.
const MaxInterval = 10 * 365 * 24 * time.Hour

// Seconds is n seconds, from 0 to MaxInterval.
func Seconds(n int64) time.Duration {
	return time.Duration(min(max(n, 0), int64(MaxInterval/time.Second))) * time.Second
}
