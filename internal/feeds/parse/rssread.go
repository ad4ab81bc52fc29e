package parse

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse/dates"
	"watcher/internal/text"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// rssHead takes over what an RSS document says of the feed.
func (x *xmlReader) rssHead(f *rss.Feed) {
	title, link, language := f.Title, f.Link, f.Language
	if title == "" { // the parser has but the last, and none without a channel
		title = x.headText(cmp.Or(x.l.channel.name, x.l.root.name), "title")
	}
	if dc := f.DublinCoreExt; dc != nil {
		title = cmp.Or(title, first(dc.Title))
		language = cmp.Or(language, first(dc.Language))
	}
	language = cmp.Or(language, attr(x.channelTag, "xml:lang"), attr(x.rootTag, "xml:lang"))
	for _, l := range atomExtensions(f.Extensions, "link") {
		rel := strings.ToLower(l.Attrs["rel"])
		if link == "" && (rel == "" || rel == "alternate") {
			link = l.Attrs["href"]
		}
		x.headLink(rel, l.Attrs["href"])
	}
	x.doc.Head.Format = strings.TrimSpace("RSS " + f.Version)
	x.setHead(richText{s: title}, feeds.FirstLink(x.base, append(slices.Clone(f.Links), link)...), language)
	if author := cmp.Or(f.ManagingEditor, firstOf(f.DublinCoreExt, dcCreator), itunesAuthor(f.ITunesExt)); author != "" {
		x.page.authors = cleanList([]string{personName(author)})
	}
	x.older.generator(f.Generator)
	x.rssHints(f)
}

// headText is the first text of this name in what the document says of the feed: among
// the children of an element that is named as given.
func (x *xmlReader) headText(parent, name string) string {
	head := x.documentWith(nothing)
	at := bytes.Index(head, []byte("<"+parent))
	if at < 0 || len(head) > maxHead {
		return ""
	}
	for _, c := range children(head[at:]) {
		if _, local, _ := strings.Cut(c.name, ":"); cmp.Or(local, c.name) == name {
			if s := c.text(); s != "" {
				return s
			}
		}
	}
	return ""
}

// rssHints reads <ttl> (minutes), <skipHours>, <skipDays> and the syndication
// module.
func (x *xmlReader) rssHints(f *rss.Feed) {
	h := &x.doc.Hints
	if n, err := strconv.Atoi(strings.TrimSpace(f.TTL)); err == nil && n > 0 {
		h.TTL = feeds.Seconds(int64(n) * 60)
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
	cs := ownChildren(b)
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
				switch p := strings.TrimSpace(cmp.Or(c.attr("isPermaLink"), c.attr("isPermalink"), c.attr("ispermalink"))); {
				case p == "":
					permalink = feeds.AbsoluteLink(nil, guid)
				case strings.EqualFold(p, "true"):
					permalink = feeds.AbsoluteLink(d.base, guid)
				}
				break // the first one: a second is another scheme's
			}
		}
	}
	x.rssLinks(it, cs, d)
	x.tryLinks(d, permalink, feeds.AbsoluteLink(nil, about))
	if d.link == "" {
		x.tryLinks(d, rssOtherLinks(it)...)
	}
	x.rssText(it, cs, d)
	d.authors = rssAuthors(it, cs)
	d.categories = rssCategories(it)
	d.language = cmp.Or(firstOf(it.DublinCoreExt, dcLanguage), d.language)
	x.rssDates(it, cs, d)
	return d
}

// tryLinks takes the first of the links that is an address, unless there is one
// already.
func (r *documentReader) tryLinks(d *entryDraft, links ...string) {
	base := d.base
	if base == nil {
		base = r.page.base
	}
	for _, link := range links {
		if d.link != "" {
			return
		}
		if link = strings.TrimSpace(r.page.masks.unmask(link)); link != "" {
			d.link = feeds.ArticleLink(base, link)
			d.badLink = cmp.Or(d.badLink, link)
		}
	}
}

// warnLink says that an item ends without a link where it was to have one.
func (r *documentReader) warnLink(number int, d *entryDraft) {
	if d.link == "" && d.badLink != "" {
		r.warn("item %d has no link, as this is none that a browser opens: %q", number, text.Shorten(d.badLink, 60))
	}
}

// rssLinks tries the article's addresses: where a proxy of the feed put its own in
// front, the one that it keeps aside.
func (x *xmlReader) rssLinks(it *rss.Item, cs []child, d *entryDraft) {
	for _, prefix := range [...]string{"feedburner", "pheedo"} {
		x.tryLinks(d, allValues(it.Extensions[prefix]["origLink"])...)
	}
	for i := range cs {
		if c := &cs[i]; d.link == "" && (c.name == "link" || c.name == "rss:link") {
			base := d.base
			d.base = withBase(base, c.attr("xml:base"))
			if x.tryLinks(d, c.text(), c.attr("href")); d.link == "" {
				d.base = base
			}
		}
	}
	x.tryLinks(d, it.Link)
	var written []*atom.Link
	for _, l := range atomExtensions(it.Extensions, "link") {
		written = append(written, &atom.Link{Rel: cmp.Or(l.Attrs["rel"], "alternate"), Type: l.Attrs["type"], Href: l.Attrs["href"]})
	}
	x.tryLinks(d, alternates(written)...)
}

// rssOtherLinks are the addresses of an item that has none as such: what it names
// itself by, or what it encloses.
func rssOtherLinks(it *rss.Item) []string {
	var links []string
	if dc := it.DublinCoreExt; dc != nil {
		for _, id := range dc.Identifier {
			links = append(links, feeds.AbsoluteLink(nil, id))
		}
	}
	for _, id := range it.Extensions["dcterms"]["identifier"] {
		links = append(links, feeds.AbsoluteLink(nil, id.Value))
	}
	for _, e := range it.Enclosures {
		if !strings.HasPrefix(e.Type, "image/") { // a picture is not the article
			links = append(links, e.URL)
		}
	}
	for _, c := range mediaParts(it.Extensions) {
		for _, name := range [...]string{"content", "player"} {
			for _, e := range c[name] {
				links = append(links, e.Attrs["url"])
			}
		}
	}
	return append(links, feeds.AbsoluteLink(nil, it.Custom["url"]), feeds.AbsoluteLink(nil, it.Comments))
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

// mediaValues are the texts of the elements of this name in mediaParts.
func mediaValues(e ext.Extensions, name string) []string {
	if e["media"] == nil {
		return nil
	}
	var all []string
	for _, part := range mediaParts(e) {
		all = append(all, allValues(part[name])...)
	}
	return all
}

// rssText reads title, summary and content: of each the first that has words.
func (x *xmlReader) rssText(it *rss.Item, cs []child, d *entryDraft) {
	dc, terms := it.DublinCoreExt, it.Extensions["dcterms"]
	if dc == nil {
		dc = &ext.DublinCoreExtension{}
	}
	d.title = x.page.firstText(repeated(cs, "title", it.Title), dc.Title, allValues(it.Extensions["itunes"]["title"]),
		mediaValues(it.Extensions, "title"), allValues(terms["title"]))
	var podcast []string
	if it.ITunesExt != nil {
		podcast = []string{it.ITunesExt.Summary, it.ITunesExt.Subtitle}
	}
	d.summary = x.page.firstText(repeated(cs, "description", it.Description), dc.Description, allValues(terms["abstract"]),
		allValues(terms["description"]), podcast, allValues(atomExtensions(it.Extensions, "summary")), mediaValues(it.Extensions, "description"))
	long := ""
	if extra := x.page.firstText([]string{it.Custom["summary"]}); extra != "" { // a longer one beside it
		long, d.summary = d.summary, extra
	}
	d.content = cmp.Or(x.page.firstText(repeated(cs, "content:encoded", it.Content), []string{it.Custom["encoded"]},
		allValues(atomExtensions(it.Extensions, "content")), allValues(it.Extensions["yandex"]["full-text"]),
		allValues(it.Extensions["turbo"]["content"]),
		[]string{it.Custom["fullitem"], it.Custom["fulltext"], it.Custom["content"]}), long)
	for i := range cs {
		if c := &cs[i]; d.content == "" && (c.name == "body" || strings.HasSuffix(c.name, ":body") || strings.HasSuffix(c.name, ":payload") || c.name == "xhtml:div") {
			d.content = text.PlainText(string(c.inner))
		}
	}
}

// repeated are the texts of the children of this name. Of several the parser has
// but the last; of one it knows more than we do, as a rule, and found is what it has.
func repeated(cs []child, name, found string) []string {
	var all []string
	for i := range cs {
		if cs[i].name == name {
			all = append(all, cs[i].text())
		}
	}
	if len(all) < 2 {
		return append([]string{found}, all...)
	}
	return append(all, found)
}

// ownChildren are the children of an item without those that declare themselves
// to be of another vocabulary (Namespaces in XML, 6.2), which the parser has as
// extensions.
func ownChildren(b []byte) []child {
	return slices.DeleteFunc(children(b), func(c child) bool {
		uri := c.attr("xmlns")
		return uri != "" && c.name != "body" && (!slices.Contains(vocabularies[:], uri) || strings.Contains(strings.ToLower(uri), "atom"))
	})
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

func (x *xmlReader) rssDates(it *rss.Item, cs []child, d *entryDraft) {
	terms := it.Extensions["dcterms"]
	dates := repeated(cs, "pubdate", it.PubDate)
	if it.DublinCoreExt != nil {
		dates = append(dates, it.DublinCoreExt.Date...)
	}
	for _, es := range [...][]ext.Extension{
		terms["issued"], terms["created"], atomExtensions(it.Extensions, "published"), atomExtensions(it.Extensions, "issued"),
		it.Extensions["prism"]["publicationDate"], it.Extensions["dc"]["created"],
	} {
		dates = append(dates, allValues(es)...)
	}
	d.published = x.date(append(dates, it.Custom["date"], it.Custom["published"], it.Custom["publishdate"])...)
	dates = append(allValues(terms["modified"]), allValues(atomExtensions(it.Extensions, "updated"))...)
	dates = append(dates, allValues(atomExtensions(it.Extensions, "modified"))...)
	d.updated = x.date(append(dates, it.Custom["updated"])...)
}

// date reads the first of the strings that is a date. If none is, and there is
// one, that is worth a warning.
func (r *documentReader) date(candidates ...string) time.Time {
	unread := ""
	for _, s := range candidates {
		if s = r.page.masks.unmask(s); s == "" {
			continue
		}
		if t, ok := dates.Parse(s, r.page.language); ok {
			return t
		}
		unread = cmp.Or(unread, s)
	}
	if unread != "" {
		r.warn("a date cannot be read with certainty: %q", text.Shorten(unread, 60))
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

// allValues are the texts of extension elements.
func allValues(es []ext.Extension) []string {
	var all []string
	for i := range es {
		all = append(all, es[i].Value)
	}
	return all
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

func dcLanguage(dc *ext.DublinCoreExtension) []string { return dc.Language }
func dcCreator(dc *ext.DublinCoreExtension) []string  { return dc.Creator }

func itunesAuthor(i *ext.ITunesFeedExtension) string {
	if i == nil {
		return ""
	}
	return i.Author
}
