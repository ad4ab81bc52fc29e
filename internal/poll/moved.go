package poll

import (
	"net/url"
	"time"

	"watcher/internal/feeds"
)

const (
	// movedAfter is how long a permanent redirect must have held before the new
	// address is asked directly: some are mistakes, or captive portals.
	movedAfter = 3 * 24 * time.Hour
	// movedCheck is how often the old address is asked once more, in case the
	// feed moved back or further.
	movedCheck = 30 * 24 * time.Hour
	// movedDoubt is after how many failures of the new address the old one is
	// asked again.
	movedDoubt = 3
)

// source returns what to ask: the feed's address, or the one that it has moved to.
func (f *PlannedFeed) source(s *FeedState) feeds.Source {
	src := f.Source
	if !s.Moved.IsZero() {
		src.URL = s.MovedTo
	}
	return src
}

// follow notes where permanent redirects (301 and 308) of a poll that worked
// lead, and asks there directly once that has held for a while. The feed keeps
// its ID; its address in the config is the user's to change.
func (p *Plan) follow(o *pollResult, feed *PlannedFeed, to string, now time.Time) {
	s := &o.State
	switch {
	case !s.Moved.IsZero() && to == "":
		if now.Sub(s.Moved) > movedCheck {
			s.Moved = time.Time{} // ask the old address next
		}
	case to == "" || !feed.mayFollow(to):
		s.Move = Move{}
	case to != s.MovedTo:
		s.Move = Move{MovedTo: to, MovedSince: now}
	case now.Sub(s.MovedSince) >= movedAfter:
		s.Moved = now
		// Told once: the store has one alert for a feed, a kind and a since.
		o.Alerts = append(o.Alerts, p.trouble(feedMoved, feed, s.MovedSince,
			"Feed %s has moved for good, to %s. It is asked there from now on; please change its url in the config.", feed.ID, feeds.Shown(to))...)
	}
}

// mayFollow reports whether the feed's requests may go to another address: not if they
// carry what only the configured host may see, nor without TLS.
func (f *PlannedFeed) mayFollow(to string) bool {
	from, err := url.Parse(f.URL)
	if err != nil || from.User != nil || f.Username != "" || f.Token != "" || len(f.Headers) > 0 {
		return false
	}
	u, err := url.Parse(to)
	return err == nil && (u.Scheme == "https" || u.Scheme == from.Scheme)
}

// doubtMove goes back to the old address when the new one fails.
func (s *FeedState) doubtMove() {
	if !s.Moved.IsZero() && s.Failed >= movedDoubt {
		s.Move = Move{}
	}
}
