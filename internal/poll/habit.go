package poll

import (
	"slices"
	"time"

	"watcher/internal/feeds"
)

const (
	// burst is how close together items count as published at once.
	burst = 5 * time.Minute
	// maxDates is how many of a document's latest dates tell its habit.
	maxDates = 30
	// memory is the weight of what is known of a feed's habit, against 1 for each new
	// time that it publishes.
	memory = 7

	// A feed is stale when it was silent for so many times its habit, and at
	// least for so long: weekends and holidays are not worth a notice.
	staleGaps  = 5
	staleLeast = 7 * 24 * time.Hour
	// Of a feed that was watched for habitKnown it is known whether it pauses at
	// weekends: it is stale after stalePauses times the longest pause that it made
	// twice, and after stalePaused at least.
	habitKnown  = 21 * 24 * time.Hour
	stalePauses = 2
	stalePaused = 2 * 24 * time.Hour
	// A feed that never published, and whose items have no dates, is stale after so
	// long, if it has so many items that it must have published at some time.
	staleUnknown = 30 * 24 * time.Hour
	staleItems   = 3
)

// begin takes the feed's habit from the dates in its first document. Its silence
// counts from now, not from the time before it was watched.
func (h *Habit) begin(items []feeds.Item, now time.Time) {
	dates := moments(items, now)
	dates = dates[max(0, len(dates)-maxDates):]
	h.Changed = now
	if n := len(dates); n >= 3 {
		h.Gap = dates[n-1].Sub(dates[0]) / time.Duration(n-1)
		h.Watched = dates[0]
		h.paused(dates[0], dates[1:]...)
	}
	if h.Watched.IsZero() {
		h.Watched = now
	}
}

// paused notes the silences between these times.
func (h *Habit) paused(since time.Time, at ...time.Time) {
	for _, t := range at {
		switch d := t.Sub(since); {
		case d > h.Pauses[0]:
			h.Pauses = [2]time.Duration{d, h.Pauses[0]}
		case d > h.Pauses[1]:
			h.Pauses[1] = d
		}
		since = t
	}
}

// publish notes that items came up that the feed had not shown.
func (h *Habit) publish(items []feeds.Item, now time.Time) {
	h.News = true
	if h.Changed.IsZero() {
		h.begin(items, now)
		return
	}
	// Items without a date of their own are taken to have come at once.
	since := h.Changed
	dates := moments(items, now)
	dates = slices.DeleteFunc(dates, func(t time.Time) bool { return !t.After(since.Add(burst)) })
	times := time.Duration(max(1, len(dates)))
	gap := now.Sub(since) / times
	h.Changed = now
	if len(dates) == 0 {
		h.paused(since, now)
	} else {
		h.paused(since, dates...)
	}
	if h.Watched.IsZero() { // by a version that did not note it
		h.Watched = now
	}
	if h.Gap == 0 {
		h.Gap = gap
		return
	}
	for range min(times, maxDates) {
		h.Gap += (gap - h.Gap) / (memory + 1)
	}
}

// moments are the times at which items were published, each burst once, in
// order. Dates in the future say nothing.
func moments(items []feeds.Item, now time.Time) []time.Time {
	var dates []time.Time
	for i := range items {
		at := items[i].Published
		if at.IsZero() {
			at = items[i].Updated
		}
		if !at.IsZero() && !at.After(now) {
			dates = append(dates, at)
		}
	}
	slices.SortFunc(dates, time.Time.Compare)
	apart := dates[:0]
	for _, at := range dates {
		if n := len(apart); n == 0 || at.Sub(apart[n-1]) >= burst {
			apart = append(apart, at)
		}
	}
	return apart
}

// silentTooLong reports whether the feed has published nothing for far longer than its
// habit. A feed that has emptied is not silent, but empty.
func (s *FeedState) silentTooLong(now time.Time) bool {
	silent := now.Sub(s.Changed)
	switch {
	case s.Changed.IsZero(), s.emptied():
		return false
	case s.Gap == 0:
		return s.Items >= staleItems && silent > staleUnknown
	}
	least := staleLeast
	if !s.Watched.IsZero() && s.Changed.Sub(s.Watched) >= habitKnown {
		least = max(stalePauses*s.Pauses[1], stalePaused)
	}
	return silent > max(staleGaps*s.Gap, least)
}
