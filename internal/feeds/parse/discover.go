package parse

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/text"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxOffers bounds the feeds that are taken from one page.
const maxOffers = 10

// feedTypes are the media types by which a page says that a link is a feed.
var feedTypes = map[string]bool{
	"application/rss+xml": true, "application/atom+xml": true, "application/feed+json": true,
	"application/rdf+xml": true, "application/x.atom+xml": true, "application/x-atom+xml": true,
	"application/rss": true, "application/atom": true, "application/x-rss+xml": true,
	"text/rss+xml": true, "text/atom+xml": true, "text/rss": true,
}

// vagueTypes are those by which many pages say so of a feed, and of other things.
var vagueTypes = map[string]bool{
	"": true, "text/xml": true, "application/xml": true, "application/json": true, "text/plain": true,
}

// Discover finds what a web page offers as its feeds, best first, those of comments
// last: what its head calls a feed; else what may be one by its type; else what links
// look like or are called. others are the less likely ones. base is the page's address.
// Nobody has looked whether these are feeds: see Client.FindFeeds.
func Discover(page []byte, base *url.URL) (offers, others []feeds.Offer) {
	d := discovery{base: base}
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return d.offers()
		case html.StartTagToken, html.SelfClosingTagToken:
			d.tag(z)
		case html.TextToken:
			if d.anchor != "" && d.label == "" {
				d.label = strings.TrimSpace(string(z.Text()))
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); d.anchor != "" && atom.Lookup(name) == atom.A {
				d.endAnchor()
			}
		}
	}
}

type discovery struct {
	base                  *url.URL
	named, vague, guessed []feeds.Offer
	anchor, label         string // a link, and its text while that is read
	sure                  bool   // the link looks like a feed's
}

func (d *discovery) tag(z *html.Tokenizer) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	if tag != atom.Link && tag != atom.A && tag != atom.Base && (tag != atom.Img || d.anchor == "") {
		return
	}
	attrs := map[string]string{}
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		attrs[string(k)] = string(v)
	}
	switch tag {
	case atom.Base:
		d.base = withBase(d.base, attrs["href"])
	case atom.Link:
		d.link(attrs)
	case atom.A:
		d.anchor, d.label = feedAddress(d.base, attrs["href"]), attrs["title"]
		d.sure = feedTypes[mediaType(attrs["type"])] || looksLikeFeed(d.anchor) || feedScheme(attrs["href"]) != attrs["href"]
	case atom.Img:
		d.label = cmp.Or(d.label, attrs["alt"], attrs["title"])
	}
}

func (d *discovery) link(attrs map[string]string) {
	rels := strings.Fields(strings.ToLower(attrs["rel"]))
	isFeed := slices.Contains(rels, "feed")
	if !slices.Contains(rels, "alternate") && !isFeed || len(d.named)+len(d.vague) > 4*maxOffers {
		return
	}
	kind := mediaType(attrs["type"])
	href := feedAddress(d.base, attrs["href"])
	o := feeds.Offer{Title: text.Shorten(attrs["title"], 80), URL: href}
	switch {
	case href == "":
	case feedTypes[kind], isFeed:
		d.named = append(d.named, o)
	case kind == "" && !looksLikeFeed(href), !vagueTypes[kind]: // the page in another language, or for telephones
	case strings.Contains(href, "/wp-json/"): // the programming interface of WordPress, in every page
	case kind == "application/json" && !looksLikeFeed(href) && !strings.HasSuffix(href, ".json"):
	default:
		d.vague = append(d.vague, o)
	}
}

// endAnchor takes the link that ends, if it looks like a feed's or is called so.
func (d *discovery) endAnchor() {
	if d.anchor != "" && len(d.guessed) < 4*maxOffers && (d.sure || feedLabel.MatchString(d.label)) {
		d.guessed = append(d.guessed, feeds.Offer{Title: text.Shorten(d.label, 60), URL: d.anchor})
	}
	d.anchor, d.label = "", ""
}

// feedLabel is what people call a link to a feed.
var feedLabel = regexp.MustCompile(`(?i)\brss\b|^\W*((subscribe|follow|xml|json|atom|web|news)\W+)?(feeds?|atom)\W*$`)

func mediaType(s string) string {
	kind, _, _ := strings.Cut(strings.ToLower(s), ";")
	return strings.TrimSpace(kind)
}

// feedScheme is an address without the scheme by which browsers once found a reader
// of feeds: feed://host/ and feed:https://host/.
func feedScheme(href string) string {
	href = strings.TrimSpace(href)
	if len(href) < 5 || !strings.EqualFold(href[:5], "feed:") {
		return href
	}
	if rest := href[5:]; !strings.HasPrefix(rest, "//") {
		return rest
	}
	return "https:" + href[5:]
}

// feedAddress is the absolute address of a link, without its fragment.
func feedAddress(base *url.URL, href string) string {
	address, _, _ := strings.Cut(feeds.AbsoluteLink(base, feedScheme(href)), "#")
	return address
}

// feedWords are those by which the address of a feed is known.
var feedWords = map[string]bool{
	"feed": true, "feeds": true, "rss": true, "rss2": true, "atom": true, "rdf": true, "rssfeed": true, "rssfeeds": true, "jsonfeed": true,
}

// looksLikeFeed reports whether an address has the words of a feed's: in its path, the
// first label of its host, or its query.
func looksLikeFeed(href string) bool {
	u, err := url.Parse(href)
	if err != nil || href == "" {
		return false
	}
	label, _, _ := strings.Cut(strings.ToLower(u.Hostname()), ".")
	words := append(pathWords(u.Path), label)
	for key, values := range u.Query() {
		words = append(append(words, strings.ToLower(key)), strings.ToLower(values[0]))
	}
	return slices.ContainsFunc(words, func(w string) bool { return feedWords[w] }) && !looksLikePage(u)
}

func pathWords(path string) []string {
	return strings.FieldsFunc(strings.ToLower(path), func(r rune) bool { return strings.ContainsRune("/.-_@+", r) })
}

// looksLikePage reports whether a path ends as those of pages and of what they show do:
// that which explains the feeds of a site is no feed.
func looksLikePage(u *url.URL) bool {
	switch last := strings.ToLower(u.Path[strings.LastIndexByte(u.Path, '.')+1:]); last {
	case "html", "htm", "xhtml", "css", "js", "png", "gif", "svg", "jpg", "jpeg", "ico", "webp", "pdf", "opml", "xsl":
		return true
	}
	return false
}

// offers are the found feeds, each once, those of comments last: what the head names,
// or else what it may mean, or else the links. The others come after them.
func (d *discovery) offers() (offers, others []feeds.Offer) {
	d.endAnchor()
	have := map[string]bool{"": true}
	for _, group := range [...][]feeds.Offer{d.named, d.vague, d.guessed} {
		var news, comments []feeds.Offer
		for _, o := range group {
			switch {
			case have[o.URL]:
			case IsComments(o):
				comments = append(comments, o)
			default:
				news = append(news, o)
			}
			have[o.URL] = true
		}
		news = append(news, comments...)
		news = news[:min(len(news), maxOffers)]
		if len(offers) == 0 {
			offers = news
		} else {
			others = append(others, news...)
		}
	}
	return offers, others
}

// IsComments reports whether a feed is one of what readers write.
func IsComments(o feeds.Offer) bool {
	text := strings.ToLower(o.URL + " " + o.Title)
	return strings.Contains(text, "comment") || strings.Contains(text, "kommenta") || strings.Contains(text, "/replies")
}

// pageError says that a document is a web page, and which feeds it offers.
func pageError(page []byte, base *url.URL) error {
	e := feeds.Errorf(feeds.NotFeed, "this is a web page, not a feed")
	e.Page = base
	e.Offers, e.Others = Discover(page, base)
	switch {
	case len(e.Offers) == 1:
		e.Text += "; it offers " + text.Shorten(e.Offers[0].URL, 200) + ", put that address as its url"
	case len(e.Offers) > 1:
		e.Text += fmt.Sprintf("; it offers %s and %d more, put one of those addresses as its url", text.Shorten(e.Offers[0].URL, 200), len(e.Offers)-1)
	case bytes.Contains(bytes.ToLower(page), []byte(`type="password"`)):
		e.Text = "this is a login page, not a feed"
	}
	return e
}
