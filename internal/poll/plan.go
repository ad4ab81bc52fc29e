package poll

import (
	"fmt"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/rules"
	"watcher/internal/schedule"
)

// Plan is what the config says: which feeds, which rules, and who hears of a
// match. It is not changed once it is in use.
type Plan struct {
	sources *feeds.Sources
	crons   map[cron]schedule.Schedule // those of the sources
	Rules   *rules.Set
	Routes  []Route  // by the index of the rule
	Ops     []string // targets that hear of troubles
	// Trails are the targets that can show where else an article stands after
	// they were told of it.
	Trails map[string]bool
	// EachArticle are the targets that want every article of a story.
	EachArticle map[string]bool
	// AlertFirst: a feed's first document alerts, instead of being the baseline.
	AlertFirst bool
	// Pushes: hubs can reach us, so that feeds which they push are polled less.
	Pushes bool
	// Limits are those of hosts, by feeds.HostKey; for hosts that it does not name,
	// Limit holds, or DefaultLimit where that is zero.
	Limits map[string]HostLimit
	Limit  HostLimit
}

// Route is who hears of a rule's matches.
type Route struct {
	Rule     string
	Severity notify.Severity
	Targets  []string
}

// PlannedFeed is a source and when it is polled.
type PlannedFeed struct {
	feeds.Source
	cron schedule.Schedule // where Source has a schedule
	host string            // whose limits hold for it; empty if none do
}

// cron is the schedule of a source.
type cron struct{ spec, zone string }

// SetSources makes sources the plan's.
func (p *Plan) SetSources(sources *feeds.Sources) error {
	p.sources, p.crons = sources, make(map[cron]schedule.Schedule)
	for s := range sources.All() {
		c := cron{s.Schedule, s.Timezone}
		if _, known := p.crons[c]; known || s.Schedule == "" {
			continue
		}
		var err error
		if p.crons[c], err = schedule.Parse(c.spec, c.zone); err != nil {
			return fmt.Errorf("feed %s: %w", s.ID, err)
		}
	}
	return nil
}

// Feed returns the feed with an ID; nil if the plan does not have it.
func (p *Plan) Feed(id string) *PlannedFeed {
	s, ok := p.sources.Find(id)
	if !ok {
		return nil
	}
	f := &PlannedFeed{Source: s, cron: p.crons[cron{s.Schedule, s.Timezone}]}
	if s.HostLimits == nil || *s.HostLimits {
		f.host = feeds.HostOf(s.URL)
	}
	return f
}

// limit is what holds for a host.
func (p *Plan) limit(key string) HostLimit {
	if l, ok := p.Limits[key]; ok {
		return l
	}
	if p.Limit.Parallel > 0 {
		return p.Limit
	}
	return DefaultLimit
}

// hostKey is the host that will be asked, or empty if no limit holds for it.
func (f *PlannedFeed) hostKey(s *FeedState) string {
	if f.host != "" && !s.Moved.IsZero() {
		return feeds.HostOf(s.MovedTo)
	}
	return f.host
}
