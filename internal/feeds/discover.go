package feeds

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxOffers bounds the feeds that are taken from one page.
const maxOffers = 10

// feedTypes are the media types by which a page says that a link is a feed.
var feedTypes = map[string]bool{
	"application/rss+xml": true, "application/atom+xml": true, "application/feed+json": true,
	"application/rdf+xml": true, "application/x.atom+xml": true, "application/x-atom+xml": true,
	"text/rss+xml": true, "text/atom+xml": true, "text/rss": true,
}

// Discover finds the feeds that a web page offers: those that its head names,
// else those that its links look like. Feeds of comments come last. base is the
// page's address.
func Discover(page []byte, base *url.URL) []Offer {
	var d discovery
	d.base = base
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return d.offers()
		case html.StartTagToken, html.SelfClosingTagToken:
			d.tag(z)
		case html.TextToken:
			if d.anchor != "" && d.label == "" {
				d.label = Shorten(string(z.Text()), 60)
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); d.anchor != "" && atom.Lookup(name) == atom.A {
				d.guessed = append(d.guessed, Offer{Title: d.label, URL: d.anchor})
				d.anchor, d.label = "", ""
			}
		}
	}
}

type discovery struct {
	base           *url.URL
	named, guessed []Offer
	anchor, label  string // a link that looks like a feed's, while its text is read
	password       bool
}

func (d *discovery) tag(z *html.Tokenizer) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	if tag != atom.Link && tag != atom.A && tag != atom.Base && tag != atom.Input {
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
	case atom.Input:
		d.password = d.password || strings.EqualFold(attrs["type"], "password")
	case atom.Link:
		d.link(attrs)
	case atom.A:
		if href := absoluteLink(d.base, attrs["href"]); looksLikeFeed(href) && len(d.guessed) < 4*maxOffers {
			d.anchor, d.label = href, ""
		}
	}
}

func (d *discovery) link(attrs map[string]string) {
	rels := strings.Fields(strings.ToLower(attrs["rel"]))
	if !slices.Contains(rels, "alternate") && !slices.Contains(rels, "feed") || len(d.named) == 4*maxOffers {
		return
	}
	kind, _, _ := strings.Cut(strings.ToLower(attrs["type"]), ";")
	href := absoluteLink(d.base, attrs["href"])
	// WordPress offers its programming interface as JSON in every page.
	isJSON := kind == "application/json" && !strings.Contains(href, "/wp-json/") && looksLikeFeed(href)
	if href != "" && (feedTypes[strings.TrimSpace(kind)] || isJSON || slices.Contains(rels, "feed")) {
		d.named = append(d.named, Offer{Title: Shorten(attrs["title"], 80), URL: href})
	}
}

// looksLikeFeed says whether an address has the words of a feed's in its path.
func looksLikeFeed(href string) bool {
	u, err := url.Parse(href)
	if err != nil || href == "" {
		return false
	}
	path := strings.ToLower(u.Path)
	last := path[strings.LastIndexByte(path, '/')+1:]
	for _, suffix := range [...]string{".rss", ".rdf", ".atom"} {
		if strings.HasSuffix(last, suffix) {
			return true
		}
	}
	words := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '.' || r == '-' || r == '_' })
	for _, w := range words {
		switch w {
		case "feed", "feeds", "rss", "rss2", "atom":
			return true
		}
	}
	return strings.EqualFold(u.Query().Get("feed"), "rss2") || strings.EqualFold(u.Query().Get("format"), "rss")
}

// offers are the found feeds, each once, those of comments last.
func (d *discovery) offers() []Offer {
	all := d.named
	if len(all) == 0 {
		all = d.guessed
	}
	have := map[string]bool{}
	var news, comments []Offer
	for _, o := range all {
		if have[o.URL] {
			continue
		}
		have[o.URL] = true
		if strings.Contains(strings.ToLower(o.URL+" "+o.Title), "comment") {
			comments = append(comments, o)
		} else {
			news = append(news, o)
		}
	}
	news = append(news, comments...)
	return news[:min(len(news), maxOffers)]
}

// pageError says that a document is a web page, and which feeds it offers.
func pageError(text []byte, base *url.URL) error {
	e := failf(NotFeed, "this is a web page, not a feed")
	e.Offers = Discover(text, base)
	switch {
	case len(e.Offers) == 1:
		e.Text += "; it offers " + Shorten(e.Offers[0].URL, 200) + ", put that address as its url"
	case len(e.Offers) > 1:
		e.Text += fmt.Sprintf("; it offers %s and %d more, put one of those addresses as its url", Shorten(e.Offers[0].URL, 200), len(e.Offers)-1)
	case bytes.Contains(bytes.ToLower(text), []byte(`type="password"`)):
		e.Text = "this is a login page, not a feed"
	}
	return e
}
