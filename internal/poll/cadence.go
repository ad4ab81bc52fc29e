package poll

import (
	"hash/fnv"
	"time"
	"watcher/internal/backoff"
)

const (
	// maxBar is the longest Retry-After that is obeyed.
	maxBar = 24 * time.Hour
	// throttledBar is how long a host is left alone after a 429 that does not say how
	// long.
	throttledBar = 5 * time.Minute
	// maxRetry is the longest pause between polls of a feed that fails,
	// unless its own interval is longer.
	maxRetry = 4 * time.Hour
	// firstRetry is the longest pause after the first failure.
	firstRetry = 15 * time.Minute
	// everything is a time further ahead than any feed is due.
	everything = 1000 * 24 * time.Hour

	// slower is how many times its interval a feed is left alone at most
	// because it asks for that.
	slower = 4
	// An adaptive interval stays within these.
	minAdaptive = 5 * time.Minute
	maxAdaptive = 4 * time.Hour
)

// neverDue is the due time of a feed that is not asked any more.
var neverDue = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// next is when the feed is due after the poll of c worked and left s. fresh is how
// long the server asked not to be asked again; pushes says whether hubs can reach us.
func (f *PlannedFeed) next(c *Claim, s *FeedState, now time.Time, fresh time.Duration, pushes bool) time.Time {
	if f.Schedule != "" {
		// Feeds of one schedule must not ask at the same second; the same feed
		// should ask at the same one.
		return f.cron.Next(now).Add(spread(f.ID, 10*time.Second))
	}
	base := f.interval(s, now)
	most := slower * base
	if f.Adaptive {
		most = max(base, maxAdaptive)
	}
	pause := min(max(base, s.declared(base), fresh), most)
	if pushes && s.Push.Live(now) {
		pause = s.Push.relax(pause, base, now)
	}
	if c.State.Polled.IsZero() || c.Now.Sub(c.Due) > max(time.Minute, base/2) {
		// Feeds that come up together, or missed polls together while watcher
		// was down, must not stay together.
		return now.Add(scatter(pause))
	}
	next := now.Add(jitter(pause))
	if s.Hints.SkipHours|uint32(s.Hints.SkipDays) != 0 {
		next = skip(&s.Hints, next, now.Add(most))
	}
	return next
}

// interval is how often the feed is polled if neither its server nor its document
// asks for less.
func (f *PlannedFeed) interval(s *FeedState, now time.Time) time.Duration {
	if !f.Adaptive {
		return f.Every
	}
	if s.Gap == 0 {
		return firstRetry
	}
	// A feed that fell silent is watched less closely, little by little: half a
	// gap between two items at first, and after half a day of silence not more
	// often than every 20 minutes.
	gap := max(s.Gap, now.Sub(s.Changed)/16)
	return min(max(gap/2, minAdaptive), maxAdaptive)
}

// declared is how long a document says that it need not be read again. Much software
// writes "hourly" into every feed, so it is believed only if the feed does not
// publish more often than that.
func (s *FeedState) declared(base time.Duration) time.Duration {
	d := s.Hints.Pause
	if s.Gap > 0 {
		d = min(d, max(s.Gap/2, base))
	}
	return d
}

// skip moves a time out of the hours and days at which the document says that
// it does not change (RSS 2.0, skipHours and skipDays, in GMT), as far as limit.
func skip(h *PollHints, next, limit time.Time) time.Time {
	minutes := next.Sub(next.Truncate(time.Hour)) % (5 * time.Minute) // not all at the full hour
	t := next.UTC()
	for h.SkipHours&(1<<t.Hour()) != 0 || h.SkipDays&(1<<t.Weekday()) != 0 {
		if t = t.Truncate(time.Hour).Add(time.Hour + minutes); t.After(limit) {
			return limit
		}
	}
	return t
}

// retry is when the feed is due after so many failures in a row: after its own
// interval, or a quarter of an hour if that is longer, then 2, 4, 8, 16 times
// that, but at least once in maxRetry. It never gives up.
func (f *PlannedFeed) retry(s *FeedState, now time.Time) time.Time {
	every := f.interval(s, now)
	if f.Schedule != "" {
		every = f.cron.Next(now).Sub(now)
	}
	pause := min(every, firstRetry) << min(s.Failed-1, 4)
	return now.Add(jitter(min(pause, max(every, maxRetry))))
}

// jitter is d give or take a twentieth, so that feeds that were due together
// drift apart. Below ten seconds a schedule is somebody's own server's.
func jitter(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d
	}
	return backoff.Between(d-d/20, d+d/20)
}

// scatter is some time from half of d to d.
func scatter(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d
	}
	return backoff.Between(d/2, d)
}

// spread is a fixed part of most for each feed.
func spread(id string, most time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(id))
	return time.Duration(h.Sum64() % uint64(most))
}
