package parse

import (
	"cmp"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"watcher/internal/feeds"

	"github.com/mmcdole/gofeed/atom"
	hatom "golang.org/x/net/html/atom"
)

// atomHead takes over what an Atom document says of the feed.
func (x *xmlReader) atomHead(f *atom.Feed) {
	x.doc.Head.Format = strings.TrimSpace("Atom " + f.Version)
	for _, l := range f.Links {
		x.headLink(l.Rel, l.Href)
	}
	if g := f.Generator; g != nil {
		x.older.generator(g.Value, g.URI)
	}
	x.setHead(richText{s: cmp.Or(f.Title, x.headText(x.l.root.name, "title"))}, feeds.FirstLink(x.base, alternates(f.Links)...), f.Language)
	for _, a := range f.Authors {
		x.page.authors = append(x.page.authors, cmp.Or(a.Name, a.Email))
	}
	x.page.authors = cleanList(x.page.authors)
}

// headLink takes what a link of the head names beside the feed's page.
func (x *xmlReader) headLink(rel, href string) {
	x.older.link(x.base, rel, href)
	hints := &x.doc.Hints
	switch {
	case strings.EqualFold(rel, "hub") && hints.Hub == "":
		hints.Hub = feeds.AbsoluteLink(x.base, href)
	case strings.EqualFold(rel, "self") && hints.Self == "":
		hints.Self = feeds.AbsoluteLink(x.base, href)
	}
}

// alternates are the addresses of the page that a feed or an entry stands for,
// pages first.
func alternates(links []*atom.Link) []string {
	var pages, others []string
	for _, l := range links {
		rels := strings.Fields(strings.ToLower(l.Rel))
		if !slices.ContainsFunc(rels, func(rel string) bool { return relation(rel, "alternate") }) {
			continue
		}
		if t := strings.ToLower(l.Type); t == "" || strings.Contains(t, "html") {
			pages = append(pages, l.Href)
		} else {
			others = append(others, l.Href)
		}
	}
	return append(pages, others...)
}

// otherLinks are the addresses of an entry that has no page of its own: what it is
// about, or what it encloses. What is there for programs is none.
func otherLinks(links []*atom.Link) []string {
	var all []string
	for _, want := range [...]string{"related", "via", "enclosure", "self"} {
		for _, l := range links {
			if strings.EqualFold(l.Rel, want) {
				all = append(all, l.Href)
			}
		}
	}
	return all
}

// atomDraft makes a draft of an entry. Ids are read from the XML, as gofeed
// resolves them against xml:base: a site that moves to https would give every
// entry a new one.
func (x *xmlReader) atomDraft(e *atom.Entry, b []byte) *entryDraft {
	d := &entryDraft{base: x.base}
	if start, ok := tagEnd(b, 0); ok {
		d.base = withBase(d.base, attr(b[:start], "xml:base"))
		d.language = attr(b[:start], "xml:lang")
	}
	texts := map[string]string{}
	var created []string
	var written []string // links as RSS has them
	hasID := false
	for _, c := range children(b) {
		_, local, _ := strings.Cut(c.name, ":")
		switch local = cmp.Or(local, c.name); local {
		case "id":
			if !hasID {
				d.guid, hasID = c.text(), true
			}
		case "created":
			created = append([]string{c.text()}, created...) // of several the last counts
		case "title", "summary", "content":
			if texts[local] == "" {
				texts[local] = atomText(&c).String()
			}
		case "link":
			if rel := c.attr("rel"); rel == "" || rel == "alternate" {
				d.base = withBase(d.base, c.attr("xml:base"))
				written = append(written, c.text())
			}
		}
	}
	d.title, d.summary, d.content = texts["title"], texts["summary"], texts["content"]
	x.tryLinks(d, allValues(e.Extensions["feedburner"]["origLink"])...)
	x.tryLinks(d, alternates(e.Links)...)
	x.tryLinks(d, written...)
	if e.Content != nil {
		x.tryLinks(d, e.Content.Src)
	}
	x.tryLinks(d, feeds.AbsoluteLink(nil, d.guid))
	x.tryLinks(d, otherLinks(e.Links)...)
	if d.summary == "" && d.content == "" {
		d.summary = x.page.firstText(mediaValues(e.Extensions, "description"))
	}
	for _, a := range e.Authors {
		d.authors = append(d.authors, cmp.Or(a.Name, a.Email))
	}
	if len(d.authors) == 0 && e.Source != nil {
		for _, a := range e.Source.Authors {
			d.authors = append(d.authors, cmp.Or(a.Name, a.Email))
		}
	}
	for _, c := range e.Categories {
		d.categories = append(d.categories, c.Label, c.Term)
	}
	d.published = x.date(append(append([]string{e.Published}, created...), allValues(e.Extensions["dc"]["date"])...)...)
	d.updated = x.date(e.Updated)
	return d
}

// atomText is a text construct. Without a type it is plain text (RFC 4287,
// 3.1.1), but for the many feeds that put escaped HTML there. gofeed does not
// tell the type, and does not decode what has a mode of Atom 0.3 and no type.
func atomText(c *child) richText {
	kind := strings.ToLower(strings.TrimSpace(c.attr("type")))
	switch {
	case strings.EqualFold(c.attr("mode"), "base64"), isBinary(kind):
		b, err := base64.StdEncoding.DecodeString(c.text())
		switch {
		case err == nil && utf8.Valid(b):
			return richText{s: string(b)}
		case isBinary(kind):
			return richText{} // a picture
		}
	case strings.Contains(kind, "xhtml"), strings.HasSuffix(kind, "xml"), strings.EqualFold(c.attr("mode"), "xml"):
		return richText{s: string(c.inner)}
	case kind == "":
		return loose(c.text())
	case kind == "text", kind == "text/plain":
		s := c.text()
		return richText{s: s, plain: !looksLikeHTML(s)}
	}
	return richText{s: c.text()}
}

// loose is text of which the format says that it is plain, and that much software
// writes as HTML.
func loose(s string) richText {
	return richText{s: s, plain: !looksLikeHTML(s) && !entity.MatchString(s)}
}

// entity is what nobody writes in plain text.
var entity = regexp.MustCompile(`&(amp|lt|gt|quot|apos|nbsp|#[0-9]{2,5}|#x[0-9a-fA-F]{2,5});`)

// isBinary reports whether content of this media type is base64 (RFC 4287, 4.1.3.3).
func isBinary(kind string) bool {
	return strings.Contains(kind, "/") && !strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "xml") && !strings.Contains(kind, "html")
}

// looksLikeHTML reports whether s has an end tag that HTML knows, or an element
// that needs none.
func looksLikeHTML(s string) bool {
	for rest := s; ; {
		i := strings.IndexByte(rest, '<')
		if i < 0 || i+2 >= len(rest) {
			return false
		}
		rest = rest[i+1:]
		closing := rest[0] == '/'
		name := strings.ToLower(string(nameAt([]byte(rest[:min(len(rest), 24)]), boolInt(closing))))
		switch {
		case closing && hatom.Lookup([]byte(name)) != 0:
			return true
		case name == "br", name == "img", name == "hr", name == "p":
			return true
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
