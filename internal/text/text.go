package text

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/charmap"
)

// PlainText turns HTML, or text that may contain some, into what a reader sees:
// paragraphs separated by "\n", words by one space, entities decoded once, no scripts,
// styles and comments, no control and direction characters. A tag that HTML does not
// know stays as text ("Vec<String>").
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

// plainTexter is the state of one PlainText.
type plainTexter struct {
	markup   string
	z        *html.Tokenizer
	w        textWriter
	at       int            // end of the current token
	skip     atom.Atom      // the hidden element around the current token; 0 outside
	lastEnds map[string]int // offset of the last end tag of an element; -1 for none
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
		case kind == html.StartTagToken && partings[tag] == partsHidden && p.closes(name):
			p.skip = tag
		case tag == 0 && looksLikeText(raw, name) == (kind == html.StartTagToken) && p.isElement(name):
			p.w.space = true
		default:
			p.w.tag(tag, raw, name, p.markup[p.at:])
		}
	}
	return true
}

// isXHTML reports whether feeds bind a prefix to XHTML.
func isXHTML(prefix string) bool {
	return prefix == "xhtml" || prefix == "html" || prefix == "xh" || prefix == "h"
}

// tagName appends the name of a tag in lower case to buf. The tokenizer's TagName would
// copy it.
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

// closes reports whether the end tag of an element follows. A hidden element that is
// never closed must not hide the rest of the article.
func (p *plainTexter) closes(name []byte) bool { return p.lastEnd(name) >= p.at }

// isElement reports whether an unknown tag is an element of another vocabulary, as in
// XML content, rather than a person's "<": it has an end tag.
func (p *plainTexter) isElement(name []byte) bool { return p.lastEnd(name) >= 0 }

// maxOddNames bounds the unknown names whose end tags are searched for.
const maxOddNames = 32

func (p *plainTexter) lastEnd(name []byte) int {
	if at, known := p.lastEnds[string(name)]; known {
		return at
	}
	if len(p.lastEnds) == maxOddNames || len(name) == 0 {
		return -1
	}
	end, last := "</"+string(name), -1
	for at := p.at; ; at++ {
		i := strings.IndexByte(p.markup[at:], '<')
		if i < 0 {
			break
		}
		at += i
		if rest := p.markup[at:]; len(rest) >= len(end) && strings.EqualFold(rest[:len(end)], end) {
			last = at
		}
	}
	if p.lastEnds == nil {
		p.lastEnds = map[string]int{}
	}
	p.lastEnds[string(name)] = last
	return last
}

// CleanText is PlainText for text without markup: entities and tags are text.
func CleanText(s string) string {
	if isClean(s) {
		return s
	}
	var w textWriter
	w.b.Grow(len(s))
	w.text(s)
	return w.String()
}

// isClean reports whether s is ASCII that CleanText would return unchanged.
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

// parting is how an element separates the words around and in it.
type parting uint8

const (
	partsNone    parting = iota // not at all: letters on both sides are one word
	partsLine                   // it begins and ends a line
	partsBlank                  // it stands apart, on one line
	partsHidden                 // no reader sees its content as text
	partsBeside                 // its text is separated from another such element right after it
	partsLetters                // its text is separated from the letters beside it
	partsMark                   // the same, if it is the mark of a note
	partsLink                   // a link: partsBeside, and partsMark if it leads to a note
)

// partings is the only table of what separates words. It follows what a browser shows:
// where elements stand side by side on a page (tags, names, times), styles separate
// them, which a feed does not have.
var partings = func() map[atom.Atom]parting {
	m := map[atom.Atom]parting{atom.A: partsLink, atom.Sup: partsMark, atom.Time: partsLetters}
	for p, tags := range map[parting][]atom.Atom{
		partsLine: {
			atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Br, atom.Caption, atom.Center,
			atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption,
			atom.Figure, atom.Footer, atom.Form, atom.Frame, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
			atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li, atom.Listing, atom.Main, atom.Menu, atom.Nav,
			atom.Ol, atom.Optgroup, atom.P, atom.Plaintext, atom.Pre, atom.Search, atom.Section, atom.Summary, atom.Table,
			atom.Tbody, atom.Tfoot, atom.Thead, atom.Title, atom.Tr, atom.Ul, atom.Xmp,
		},
		partsBlank: {
			atom.Button, atom.Embed, atom.Img, atom.Input, atom.Label, atom.Meter, atom.Option, atom.Picture, atom.Progress,
			atom.Rt, atom.Td, atom.Th,
		},
		partsHidden: {
			atom.Script, atom.Style, atom.Template, atom.Head, atom.Iframe, atom.Object, atom.Svg, atom.Noembed,
			atom.Noframes, atom.Rp, atom.Select, atom.Textarea, atom.Audio, atom.Video, atom.Canvas,
		},
		partsBeside: {atom.Del, atom.Ins, atom.Span},
	} {
		for _, tag := range tags {
			m[tag] = p
		}
	}
	return m
}()

// IsHidden reports whether the content of an element is never shown as text.
func IsHidden(tag atom.Atom) bool { return partings[tag] == partsHidden }

// IsBlock reports whether an element begins and ends a line.
func IsBlock(tag atom.Atom) bool { return partings[tag] == partsLine }

// textWriter collects text, joining white space as it goes.
type textWriter struct {
	b     strings.Builder
	space bool // before the next rune
	line  bool // a line break instead of the space
	seam  bool // a blank, where letters or digits meet
	ended int  // length of the text where a partsBeside element ended
	began int  // length of the text where one began
	note  bool // inside the mark of a note
}

// tag handles a tag; next is the markup after it.
func (w *textWriter) tag(tag atom.Atom, raw string, name []byte, next string) {
	end := len(raw) > 1 && raw[1] == '/'
	switch p := partings[tag]; p {
	case partsLine:
		w.line = true
	case partsBlank:
		w.space = true
	case partsLetters:
		w.seam = true
	case partsMark, partsLink:
		if !end {
			w.note = p == partsMark && isMark(piece(next), w.b.String()) || p == partsLink && strings.IndexByte(raw, '#') > 0 && beginsWithDigit(piece(next))
		}
		if w.note {
			w.seam = true
			w.note = !end
			return
		}
		if p == partsLink {
			w.neighbour(end, next, true)
		}
	case partsBeside:
		w.neighbour(end, next, tag == atom.Del || tag == atom.Ins)
	default:
		if tag == 0 && looksLikeText(raw, name) {
			w.text(html.UnescapeString(raw))
		}
	}
}

// neighbour separates an element from the one that ended just before. It does not if
// one of them is a single letter, such as an initial, or the end of a longer text,
// because word processors cut those anywhere. Links, and what replaced struck-out text,
// are whole and always separated.
func (w *textWriter) neighbour(end bool, next string, whole bool) {
	n := w.b.Len()
	if end {
		w.ended = n
		return
	}
	if w.ended == n && n > w.began {
		last := w.b.String()[w.began:]
		if utf8.RuneCountInString(last) > 1 && !isLetter(piece(next)) && (whole || strings.IndexByte(last, ' ') < 0 || !isLower(piece(next))) {
			w.seam = true
		}
	}
	w.began = n
}

// piece is the next non-empty text before a tag.
func piece(markup string) string {
	for range 4 {
		before, rest, found := strings.Cut(markup, "<")
		if before != "" || !found {
			return before
		}
		if _, markup, found = strings.Cut(rest, ">"); !found {
			return ""
		}
	}
	return ""
}

// isLetter reports whether s is one letter.
func isLetter(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size == len(s) && unicode.IsLetter(r)
}

func beginsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

func isLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// isMark reports whether a superscript is the mark of a note or a trade mark: a number,
// or a letter after a whole word. Others belong to the word: 21st, Mme, n°.
func isMark(s, before string) bool {
	switch {
	case (s == "2" || s == "3") && isUnit(before): // km² is no note
		return false
	case beginsWithDigit(s), s == "TM", s == "SM":
		return true
	case isLetter(s):
		last, size := utf8.DecodeLastRuneInString(before)
		ahead, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
		return unicode.IsLetter(last) && unicode.IsLetter(ahead)
	}
	return false
}

// isUnit reports whether a text ends in a unit of length, which can be squared.
func isUnit(text string) bool {
	word := text[strings.LastIndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
	switch word {
	case "m", "km", "cm", "mm", "dm", "ft", "mi", "yd", "м", "км", "см", "мм":
		return true
	}
	return false
}

// looksLikeText reports whether what the tokenizer took for an unknown tag is a
// person's "<" rather than a tag: no custom element, no namespace, no attributes.
func looksLikeText(raw string, name []byte) bool {
	for _, c := range name {
		if c == '-' || c == ':' || c == '_' {
			return false
		}
	}
	return !strings.ContainsAny(raw, "=/")
}

// text appends s. Most of it is runs that are copied: visible characters with single
// blanks.
func (w *textWriter) text(s string) {
	run := -1 // start of the run; -1 outside
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
		case r > ' ' && r < 0x7f, r >= 0xC0 && r < 0x600, r > 0xA0 && r != utf8.RuneError && (!Unseen(r) || Spells(r)) && !unicode.IsSpace(r):
			if run < 0 {
				w.gap(r)
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
				w.gap(r)
				run = i
			}
		default: // controls, invisible characters, broken UTF-8
			flush(i)
		}
		i += size
	}
	flush(len(s))
}

// latin writes a C1 control as the windows-1252 character that was meant: quotes and
// dashes that a program took for Latin-1.
func (w *textWriter) latin(r rune) {
	if r = charmap.Windows1252.DecodeByte(byte(r)); r >= 0xA0 && r != utf8.RuneError {
		w.gap(r)
		w.b.WriteRune(r)
	}
}

// gap writes the separator before r.
func (w *textWriter) gap(r rune) {
	if w.b.Len() > 0 {
		switch {
		case w.line:
			w.b.WriteByte('\n')
		case w.space, w.seam && IsWordRune(r) && w.endsInWord():
			w.b.WriteByte(' ')
		}
	}
	w.space, w.line, w.seam = false, false, false
}

func IsWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func (w *textWriter) endsInWord() bool {
	r, _ := utf8.DecodeLastRuneInString(w.b.String())
	return IsWordRune(r)
}

func (w *textWriter) String() string { return w.b.String() }

func OneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }
