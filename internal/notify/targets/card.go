package targets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"watcher/internal/notify"
	"watcher/internal/text"
)

// Limits of what an alert shows, in characters, whatever the target would take: a
// message must be readable at a glance.
const (
	titleRunes = 250
	nameRunes  = 80
	bodyRunes  = 1000 // of a trouble, or of a template's text
	topN       = 3    // excerpts
	listN      = 8    // rules, terms, other places
)

// card is an alert as people see it: cleaned and cut to size, but not yet escaped. All
// kinds that write for people start from it.
type card struct {
	Heading  string          `json:"heading,omitempty"` // in a summary: the rule whose alerts begin here
	Severity notify.Severity `json:"severity"`
	Title    []piece         `json:"title"`
	Link     string          `json:"link,omitempty"` // safe http(s) URL; empty if there is none
	Feed     string          `json:"feed,omitempty"`
	Time     time.Time       `json:"time"` // of publication, else when first seen, in the target's zone
	Excerpts [][]piece       `json:"excerpts,omitempty"`
	Rules    []rule          `json:"rules,omitempty"`
	Also     []also          `json:"also,omitempty"`
	Body     []string        `json:"body,omitempty"` // lines, of a trouble or a template
	Page     string          `json:"page,omitempty"` // the alert's own page, as safe as Link; empty if there is none
}

type rule struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms,omitempty"`
}

type also struct {
	Feed string `json:"feed"`
	Link string `json:"link,omitempty"`
}

// newCard makes the card of an alert for readers in zone; nil is UTC.
func newCard(a notify.Alert, zone *time.Location) card {
	if a.Trouble != nil {
		return troubleCard(a, zone)
	}
	c := card{
		Severity: a.Severity,
		Link:     safeLink(a.Item.Link),
		Feed:     text.Short(a.Item.Feed, nameRunes),
		Time:     inZone(a.FirstSeen, zone),
	}
	if p := a.Item.Published; p != nil && sane(*p) {
		c.Time = inZone(*p, zone)
	}
	for _, e := range a.Excerpts {
		e.Text = text.Clip(e.Text, text.ExcerptRunes+16)
		switch {
		case e.Field == "title":
			c.Title = pieces(e)
		case len(c.Excerpts) < topN:
			if ps := pieces(e); len(ps) > 0 {
				c.Excerpts = append(c.Excerpts, ps)
			}
		}
	}
	if len(c.Title) == 0 {
		c.Title = []piece{{Text: titleOf(a.Item, c.Link)}}
	}
	if len(c.Excerpts) == 0 && a.Follows == nil {
		c.Excerpts = summaryOf(a.Item)
	}
	if a.Follows != nil {
		c.Title = []piece{{Text: "Also in " + c.Feed + ": " + plain(c.Title)}}
	}
	for i, r := range a.Rules {
		if i == listN {
			c.Rules = append(c.Rules, rule{Name: fmt.Sprintf("%d more", len(a.Rules)-i)})
			break
		}
		c.Rules = append(c.Rules, rule{Name: text.Short(r.Name, nameRunes), Terms: shorten(r.Terms)})
	}
	for i, l := range a.AlsoIn {
		if i == listN {
			c.Also = append(c.Also, also{Feed: fmt.Sprintf("%d more", len(a.AlsoIn)-i)})
			break
		}
		c.Also = append(c.Also, also{Feed: text.Short(l.Feed, nameRunes), Link: safeLink(l.Link)})
	}
	return c
}

// summaryOf returns the beginning of the summary, for an alert that matched in the
// title alone. It is empty if the summary repeats the title.
func summaryOf(it notify.AlertItem) [][]piece {
	if it.Title == "" || sameWords(text.Clean(it.Title), text.Clean(it.Summary)) {
		return nil
	}
	if ps := pieces(notify.MakeExcerpt("summary", it.Summary, nil)); len(ps) > 0 {
		return [][]piece{ps}
	}
	return nil
}

// titleOf is never empty, because a link needs a text to click on.
func titleOf(it notify.AlertItem, link string) string {
	for _, t := range []string{it.Title, it.Summary, link, it.ID} {
		if t = text.Short(t, titleRunes); t != "" {
			return t
		}
	}
	return "(no title)"
}

func shorten(terms []string) []string {
	var out []string
	for i, t := range terms {
		if i == listN {
			return append(out, "…")
		}
		out = append(out, text.Short(t, nameRunes))
	}
	return out
}

// kindWords turns the kind of a trouble into words.
var kindWords = strings.NewReplacer("_", " ", "rekeyed", "re-keyed")

// troubleCard makes the card of a trouble, with watcher as the feed.
func troubleCard(a notify.Alert, zone *time.Location) card {
	t := a.Trouble
	about := cmp.Or(t.Feed, t.Target, t.Rule)
	title := "watcher: " + kindWords.Replace(text.Short(t.Kind, nameRunes))
	if about != "" {
		title += ": " + text.Short(about, nameRunes)
	}
	c := card{Severity: a.Severity, Title: []piece{{Text: title}}, Feed: "watcher", Time: inZone(a.FirstSeen, zone), Body: bodyLines(t.Text)}
	return c
}

// inZone converts a time to a zone; nil is UTC.
func inZone(t time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return t.UTC()
	}
	return t.In(zone)
}

// sane reports whether a time of a feed fits into JSON and makes sense to a reader.
func sane(t time.Time) bool { return !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999 }

// cards makes the cards of a batch.
func cards(b notify.Batch) []card {
	cs := make([]card, len(b.Alerts))
	for i, a := range b.Alerts {
		cs[i] = newCard(a, b.Zone)
		cs[i].Page = safeLink(b.Page(&a))
	}
	return cs
}

// openPage is the text of a link to an alert's page.
const openPage = "Open in watcher"

// title returns the title without highlights.
func (c card) title() string { return plain(c.Title) }

// when formats the time for messages that cannot use the reader's own zone.
func (c card) when() string { return c.Time.Format("2 Jan 2006 15:04 MST") }

// String names the rule and the terms that matched.
func (r rule) String() string {
	if len(r.Terms) == 0 {
		return r.Name
	}
	return r.Name + " (" + strings.Join(r.Terms, ", ") + ")"
}

// joined joins the texts that are not empty.
func joined(sep string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), sep)
}

// origin names severity, unless it is normal, feed and time.
func (c card) origin() string {
	var parts []string
	if c.Severity != notify.Normal {
		parts = append(parts, c.Severity.String())
	}
	if c.Feed != "" {
		parts = append(parts, c.Feed)
	}
	if !c.Time.IsZero() {
		parts = append(parts, c.when())
	}
	return strings.Join(parts, " · ")
}

// marked joins pieces, with open and end around each match.
func marked(ps []piece, open, end string) string {
	var b strings.Builder
	for _, p := range ps {
		if p.Hit {
			b.WriteString(open + p.Text + end)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
