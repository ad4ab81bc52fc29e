package notify

import "strings"

// markdown writes plain text for Discord and Mattermost: every mark of theirs
// is escaped, and what they would make links or mentions of is broken.
func markdown(s string) string { return markdownPieces([]piece{{Text: s}}) }

// markdownPieces is markdown for a text in pieces, of which those that matched
// become bold.
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

// markdownEscape puts a backslash before marks, and before what would begin a
// heading or a list if it is the first of a line.
func markdownEscape(s string, first bool) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case strings.ContainsRune("\\`*_~|[]()<>", r),
			first && i == 0 && strings.ContainsRune("#+-=:", r),
			first && i > 0 && r == '.' && strings.Trim(s[:i], "0123456789") == "":
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
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

// markdownLink keeps a link within its parentheses.
func markdownLink(link string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", "*", "%2A", "_", "%5F", "~", "%7E").Replace(link)
}
