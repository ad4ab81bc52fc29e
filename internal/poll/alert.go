package poll

import (
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/rules"
	"watcher/internal/text"
)

// maxExcerpts is how many excerpts an alert carries.
const maxExcerpts = 3

// maxOld is how many of the items that were too old are remembered.
const maxOld = 10

// alerts matches items and makes one alert for each item and target, whatever the
// number of rules. Items older than the feed's max_age are counted in s instead. With
// updates set, the alerts tell what the items say now, to the targets that were told
// of the items before.
func (p *Plan) alerts(feed *PlannedFeed, s *FeedState, items []feeds.Item, updates bool, now time.Time) []notify.Alert {
	alerts := make([]notify.Alert, 0, len(items))
	for i := range items {
		alerts = append(alerts, p.alertsOf(feed, s, &items[i], p.Rules.Match(&items[i]), updates, now)...)
	}
	markFloods(alerts)
	return alerts
}

// news makes alerts of new items.
func (p *Plan) news(feed *PlannedFeed, s *FeedState, v *seen.Verdict, now time.Time) []notify.Alert {
	alerts := p.alerts(feed, s, v.New, false, now)
	if len(v.Sections) == 0 {
		return alerts
	}
	also := make(map[notify.ItemKey]notify.ItemKey, len(v.Sections))
	for i := range v.New {
		if section, ok := v.Sections[v.New[i].Entry.Key]; ok {
			also[itemKeys(&v.New[i], false)[0]] = notify.KeyOf("section", strconv.FormatUint(section, 16))
		}
	}
	for i := range alerts {
		if key, ok := also[alerts[i].Keys[0]]; ok {
			alerts[i].Keys = append(slices.Clip(alerts[i].Keys), key)
		}
	}
	return alerts
}

// passOver counts items that match but are no news.
func (p *Plan) passOver(s *FeedState, items []feeds.Item) {
	for i := range items {
		it := &items[i]
		var matched []string
		for _, m := range p.Rules.Match(it) {
			matched = append(matched, p.Routes[m.Rule].Rule)
		}
		if matched != nil {
			s.SlidBack++
			s.Slid = withOld(s.Slid, it, matched)
		}
	}
}

// changes makes alerts of changed items. An item from before the feed was watched
// alerts only for rules that it did not match then, unless all updates are wanted. A
// block that changed in several items at once is news of none of them.
func (p *Plan) changes(feed *PlannedFeed, s *FeedState, v *seen.Verdict, now time.Time) []notify.Alert {
	var alerts []notify.Alert
	for i := range v.Changed {
		it := &v.Changed[i]
		matches := p.Rules.Match(it)
		rest, alike := v.Rest[it.Entry.Key]
		if alike {
			own := p.Rules.Match(&rest)
			matches = slices.DeleteFunc(matches, func(m rules.Match) bool {
				return !slices.ContainsFunc(own, func(o rules.Match) bool { return o.Rule == m.Rule })
			})
		}
		updates := feed.Updates && !alike
		if !updates {
			before := v.Before[it.Entry.Key]
			matches = slices.DeleteFunc(matches, func(m rules.Match) bool { return slices.Contains(before, p.mark(m)) })
		}
		alerts = append(alerts, p.alertsOf(feed, s, it, matches, updates, now)...)
	}
	markFloods(alerts)
	return alerts
}

// mark is the form in which a rule that an item matched is remembered.
func (p *Plan) mark(m rules.Match) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(p.Routes[m.Rule].Rule))
	return h.Sum32()
}

// marks are the rules that items match, by Entry.Key; items that match none are
// absent.
func (p *Plan) marks(items []feeds.Item) map[uint64][]uint32 {
	marks := make(map[uint64][]uint32)
	for i := range items {
		for _, m := range p.Rules.Match(&items[i]) {
			key := items[i].Entry.Key
			marks[key] = append(marks[key], p.mark(m))
		}
	}
	return marks
}

func (p *Plan) alertsOf(feed *PlannedFeed, s *FeedState, it *feeds.Item, matches []rules.Match, updates bool, now time.Time) []notify.Alert {
	if len(matches) == 0 {
		return nil
	}
	if feed.MaxAge > 0 && TooOld(it, now.Add(-feed.MaxAge)) {
		s.leaveOut(it)
		return nil
	}
	var sketch story.Sketch
	if !updates { // updates are told even of a story that was told
		sketch = story.SketchOf(it.Title, it.Text())
	}
	return p.forItem(it, matches, itemKeys(it, updates), sketch, now)
}

// markFloods marks alerts that are too many to be told one by one.
func markFloods(alerts []notify.Alert) {
	if len(alerts) <= notify.FloodSize {
		return
	}
	byTarget := make(map[string]int)
	for i := range alerts {
		byTarget[alerts[i].Target]++
	}
	for i := range alerts {
		alerts[i].Flood = byTarget[alerts[i].Target] > notify.FloodSize
	}
}

// TooOld reports whether an item is from before the limit. One without a date is not.
func TooOld(it *feeds.Item, limit time.Time) bool {
	return !it.Published.IsZero() && it.Published.Before(limit)
}

// leaveOut counts an item that is too old to alert.
func (l *LeftOut) leaveOut(it *feeds.Item) {
	l.TooOld++
	l.Old = withOld(l.Old, it, nil)
}

// withOld is a copy of a list with an item at its end, of which the last maxOld stay.
func withOld(list []Old, it *feeds.Item, matched []string) []Old {
	list = append(slices.Clone(list), Old{text.Shorten(it.Title, 120), it.Link, it.Published, matched})
	return list[max(0, len(list)-maxOld):]
}

func (p *Plan) forItem(it *feeds.Item, matches []rules.Match, keys []notify.ItemKey, story story.Sketch, now time.Time) []notify.Alert {
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
	alerts := make([]notify.Alert, 0, len(order))
	item := TellItem(it)
	for i, target := range order {
		a := notify.Alert{ID: notify.AlertID(target, keys[0]), Target: target, Keys: keys, FirstSeen: now.UTC(), Item: item}
		a.Trails = p.Trails[target]
		a.Story, a.EachArticle = story, p.EachArticle[target]
		if i > 0 && sameRules(byTarget[target], byTarget[order[i-1]]) { // most targets have the same rules, which are kept once
			a.Severity, a.Rules, a.Excerpts = alerts[i-1].Severity, alerts[i-1].Rules, alerts[i-1].Excerpts
		} else {
			a.Severity, a.Rules = p.hits(byTarget[target])
			a.Excerpts = excerpts(it, byTarget[target])
		}
		alerts = append(alerts, a)
	}
	return alerts
}

func sameRules(a, b []rules.Match) bool {
	return slices.EqualFunc(a, b, func(a, b rules.Match) bool { return a.Rule == b.Rule })
}

// hits are the rules that matched, as a target is told them, and the severity.
func (p *Plan) hits(matches []rules.Match) (severity notify.Severity, hits []notify.RuleHit) {
	severity = notify.Low
	for _, m := range matches {
		route := p.Routes[m.Rule]
		severity = max(severity, route.Severity)
		hits = append(hits, notify.RuleHit{Name: route.Rule, Terms: terms(m)})
	}
	return severity, hits
}

// itemKeys are what identifies an item to a target: the Key that the item was given
// when it came up, which is the same in every feed that has it under its own link. A
// link that several items of a feed share identifies none of them. The keys of an
// update also contain a hash of its text.
func itemKeys(it *feeds.Item, update bool) []notify.ItemKey {
	entry := strconv.FormatUint(it.Entry.Key, 16)
	if update {
		return []notify.ItemKey{notify.KeyOf("update", entry, strconv.FormatUint(fingerprint.Said(&it.Entry), 16))}
	}
	return []notify.ItemKey{notify.KeyOf("entry", entry)}
}

// TellItem returns what messages tell of an item.
func TellItem(it *feeds.Item) notify.AlertItem {
	n := notify.AlertItem{
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

// terms are the terms that the rule's spans answer, each once, in the order found.
func terms(m rules.Match) []string {
	ts := make([]string, 0, len(m.Spans))
	for _, s := range m.Spans {
		if !slices.Contains(ts, s.Term) {
			ts = append(ts, s.Term)
		}
	}
	return ts
}

// excerpts is Excerpts for the spans of all rules.
func excerpts(it *feeds.Item, matches []rules.Match) []notify.Excerpt {
	var all []rules.Span
	for _, m := range matches {
		all = append(all, m.Spans...)
	}
	return Excerpts(it, all)
}

// Excerpts shows what matched where, in the order of the spans; each field once, and
// three at most.
func Excerpts(it *feeds.Item, matched []rules.Span) []notify.Excerpt {
	type place struct {
		field string
		index int
	}
	spans := make(map[place][][2]int)
	var order []place
	for _, s := range matched {
		at := place{s.Field, s.Index}
		if spans[at] == nil {
			order = append(order, at)
		}
		spans[at] = append(spans[at], [2]int{s.Start, s.End})
	}
	var shown []notify.Excerpt
	for _, at := range order {
		if len(shown) < maxExcerpts {
			shown = append(shown, notify.MakeExcerpt(at.field, it.Field(at.field, at.index), spans[at]))
		}
	}
	return shown
}
