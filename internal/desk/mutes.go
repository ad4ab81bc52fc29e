package desk

import (
	"context"

	"watcher/internal/notify"
)

// MuteReport is a mute in force.
type MuteReport struct {
	notify.Mute
	Held  int  `json:"held"`            // alerts that it holds back now
	Stray bool `json:"stray,omitempty"` // the config has nothing of that name
}

// Mutes returns the mutes in force, the one that ends first in front.
func (d *Desk) Mutes(ctx context.Context) ([]MuteReport, error) {
	mutes, err := d.runs.Store.Mutes(ctx)
	all := make([]MuteReport, 0, len(mutes))
	for _, m := range mutes {
		all = append(all, MuteReport{Mute: m})
	}
	return all, err
}

// Mute adds a mute, replaces one of the same name, or ends it where Until has passed.
// A story is named by AlertRow.Story, or by one of its alerts.
func (d *Desk) Mute(ctx context.Context, m notify.Mute) error { return d.runs.Store.Mute(ctx, m) }
