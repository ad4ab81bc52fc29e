package parse

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse/charset"
	"watcher/internal/text"
)

const (
	maxOutlines     = 100_000
	maxOutlineDepth = 20
)

// ParseOPML reads the feeds of an OPML list. Each gets the names of the folders
// it is in, and its categories, as tags. A name that two feeds share is kept by
// the first; a feed that is listed twice is one. An outline that cannot be read
// costs itself alone. warnings say what was left out and renamed.
func ParseOPML(b []byte) (sources []feeds.Source, warnings []string, err error) {
	d := charset.Decode(append(b[:len(b):len(b)], ' '), "")
	s := &splitter{text: expandEntities(d.Table.Decode(d.Text))}
	p := opmlParser{names: map[string]bool{}, urls: map[string]int{}}
	ended := false
	for s.next() {
		if rest, isEnd := bytes.CutPrefix(s.text[s.pos:], []byte("</")); isEnd {
			name := nameAt(rest, 0)
			s.pos += 2 + len(name)
			ended = ended || bytes.EqualFold(name, []byte("opml"))
			p.endTag(name)
			continue
		}
		name, _ := s.startName()
		at := s.pos
		s.pos += 1 + len(name)
		switch lower(name) {
		case "opml":
			p.opml = true
		case "outline":
			o, end := readOutline(s.text, s.pos)
			s.pos = end
			if err := p.outlineTag(&o, s.text[at:end]); err != nil {
				return nil, nil, err
			}
		}
	}
	if !p.opml {
		return nil, nil, fmt.Errorf("not an OPML list: it has no opml element")
	}
	if !ended {
		p.warnf("the list is broken behind %d feeds: it ends before its end tag", len(p.sources))
	}
	return p.sources, p.warnings, nil
}

type opmlParser struct {
	opml     bool
	folders  []string // names of the open outlines; "" for those that are feeds
	sources  []feeds.Source
	warnings []string
	names    map[string]bool
	urls     map[string]int // index into sources
}

func (p *opmlParser) warnf(format string, args ...any) {
	if len(p.warnings) < maxWarnings {
		p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
	}
}

func (p *opmlParser) endTag(name []byte) {
	if bytes.EqualFold(name, []byte("outline")) && len(p.folders) > 0 {
		p.folders = p.folders[:len(p.folders)-1]
	}
}

// outlineTag takes an outline, of which tag is what is there.
func (p *opmlParser) outlineTag(o *outlineTag, tag []byte) error {
	if !o.whole {
		p.warnf("an outline is left out, its tag does not end: %s", text.Shorten(feeds.Shown(string(tag[:min(len(tag), 400)])), 80))
		return nil
	}
	if len(p.folders) == maxOutlineDepth { // feeds that nobody closed are no folders
		p.folders = slices.DeleteFunc(p.folders, func(name string) bool { return name == "" })
	}
	if len(p.folders) == maxOutlineDepth {
		return fmt.Errorf("the folders of the OPML list are nested more than %d deep", maxOutlineDepth)
	}
	folder := p.outline(o.attrs)
	if !o.closed {
		p.folders = append(p.folders, folder)
	}
	if len(p.sources) > maxOutlines {
		return fmt.Errorf("the OPML list has more than %d feeds", maxOutlines)
	}
	return nil
}

// outline adds a feed, or returns the name of a folder.
func (p *opmlParser) outline(a map[string]string) string {
	name := text.OneLine(text.CleanText(a["title"]))
	if name == "" {
		name = text.OneLine(text.CleanText(a["text"]))
	}
	address := a["xmlurl"]
	if rest, ok := strings.CutPrefix(address, "feed:"); ok { // feed://host/ and feed:https://host/
		address = rest
		if strings.HasPrefix(rest, "//") {
			address = "http:" + rest
		}
	}
	if address == "" {
		if kind := strings.ToLower(a["type"]); kind == "rss" || kind == "atom" || kind == "link" || a["url"] != "" || a["htmlurl"] != "" {
			p.warnf("%s is left out: it has no xmlUrl, and so is no feed", text.Shorten(name, 60))
		}
		return name
	}
	if _, bad := feeds.ValidateURL("url", address, "http", "https"); bad {
		p.warnf("%s is left out: %s is no http or https address", text.Shorten(name, 60), text.Shorten(feeds.Shown(address), 80))
		return ""
	}
	p.add(name, address, a["category"])
	return ""
}

func (p *opmlParser) add(name, address, categories string) {
	tags := append([]string{}, p.folders...)
	for c := range strings.SplitSeq(categories, ",") {
		tags = append(tags, strings.Trim(text.CleanText(c), "/ "))
	}
	at, again := p.urls[address]
	if !again {
		switch {
		case name == "":
			name = address
		case p.names[name]:
			p.warnf("%s is called by its address: another feed has the name %s", text.Shorten(feeds.Shown(address), 80), text.Shorten(name, 60))
			name = address
		case strings.HasPrefix(name, "tag:"): // which would be a tag wherever feeds are named
			p.warnf("%s is called by its address: a name cannot begin with tag:, as %s does", text.Shorten(feeds.Shown(address), 80), text.Shorten(name, 60))
			name = address
		}
		p.names[name] = true
		at = len(p.sources)
		p.urls[address] = at
		p.sources = append(p.sources, feeds.Source{ID: name, URL: address})
	}
	s := &p.sources[at]
	if again {
		p.warnf("%s is listed twice, and is one feed: %s", text.Shorten(feeds.Shown(address), 80), text.Shorten(feeds.Shown(s.ID), 60))
	}
	for _, tag := range tags {
		if tag != "" && !slices.Contains(s.Tags, tag) {
			s.Tags = append(s.Tags, tag)
		}
	}
}

// WriteOPML writes sources as an OPML 2.0 list with their tags as categories.
// Credentials and headers are not part of it.
func WriteOPML(w io.Writer, title string, sources []feeds.Source) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head><title>%s</title></head>\n  <body>\n", escapeXML(title))
	for _, s := range sources {
		fmt.Fprintf(b, "    <outline type=\"rss\" text=\"%s\" title=\"%s\" xmlUrl=\"%s\"", escapeXML(feeds.Shown(s.ID)), escapeXML(feeds.Shown(s.ID)), escapeXML(feeds.Shown(s.URL)))
		if len(s.Tags) > 0 {
			fmt.Fprintf(b, " category=\"%s\"", escapeXML(strings.Join(s.Tags, ",")))
		}
		fmt.Fprint(b, "/>\n")
	}
	fmt.Fprint(b, "  </body>\n</opml>\n")
	return b.Flush()
}

// escapeXML writes as references the marks of XML and the characters that nobody
// sees.
func escapeXML(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a Buffer takes all
	return string(text.Escape(b.Bytes(), func(out []byte, r rune) []byte { return fmt.Appendf(out, "&#x%X;", r) }))
}
