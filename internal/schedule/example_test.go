package schedule_test

import (
	"fmt"
	"time"

	"watcher/internal/schedule"
)

// A time of day is in the schedule's zone, also over the change of the clocks.
func ExampleSchedule_Next() {
	s, err := schedule.Parse("0 7 * * MON-FRI", "Europe/Tallinn")
	if err != nil {
		fmt.Println(err)
		return
	}
	next := time.Date(2026, 10, 22, 12, 0, 0, 0, time.UTC) // a Thursday; the clocks change on Sunday
	for range 2 {
		next = s.Next(next)
		fmt.Println(next)
	}
	// Output:
	// 2026-10-23 04:00:00 +0000 UTC
	// 2026-10-26 05:00:00 +0000 UTC
}

// A mistaken spec is refused with what to write instead.
func ExampleParse() {
	for _, spec := range []string{"*/90 * * * *", "0 0 31 2 *", "@every 5m"} {
		_, err := schedule.Parse(spec, "")
		fmt.Println(err)
	}
	// Output:
	// the step of "*/90" is longer than the field minute, of which only the first value would count; for a feed write every: 90m instead, for a digest the minutes that are meant
	// the cron spec "0 0 31 2 *" names a day that never comes
	// write every: with the duration instead of a cron spec
}
