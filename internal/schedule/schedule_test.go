package schedule_test

import (
	"strings"
	"testing"
	"time"

	"watcher/internal/schedule"
)

func TestNext(t *testing.T) {
	for _, c := range []struct{ what, spec, zone, from, want string }{
		{"a time of day in its zone", "0 7 * * MON-FRI", "Europe/Tallinn", "2026-11-20T06:00:00Z", "2026-11-23T05:00:00Z"},
		{"without a zone UTC", "*/10 6-22 * * *", "", "2026-11-23T22:55:00Z", "2026-11-24T06:00:00Z"},
		{"a descriptor", "@daily", "", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"},
		{"a time that the clocks skip in spring does not come that day", "30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"},
		{"one that they repeat in autumn comes", "30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		{"and comes again an hour later", "30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		{"a step as long as its field, which means what it says", "*/60 * * * *", "", "2026-11-23T00:00:00Z", "2026-11-23T01:00:00Z"},
		{"a leap day", "0 0 29 2 *", "", "2026-11-23T00:00:00Z", "2028-02-29T00:00:00Z"},
	} {
		t.Run(c.what, func(t *testing.T) {
			s, err := schedule.Parse(c.spec, c.zone)
			if err != nil {
				t.Fatal(err)
			}
			from, err := time.Parse(time.RFC3339, c.from)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Next(from).Format(time.RFC3339); got != c.want {
				t.Errorf("after %s comes %s, want %s", c.from, got, c.want)
			}
		})
	}
	if got := (schedule.Schedule{}).Next(time.Now()); !got.IsZero() {
		t.Errorf("the zero schedule is due %v", got)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ what, spec, zone, says string }{
		{"a zone in the spec, which makes the parser panic where it is malformed", "TZ=0", "", "under timezone"},
		{"the same with the other prefix", "CRON_TZ=UTC", "", "under timezone"},
		{"an interval", "@every 500ms", "", "write every:"},
		{"a day that never comes", "0 0 31 2 *", "", "never comes"},
		{"seconds", "0 0 7 * * *", "", "minute hour day month weekday"},
		{"nothing", "", "", "not a cron spec"},
		{"a day by its full name", "0 7 * * MONDAY", "", `weekday): "MONDAY" is neither a number nor a day or month such as MON`},
		{"words", "every morning", "", "not a cron spec"},
		{"minutes that go past the hour, which cron takes for the full hour", "*/90 * * * *", "", "for a feed write every: 90m instead, for a digest the minutes that are meant"},
		{"hours that go past the day, which it takes for midnight", "0 */36 * * *", "", "every: 36h"},
		{"days that go past the month", "0 9 */40 * *", "", "every: 40d instead, for a digest the days that are meant"},
		{"days that go past the week", "0 9 * * */10", "", "every: 10d"},
		{"months that go past the year", "0 9 1 */18 *", "", "list the months"},
		{"one such step in a list", "5,0/90 * * * *", "", `"0/90" is longer`},
		{"an unknown zone", "0 7 * * *", "Europe/Talinn", "unknown time zone"},
		{"the machine's own zone, which differs from machine to machine", "0 7 * * *", "Local", "unknown time zone"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if _, err := schedule.Parse(c.spec, c.zone); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q in %q: %v, want something with %q", c.spec, c.zone, err, c.says)
			}
		})
	}
}

// FuzzParse: every text is a schedule that comes due, or an error.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"0 7 * * MON-FRI", "TZ=0", "@every 1s", "*/0 * * * *", "60 * * * *", "1-100 * * * *", "? ? ? ? ?"} {
		f.Add(s, "Europe/Tallinn")
	}
	f.Fuzz(func(t *testing.T, spec, zone string) {
		s, err := schedule.Parse(spec, zone)
		if err == nil && s.Next(time.Unix(0, 0)).IsZero() {
			t.Errorf("%q in %q is a schedule and never due", spec, zone)
		}
	})
}
