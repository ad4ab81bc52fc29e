package syndicate

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"time"
)

// The elements of Atom, RFC 4287, in the order in which people read them.
type (
	atomFeed struct {
		XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		ID        string      `xml:"id"`
		Title     string      `xml:"title"`
		Updated   string      `xml:"updated"`
		Links     []atomLink  `xml:"link"`
		Author    atomPerson  `xml:"author"`
		Generator atomProgram `xml:"generator"`
		Entries   []atomEntry `xml:"entry"`
	}
	atomEntry struct {
		Lang       string         `xml:"xml:lang,attr,omitempty"`
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Updated    string         `xml:"updated"`
		Published  string         `xml:"published,omitempty"`
		Authors    []atomPerson   `xml:"author"`
		Links      []atomLink     `xml:"link"`
		Categories []atomCategory `xml:"category"`
		Content    atomText       `xml:"content"`
	}
	atomLink struct {
		Rel   string `xml:"rel,attr"`
		Type  string `xml:"type,attr,omitempty"`
		Title string `xml:"title,attr,omitempty"`
		Href  string `xml:"href,attr"`
	}
	atomPerson struct {
		Name string `xml:"name"`
	}
	atomProgram struct {
		Version string `xml:"version,attr"`
		Name    string `xml:",chardata"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	atomText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
)

// atom writes the document as Atom.
func (d *document) atom() ([]byte, error) {
	f := atomFeed{
		ID: d.id, Title: d.title, Updated: stamp(d.updated), Author: atomPerson{"watcher"}, Generator: atomProgram{d.version, "watcher"},
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: d.self}, {Rel: "alternate", Type: "text/html", Href: d.page}},
	}
	for i := range d.entries {
		e := &d.entries[i]
		entry := atomEntry{
			Lang: e.language, ID: e.id, Title: e.title, Updated: stamp(e.updated), Published: stamp(e.published), Content: atomText{"html", e.html},
		}
		for _, name := range e.writers() {
			entry.Authors = append(entry.Authors, atomPerson{name})
		}
		if e.link != "" {
			entry.Links = append(entry.Links, atomLink{Rel: "alternate", Type: "text/html", Href: e.link})
		}
		if e.page != "" {
			entry.Links = append(entry.Links, atomLink{Rel: "related", Type: "text/html", Title: "Open in watcher", Href: e.page})
		}
		for _, c := range e.categories {
			entry.Categories = append(entry.Categories, atomCategory{c})
		}
		f.Entries = append(f.Entries, entry)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	err := xml.NewEncoder(&b).Encode(f)
	return b.Bytes(), err
}

// writers are the article's authors, or its feed where it names none.
func (e *entry) writers() []string {
	switch {
	case len(e.authors) > 0:
		return e.authors
	case e.feed != "":
		return []string{e.feed}
	}
	return nil // who wrote the feed did
}

// stamp is a time as RFC 3339 has it; empty for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// The keys of JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/.
type (
	jsonFeed struct {
		Version string       `json:"version"`
		Title   string       `json:"title"`
		Home    string       `json:"home_page_url"`
		Self    string       `json:"feed_url"`
		Authors []jsonAuthor `json:"authors"`
		Items   []jsonItem   `json:"items"`
	}
	jsonItem struct {
		ID        string       `json:"id"`
		URL       string       `json:"url,omitempty"`
		Title     string       `json:"title"`
		HTML      string       `json:"content_html"`
		Published string       `json:"date_published,omitempty"`
		Modified  string       `json:"date_modified"`
		Authors   []jsonAuthor `json:"authors,omitempty"`
		Tags      []string     `json:"tags,omitempty"`
		Language  string       `json:"language,omitempty"`
	}
	jsonAuthor struct {
		Name string `json:"name"`
	}
)

// json writes the document as JSON Feed.
func (d *document) json() ([]byte, error) {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: d.title, Home: d.page, Self: d.self,
		Authors: []jsonAuthor{{"watcher"}}, Items: make([]jsonItem, len(d.entries)),
	}
	for i := range d.entries {
		e := &d.entries[i]
		item := jsonItem{
			ID: e.id, URL: e.link, Title: e.title, HTML: e.html, Published: stamp(e.published), Modified: stamp(e.updated),
			Tags: e.categories, Language: e.language,
		}
		for _, name := range e.writers() {
			item.Authors = append(item.Authors, jsonAuthor{name})
		}
		f.Items[i] = item
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(f)
	return b.Bytes(), err
}
