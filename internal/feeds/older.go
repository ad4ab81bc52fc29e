package feeds

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// relation says whether a link is of a kind, by its name or by the address that RFC
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
		o.archive = absoluteLink(base, href)
	case relation(rel, "next") && o.next == "":
		o.next = absoluteLink(base, href)
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
	case len(link) > maxHubLink:
		return "", failf(Refused, "the address of its older page has %d characters", len(link))
	}
	u := parseBase(link)
	if u == nil {
		return "", nil
	}
	u.Fragment = ""
	if base.Scheme == "https" && u.Scheme == "http" && u.Port() == "" {
		u.Scheme = "https"
	}
	if !sameOrigin(base, u) {
		return "", failf(Refused, "its older page is elsewhere, at %s", Shorten(Shown(u.Scheme+"://"+u.Host), 120))
	}
	return u.String(), nil
}

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

// At is the source asked at another address, which its document named. What only
// the source's own host may see is left out where that is another one.
func (s Source) At(address string) Source {
	own, to := parseBase(s.URL), parseBase(address)
	if own == nil || to == nil || !sameOrigin(own, to) {
		s.Headers, s.Username, s.Password, s.Token = nil, "", "", ""
	}
	s.URL = address
	return s
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
	d.cut = d.cut || page.cut
	d.Older, d.OlderRefused = page.Older, page.OlderRefused
}

// Keep drops the entries that keep does not want, and their items.
func (d *Document) Keep(keep func(i int, e *Entry) bool) {
	var entries []Entry
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

// Published is when the item was published, or updated where nothing else is known;
// zero if it has no date.
func (e *Entry) Published() time.Time {
	if e.Date == 0 {
		return time.Time{}
	}
	return time.Unix(int64(e.Date), 0).UTC()
}

// Newest is the latest date of what the last document showed; zero if that had none.
func (s *Seen) Newest() time.Time {
	var newest Entry
	if s != nil {
		for i := range s.records {
			if r := &s.records[i]; r.gone == 0 && !r.Update && r.Date > newest.Date {
				newest = r.Entry
			}
		}
	}
	return newest.Published()
}
