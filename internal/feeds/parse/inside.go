package parse

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
)

const (
	atomNamespace  = "http://www.w3.org/2005/Atom"
	rss11Namespace = "http://purl.org/net/rss1.1#" // http://inamidst.com/rss1.1/
)

// maxAround bounds the namespaces that are taken from around a feed.
const maxAround = 32

// ownDocument makes a document that split knows of one that has a feed in it: in a
// web page, as browsers and the programs that drive them hand XML on, or in an
// envelope. The namespaces that were declared around the feed hold in it. It also puts
// a feed around an Atom entry that stands alone (RFC 4287, 2), and gives RSS 1.1 the
// tags of its sisters. around says that there was something around the feed.
func ownDocument(text []byte) (doc []byte, around, ok bool) {
	s := &splitter{text: text}
	var scope []attribute // namespaces, as declared last
	for s.next() {
		name, isStart := s.startName()
		if !isStart {
			s.pos++
			continue
		}
		end, whole := tagEnd(text, s.pos)
		if !whole {
			break
		}
		tag := text[s.pos:end]
		if !around && string(name) == "channel" && bytes.Contains(text[end:], []byte("<item")) && attr(tag, "xmlns") == "" {
			return slices.Concat([]byte("<rss>"), text[s.pos:], []byte("</rss>")), false, true // its root was forgotten
		}
		if kind := feedRoot(tag, name, scope, text[end:]); kind != "" {
			return standAlone(text[s.pos:], tag, string(name), kind, scope), around, true
		}
		around = true
		if s.pos = end; !s.skipHidden(tag, name) {
			break
		}
		scope = append(scope, declarations(tag)...)
		scope = scope[max(0, len(scope)-maxAround):]
	}
	return nil, false, false
}

// skipHidden moves behind the content of an element of HTML in which nothing is markup
// of the page. It is false where that does not end.
func (s *splitter) skipHidden(tag, name []byte) bool {
	switch lower(name[:min(len(name), 9)]) {
	case "script", "style", "textarea", "template", "noscript", "title":
	default:
		return true
	}
	if tag[len(tag)-2] == '/' {
		return true
	}
	for {
		i := bytes.Index(s.text[s.pos:], []byte("</"))
		if i < 0 {
			return false
		}
		s.pos += i + 2
		if bytes.EqualFold(nameAt(s.text, s.pos), name) {
			s.pos = afterTag(s.text, s.pos+len(name))
			return true
		}
	}
}

// declarations are the namespaces that a tag declares.
func declarations(tag []byte) []attribute {
	if !bytes.Contains(tag, []byte("xmlns")) {
		return nil
	}
	return slices.DeleteFunc(attributes(tag), func(a attribute) bool {
		return string(a.name) != "xmlns" && !bytes.HasPrefix(a.name, []byte("xmlns:"))
	})
}

// feedRoot says in one word what begins with a tag, if it is a feed or an entry; text
// is behind it.
func feedRoot(tag, name []byte, scope []attribute, text []byte) string {
	prefix, local := splitName(name)
	if len(local) > 7 {
		return ""
	}
	kind := lower(local)
	switch kind {
	case "rss":
		if attr(tag, "version") != "" || bytes.Contains(text[:min(len(text), 1<<10)], []byte("<channel")) {
			return kind
		}
		return ""
	case "feed", "entry", "channel", "rdf":
	default:
		return ""
	}
	declaration := "xmlns"
	if len(prefix) > 0 {
		declaration += ":" + string(prefix)
	}
	own := ""
	for _, a := range append(slices.Clone(scope), declarations(tag)...) {
		uri := string(bytes.TrimSpace(a.value))
		switch {
		case kind == "rdf" && slices.Contains(vocabularies[2:], uri):
			return kind
		case string(a.name) == declaration:
			own = uri
		}
	}
	switch {
	case kind == "channel" && own == rss11Namespace, kind == "entry" && own == atomNamespace,
		kind == "feed" && slices.Contains(vocabularies[:2], own):
		return kind
	}
	return ""
}

// standAlone makes a document of the feed that text begins with.
func standAlone(text, tag []byte, name, kind string, scope []attribute) []byte {
	own := declarations(tag)
	var attrs bytes.Buffer
	for i, a := range scope {
		declares := func(b attribute) bool { return bytes.Equal(a.name, b.name) }
		isNative := slices.Contains(vocabularies[:], string(a.value)) // and not the page's
		if slices.ContainsFunc(scope[i+1:], declares) || slices.ContainsFunc(own, declares) || string(a.name) == "xmlns" && !isNative {
			continue
		}
		attrs.WriteString(" " + string(a.name) + `="` + strings.ReplaceAll(string(a.value), `"`, "&quot;") + `"`)
	}
	rest := bytes.TrimSuffix(tag[1+len(name):], []byte(">"))
	closed := bytes.HasSuffix(rest, []byte("/"))
	attrs.Write(bytes.TrimSuffix(rest, []byte("/")))
	prefix, _, found := strings.Cut(name, ":")
	if prefix += ":"; !found {
		prefix = ""
	}
	switch kind {
	case "entry":
		return slices.Concat([]byte("<"+prefix+"feed"), attrs.Bytes(), []byte(">"), text, []byte("</"+prefix+"feed>"))
	case "channel":
		text = text[len(tag):]
		if i := bytes.LastIndex(text, []byte("</"+name)); i >= 0 {
			text = slices.Concat(text[:i], []byte("</"+prefix+"channel></"+prefix+"rss>"))
		}
		return slices.Concat([]byte("<"+prefix+`rss version="1.1"`), attrs.Bytes(), []byte("><"+prefix+"channel>"), text)
	}
	end := ">"
	if closed {
		end = "/>"
	}
	return slices.Concat([]byte("<"+name), attrs.Bytes(), []byte(end), text[len(tag):])
}

// fromHTML undoes what a parser of HTML makes of a feed: it knows no sections of CDATA,
// and its links have no content.
func fromHTML(doc []byte) []byte {
	doc = bytes.ReplaceAll(doc, []byte("<!--[CDATA["), []byte("<![CDATA["))
	doc = bytes.ReplaceAll(doc, []byte("]]-->"), []byte("]]>"))
	if bytes.Contains(doc, []byte("</link>")) {
		return doc
	}
	return bareLink.ReplaceAll(doc, []byte("$0</link>"))
}

var bareLink = regexp.MustCompile(`<link>[^<]*`)

// shownSource is the text of a feed that a page shows, or an envelope carries, as
// text: browsers do that with what they have no other view for, and services that
// answer with a string.
func shownSource(text []byte) ([]byte, bool) {
	if _, inner, found := bytes.Cut(text, []byte("<![CDATA[")); found && beginsLikeFeed(inner) {
		if end := bytes.LastIndex(inner, []byte("]]>")); end >= 0 {
			return bytes.ReplaceAll(inner[:end], []byte("]]]]><![CDATA[>"), []byte("]]>")), true
		}
	}
	s := &splitter{text: text}
	for s.next() {
		name, isStart := s.startName()
		end, whole := tagEnd(text, s.pos)
		if !whole {
			return nil, false
		}
		tag := text[s.pos:end]
		if s.pos = end; isStart && !s.skipHidden(tag, name) {
			return nil, false
		}
		before, _, _ := bytes.Cut(text[s.pos:], []byte("<"))
		if len(bytes.TrimSpace(before)) == 0 {
			continue
		}
		inner := []byte(html.UnescapeString(string(before)))
		return inner, beginsLikeFeed(inner)
	}
	return nil, false
}

// beginsLikeFeed reports whether text begins as the source of a feed does.
func beginsLikeFeed(text []byte) bool {
	text = bytes.TrimSpace(text[:min(len(text), 1<<10)])
	for _, start := range [...]string{"<?xml", "<rss", "<feed", "<rdf:", "{\""} {
		if len(text) >= len(start) && bytes.EqualFold(text[:len(start)], []byte(start)) {
			return true
		}
	}
	return false
}
