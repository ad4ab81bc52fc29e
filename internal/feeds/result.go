package feeds

import (
	"strings"
	"time"

	"watcher/internal/budget"
)

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

// FetchTimeout is how long a fetch may take with its redirects.
const FetchTimeout = time.Minute

// FetchResult is the answer to a fetch that succeeded.
type FetchResult struct {
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

// MaxPushed is how many bytes a hub may push at once, compressed or not. What is
// larger is left to a poll.
const MaxPushed = 4 << 20

// Pushed is a document as a hub sent it.
type Pushed struct {
	Body        []byte
	ContentType string          // what the hub calls it; empty if it does not say
	Encoding    string          // its Content-Encoding
	Room        *budget.Account // what Body holds of the client's budget; nil if it came another way
}

// HubOffer returns the hub that an answer offers, and the topic under which it
// knows the feed; empty if there is none. known is false where the answer does not
// tell, because it brought no document. HTTP goes before the document (WebSub, 4).
//
// A hub without https counts only at the feed's own host: a feed must not send us to
// other services on private addresses.
func (r *FetchResult) HubOffer(feed string) (hub, topic string, known bool) {
	hub, topic = r.Hub, r.Self
	if hub == "" {
		hub = r.Document.Hints.Hub
	}
	if topic == "" {
		topic = r.Document.Hints.Self
	}
	if hub == "" || topic == "" || len(hub) > maxHubLink || len(topic) > maxHubLink || !mayOffer(feed, hub) {
		return "", "", !r.Unchanged
	}
	return hub, topic, true
}

// UnusedHub returns a hub that an answer offers and that is not used, as it is not
// https; empty if there is none.
func (r *FetchResult) UnusedHub(feed string) string {
	hub := r.Hub
	if hub == "" {
		hub = r.Document.Hints.Hub
	}
	if hub == "" || len(hub) > maxHubLink || r.Self == "" && r.Document.Hints.Self == "" || strings.HasPrefix(strings.ToLower(hub), "https:") || mayOffer(feed, hub) {
		return ""
	}
	return hub
}

// maxHubLink is how long the addresses of a hub and a topic may be.
const maxHubLink = 2048

func mayOffer(feed, hub string) bool {
	at, to := ParseURL(feed), ParseURL(hub)
	return at != nil && to != nil && (to.Scheme == "https" || strings.EqualFold(at.Hostname(), to.Hostname()))
}
