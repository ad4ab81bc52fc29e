// Package roster says what a change of the config does to what is known of a feed. Both
// stores do it.
package roster

import (
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/schedule"
)

// KeepRemoved is how long what a removed feed has shown is kept, in case it comes back.
const KeepRemoved = 90 * 24 * time.Hour

// Feed is a feed as a store has it.
type Feed struct {
	ID, URL string
	Cadence string // when it is polled; a change of it shows at once
	Due     time.Time
	Removed time.Time // zero while it is configured
	State   poll.FeedState
}

// Adopt makes f the feed of src. void says that a poll of it that is under way is lost.
func (f *Feed) Adopt(src *feeds.Source, now time.Time) (void bool) {
	if f.ID != src.ID {
		f.ID = src.ID
		void = true // a poll under the old name is lost
	}
	if f.URL != src.URL {
		// Validators belong to a URL; what was seen belongs to the feed.
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
		void = true // a poll under way thinks of the old one
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

// maxBarred is longer than a feed is left alone that fails or is dangerous, or
// whose host asked for a pause.
const maxBarred = 25 * time.Hour

// Furthest is a little later than a feed that works is due at the latest. Beyond
// it lies only what a clock has left that was wrong.
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

// Cadence tells apart when feeds are polled.
func Cadence(src *feeds.Source) string {
	switch {
	case src.Adaptive:
		return "adaptive"
	case src.Schedule != "":
		return strings.TrimSpace(src.Schedule + " " + src.Timezone)
	}
	return src.Every.String()
}
