package fetch

import (
	"net/http"
	"net/url"
	"strings"

	"watcher/internal/feeds"
)

// linkHeader finds the WebSub hub and topic among Link headers. A link whose anchor
// is another document says nothing of this one (RFC 8288, 3.2).
func linkHeader(h http.Header, base *url.URL) (hub, self string) {
	for _, line := range h["Link"] {
		for _, l := range parseLinks(line) {
			if l.anchor != "" && base != nil && feeds.AbsoluteLink(base, l.anchor) != base.String() {
				continue
			}
			for rel := range strings.FieldsSeq(strings.ToLower(l.rel)) {
				switch {
				case rel == "hub" && hub == "":
					hub = feeds.AbsoluteLink(base, l.target)
				case rel == "self" && self == "":
					self = feeds.AbsoluteLink(base, l.target)
				}
			}
		}
	}
	return hub, self
}

// webLink is one link of a Link header, as written.
type webLink struct{ target, rel, anchor string }

// parseLinks reads the value of a Link header by the algorithm of RFC 8288, appendix
// B.2: a target ends at its ">" and nowhere else. It also takes what servers send: a
// target without brackets, a parameter without its semicolon, a value in single
// quotes. If a parameter occurs twice, the first counts (section 3.3).
func parseLinks(value string) []webLink {
	var links []webLink
	p := linkParser{rest: value}
	for {
		p.skip(" \t,")
		if p.rest == "" {
			return links
		}
		l, ok := p.link()
		if !ok {
			return links // a target without an end: it cannot be told from what follows
		}
		links = append(links, l)
	}
}

type linkParser struct{ rest string }

func (p *linkParser) skip(set string) { p.rest = strings.TrimLeft(p.rest, set) }

// until cuts what comes before the first character of set, or all.
func (p *linkParser) until(set string) string {
	i := strings.IndexAny(p.rest, set)
	if i < 0 {
		i = len(p.rest)
	}
	s := p.rest[:i]
	p.rest = p.rest[i:]
	return s
}

func (p *linkParser) link() (l webLink, ok bool) {
	if rest, bracket := strings.CutPrefix(p.rest, "<"); bracket {
		if l.target, p.rest, ok = strings.Cut(rest, ">"); !ok {
			return l, false
		}
		if again := strings.LastIndexByte(l.target, '<'); again >= 0 { // no address has one: the first was not closed
			l.target = l.target[again+1:]
		}
	} else {
		l.target = p.until(" \t;,")
	}
	seen := map[string]bool{}
	for {
		p.skip(" \t;")
		if p.rest == "" || p.rest[0] == ',' {
			return l, true
		}
		name := strings.ToLower(p.until(" \t=;,"))
		p.skip(" \t")
		value := ""
		if rest, has := strings.CutPrefix(p.rest, "="); has {
			p.rest = rest
			p.skip(" \t")
			value = p.value()
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		switch name {
		case "rel":
			l.rel = value
		case "anchor":
			l.anchor = value
		}
	}
}

// value cuts a parameter's value: a quoted string, in which a backslash stands for
// what follows it, or a token.
func (p *linkParser) value() string {
	if p.rest == "" || p.rest[0] != '"' && p.rest[0] != '\'' {
		return p.until(" \t;,")
	}
	quote := p.rest[0]
	var b strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == quote:
			p.rest = p.rest[i+1:]
			return b.String()
		case c == '\\' && i+1 < len(p.rest):
			i++
			b.WriteByte(p.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	if quote == '\'' { // an apostrophe of a token
		return p.until(" \t;,")
	}
	p.rest = ""
	return b.String()
}
