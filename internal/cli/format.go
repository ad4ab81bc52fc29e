package cli

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"watcher/internal/duration"
)

// Count is a number with its noun.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Joined joins the parts that are not empty, as clean lines.
func Joined(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = Line(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// Clip shortens s to n runes.
func Clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n-1]), " ") + "…"
	}
	return s
}

// Ago says how long before now a time was; empty for the zero time.
func Ago(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	return duration.Rough(now.Sub(at)) + " ago"
}

// Until says how long after now a time is.
func Until(at, now time.Time) string {
	switch {
	case at.IsZero():
		return "never"
	case !at.After(now):
		return "now"
	}
	return "in " + duration.Rough(at.Sub(now))
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// FoldText is Fold for each line of a text, except lines above one that points into
// them.
func FoldText(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if i+1 == len(lines) || !strings.Contains(lines[i+1], "^") || strings.Trim(lines[i+1], " ^~") != "" {
			lines[i] = Fold(l, width)
		}
	}
	return strings.Join(lines, "\n")
}

// Fold breaks a line of ours between words to fit width columns; 0 leaves it.
// Continuation lines are indented a little more than the first.
func Fold(s string, width int) string {
	if width <= 0 || widthOf(s) <= width {
		return s
	}
	text := strings.TrimLeft(s, " ")
	indent := s[:len(s)-len(text)]
	room := max(1, width-len(indent))
	lines := wrapAfter(text, room, max(1, room-2))
	return indent + strings.Join(lines, "\n"+indent+"  ")
}
