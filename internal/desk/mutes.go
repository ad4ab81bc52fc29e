package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"watcher/internal/config"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/text"
)

// MuteReport is a mute in force.
type MuteReport struct {
	notify.Mute
	Held  int  `json:"held"`            // alerts that it holds back now, of the first 1,000 of each target
	Stray bool `json:"stray,omitempty"` // the config has nothing of that name
}

// Mutes returns the mutes in force, the one that ends first in front.
func (d *Desk) Mutes(ctx context.Context) ([]MuteReport, error) {
	mutes, err := d.runs.Store.Mutes(ctx)
	if err != nil {
		return nil, err
	}
	held, err := d.heldByMutes(ctx, len(mutes) > 0)
	if err != nil {
		return nil, err
	}
	all := make([]MuteReport, 0, len(mutes))
	for _, m := range mutes {
		all = append(all, MuteReport{m, held[[2]string{m.Kind, m.Name}], !d.exists(m)})
	}
	slices.SortStableFunc(all, func(a, b MuteReport) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all, nil
}

// heldByMutes counts the alerts that each mute holds back, by its kind and name.
func (d *Desk) heldByMutes(ctx context.Context, any bool) (map[[2]string]int, error) {
	held := make(map[[2]string]int)
	if !any {
		return held, nil
	}
	for _, t := range d.runs.Config().Targets {
		h, err := d.runs.Store.Oldest(ctx, t.Name, maxAsked)
		if err != nil {
			return nil, err
		}
		for _, a := range h.Alerts {
			if m, ok := deliver.MuteOf(a, h); ok {
				held[[2]string{m.Kind, m.Name}]++
			}
		}
	}
	return held, nil
}

// exists reports whether the config has what a mute names. A story needs nobody.
func (d *Desk) exists(m notify.Mute) bool {
	cfg := d.runs.Config()
	switch m.Kind {
	case "rule":
		return slices.ContainsFunc(cfg.Rules, func(r config.RoutedRule) bool { return r.Name == m.Name })
	case "feed":
		return cfg.Feeds.Has(m.Name)
	case "target":
		return d.hasTarget(m.Name)
	}
	return m.Kind == "story"
}

// storyID is what notify.StoryID makes.
var storyID = regexp.MustCompile(`^[a-z2-7]{16}$`)

// maxTitle is how much of an article's title a mute of its story keeps.
const maxTitle = 120

// Mute adds a mute, replaces one of the same name, or ends it where Until has passed.
// A story is named by AlertRow.Story, or by one of its alerts.
func (d *Desk) Mute(ctx context.Context, m notify.Mute) error {
	if m.Kind != "story" {
		return d.runs.Store.Mute(ctx, m)
	}
	mutes, err := d.runs.Store.Mutes(ctx)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(mutes, func(old notify.Mute) bool { return old.Kind == m.Kind && old.Name == m.Name }); i >= 0 {
		m.Title = mutes[i].Title
		return d.runs.Store.Mute(ctx, m)
	}
	t, err := d.runs.Store.Trace(ctx, m.Name)
	if _, no := errors.AsType[*notify.NoAlertError](err); no && storyID.MatchString(m.Name) {
		return d.runs.Store.Mute(ctx, m) // of which no alert need be left
	}
	if err != nil {
		return known(err)
	}
	if t.Story == "" {
		return fmt.Errorf("of alert %s no story is known: mute its rule or its feed", m.Name)
	}
	m.Name, m.Title = t.Story, text.Shorten(t.Item.Title, maxTitle)
	return d.runs.Store.Mute(ctx, m)
}
