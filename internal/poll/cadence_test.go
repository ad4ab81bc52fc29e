package poll

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"watcher/internal/feeds"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC) // a Thursday

// planned returns the planned feed of a source.
func planned(t testing.TB, s feeds.Source) *PlannedFeed {
	t.Helper()
	s.ID, s.URL = "feed", "https://feed.example/rss"
	var p Plan
	if err := p.SetSources(feeds.Pack(s)); err != nil {
		t.Fatal(err)
	}
	return p.Feed("feed")
}

// onTime returns the claim of a feed that was polled before and is polled when due.
func onTime(now time.Time) *Claim {
	return &Claim{Due: now, Now: now, State: FeedState{Polled: now.Add(-time.Hour)}}
}

// within reports whether got is want, apart from the jitter.
func within(got, want time.Duration) bool {
	return got >= want-want/20 && got <= want+want/20
}

func TestNext(t *testing.T) {
	quarter := feeds.Source{Every: 15 * time.Minute}
	for _, test := range []struct {
		shows string
		src   feeds.Source
		state FeedState
		fresh time.Duration
		want  time.Duration
	}{
		{"the interval, where nobody asks for another", quarter, FeedState{}, 0, 15 * time.Minute},
		{"a second, for one's own server", feeds.Source{Every: time.Second}, FeedState{}, 0, time.Second},
		{"max-age is waited for", quarter, FeedState{}, 25 * time.Minute, 25 * time.Minute},
		{"a max-age shorter than the interval changes nothing", quarter, FeedState{}, time.Minute, 15 * time.Minute},
		{"nobody gets more than four times the interval", quarter, FeedState{}, 16 * 365 * 24 * time.Hour, time.Hour},
		{"ttl is waited for", quarter, FeedState{Hints: PollHints{Pause: 30 * time.Minute}}, 0, 30 * time.Minute},
		{"hourly, as much software writes into every feed, is not believed of one that publishes more often",
			quarter, FeedState{Hints: PollHints{Pause: time.Hour}, Habit: Habit{Gap: 40 * time.Minute}}, 0, 20 * time.Minute},
		{"and not below the interval either", quarter, FeedState{Hints: PollHints{Pause: time.Hour}, Habit: Habit{Gap: time.Minute}}, 0, 15 * time.Minute},
		{"of one that publishes every day it is", quarter, FeedState{Hints: PollHints{Pause: time.Hour}, Habit: Habit{Gap: 24 * time.Hour}}, 0, time.Hour},
		{"a ttl of an hour does not slow down one's own server that is polled every second",
			feeds.Source{Every: time.Second}, FeedState{Hints: PollHints{Pause: time.Hour}}, 0, 4 * time.Second},
		{"adaptive follows the habit, half a gap", feeds.Source{Adaptive: true}, FeedState{Habit: Habit{Gap: time.Hour, Changed: noon}}, 0, 30 * time.Minute},
		{"adaptive: not below five minutes", feeds.Source{Adaptive: true}, FeedState{Habit: Habit{Gap: time.Minute, Changed: noon}}, 0, 5 * time.Minute},
		{"adaptive: not above four hours", feeds.Source{Adaptive: true}, FeedState{Habit: Habit{Gap: 90 * 24 * time.Hour, Changed: noon}}, 0, 4 * time.Hour},
		{"adaptive: a quarter of an hour while nothing is known", feeds.Source{Adaptive: true}, FeedState{}, 0, 15 * time.Minute},
		{"adaptive: silence makes it slower", feeds.Source{Adaptive: true},
			FeedState{Habit: Habit{Gap: 20 * time.Minute, Changed: noon.Add(-16 * time.Hour)}}, 0, 30 * time.Minute},
		{"adaptive: max-age within four hours", feeds.Source{Adaptive: true}, FeedState{Habit: Habit{Gap: time.Hour, Changed: noon}}, 2 * time.Hour, 2 * time.Hour},
	} {
		f := planned(t, test.src)
		if got := f.next(onTime(noon), &test.state, noon, test.fresh, false).Sub(noon); !within(got, test.want) {
			t.Errorf("%s: next in %v, want about %v", test.shows, got, test.want)
		}
	}
}

func TestSkip(t *testing.T) {
	night := uint32(1<<22 | 1<<23 | 1<<0 | 1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<5)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 10, day, hour, minute, 0, 0, time.UTC) }
	for _, test := range []struct {
		shows             string
		hints             PollHints
		next, limit, want time.Time
	}{
		{"an hour that is not skipped", PollHints{SkipHours: night}, at(1, 21, 50), at(1, 23, 0), at(1, 21, 50)},
		{"the end of the skipped hours, if that is near", PollHints{SkipHours: night}, at(2, 5, 40), at(2, 6, 45), at(2, 6, 0)},
		{"the limit, if it is not", PollHints{SkipHours: night}, at(1, 22, 5), at(1, 23, 5), at(1, 23, 5)},
		{"a day", PollHints{SkipDays: 1 << time.Saturday}, at(3, 23, 30), at(4, 0, 30), at(4, 0, 0)},
		{"all hours: the limit", PollHints{SkipHours: 1<<24 - 1}, at(1, 12, 0), at(1, 13, 0), at(1, 13, 0)},
		{"all days: the limit", PollHints{SkipDays: 1<<7 - 1}, at(1, 12, 0), at(1, 13, 0), at(1, 13, 0)},
		{"an hour east of Greenwich is taken in GMT", PollHints{SkipHours: 1 << 12},
			time.Date(2026, 10, 1, 12, 30, 0, 0, time.FixedZone("", 3*3600)), at(1, 11, 0), at(1, 9, 30)},
	} {
		got := skip(&test.hints, test.next, test.limit)
		if got.Sub(test.want) < 0 || got.Sub(test.want) >= 5*time.Minute || got.After(test.limit) {
			t.Errorf("%s: %v becomes %v, want %v", test.shows, test.next, got, test.want)
		}
	}
}

// Feeds that start together spread out, and a missed poll is made up once.
func TestMissedPollsAreSpread(t *testing.T) {
	for _, test := range []struct {
		shows string
		claim Claim
	}{
		{"the first poll of a new feed", Claim{Due: noon, Now: noon}},
		{"a poll a week late", Claim{Due: noon.Add(-7 * 24 * time.Hour), Now: noon, State: FeedState{Polled: noon.Add(-7 * 24 * time.Hour)}}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			f := planned(t, feeds.Source{Every: 15 * time.Minute})
			first, last := time.Hour, time.Duration(0)
			for range 1000 {
				d := f.next(&test.claim, &FeedState{}, noon, 0, false).Sub(noon)
				first, last = min(first, d), max(last, d)
			}
			if first < 7*time.Minute || last > 15*time.Minute || last-first < 6*time.Minute {
				t.Errorf("next from %v to %v, want them all over the second half of the interval", first, last)
			}
		})
	}
	t.Run("a schedule has no missed times to make up", func(t *testing.T) {
		f := planned(t, feeds.Source{Schedule: "0 * * * *"})
		c := &Claim{Due: noon.Add(-48 * time.Hour), Now: noon.Add(time.Minute), State: FeedState{Polled: noon.Add(-49 * time.Hour)}}
		if d := f.next(c, &FeedState{}, c.Now, 0, false).Sub(noon); d < time.Hour || d > time.Hour+10*time.Second {
			t.Errorf("next in %v, want the next full hour", d)
		}
	})
}

// The two days on which the clocks change. The times are robfig/cron's; the test fixes what
// docs/feeds-polling.md says.
func TestScheduleOnDSTDays(t *testing.T) {
	for _, test := range []struct {
		shows, spec, zone string
		from, until       string
		want              []string
	}{
		{"spring: a time that does not exist is left out that day", "30 3 * * *", "Europe/Tallinn",
			"2027-03-27T00:00:00Z", "2027-03-30T00:00:00Z",
			[]string{"2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z"}},
		{"spring: times around it stay where the clock on the wall has them", "30 7 * * *", "Europe/Tallinn",
			"2027-03-27T00:00:00Z", "2027-03-29T12:00:00Z",
			[]string{"2027-03-27T05:30:00Z", "2027-03-28T04:30:00Z", "2027-03-29T04:30:00Z"}},
		{"autumn: a time that comes twice is polled twice", "30 3 * * *", "Europe/Tallinn",
			"2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z",
			[]string{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"}},
		{"spring: every 20 minutes goes on without a gap", "*/20 * * * *", "Europe/Berlin",
			"2027-03-28T00:30:00Z", "2027-03-28T01:45:00Z",
			[]string{"2027-03-28T00:40:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:20:00Z", "2027-03-28T01:40:00Z"}},
		{"autumn: every 20 minutes goes on without a gap", "*/20 * * * *", "Europe/Berlin",
			"2026-10-25T00:30:00Z", "2026-10-25T01:45:00Z",
			[]string{"2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:20:00Z", "2026-10-25T01:40:00Z"}},
		{"a country without such days", "30 3 * * *", "Asia/Tokyo",
			"2027-03-27T12:00:00Z", "2027-03-29T12:00:00Z",
			[]string{"2027-03-27T18:30:00Z", "2027-03-28T18:30:00Z"}},
		{"no time zone is UTC", "30 2 * * *", "",
			"2027-03-27T12:00:00Z", "2027-03-29T12:00:00Z",
			[]string{"2027-03-28T02:30:00Z", "2027-03-29T02:30:00Z"}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			f := planned(t, feeds.Source{Schedule: test.spec, Timezone: test.zone})
			now, until := parseTime(t, test.from), parseTime(t, test.until)
			var got []time.Time
			for {
				now = f.next(onTime(now), &FeedState{}, now, 0, false)
				if now.After(until) {
					break
				}
				got = append(got, now)
			}
			if len(got) != len(test.want) {
				t.Fatalf("polled at %v, want %v", got, test.want)
			}
			for i, w := range test.want {
				if d := got[i].Sub(parseTime(t, w)); d < 0 || d > 10*time.Second {
					t.Errorf("polled at %v, want %s and at most 10 s later", got[i], w)
				}
			}
		})
	}
}

func parseTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestRetry(t *testing.T) {
	m := time.Minute
	for _, test := range []struct {
		shows string
		src   feeds.Source
		want  []time.Duration // after 1, 2, … failures
	}{
		{"after its interval, then at longer ones, at least every four hours",
			feeds.Source{Every: 15 * m}, []time.Duration{15 * m, 30 * m, 60 * m, 120 * m, 240 * m, 240 * m}},
		{"one's own server is back soon", feeds.Source{Every: time.Second},
			[]time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 16 * time.Second}},
		{"a feed that is read once a day is not lost for a day", feeds.Source{Every: 24 * time.Hour},
			[]time.Duration{15 * m, 30 * m, 60 * m, 120 * m, 240 * m, 240 * m}},
		{"nor one with a schedule", feeds.Source{Schedule: "0 6 * * *"},
			[]time.Duration{15 * m, 30 * m, 60 * m, 120 * m, 240 * m}},
	} {
		f := planned(t, test.src)
		for i, want := range test.want {
			if got := f.retry(&FeedState{Failures: Failures{Failed: i + 1}}, noon).Sub(noon); !within(got, want) {
				t.Errorf("%s: after %d failures in %v, want about %v", test.shows, i+1, got, want)
			}
		}
	}
}

// Whatever a feed says and however it fails, it is polled again: within four times its
// interval after a successful poll, and never twice at a time.
func TestNextIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := time.Duration(rapid.Int64Range(int64(time.Second), int64(48*time.Hour)).Draw(t, "every"))
		f := &PlannedFeed{Source: feeds.Source{ID: "f", Every: every}}
		now := noon.Add(time.Duration(rapid.Int64Range(0, int64(365*24*time.Hour)).Draw(t, "now")))
		s := FeedState{
			Habit: Habit{
				Gap:     time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "gap")),
				Changed: now.Add(-time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "silence"))),
			},
			Failures: Failures{Failed: rapid.IntRange(1, 1<<30).Draw(t, "failures")},
			Hints: PollHints{
				Pause:     time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "ttl")),
				SkipHours: rapid.Uint32Range(0, 1<<24-1).Draw(t, "hours"), SkipDays: rapid.Uint8Range(0, 1<<7-1).Draw(t, "days"),
			},
		}
		c := &Claim{Now: now, Due: now.Add(-time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "late")))}
		if rapid.Bool().Draw(t, "polled before") {
			c.State.Polled = c.Due
		}
		fresh := time.Duration(rapid.Int64Range(0, 1<<62).Draw(t, "fresh"))
		if got := f.next(c, &s, now, fresh, false).Sub(now); got < every/2-every/20 || got > 4*every+every/5 {
			t.Fatalf("next in %v with an interval of %v", got, every)
		}
		if got := f.retry(&s, now).Sub(now); got < time.Second/2 || got > max(every, maxRetry)*21/20 {
			t.Fatalf("tried again in %v with an interval of %v", got, every)
		}
	})
}
