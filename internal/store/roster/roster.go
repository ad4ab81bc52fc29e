// Package roster decides what a change of the config does to the stored state of a
// feed, for all stores.
package roster

import (
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/schedule"
)

// KeepRemoved is how long the state of a removed feed is kept, in case it comes back.
const KeepRemoved = 90 * 24 * time.Hour

// Feed is a feed in a store.
type Feed struct {
	ID, URL string
	Cadence string // when it is polled; a change takes effect at once
	Due     time.Time
	Removed time.Time // zero while it is configured
	State   poll.FeedState
}

// Adopt applies the settings of src to f. void says that a poll in progress must be
// discarded.
func (f *Feed) Adopt(src *feeds.Source, now time.Time) (void bool) {
	if f.ID != src.ID {
		f.ID = src.ID
		void = true // a poll under the old name is discarded
	}
	if f.URL != src.URL {
		// Validators belong to a URL; fingerprints belong to the feed.
		f.URL = src.URL
		f.State = f.State.Elsewhere()
		f.Due = now
		void = true
	}
	if !f.Removed.IsZero() {
		f.State.Push = f.State.Push.Offered()
	}
	f.Removed = time.Time{}
	latest := Furthest(src, now)
	if c := Cadence(src); f.Cadence != c {
		f.Cadence = c
		latest = now.Add(src.Every)
		void = true // a poll in progress uses the old one
	}
	if f.State.Failed > 0 || f.State.Barred.After(now) || !f.State.Dangerous.IsZero() {
		latest = Furthest(src, now)
		if barred := now.Add(maxBarred); latest.Before(barred) {
			latest = barred
		}
	}
	if f.Due.After(latest) && !f.State.Gone {
		f.Due = latest
	}
	return void
}

// maxBarred is longer than the pause of any feed that fails, is dangerous, or has a
// host that asked for it.
const maxBarred = 25 * time.Hour

// Furthest is a little later than the latest due time of a working feed. A later one
// can only come from a wrong clock.
func Furthest(src *feeds.Source, now time.Time) time.Time {
	switch {
	case src.Adaptive:
		return now.Add(5 * time.Hour)
	case src.Schedule != "":
		if cron, err := schedule.Parse(src.Schedule, src.Timezone); err == nil {
			return cron.Next(now).Add(time.Minute)
		}
	case src.Every > 0:
		return now.Add(5 * src.Every)
	}
	return now.Add(400 * 24 * time.Hour)
}

// Cadence identifies when a feed is polled.
func Cadence(src *feeds.Source) string {
	switch {
	case src.Adaptive:
		return "adaptive"
	case src.Schedule != "":
		return strings.TrimSpace(src.Schedule + " " + src.Timezone)
	}
	return src.Every.String()
}
