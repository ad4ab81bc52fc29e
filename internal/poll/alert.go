package poll

import (
	"slices"
	"strconv"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/rules"
)

// mostExcerpts is how many excerpts an alert carries.
const mostExcerpts = 3

// alerts matches items and makes one alert for each item and target, whatever
// the number of rules.
func (p *Plan) alerts(feed *Feed, items []feeds.Item, now time.Time) []notify.Alert {
	var alerts []notify.Alert
	for i := range items {
		matches := p.Rules.Match(&items[i])
		if len(matches) == 0 || feed.MaxAge > 0 && tooOld(&items[i], now.Add(-feed.MaxAge)) {
			continue
		}
		alerts = append(alerts, p.forItem(&items[i], matches, now)...)
	}
	return alerts
}

// tooOld says whether an item is from before the limit. One without a date is not.
func tooOld(it *feeds.Item, limit time.Time) bool {
	return !it.Published.IsZero() && it.Published.Before(limit)
}

func (p *Plan) forItem(it *feeds.Item, matches []rules.Match, now time.Time) []notify.Alert {
	byTarget := make(map[string][]rules.Match)
	var order []string
	for _, m := range matches {
		for _, t := range p.Routes[m.Rule].Targets {
			if byTarget[t] == nil {
				order = append(order, t)
			}
			byTarget[t] = append(byTarget[t], m)
		}
	}
	keys, story := itemKeys(it), notify.SketchOf(it.Text())
	alerts := make([]notify.Alert, 0, len(order))
	for _, target := range order {
		a := notify.Alert{
			ID:        notify.AlertID(target, keys[0]),
			Target:    target,
			Keys:      keys,
			Severity:  notify.Low,
			FirstSeen: now.UTC(),
			Item:      notifyItem(it),
			Excerpts:  excerpts(it, byTarget[target]),
		}
		if !p.EachArticle[target] {
			a.Story = story
		}
		for _, m := range byTarget[target] {
			route := p.Routes[m.Rule]
			a.Severity = max(a.Severity, route.Severity)
			a.Rules = append(a.Rules, notify.RuleHit{Name: route.Rule, Terms: terms(m)})
		}
		alerts = append(alerts, a)
	}
	return alerts
}

// itemKeys are an item's identities: the one it was given when it came up, and
// the link it has now, where that is its own.
func itemKeys(it *feeds.Item) []notify.Key {
	keys := []notify.Key{notify.KeyOf("entry", strconv.FormatUint(it.Entry.Key, 16))}
	if link := feeds.CanonicalLink(it.Link); link != "" && it.Entry.Link != 0 {
		keys = append(keys, notify.KeyOf("link", link))
	}
	return keys
}

func notifyItem(it *feeds.Item) notify.Item {
	n := notify.Item{
		ID: it.ID(), Title: it.Title, Link: it.Link, Feed: it.Feed, FeedURL: it.FeedURL,
		Authors: it.Authors, Categories: it.Categories, Language: it.Language, Summary: it.Summary,
	}
	if n.Summary == "" {
		n.Summary = notify.MakeExcerpt("content", it.Content, nil).Text
	}
	if when := it.Published; !when.IsZero() {
		n.Published = &when
	}
	return n
}

// terms are those that a rule's match answers, each once, in the order found.
func terms(m rules.Match) []string {
	ts := make([]string, 0, len(m.Spans))
	for _, s := range m.Spans {
		if !slices.Contains(ts, s.Term) {
			ts = append(ts, s.Term)
		}
	}
	return ts
}

// excerpts shows what matched where, the title first; each field once.
func excerpts(it *feeds.Item, matches []rules.Match) []notify.Excerpt {
	type place struct {
		field string
		index int
	}
	spans := make(map[place][][2]int)
	var order []place
	for _, m := range matches {
		for _, s := range m.Spans {
			at := place{s.Field, s.Index}
			if spans[at] == nil {
				order = append(order, at)
			}
			spans[at] = append(spans[at], [2]int{s.Start, s.End})
		}
	}
	var shown []notify.Excerpt
	for _, at := range order {
		if len(shown) < mostExcerpts {
			shown = append(shown, notify.MakeExcerpt(at.field, it.Field(at.field, at.index), spans[at]))
		}
	}
	return shown
}
