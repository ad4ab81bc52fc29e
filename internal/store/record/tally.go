package record

import (
	"time"

	"watcher/internal/store"
)

// Tally counts what a rule or a feed brought on each of the last days, in lists that
// begin with the latest day and may be shorter.
type Tally struct {
	Day    int       `json:"day"` // the latest day, in days since 1970 on the calendar of the zone
	Last   time.Time `json:"last,omitzero"`
	Items  []int     `json:"items,omitempty"`
	Alerts []int     `json:"alerts,omitempty"`
	Alone  []int     `json:"alone,omitempty"`
}

func (Tally) record() {}

// Add counts what came on a day, and drops the days that are too old.
func (r *Tally) Add(day int, c store.DayCount) {
	if day > r.Day {
		for _, list := range []*[]int{&r.Items, &r.Alerts, &r.Alone} {
			if len(*list) > 0 {
				moved := append(make([]int, min(day-r.Day, store.CountedDays)), *list...)
				*list = moved[:min(len(moved), store.CountedDays)]
			}
		}
		r.Day = day
	}
	back := r.Day - day // after the clock was set back or the zone changed
	if back >= store.CountedDays {
		return
	}
	for _, l := range []struct {
		list *[]int
		n    int
	}{{&r.Items, c.Items}, {&r.Alerts, c.Alerts}, {&r.Alone, c.Alone}} {
		if l.n == 0 {
			continue
		}
		for len(*l.list) <= back {
			*l.list = append(*l.list, 0)
		}
		(*l.list)[back] += l.n
	}
}

// Tally converts the record, as of a day.
func (r *Tally) Tally(today int) store.Tally {
	t := store.Tally{Last: r.Last.UTC()}
	at := func(list []int, back int) int {
		if back < 0 || back >= len(list) {
			return 0
		}
		return list[back]
	}
	for i := range t.Days {
		back := r.Day - (today - store.CountedDays + 1 + i)
		t.Days[i] = store.DayCount{Items: at(r.Items, back), Alerts: at(r.Alerts, back), Alone: at(r.Alone, back)}
	}
	return t
}
