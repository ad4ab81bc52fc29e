package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/feeds"
)

func newInspect(t *terminal) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "inspect [--json] URL|FILE",
		Short: "Show what watcher makes of a feed",
		Long: `Reads a feed and shows its items as rules would see them, and what had to be
repaired. "-" reads from stdin. Exits with 1 if it is not a feed.`,
		Example: "  watcher inspect https://news.err.ee/rss\n  watcher inspect --json feed.xml | jq '.items[0]'",
		Args:    exactly("URL|FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			doc, err := readSource(ctx, t, args[0], nil)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if asJSON {
				return writeJSON(t.stdout, inspection(doc))
			}
			showDocument(t, args[0], doc)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// inspectJSON is the output of inspect --json.
type inspectJSON struct {
	Feed     headJSON   `json:"feed"`
	Items    []itemJSON `json:"items"`
	Warnings []string   `json:"warnings"`
}

type headJSON struct {
	Title    string `json:"title"`
	Link     string `json:"link"`
	Language string `json:"language"`
	Format   string `json:"format"`
	Encoding string `json:"encoding"`
	Hub      string `json:"hub,omitempty"` // of WebSub, that would push the feed
}

// itemJSON is an item as scripts see it. Its texts are those that offsets of
// matches count in.
type itemJSON struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Link       string     `json:"link"`
	Authors    []string   `json:"authors"`
	Categories []string   `json:"categories"`
	Language   string     `json:"language"`
	Published  *time.Time `json:"published"` // null if absent or unreadable
	Updated    *time.Time `json:"updated"`
	Summary    string     `json:"summary"`
	Content    string     `json:"content"`
}

func inspection(doc feeds.Document) inspectJSON {
	h := doc.Head
	out := inspectJSON{
		Feed:     headJSON{h.Title, h.Link, h.Language, h.Format, h.Encoding, hubOf(&doc)},
		Items:    make([]itemJSON, len(doc.Items)),
		Warnings: append([]string{}, doc.Warnings...),
	}
	for i := range doc.Items {
		out.Items[i] = itemFor(&doc.Items[i])
	}
	return out
}

// hubOf is the hub that would push a feed; empty if there is none.
func hubOf(doc *feeds.Document) string {
	if doc.Hints.Self == "" {
		return "" // it would not know what to push
	}
	return doc.Hints.Hub
}

func itemFor(it *feeds.Item) itemJSON {
	return itemJSON{
		ID: it.ID(), Title: it.Title, Link: it.Link,
		Authors: append([]string{}, it.Authors...), Categories: append([]string{}, it.Categories...),
		Language: it.Language, Published: moment(it.Published), Updated: moment(it.Updated),
		Summary: it.Summary, Content: it.Content,
	}
}

func moment(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// showDocument prints a feed, read from an address or a file, for people.
func showDocument(t *terminal, from string, doc feeds.Document) {
	h := doc.Head
	facts := []string{h.Format, h.Encoding, h.Language, count(len(doc.Items), "item")}
	t.say("%s", t.paint(bold, orElse(line(h.Title), "(a feed without a title)")))
	t.say("%s", t.paint(dim, joined(" · ", append(facts, h.Link)...)))
	if !strings.Contains(from, "://") {
		from = doc.Hints.Self
	}
	if hub := (&feeds.Result{Document: doc}).UnusedHub(from); hub != "" {
		t.say("%s", t.paint(dim, unusedHub(hub)))
	} else if hub := hubOf(&doc); hub != "" {
		t.say("%s", t.paint(dim, "pushed by the hub "+line(hub)+", where http.public_url is set"))
	}
	for i := range doc.Items {
		it := &doc.Items[i]
		t.say("\n%s", t.paint(bold, orElse(line(it.Title), "(no title)")))
		t.say("  %s", t.paint(dim, joined(" · ", when(it), strings.Join(it.Authors, ", "), strings.Join(it.Categories, ", "))))
		if it.Link != "" {
			t.say("  %s", t.paint(cyan, line(it.Link)))
		} else {
			t.say("  %s", t.paint(dim, "no link"))
		}
		if text := line(it.Text()); text != "" {
			t.say("  %s", clip(text, 200))
		}
	}
	for _, w := range doc.Warnings {
		t.tell("%s %s", t.paintErr(yellow, "warning:"), line(w))
	}
}

// when says when an item was published, or else changed.
func when(it *feeds.Item) string {
	at := it.Published
	if at.IsZero() {
		at = it.Updated
	}
	if at.IsZero() {
		return "no date"
	}
	return at.Format("2006-01-02 15:04 MST")
}
