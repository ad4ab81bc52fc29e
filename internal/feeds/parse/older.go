package parse

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/text"
)

// relation reports whether a link is of a kind, by its name or by the address that RFC
// 4287, 4.2.7.2 makes of it.
func relation(rel, kind string) bool {
	rel = strings.TrimPrefix(strings.TrimSpace(rel), "http://www.iana.org/assignments/relation/")
	return strings.EqualFold(rel, kind)
}

// olderLinks are what a document says of where the items before its own are.
type olderLinks struct {
	archive   string // RFC 5005, 4: prev-archive; absolute, like next
	next      string // RFC 5005, 3: next; next_url of a JSON Feed
	wordpress bool   // made by WordPress, which says nothing and knows paged=2
}

// link takes a link of the document's head.
func (o *olderLinks) link(base *url.URL, rel, href string) {
	switch {
	case relation(rel, "prev-archive") && o.archive == "":
		o.archive = feeds.AbsoluteLink(base, href)
	case relation(rel, "next") && o.next == "":
		o.next = feeds.AbsoluteLink(base, href)
	}
}

// generator takes what the document calls its maker.
func (o *olderLinks) generator(names ...string) {
	for _, name := range names {
		o.wordpress = o.wordpress || strings.Contains(strings.ToLower(name), "wordpress")
	}
}

// address returns what a document that came from base names as its older page. It
// must be at the same host, which has agreed to be asked for this feed; one that is
// named with http, where https was spoken, is asked with that.
func (o *olderLinks) address(base *url.URL) (older string, refused error) {
	link := cmp.Or(o.archive, o.next)
	switch {
	case base == nil, link == "" && !o.wordpress:
		return "", nil
	case link == "":
		return paged(base), nil
	case len(link) > maxOlderLink:
		return "", feeds.Errorf(feeds.Refused, "the address of its older page has %d characters", len(link))
	}
	u := feeds.ParseURL(link)
	if u == nil {
		return "", nil
	}
	u.Fragment = ""
	if base.Scheme == "https" && u.Scheme == "http" && u.Port() == "" {
		u.Scheme = "https"
	}
	if !feeds.SameOrigin(base, u) {
		return "", feeds.Errorf(feeds.Refused, "its older page is elsewhere, at %s", text.Shorten(feeds.Shown(u.Scheme+"://"+u.Host), 120))
	}
	return u.String(), nil
}

// maxOlderLink is how long the address of an older page may be.
const maxOlderLink = 2048

// paged is the address of the page after that of a WordPress feed.
func paged(base *url.URL) string {
	u := *base
	page := 1
	var rest []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if n, is := strings.CutPrefix(part, "paged="); is {
			page, _ = strconv.Atoi(n)
		} else if part != "" {
			rest = append(rest, part)
		}
	}
	u.RawQuery = strings.Join(append(rest, "paged="+strconv.Itoa(max(page, 1)+1)), "&")
	u.Fragment, u.User = "", nil
	return u.String()
}
