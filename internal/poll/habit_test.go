package poll

import (
	"testing"
	"time"

	"watcher/internal/feeds"
)

// dated returns items published so long before noon.
func dated(ago ...time.Duration) []feeds.Item {
	var items []feeds.Item
	for _, d := range ago {
		items = append(items, feeds.Item{Published: noon.Add(-d)})
	}
	return items
}

func TestHabitOfTheFirstDocument(t *testing.T) {
	h := time.Hour
	for _, test := range []struct {
		shows string
		items []feeds.Item
		gap   time.Duration
	}{
		{"the mean gap between dates", dated(h, 3*h, 5*h, 13*h), 4 * h},
		{"in whatever order", dated(13*h, h, 5*h, 3*h), 4 * h},
		{"items published together are one time", dated(h, h+time.Minute, h+2*time.Minute, 3*h, 5*h), 2 * h},
		{"a wire that publishes every four minutes is no single burst", dated(0, 4*time.Minute, 8*time.Minute, 12*time.Minute, 16*time.Minute), 8 * time.Minute},
		{"two dates say little", dated(h, 100*h), 0},
		{"dates in the future say nothing", dated(-100*h, h, 2*h, 3*h), h},
		{"nor do items without", make([]feeds.Item, 10), 0},
	} {
		var s FeedState
		s.begin(test.items, noon)
		if d := s.Gap - test.gap; d < -5*time.Minute || d > 5*time.Minute || !s.Changed.Equal(noon) {
			t.Errorf("%s: gap %v since %v, want %v since %v", test.shows, s.Gap, s.Changed, test.gap, noon)
		}
	}
}

// LastNew is when something new last came up. What stood in the first document is not new.
func TestLastNew(t *testing.T) {
	var s FeedState
	s.begin(dated(time.Hour), noon)
	if !s.LastNew().IsZero() {
		t.Errorf("after the baseline something new came up at %v", s.LastNew())
	}
	later := noon.Add(time.Minute)
	if s.publish(dated(0), later); !s.LastNew().Equal(later) {
		t.Errorf("something new came up at %v, want %v", s.LastNew(), later)
	}
}

// The habit follows a feed that publishes more often, or less.
func TestHabitFollows(t *testing.T) {
	for _, test := range []struct {
		shows     string
		gap, real time.Duration
	}{
		{"more often", 24 * time.Hour, time.Hour},
		{"less often", time.Hour, 24 * time.Hour},
		{"unknown at first", 0, 6 * time.Hour},
	} {
		s := FeedState{Habit: Habit{Gap: test.gap, Changed: noon}}
		now := noon
		for range 40 {
			now = now.Add(test.real)
			s.publish([]feeds.Item{{}}, now)
		}
		if s.Gap < test.real*9/10 || s.Gap > test.real*12/10 {
			t.Errorf("%s: after 40 items, one every %v, the gap is %v", test.shows, test.real, s.Gap)
		}
	}
}

// A feed that is polled rarely does not count as one that publishes rarely.
func TestHabitOfManyItemsAtOnce(t *testing.T) {
	s := FeedState{Habit: Habit{Gap: 4 * time.Hour, Changed: noon}}
	now := noon
	for range 20 {
		now = now.Add(4 * time.Hour)
		var items []feeds.Item
		for i := range 8 {
			items = append(items, feeds.Item{Published: now.Add(time.Duration(-30*i) * time.Minute)})
		}
		s.publish(items, now)
	}
	if s.Gap < 25*time.Minute || s.Gap > 40*time.Minute {
		t.Errorf("a feed with an item every 30 min, polled every 4 h, has a gap of %v", s.Gap)
	}
}

func TestSilentTooLong(t *testing.T) {
	day := 24 * time.Hour
	for _, test := range []struct {
		shows       string
		gap, silent time.Duration
		want        bool
	}{
		{"an hourly feed over a long weekend", time.Hour, 4 * day, false},
		{"an hourly feed for more than a week", time.Hour, 8 * day, true},
		{"a weekly feed for a month", 7 * day, 30 * day, false},
		{"a weekly feed for six weeks", 7 * day, 42 * day, true},
		{"a feed of unknown habit", 0, 1000 * day, false},
	} {
		s := FeedState{Habit: Habit{Gap: test.gap, Changed: noon.Add(-test.silent)}}
		if got := s.silentTooLong(noon); got != test.want {
			t.Errorf("%s: %v", test.shows, got)
		}
	}
}
