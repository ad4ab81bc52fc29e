package targets

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"watcher/internal/notify"
	"watcher/internal/text"
)

// joiner is the invisible word joiner.
const joiner = '\u2060'

// unlink breaks with word joiners what apps turn into links and mentions unasked:
// addresses, domains, @names, #tags and /commands. The text looks the same.
func unlink(s string) string { return plain(unlinked([]piece{{Text: s}})) }

// unlinked is unlink for a text in pieces, since an app also sees what spans two of
// them.
func unlinked(ps []piece) []piece {
	rs := []rune(plain(ps))
	at := func(i int) rune {
		if i < 0 || i >= len(rs) {
			return ' '
		}
		return rs[i]
	}
	named := func(r rune) bool { return isWord(r) || r == '_' }
	out := make([]piece, len(ps))
	i := 0
	for n, p := range ps {
		var b strings.Builder
		for _, r := range p.Text {
			prev, next := at(i-1), at(i+1)
			switch {
			case r == '.' && named(prev) && unicode.IsLetter(next), r == ':' && next == '/' && at(i+2) == '/':
				b.WriteRune(joiner)
				b.WriteRune(r)
			case (r == '@' || r == '#') && named(next), r == '/' && !named(prev) && unicode.IsLetter(next),
				r == ':' && unicode.IsLetter(prev) && named(next): // mailto:, tel:
				b.WriteRune(r)
				b.WriteRune(joiner)
			default:
				b.WriteRune(r)
			}
			i++
		}
		out[n] = piece{Text: b.String(), Hit: p.Hit}
	}
	return out
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// fit joins as many parts as fit into max bytes, and puts … for the rest. The first
// part always stays.
func fit(parts []string, sep string, max int) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			if b.Len()+len(sep)+len(p) > max-len(sep)-len("…") {
				return b.String() + sep + "…"
			}
			b.WriteString(sep)
		}
		b.WriteString(p)
	}
	return b.String()
}

// piece is a part of a text that matched or did not.
type piece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

// pieces splits an excerpt at its spans.
func pieces(e notify.Excerpt) []piece {
	text, spans := text.CleanSpans(e.Text, text.TidySpans(e.Text, e.Spans))
	var ps []piece
	at := 0
	for _, s := range spans {
		if s[0] > at {
			ps = append(ps, piece{Text: text[at:s[0]]})
		}
		ps = append(ps, piece{Text: text[s[0]:s[1]], Hit: true})
		at = s[1]
	}
	if at < len(text) {
		ps = append(ps, piece{Text: text[at:]})
	}
	return ps
}

// plain joins pieces without highlights.
func plain(ps []piece) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.Text)
	}
	return b.String()
}

// maxLink bounds a link in a message; Slack refuses more than 3,000 characters.
const maxLink = 2000

// safeLink returns a feed's link in a form that cannot end any markup: an absolute http
// or https URL of printable ASCII without user information, in which the characters
// that RFC 3986 allows nowhere are percent-encoded. It is empty for anything else.
func safeLink(link string) string {
	if len(link) > maxLink+100 { // encoding can only make it longer
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	u.User = nil
	if !isASCII(u.Host) {
		host, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil {
			return ""
		}
		if p := u.Port(); p != "" {
			host += ":" + p
		}
		u.Host = host
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	// A host with such a character is none.
	if again, err := url.Parse(b.String()); err != nil || again.Hostname() == "" || b.Len() > maxLink {
		return ""
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// marshal is json.Marshal that leaves < > & as they are, since targets count
// characters and no payload is ever put into a page, and escapes what nobody sees
// but the word joiners of unlink.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return text.EscapeJSON(bytes.TrimSuffix(b.Bytes(), []byte("\n")), func(r rune) bool { return r == joiner || text.Spells(r) }), nil
}

// escaped is the escaped form of as much of s as gives at most n UTF-16 units.
func escaped(s string, n int, escape func(string) string) string {
	for most := n; ; most = most * 3 / 4 {
		if e := escape(text.Clip(s, most)); units(e) <= n || most < 4 {
			return e
		}
	}
}

// escapedLines is the escaped form of as many lines as take at most n bytes.
func escapedLines(lines []string, n int, escape func(string) string) string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = escaped(line, n/2, escape)
	}
	return fit(out, "\n", n)
}

// pack cuts n things into runs of at most count things whose sizes add up to at
// most limit. What is larger by itself is a run of its own.
func pack(n, count, limit int, size func(int) int) [][2]int {
	var runs [][2]int
	start, sum := 0, 0
	for i := range n {
		s := size(i)
		if i > start && (i-start == count || sum+s > limit) {
			runs = append(runs, [2]int{start, i})
			start, sum = i, 0
		}
		sum += s
	}
	return append(runs, [2]int{start, n})
}
