// Package schedule computes when a cron spec comes due. It wraps the parser of
// robfig/cron, whose runner is not used: that has no persistence and no
// catch-up, and its Next is all a loop with durable due times needs.
package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

var parser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// Schedule is when something comes due. The zero value is never due.
type Schedule struct {
	spec cron.Schedule
	zone *time.Location
}

// Parse reads a cron spec of five fields (minute, hour, day of month, month,
// day of week) or a descriptor such as "@hourly". zone is an IANA name; empty
// means UTC, so that a config means the same on every machine.
//
// The time zone belongs in zone alone: robfig/cron takes a "TZ=" prefix in the
// spec and panics on a malformed one, so the prefix is refused here, and other
// panics of the parser become errors.
func Parse(spec, zone string) (s Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = Schedule{}, fmt.Errorf("not a cron spec: %q", spec)
		}
	}()
	if strings.Contains(spec, "TZ=") {
		return Schedule{}, errors.New("write the time zone under timezone, not in the cron spec")
	}
	if strings.HasPrefix(spec, "@every") {
		return Schedule{}, errors.New("write every: with the duration instead of a cron spec")
	}
	loc, err := Zone(zone)
	if err != nil {
		return Schedule{}, err
	}
	parsed, err := parser.Parse(spec)
	if err != nil {
		// The parser returns the text of strconv's error, not the error itself.
		if _, word, ok := strings.Cut(err.Error(), "strconv.Atoi: parsing "); ok {
			word = strings.TrimSuffix(word, ": invalid syntax")
			return Schedule{}, fmt.Errorf("not a cron spec (minute hour day month weekday): %s is neither a number nor a day or month such as MON or JAN", word)
		}
		return Schedule{}, fmt.Errorf("not a cron spec (minute hour day month weekday): %w", err)
	}
	if err := longStep(spec); err != nil {
		return Schedule{}, err
	}
	s = Schedule{spec: parsed, zone: loc}
	// The parser accepts days that no month has (31 February).
	if s.Next(time.Unix(0, 0)).IsZero() {
		return Schedule{}, fmt.Errorf("the cron spec %q names a day that never comes", spec)
	}
	return s, nil
}

// fields are the fields of a spec: their names, how many values each has, and the
// letter of its unit in a duration of the config.
var fields = [...]struct {
	name   string
	values int
	unit   string
}{{"minute", 60, "m"}, {"hour", 24, "h"}, {"day", 31, "d"}, {"month", 12, ""}, {"weekday", 7, "d"}}

// longStep refuses a step longer than its field. Each field starts again at its end, so
// robfig/cron, like every cron, then keeps its first value alone: "*/90 * * * *" is not
// every 90 minutes but every hour.
func longStep(spec string) error {
	parts := strings.Fields(spec)
	if len(parts) != len(fields) {
		return nil // a descriptor
	}
	for i, f := range fields {
		for part := range strings.SplitSeq(parts[i], ",") {
			_, after, _ := strings.Cut(part, "/")
			step, err := strconv.Atoi(after)
			if err != nil || step <= f.values {
				continue
			}
			remedy := "list the " + f.name + "s that are meant"
			if f.unit != "" {
				remedy = fmt.Sprintf("for a feed write every: %d%s instead, for a digest the %ss that are meant", step, f.unit, f.name)
			}
			return fmt.Errorf("the step of %q is longer than the field %s, of which only the first value would count; %s", part, f.name, remedy)
		}
	}
	return nil
}

// Next returns the first time after t, in UTC, that the schedule names, or the
// zero time if there is none within five years. A local time that the clocks
// skip in spring does not happen that day; one they repeat in autumn happens
// twice (robfig/cron #541).
func (s Schedule) Next(t time.Time) time.Time {
	if s.spec == nil {
		return time.Time{}
	}
	next := s.spec.Next(t.In(s.zone))
	if next.IsZero() {
		return time.Time{}
	}
	return next.UTC()
}
