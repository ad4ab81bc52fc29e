package targets

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// markdown escapes plain text for Discord and Mattermost, and breaks what they would
// turn into links or mentions.
func markdown(s string) string { return markdownPieces([]piece{{Text: s}}) }

// markdownPieces is markdown for a text in pieces. Matches become bold.
func markdownPieces(ps []piece) string {
	var b strings.Builder
	for i, p := range unlinked(ps) {
		text := markdownEscape(p.Text, i == 0)
		if p.Hit && strings.TrimSpace(p.Text) == p.Text {
			text = "**" + text + "**"
		}
		b.WriteString(text)
	}
	return b.String()
}

// markdownEscape puts a backslash before marks, and before what would begin a heading
// or a list at the start of a line. Mattermost's web app shows the backslash before
// other characters: there a word joiner breaks tags, emoji names and smileys (":/" of a
// link is one).
func markdownEscape(s string, first bool) string {
	var b strings.Builder
	prev := ' '
	for i, r := range s {
		start := first && i == 0
		switch {
		case strings.ContainsRune("\\`*_~|[]()>", r),
			start && strings.ContainsRune("#+-", r),
			first && i > 0 && r == '.' && strings.Trim(s[:i], "0123456789") == "":
			b.WriteByte('\\')
		case start && r == '=': // of a heading
			b.WriteRune(joiner)
		}
		b.WriteRune(r)
		if r == '<' || r == ':' && beginsEmoji(prev, s[i+1:]) {
			b.WriteRune(joiner)
		}
		prev = r
	}
	return b.String()
}

// beginsEmoji reports whether a colon between prev and rest may begin the name of an
// emoji, or a smiley.
func beginsEmoji(prev rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return rest != "" && next != joiner && !unicode.IsSpace(next) && !(unicode.IsDigit(prev) && unicode.IsDigit(next))
}

func markdownAlso(as []also) string {
	places := make([]string, len(as))
	for i, a := range as {
		if places[i] = markdown(a.Feed); a.Link != "" && a.Feed != "" && len(a.Link) < 500 {
			places[i] = "[" + places[i] + "](" + markdownLink(a.Link) + ")"
		}
	}
	return "also in " + fit(places, ", ", 1200)
}

// pageLink links to a card's page; empty if it has none.
func pageLink(c card) string {
	if link := markdownLink(c.Page); link != "" && len(link) < 1000 {
		return "[" + openPage + "](" + link + ")"
	}
	return ""
}

// markdownLink keeps a link within its parentheses.
func markdownLink(link string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", "*", "%2A", "_", "%5F", "~", "%7E").Replace(link)
}
