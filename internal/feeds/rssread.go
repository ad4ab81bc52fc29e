package feeds

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// rssHead takes over what an RSS document says of the feed.
func (x *xmlReader) rssHead(f *rss.Feed) {
	head, hints := &x.doc.Head, &x.doc.Hints
	title, link, language := f.Title, f.Link, f.Language
	if dc := f.DublinCoreExt; dc != nil {
		title = cmp.Or(title, first(dc.Title))
		language = cmp.Or(language, first(dc.Language))
	}
	language = cmp.Or(language, attr(x.channelTag, "xml:lang"), attr(x.rootTag, "xml:lang"))
	for _, l := range atomExtensions(f.Extensions, "link") {
		rel := strings.ToLower(l.Attrs["rel"])
		switch {
		case link == "" && (rel == "" || rel == "alternate"):
			link = l.Attrs["href"]
		case rel == "hub" && hints.Hub == "":
			hints.Hub = absoluteLink(x.base, l.Attrs["href"])
		case rel == "self" && hints.Self == "":
			hints.Self = absoluteLink(x.base, l.Attrs["href"])
		}
	}
	head.Format = strings.TrimSpace("RSS " + f.Version)
	x.setHead(text{s: title}, absoluteLink(x.base, link), language)
	if author := cmp.Or(f.ManagingEditor, firstOf(f.DublinCoreExt, dcCreator), itunesAuthor(f.ITunesExt)); author != "" {
		x.page.authors = cleanList([]string{personName(author)})
	}
	x.rssHints(f)
}

// rssHints reads <ttl> (minutes), <skipHours>, <skipDays> and the syndication
// module.
func (x *xmlReader) rssHints(f *rss.Feed) {
	h := &x.doc.Hints
	if n, err := strconv.Atoi(strings.TrimSpace(f.TTL)); err == nil && n > 0 {
		h.TTL = seconds(int64(n) * 60)
	}
	for _, hour := range f.SkipHours {
		if n, err := strconv.Atoi(strings.TrimSpace(hour)); err == nil && n >= 0 && n <= 24 {
			h.SkipHours |= 1 << (n % 24) // RSS 0.91 counts from 1 to 24
		}
	}
	for _, day := range f.SkipDays {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(strings.TrimSpace(day), d.String()) {
				h.SkipDays |= 1 << d
			}
		}
	}
	sy := f.Extensions["sy"]
	period := map[string]time.Duration{
		"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour,
		"monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
	}[strings.ToLower(value(sy["updatePeriod"]))]
	if n, err := strconv.Atoi(value(sy["updateFrequency"])); err == nil && n > 1 {
		period /= time.Duration(n)
	}
	h.UpdatePeriod = period
}

// rssDraft makes a draft of an item. What gofeed does not tell, or tells
// otherwise than the feed wrote it, is read from the item's XML.
func (x *xmlReader) rssDraft(it *rss.Item, b []byte) *entryDraft {
	d := &entryDraft{base: x.base}
	cs := children(b)
	if start, ok := tagEnd(b, 0); ok {
		d.base = withBase(d.base, attr(b[:start], "xml:base"))
		d.guid = attr(b[:start], "rdf:about")
		d.language = attr(b[:start], "xml:lang")
	}
	about := d.guid
	permalink := ""
	for i := range cs {
		if c := &cs[i]; c.name == "guid" || c.name == "rss:guid" {
			if guid := c.text(); guid != "" {
				d.guid = guid
				// A permalink is one by default, and most feeds never say that theirs
				// is none: only what is an address is taken for one.
				switch p := strings.TrimSpace(cmp.Or(c.attr("isPermaLink"), c.attr("isPermalink"))); {
				case p == "":
					permalink = absoluteLink(nil, guid)
				case strings.EqualFold(p, "true"):
					permalink = absoluteLink(d.base, guid)
				}
				break // the first one: a second is another scheme's
			}
		}
	}
	d.link = cmp.Or(x.rssLink(it, cs, d), permalink, absoluteLink(nil, about), rssOtherLink(it))
	x.rssText(it, cs, d)
	d.authors = rssAuthors(it, cs)
	d.categories = rssCategories(it)
	d.language = cmp.Or(firstOf(it.DublinCoreExt, dcLanguage), d.language)
	x.rssDates(it, d)
	return d
}

// rssLink is the article's address: where a proxy of the feed put its own in
// front, the one that it keeps aside.
func (x *xmlReader) rssLink(it *rss.Item, cs []child, d *entryDraft) string {
	for _, prefix := range [...]string{"feedburner", "pheedo"} {
		if orig := value(it.Extensions[prefix]["origLink"]); orig != "" {
			return orig
		}
	}
	for i := range cs {
		if c := &cs[i]; c.name == "link" || c.name == "rss:link" {
			if link := cmp.Or(c.text(), c.attr("href")); link != "" {
				d.base = withBase(d.base, c.attr("xml:base"))
				return link
			}
		}
	}
	if it.Link != "" {
		return it.Link
	}
	for _, l := range atomExtensions(it.Extensions, "link") {
		if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
			return l.Attrs["href"]
		}
	}
	return ""
}

// rssOtherLink is the address of an item that has none as such: what it names
// itself by, or what it encloses.
func rssOtherLink(it *rss.Item) string {
	if dc := it.DublinCoreExt; dc != nil {
		for _, id := range dc.Identifier {
			if link := absoluteLink(nil, id); link != "" {
				return link
			}
		}
	}
	for _, id := range it.Extensions["dcterms"]["identifier"] {
		if link := absoluteLink(nil, id.Value); link != "" {
			return link
		}
	}
	for _, e := range it.Enclosures {
		if e.URL != "" && !strings.HasPrefix(e.Type, "image/") { // a picture is not the article
			return e.URL
		}
	}
	for _, c := range mediaParts(it.Extensions) {
		for _, name := range [...]string{"content", "player"} {
			for _, e := range c[name] {
				if url := e.Attrs["url"]; url != "" {
					return url
				}
			}
		}
	}
	return ""
}

// mediaParts are the elements of Media RSS that say something of an item: its own,
// those of its groups, and those of its contents.
func mediaParts(e ext.Extensions) []map[string][]ext.Extension {
	parts := []map[string][]ext.Extension{e["media"]}
	for _, name := range [...]string{"group", "content"} {
		for _, m := range e["media"][name] {
			parts = append(parts, m.Children)
		}
	}
	return parts
}

// mediaValue is the text of the first element of this name in mediaParts.
func mediaValue(e ext.Extensions, name string) string {
	if e["media"] == nil {
		return ""
	}
	for _, part := range mediaParts(e) {
		if v := value(part[name]); v != "" {
			return v
		}
	}
	return ""
}

func (x *xmlReader) rssText(it *rss.Item, cs []child, d *entryDraft) {
	dc, itunes := it.DublinCoreExt, it.ITunesExt
	terms := it.Extensions["dcterms"]
	d.title = text{s: cmp.Or(it.Title, firstOf(dc, dcTitle), value(it.Extensions["itunes"]["title"]), mediaValue(it.Extensions, "title"), value(terms["title"]))}
	d.summary = text{s: cmp.Or(it.Description, firstOf(dc, dcDescription), value(terms["abstract"]), value(terms["description"]))}
	if d.summary.s == "" && itunes != nil {
		d.summary.s = cmp.Or(itunes.Summary, itunes.Subtitle)
	}
	if d.summary.s == "" {
		d.summary.s = cmp.Or(value(atomExtensions(it.Extensions, "summary")), mediaValue(it.Extensions, "description"))
	}
	if extra := it.Custom["summary"]; extra != "" { // a longer one beside it
		d.content.s, d.summary.s = d.summary.s, extra
	}
	d.content.s = cmp.Or(it.Content, value(atomExtensions(it.Extensions, "content")),
		value(it.Extensions["yandex"]["full-text"]), value(it.Extensions["turbo"]["content"]),
		it.Custom["fullitem"], it.Custom["fulltext"], it.Custom["content"], d.content.s)
	for i := range cs {
		if c := &cs[i]; d.content.s == "" && (c.name == "body" || strings.HasSuffix(c.name, ":body") || c.name == "xhtml:div") {
			d.content.s = string(c.inner)
		}
	}
}

func rssAuthors(it *rss.Item, cs []child) []string {
	var names []string
	for i := range cs { // gofeed has but the last
		if cs[i].name == "author" {
			names = append(names, cs[i].text())
		}
	}
	if len(names) < 2 {
		names = []string{it.Author}
	}
	if dc := it.DublinCoreExt; dc != nil {
		names = append(append(names, dc.Creator...), dc.Author...)
	}
	for _, c := range it.Extensions["dcterms"]["creator"] {
		names = append(names, c.Value)
	}
	if it.ITunesExt != nil && strings.Join(names, "") == "" {
		names = append(names, it.ITunesExt.Author)
	}
	for _, a := range atomExtensions(it.Extensions, "author") {
		names = append(names, cmp.Or(value(a.Children["name"]), value(a.Children["email"])))
	}
	for i := range names {
		names[i] = personName(names[i])
	}
	return names
}

func rssCategories(it *rss.Item) []string {
	var cats []string
	for _, c := range it.Categories {
		cats = append(cats, c.Value)
	}
	if it.DublinCoreExt != nil {
		cats = append(cats, it.DublinCoreExt.Subject...)
	}
	for _, c := range atomExtensions(it.Extensions, "category") {
		cats = append(cats, c.Attrs["label"], c.Attrs["term"])
	}
	for _, c := range it.Extensions["itunes"]["category"] {
		cats = append(cats, c.Attrs["text"])
		for _, sub := range c.Children["category"] {
			cats = append(cats, sub.Attrs["text"])
		}
	}
	if it.ITunesExt != nil {
		cats = append(cats, strings.Split(it.ITunesExt.Keywords, ",")...)
	}
	return append(cats, strings.Split(it.Custom["tags"], ",")...)
}

func (x *xmlReader) rssDates(it *rss.Item, d *entryDraft) {
	terms := it.Extensions["dcterms"]
	dcDate := ""
	if it.DublinCoreExt != nil {
		dcDate = first(it.DublinCoreExt.Date)
	}
	d.published = x.date(it.PubDate, dcDate, value(terms["issued"]), value(terms["created"]),
		value(atomExtensions(it.Extensions, "published")), value(atomExtensions(it.Extensions, "issued")),
		value(it.Extensions["prism"]["publicationDate"]), value(it.Extensions["dc"]["created"]),
		it.Custom["date"], it.Custom["published"], it.Custom["publishdate"])
	d.updated = x.date(value(terms["modified"]), value(atomExtensions(it.Extensions, "updated")),
		value(atomExtensions(it.Extensions, "modified")), it.Custom["updated"])
}

// date reads the first of the strings that is a date. If none is, and there is
// one, that is worth a warning.
func (r *documentReader) date(candidates ...string) time.Time {
	unread := ""
	for _, s := range candidates {
		if s == "" {
			continue
		}
		if t, ok := parseDate(s, r.page.language); ok {
			return t
		}
		unread = cmp.Or(unread, s)
	}
	if unread != "" {
		r.warn("a date cannot be read with certainty: %q", Shorten(r.page.stash.restore(unread), 60))
	}
	return time.Time{}
}

// personName is the name in "a@b.example (Name)", "Name <a@b.example>" or
// "Name (a@b.example)", else all of it.
func personName(s string) string {
	s = strings.TrimSpace(s)
	for _, pair := range [...]string{"()", "<>"} {
		before, rest, ok := strings.Cut(s, pair[:1])
		inside, after, closed := strings.Cut(rest, pair[1:])
		if !ok || !closed || strings.TrimSpace(after) != "" {
			continue
		}
		before, inside = strings.TrimSpace(before), strings.TrimSpace(inside)
		switch {
		case strings.Contains(inside, "@") && before != "":
			return strings.Trim(before, `"`)
		case strings.Contains(before, "@") && !strings.ContainsAny(before, " \t") && inside != "":
			return inside
		}
	}
	return strings.TrimPrefix(s, "mailto:")
}

// value is the text of the first extension element.
func value(es []ext.Extension) string {
	if len(es) == 0 {
		return ""
	}
	return es[0].Value
}

// atomExtensions are the Atom elements of this name in an RSS feed.
func atomExtensions(e ext.Extensions, name string) []ext.Extension {
	for _, prefix := range [...]string{"atom", "atom10", "atom03"} {
		if es := e[prefix][name]; len(es) > 0 {
			return es
		}
	}
	return nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func firstOf(dc *ext.DublinCoreExtension, field func(*ext.DublinCoreExtension) []string) string {
	if dc == nil {
		return ""
	}
	return first(field(dc))
}

func dcTitle(dc *ext.DublinCoreExtension) []string       { return dc.Title }
func dcDescription(dc *ext.DublinCoreExtension) []string { return dc.Description }
func dcLanguage(dc *ext.DublinCoreExtension) []string    { return dc.Language }
func dcCreator(dc *ext.DublinCoreExtension) []string     { return dc.Creator }

func itunesAuthor(i *ext.ITunesFeedExtension) string {
	if i == nil {
		return ""
	}
	return i.Author
}

// parseBase parses an http or https address; nil if it is none.
func parseBase(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil
	}
	return u
}
