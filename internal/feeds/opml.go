package feeds

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	maxOutlines     = 100_000
	maxOutlineDepth = 20
)

// ParseOPML reads the feeds of an OPML list. Each gets the names of the folders
// it is in, and its categories, as tags. A name that two feeds share is kept by
// the first; a feed that is listed twice is one. warnings say what was left out
// and renamed.
func ParseOPML(b []byte) (sources []Source, warnings []string, err error) {
	d := decodeText(append(b[:len(b):len(b)], ' '), "")
	x := xml.NewDecoder(bytes.NewReader(d.table.decode(d.text)))
	x.Strict = false
	x.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	p := opmlParser{names: map[string]bool{}, urls: map[string]int{}}
	for {
		tok, err := x.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if len(p.sources) == 0 {
				return nil, nil, fmt.Errorf("not an OPML list: %w", err)
			}
			p.warnf("the list is broken behind %d feeds: %s", len(p.sources), Shorten(err.Error(), 80))
			break
		}
		if err := p.token(tok); err != nil {
			return nil, nil, err
		}
	}
	if !p.opml {
		return nil, nil, fmt.Errorf("not an OPML list: it has no opml element")
	}
	return p.sources, p.warnings, nil
}

type opmlParser struct {
	opml     bool
	folders  []string // names of the open outlines; "" for those that are feeds
	sources  []Source
	warnings []string
	names    map[string]bool
	urls     map[string]int // index into sources
}

func (p *opmlParser) warnf(format string, args ...any) {
	if len(p.warnings) < maxWarnings {
		p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
	}
}

func (p *opmlParser) token(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.StartElement:
		switch strings.ToLower(t.Name.Local) {
		case "opml":
			p.opml = true
		case "outline":
			if len(p.folders) == maxOutlineDepth {
				return fmt.Errorf("the folders of the OPML list are nested more than %d deep", maxOutlineDepth)
			}
			p.folders = append(p.folders, p.outline(t.Attr))
		}
	case xml.EndElement:
		if strings.EqualFold(t.Name.Local, "outline") && len(p.folders) > 0 {
			p.folders = p.folders[:len(p.folders)-1]
		}
	}
	if len(p.sources) > maxOutlines {
		return fmt.Errorf("the OPML list has more than %d feeds", maxOutlines)
	}
	return nil
}

// outline adds a feed, or returns the name of a folder.
func (p *opmlParser) outline(attrs []xml.Attr) string {
	a := map[string]string{}
	for _, attr := range attrs {
		a[strings.ToLower(attr.Name.Local)] = strings.TrimSpace(attr.Value)
	}
	name := oneLine(CleanText(a["title"]))
	if name == "" {
		name = oneLine(CleanText(a["text"]))
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
			p.warnf("%s is left out: it has no xmlUrl, and so is no feed", Shorten(name, 60))
		}
		return name
	}
	if _, bad := validateURL("url", address, "http", "https"); bad {
		p.warnf("%s is left out: %s is no http or https address", Shorten(name, 60), Shorten(Shown(address), 80))
		return ""
	}
	p.add(name, address, a["category"])
	return ""
}

func (p *opmlParser) add(name, address, categories string) {
	tags := append([]string{}, p.folders...)
	for c := range strings.SplitSeq(categories, ",") {
		tags = append(tags, strings.Trim(CleanText(c), "/ "))
	}
	at, again := p.urls[address]
	if !again {
		switch {
		case name == "":
			name = address
		case p.names[name]:
			p.warnf("%s is called by its address: another feed has the name %s", Shorten(Shown(address), 80), Shorten(name, 60))
			name = address
		case strings.HasPrefix(name, "tag:"): // which would be a tag wherever feeds are named
			p.warnf("%s is called by its address: a name cannot begin with tag:, as %s does", Shorten(Shown(address), 80), Shorten(name, 60))
			name = address
		}
		p.names[name] = true
		at = len(p.sources)
		p.urls[address] = at
		p.sources = append(p.sources, Source{ID: name, URL: address})
	}
	s := &p.sources[at]
	if again {
		p.warnf("%s is listed twice, and is one feed: %s", Shorten(Shown(address), 80), Shorten(Shown(s.ID), 60))
	}
	for _, tag := range tags {
		if tag != "" && !slices.Contains(s.Tags, tag) {
			s.Tags = append(s.Tags, tag)
		}
	}
}

// WriteOPML writes sources as an OPML 2.0 list with their tags as categories.
// Credentials and headers are not part of it.
func WriteOPML(w io.Writer, title string, sources []Source) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head><title>%s</title></head>\n  <body>\n", escapeXML(title))
	for _, s := range sources {
		fmt.Fprintf(b, "    <outline type=\"rss\" text=\"%s\" title=\"%s\" xmlUrl=\"%s\"", escapeXML(Shown(s.ID)), escapeXML(Shown(s.ID)), escapeXML(Shown(s.URL)))
		if len(s.Tags) > 0 {
			fmt.Fprintf(b, " category=\"%s\"", escapeXML(strings.Join(s.Tags, ",")))
		}
		fmt.Fprint(b, "/>\n")
	}
	fmt.Fprint(b, "  </body>\n</opml>\n")
	return b.Flush()
}

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes all
	return b.String()
}
