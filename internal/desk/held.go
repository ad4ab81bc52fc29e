package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"watcher/internal/config"
	"watcher/internal/feeds/seen"
	"watcher/internal/poll"
)

// HeldItem is an item that a re-keyed feed showed and that waits for a decision.
type HeldItem struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Link      string    `json:"link,omitempty"`
	Published time.Time `json:"published,omitzero"`
	// Rules match it, and Targets would be told of it if it were released.
	Rules   []string `json:"rules"`
	Targets []string `json:"targets"`
	TooOld  bool     `json:"too_old,omitempty"` // for its feed's max_age: no target is told
}

// HeldOf says what would come of the held items of a feed by the rules of cfg.
func HeldOf(ctx context.Context, cfg *config.Config, store Store, feed string) ([]HeldItem, error) {
	packed, err := store.Shown(ctx, feed)
	if err != nil {
		return nil, err
	}
	seen, err := seen.Unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("read what %s has shown: %w", feed, err)
	}
	items, err := seen.HeldItems()
	if err != nil {
		return nil, fmt.Errorf("read the held items of %s: %w", feed, err)
	}
	src, _ := cfg.Feeds.Find(feed)
	held := make([]HeldItem, len(items))
	for k := range items {
		it := &items[k]
		h := HeldItem{ID: poll.HeldID(it), Title: it.Title, Link: it.Link, Published: it.Published, Rules: []string{}, Targets: []string{}}
		for _, m := range cfg.Set.Match(it) {
			h.Rules = append(h.Rules, cfg.Rules[m.Rule].Name)
			for _, target := range cfg.Rules[m.Rule].Notify {
				if !slices.Contains(h.Targets, target) {
					h.Targets = append(h.Targets, target)
				}
			}
		}
		if src.MaxAge > 0 && poll.TooOld(it, time.Now().Add(-src.MaxAge)) && len(h.Rules) > 0 {
			h.TooOld, h.Targets = true, []string{}
		}
		held[k] = h
	}
	return held, nil
}

// Held returns the items of a re-keyed feed that wait for a decision.
func (d *Desk) Held(ctx context.Context, feed string) ([]HeldItem, error) {
	return HeldOf(ctx, d.runs.Config(), d.runs.Store, feed)
}
