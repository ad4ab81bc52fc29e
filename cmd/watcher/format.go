package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// short is a duration without its zeros: 15m, not 15m0s.
func short(d time.Duration) string {
	s := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}

// joined is the parts that are not empty, as clean lines.
func joined(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = line(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// clip shortens s to n runes.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimRight(string(r[:n-1]), " ") + "…"
	}
	return s
}

// rough is a duration as a person says it.
func rough(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%dd", d/day)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", max(0, d/time.Second))
}

// ago says how long before now a time was; empty for the zero time.
func ago(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	return rough(now.Sub(at)) + " ago"
}

// until says how long after now a time is.
func until(at, now time.Time) string {
	switch {
	case at.IsZero():
		return "never"
	case !at.After(now):
		return "now"
	}
	return "in " + rough(at.Sub(now))
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// foldText is fold for each line of a text, but for those in which the next one
// points at something.
func foldText(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if i+1 == len(lines) || !strings.Contains(lines[i+1], "^") || strings.Trim(lines[i+1], " ^~") != "" {
			lines[i] = fold(l, width)
		}
	}
	return strings.Join(lines, "\n")
}

// fold breaks a line of ours between words so that it fits width columns; 0
// leaves it. Further lines are indented as the first is, and a little more.
func fold(s string, width int) string {
	if width <= 0 || widthOf(s) <= width {
		return s
	}
	text := strings.TrimLeft(s, " ")
	indent := s[:len(s)-len(text)]
	room := max(1, width-len(indent))
	lines := wrapAfter(text, room, max(1, room-2))
	return indent + strings.Join(lines, "\n"+indent+"  ")
}
