package parse

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/text"

	jsonfeed "github.com/mmcdole/gofeed/json"
)

// readJSON reads a JSON Feed. It is taken apart first: items whose bytes are
// known are not decoded, and one with a field of the wrong type costs that
// field, not the feed.
func (r *documentReader) readJSON(b []byte) error {
	parts, err := splitJSON(b)
	version := jsonString(parts.fields["version"])
	if !isJSONFeed(version, &parts) {
		if doc, ok := xmlOfJSON(b); ok {
			return r.readWritten(doc)
		}
	}
	switch {
	case err != nil && (len(parts.items) == 0 || !isJSONFeed(version, &parts)): // the version may be behind the cut
		return &feeds.FetchError{Kind: feeds.Malformed, Text: "the JSON cannot be read: " + text.Shorten(err.Error(), 160), Err: err}
	case !isJSONFeed(version, &parts):
		return feeds.Errorf(feeds.NotFeed, "this is JSON but no JSON Feed: %s", text.Shorten(string(bytes.TrimSpace(b[:min(len(b), 400)])), 120))
	case !parts.hasItems:
		return feeds.Errorf(feeds.Malformed, "the JSON Feed has no list of items")
	case err != nil:
		r.doc.CutOff = true
		r.warn("the JSON is broken behind item %d; what was whole was read: %s", len(parts.items), text.Shorten(err.Error(), 80))
	}
	head, err := decodeJSONFeed(parts.fields, nil)
	if err != nil {
		return &feeds.FetchError{Kind: feeds.Malformed, Text: "the JSON Feed cannot be read: " + text.Shorten(err.Error(), 160), Err: err}
	}
	r.jsonHead(head, version, parts.fields["hubs"])
	r.older.next = feeds.AbsoluteLink(r.page.base, jsonString(parts.fields["next_url"]))
	if parts.more > 0 {
		r.warn("only the first and the last %d of %d items were read", MaxItems/2, MaxItems+parts.more)
	}
	r.doc.Incomplete = parts.more > 0
	for i, raw := range parts.items {
		if parts.more > 0 && i == len(parts.items)/2 {
			r.doc.Gap = len(r.doc.Entries)
		}
		r.readJSONItem(i+1, raw)
	}
	if r.lost > 0 && r.lost == len(parts.items) {
		return feeds.Errorf(feeds.Malformed, "none of the %d items can be read", len(parts.items))
	}
	return nil
}

// readWritten reads a feed that was JSON and is XML now.
func (r *documentReader) readWritten(doc []byte) error {
	r.table = nil
	l, ok := split(doc)
	if !ok {
		return feeds.Errorf(feeds.NotFeed, "this is JSON but no feed")
	}
	err := r.readXML(doc, l)
	r.doc.Head.Format += " in JSON"
	return err
}

// isJSONFeed reports whether the object is a JSON Feed. Its version is an address
// of the specification; some write the number alone, or forget it, but only feeds
// have items with texts of these names.
func isJSONFeed(version string, parts *jsonParts) bool {
	if strings.Contains(version, "jsonfeed.org/version/") {
		return true
	}
	if !parts.hasItems || version != "" && version != "1" && version != "1.0" && version != "1.1" {
		return false
	}
	if version != "" && parts.fields["title"] != nil {
		return true
	}
	var first map[string]json.RawMessage
	return len(parts.items) > 0 && json.Unmarshal(parts.items[0], &first) == nil && (first["content_text"] != nil || first["content_html"] != nil)
}

func (r *documentReader) readJSONItem(number int, raw json.RawMessage) {
	h := fingerprint.HashBytes(raw)
	if e, ok := r.known(h); ok {
		r.doc.Entries = append(r.doc.Entries, e)
		return
	}
	if len(raw) > maxItemBytes {
		r.lost++
		r.warn("item %d was left out: it has %d KiB", number, len(raw)>>10)
		return
	}
	raw = joinSurrogates(raw)
	feed, err := decodeJSONFeed(nil, raw)
	if err != nil {
		feed, err = decodeJSONFeed(nil, withoutControls(raw))
	}
	if err != nil || len(feed.Items) != 1 || feed.Items[0] == nil {
		r.lost++
		r.warn("item %d cannot be read and was left out", number)
		return
	}
	d := r.jsonDraft(feed.Items[0])
	d.raw = h
	it, ok := r.page.item(d)
	r.warnLink(number, d)
	if !ok {
		r.warn("item %d says nothing and was left out", number)
		return
	}
	r.doc.Items = append(r.doc.Items, it)
	r.doc.Entries = append(r.doc.Entries, it.Entry)
}

// decodeJSONFeed lets gofeed decode the feed's own fields and at most one item,
// both brought to the types of the specification.
func decodeJSONFeed(top map[string]json.RawMessage, item json.RawMessage) (*jsonfeed.Feed, error) {
	doc := map[string]json.RawMessage{}
	for _, name := range [...]string{"version", "title", "home_page_url", "feed_url", "language"} {
		setString(doc, name, top[name])
	}
	setAuthors(doc, top)
	if item != nil {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(item, &fields); err != nil {
			return nil, err
		}
		if fields == nil {
			return nil, errNotOne // null
		}
		if jsonString(fields["url"]) == "" && jsonString(fields["external_url"]) == "" {
			fields["external_url"] = enclosed(fields["attachments"])
		}
		out := map[string]json.RawMessage{}
		for _, name := range [...]string{
			"id", "url", "external_url", "title", "content_html", "content_text", "summary",
			"date_published", "date_modified", "language",
		} {
			setString(out, name, fields[name])
		}
		setAuthors(out, fields)
		if tags := jsonStrings(fields["tags"]); len(tags) > 0 {
			out["tags"], _ = json.Marshal(tags)
		}
		one, err := json.Marshal([]map[string]json.RawMessage{out})
		if err != nil {
			return nil, err
		}
		doc["items"] = one
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	return (&jsonfeed.Parser{}).Parse(bytes.NewReader(b))
}

// enclosed is the address of the first attachment.
func enclosed(attachments json.RawMessage) json.RawMessage {
	var list []struct {
		URL json.RawMessage `json:"url"`
	}
	if json.Unmarshal(attachments, &list) != nil || len(list) == 0 {
		return nil
	}
	return list[0].URL
}

// setString sets a field to what is a string, or was meant as one.
func setString(to map[string]json.RawMessage, name string, raw json.RawMessage) {
	if s := jsonString(raw); s != "" {
		to[name], _ = json.Marshal(s)
	}
}

// jsonString is a string, or a number or truth value as it is written.
func jsonString(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null" {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// jsonStrings is a list of strings, or one string with commas.
func jsonStrings(raw json.RawMessage) []string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		if s := jsonString(raw); s != "" {
			return strings.Split(s, ",")
		}
		return nil
	}
	var out []string
	for _, e := range list {
		if s := jsonString(e); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// setAuthors brings author (version 1) and authors (1.1) into one list of
// objects; each may be an object, a list of them, or a name.
func setAuthors(to, from map[string]json.RawMessage) {
	type author struct {
		Name string `json:"name"`
	}
	var all []author
	for _, field := range [...]string{"authors", "author"} {
		var list []json.RawMessage
		if json.Unmarshal(from[field], &list) != nil {
			list = []json.RawMessage{from[field]}
		}
		for _, e := range list {
			var fields map[string]json.RawMessage
			name := jsonString(e)
			if json.Unmarshal(e, &fields) == nil {
				name = jsonString(fields["name"])
			}
			if name != "" {
				all = append(all, author{name})
			}
		}
		if len(all) > 0 {
			to["authors"], _ = json.Marshal(all)
			return
		}
	}
}

func (r *documentReader) jsonHead(f *jsonfeed.Feed, version string, hubs json.RawMessage) {
	number := version[strings.LastIndexByte(strings.TrimRight(version, "/ "), '/')+1:]
	r.doc.Head.Format = strings.TrimSpace("JSON Feed " + text.Shorten(strings.Trim(number, "/ "), 10))
	r.setHead(loose(f.Title), feeds.AbsoluteLink(r.page.base, f.HomePageURL), f.Language)
	for _, a := range f.Authors {
		r.page.authors = append(r.page.authors, a.Name)
	}
	r.page.authors = cleanList(r.page.authors)
	r.doc.Hints.Self = feeds.AbsoluteLink(r.page.base, f.FeedURL)
	var list []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
	if json.Unmarshal(hubs, &list) != nil {
		return // no hubs, or none that can be used
	}
	for _, h := range list {
		if strings.EqualFold(h.Type, "WebSub") || strings.EqualFold(h.Type, "PubSubHubbub") {
			r.doc.Hints.Hub = cmp.Or(r.doc.Hints.Hub, feeds.AbsoluteLink(r.page.base, h.URL))
		}
	}
}

func (r *documentReader) jsonDraft(it *jsonfeed.Item) *entryDraft {
	d := &entryDraft{
		guid:       it.ID,
		base:       r.page.base,
		title:      loose(it.Title).String(),
		summary:    loose(it.Summary).String(),
		content:    richText{s: it.ContentHTML}.String(),
		categories: it.Tags,
		language:   it.Language,
		published:  r.date(it.DatePublished),
		updated:    r.date(it.DateModified),
	}
	r.tryLinks(d, it.URL, it.ExternalURL, feeds.AbsoluteLink(nil, it.ID))
	if d.content == "" {
		d.content = text.CleanText(it.ContentText)
	}
	for _, a := range it.Authors {
		d.authors = append(d.authors, a.Name)
	}
	return d
}
