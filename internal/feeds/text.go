package feeds

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"
)

// PlainText turns HTML, or text that may hold some, into what a reader sees:
// paragraphs separated by "\n", words by one space, entities decoded once,
// scripts, styles and comments gone, control and direction characters taken
// out. A tag that HTML does not know is kept as text ("Vec<String>").
func PlainText(markup string) string {
	if strings.IndexByte(markup, '<') < 0 && strings.IndexByte(markup, '&') < 0 {
		return CleanText(markup)
	}
	p := plainTexter{markup: markup, z: html.NewTokenizer(strings.NewReader(markup))}
	p.w.b.Grow(len(markup) / 2)
	for p.token() {
	}
	return p.w.String()
}

// plainTexter is the work of one PlainText.
type plainTexter struct {
	markup   string
	z        *html.Tokenizer
	w        textWriter
	at       int                // behind the current token
	skip     atom.Atom          // the hidden element that the tokens are in; 0 outside
	unclosed map[atom.Atom]bool // hidden elements of which no end tag follows
}

func (p *plainTexter) token() bool {
	kind := p.z.Next()
	raw := p.markup[p.at:min(len(p.markup), p.at+len(p.z.Raw()))]
	p.at += len(raw)
	switch kind {
	case html.ErrorToken:
		if p.skip == 0 {
			p.w.text(html.UnescapeString(raw)) // "a <b", cut off in a tag
		}
		return false
	case html.TextToken:
		if p.skip == 0 {
			p.w.text(html.UnescapeString(raw))
		}
	case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
		var buf [16]byte
		name := tagName(buf[:0], raw)
		tag := atom.Lookup(name)
		if prefix, local, ok := bytes.Cut(name, []byte(":")); ok && isXHTML(string(prefix)) {
			tag = atom.Lookup(local)
		}
		switch {
		case p.skip != 0:
			if kind == html.EndTagToken && tag == p.skip {
				p.skip = 0
			}
		case kind == html.StartTagToken && hidden[tag] && p.closes(tag):
			p.skip = tag
		default:
			p.w.tag(tag, raw, name)
		}
	}
	return true
}

// isXHTML says whether a prefix is one that feeds bind to XHTML.
func isXHTML(prefix string) bool {
	return prefix == "xhtml" || prefix == "html" || prefix == "xh" || prefix == "h"
}

// tagName appends the name in a tag, in lower case, to buf. The tokenizer's own
// TagName copies what it returns.
func tagName(buf []byte, raw string) []byte {
	for i := range len(raw) {
		switch c := raw[i]; {
		case c == '<' && i == 0, c == '/' && i == 1:
		case c <= ' ', c == '/', c == '>':
			return buf
		case 'A' <= c && c <= 'Z':
			buf = append(buf, c+'a'-'A')
		default:
			buf = append(buf, c)
		}
	}
	return buf
}

// closes says whether the end tag of a hidden element follows. One that was
// never closed must not hide the rest of the article.
func (p *plainTexter) closes(tag atom.Atom) bool {
	if p.unclosed[tag] {
		return false
	}
	end := "</" + tag.String()
	for rest := p.markup[p.at:]; ; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		rest = rest[i:]
		if len(rest) >= len(end) && strings.EqualFold(rest[:len(end)], end) {
			return true
		}
		rest = rest[1:]
	}
	if p.unclosed == nil {
		p.unclosed = map[atom.Atom]bool{}
	}
	p.unclosed[tag] = true
	return false
}

// CleanText is PlainText for what is no markup: entities and tags are text.
func CleanText(s string) string {
	if isClean(s) {
		return s
	}
	var w textWriter
	w.b.Grow(len(s))
	w.text(s)
	return w.String()
}

// isClean says whether s is ASCII in the form that CleanText would give it.
func isClean(s string) bool {
	space := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// hidden are the elements whose content no reader sees as text.
var hidden = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Head: true, atom.Iframe: true,
	atom.Object: true, atom.Svg: true, atom.Noembed: true, atom.Noframes: true,
	atom.Select: true, atom.Textarea: true, atom.Audio: true, atom.Video: true, atom.Canvas: true,
}

// breaks are the elements that begin and end a line.
var breaks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true,
	atom.Br: true, atom.Caption: true, atom.Center: true, atom.Dd: true, atom.Details: true,
	atom.Dialog: true, atom.Dir: true, atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true,
	atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true, atom.Frame: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Header: true, atom.Hgroup: true, atom.Hr: true, atom.Html: true, atom.Legend: true,
	atom.Li: true, atom.Main: true, atom.Menu: true, atom.Nav: true, atom.Ol: true, atom.Optgroup: true,
	atom.P: true, atom.Pre: true, atom.Section: true, atom.Summary: true, atom.Table: true,
	atom.Tbody: true, atom.Tfoot: true, atom.Thead: true, atom.Title: true, atom.Tr: true, atom.Ul: true,
}

// spaces are the elements that part words on one line.
var spaces = map[atom.Atom]bool{
	atom.Td: true, atom.Th: true, atom.Img: true, atom.Input: true, atom.Button: true, atom.Option: true,
	atom.Embed: true, atom.Label: true,
}

// textWriter collects text, joining white space as it goes.
type textWriter struct {
	b     strings.Builder
	space bool // before the next rune
	line  bool // a line break instead of the space
}

func (w *textWriter) tag(tag atom.Atom, raw string, name []byte) {
	switch {
	case breaks[tag]:
		w.line = true
	case spaces[tag]:
		w.space = true
	case tag == 0 && looksLikeText(raw, name):
		w.text(html.UnescapeString(raw))
	}
}

// looksLikeText says whether what the tokenizer took for an unknown tag is
// rather a person's "<": no custom element, no namespace, no attributes.
func looksLikeText(raw string, name []byte) bool {
	for _, c := range name {
		if c == '-' || c == ':' || c == '_' {
			return false
		}
	}
	return !strings.ContainsAny(raw, "=/")
}

// text adds s. Most of it is runs that are written as they stand: visible
// characters, with single blanks between them.
func (w *textWriter) text(s string) {
	run := -1 // where one begins; -1 outside
	flush := func(end int) {
		if run >= 0 {
			w.b.WriteString(s[run:end])
			run = -1
		}
	}
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		// Latin, Greek, Cyrillic and Hebrew letters need no closer look.
		case r > ' ' && r < 0x7f, r >= 0xC0 && r < 0x600, r > 0xA0 && r != utf8.RuneError && !unsafeRune(r) && !unicode.IsSpace(r):
			if run < 0 {
				w.gap()
				run = i
			}
		case r == ' ' && run >= 0 && i+1 < len(s) && s[i+1] > ' ' && s[i+1] < 0x7f:
		case r >= 0x80 && r < 0xA0:
			flush(i)
			w.latin(r)
		case unicode.IsSpace(r):
			flush(i)
			w.space = true
		case r == utf8.RuneError && size == 3: // the feed's own replacement character
			if run < 0 {
				w.gap()
				run = i
			}
		default: // controls, invisible characters, broken UTF-8
			flush(i)
		}
		i += size
	}
	flush(len(s))
}

// latin writes a C1 control as the windows-1252 letter that was meant: quotes
// and dashes that went through a program which took them for Latin-1.
func (w *textWriter) latin(r rune) {
	if r = charmap.Windows1252.DecodeByte(byte(r)); r >= 0xA0 && r != utf8.RuneError {
		w.gap()
		w.b.WriteRune(r)
	}
}

func (w *textWriter) gap() {
	if w.b.Len() > 0 {
		switch {
		case w.line:
			w.b.WriteByte('\n')
		case w.space:
			w.b.WriteByte(' ')
		}
	}
	w.space, w.line = false, false
}

func (w *textWriter) String() string { return w.b.String() }

// unsafeRune says whether r is invisible and changes how its neighbours are
// shown or found: direction marks and overrides (CVE-2021-42574), the soft
// hyphen, zero-width space, byte-order mark, tags, interlinear annotation,
// non-characters. The joiners U+200C and U+200D stay: Persian and Indic words
// and emoji need them.
func unsafeRune(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x61C, r == 0x180E, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF:
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r >= 0xFFF9 && r <= 0xFFFB:
		return true
	case r >= 0xE0000 && r <= 0xE007F, r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return true
	}
	return false
}
