package poll

import (
	"hash/fnv"
	"math/rand/v2"
	"time"
)

const (
	// longestBar is how long a host's Retry-After is believed.
	longestBar = 24 * time.Hour
	// longestRetry is the longest pause between polls of a feed that fails,
	// unless its own interval is longer.
	longestRetry = 4 * time.Hour
)

// next is when the feed is due after a poll that worked.
func (f *Feed) next(now time.Time) time.Time {
	if f.Schedule != "" {
		// Feeds of one schedule must not ask at the same second; the same feed
		// should ask at the same one.
		return f.cron.Next(now).Add(spread(f.ID, 10*time.Second))
	}
	return now.Add(jitter(f.Every))
}

// retry is when the feed is due after so many failures in a row: 2, 4, 8, 16
// times its interval, but at least once in longestRetry. It never gives up.
func (f *Feed) retry(now time.Time, failures int) time.Time {
	every := f.Every
	if f.Schedule != "" {
		every = f.cron.Next(now).Sub(now)
	}
	pause := every << min(failures, 4)
	return now.Add(jitter(max(every, min(pause, longestRetry))))
}

// jitter is d give or take a twentieth, so that feeds that were due together
// drift apart. Below ten seconds a schedule is somebody's own server's.
func jitter(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d
	}
	return d - d/20 + time.Duration(rand.Int64N(int64(d/10)))
}

// spread is a fixed part of most for each feed.
func spread(id string, most time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(id))
	return time.Duration(h.Sum64() % uint64(most))
}
