package main

import (
	"fmt"
	"strings"

	"watcher/internal/cli"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/rules"
)

// matchJSON is a line of try --json.
type matchJSON struct {
	Item  triedJSON  `json:"item"`
	Rule  string     `json:"rule"` // empty for a query
	Spans []spanJSON `json:"spans"`
}

type triedJSON struct {
	itemJSON
	Feed    string   `json:"feed"`
	FeedURL string   `json:"feed_url"`
	Tags    []string `json:"tags"`
}

// spanJSON is a part of a field that matches a term.
type spanJSON struct {
	Field string `json:"field"`
	Index int    `json:"index,omitempty"` // which author or category
	Start int    `json:"start"`           // byte offsets into the field's text
	End   int    `json:"end"`
	Text  string `json:"text"`
	Term  string `json:"term"`
}

func matchFor(it *feeds.Item, rule string, spans []rules.Span) matchJSON {
	m := matchJSON{
		Item: triedJSON{itemFor(it), it.Feed, it.FeedURL, append([]string{}, it.Tags...)},
		Rule: rule, Spans: make([]spanJSON, len(spans)),
	}
	for i, s := range spans {
		m.Spans[i] = spanJSON{s.Field, s.Index, s.Start, s.End, it.Field(s.Field, s.Index)[s.Start:s.End], s.Term}
	}
	return m
}

// hit prints a matching item: its title, source, and a short excerpt of every other
// field with a match.
func (tr *trial) hit(it *feeds.Item, spans []rules.Span) error {
	t := tr.t
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", titleOf(t, it, spansIn(spans, "title", 0)))
	fmt.Fprintf(&b, "  %s\n", t.Paint(cli.Dim, cli.Joined(" · ", it.Feed, when(t, it), termsOf(spans))))
	for i, s := range spans {
		first := i == 0 || spans[i-1].Field != s.Field || spans[i-1].Index != s.Index
		if s.Field == "title" || !first {
			continue
		}
		e := notify.MakeExcerpt(s.Field, it.Field(s.Field, s.Index), spansIn(spans, s.Field, s.Index))
		label := ""
		if s.Field != "content" && s.Field != "summary" {
			label = t.Paint(cli.Dim, s.Field+": ")
		}
		fmt.Fprintf(&b, "  %s%s\n", label, t.Marked(e.Text, e.Spans, ""))
	}
	if it.Link != "" {
		fmt.Fprintf(&b, "  %s\n", t.Paint(cli.Cyan, cli.Line(it.Link)))
	}
	b.WriteByte('\n')
	_, err := fmt.Fprint(t.Stdout, cli.FoldText(b.String(), t.Width))
	return err
}

// miss prints an item that does not match, its language, and the result of each part of
// the query.
func (tr *trial) miss(it *feeds.Item) error {
	t := tr.t
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", t.Paint(cli.Red, "no match:"), titleOf(t, it, nil))
	fmt.Fprintf(&b, "  %s\n", t.Paint(cli.Dim, cli.Joined(" · ", it.Feed, when(t, it), articleLanguage(it))))
	for _, l := range tr.set.Explain(0, it).Lines {
		fmt.Fprintln(&b, cli.Fold("    "+cli.Clean(l), t.Width))
	}
	b.WriteByte('\n')
	_, err := fmt.Fprint(t.Stdout, cli.FoldText(b.String(), t.Width))
	return err
}

// titleOf is an item's title with what matched in it.
func titleOf(t *cli.Terminal, it *feeds.Item, spans [][2]int) string {
	if cli.Line(it.Title) == "" {
		return t.Paint(cli.Bold, "(no title)")
	}
	e := notify.MakeExcerpt("title", it.Title, spans)
	return t.Marked(e.Text, e.Spans, cli.Bold)
}

func spansIn(spans []rules.Span, field string, index int) [][2]int {
	var out [][2]int
	for _, s := range spans {
		if s.Field == field && s.Index == index {
			out = append(out, [2]int{s.Start, s.End})
		}
	}
	return out
}

// termsOf lists the terms that matched, each once.
func termsOf(spans []rules.Span) string {
	var terms []string
	seen := map[string]bool{}
	for _, s := range spans {
		if !seen[s.Term] {
			seen[s.Term] = true
			terms = append(terms, s.Term)
		}
	}
	return strings.Join(terms, ", ")
}
