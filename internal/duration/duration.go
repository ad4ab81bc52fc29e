// Package duration reads durations as people write them in the config, and writes
// them as people read them.
package duration

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// durationPart is a number and its unit.
var durationPart = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(ms|us|µs|ns|w|d|h|m|s)`)

var durationUnits = map[string]time.Duration{
	"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second,
	"ms": time.Millisecond, "us": time.Microsecond, "µs": time.Microsecond, "ns": 1,
}

// Parse reads what time.ParseDuration reads without a sign, and days
// and weeks: "90s", "1d12h", "2w".
func Parse(text string) (time.Duration, error) {
	const form = "such as 90s, 15m, 1d12h or 2w"
	if text == "0" {
		return 0, nil
	}
	var sum time.Duration
	for rest := text; ; {
		m := durationPart.FindStringSubmatch(rest)
		if m == nil {
			if _, err := strconv.ParseFloat(text, 64); err == nil {
				return 0, fmt.Errorf("%q has no unit; write a duration %s", text, form)
			}
			if meant := spelled(text); meant != "" {
				return 0, fmt.Errorf("wants a duration %s, but this is %q: write %s", form, text, meant)
			}
			return 0, fmt.Errorf("wants a duration %s, but this is %q", form, text)
		}
		part, err := times(m[1], durationUnits[m[2]])
		if sum += part; err != nil || sum < 0 {
			return 0, fmt.Errorf("the duration %q is too long", text)
		}
		if rest = rest[len(m[0]):]; rest == "" {
			return sum, nil
		}
	}
}

var spelledUnit = regexp.MustCompile(`^(?i)\s*([0-9]+(?:\.[0-9]+)?)\s*(s|m|h|d|w)(?:ec|in|r)?(?:onds?|utes?|ours?|ays?|eeks?|s)?\s*$`)

// spelled is a duration that was written in words ("5 minutes") as it is to be
// written; empty for anything else.
func spelled(text string) string {
	m := spelledUnit.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1] + strings.ToLower(m[2])
}

// times is number × unit, exact where number is whole.
func times(number string, unit time.Duration) (time.Duration, error) {
	const most = float64(1<<63 - 1)
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || x*float64(unit) >= most {
		return 0, strconv.ErrRange
	}
	if whole, err := strconv.ParseInt(number, 10, 64); err == nil {
		return time.Duration(whole) * unit, nil
	}
	return time.Duration(x * float64(unit)), nil
}

// Format is a duration as the config has it: 30d, 1h30m.
func Format(d time.Duration) string {
	const day = 24 * time.Hour
	if d != 0 && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return Short(d)
}

// Short is a duration without its zeros: 15m, not 15m0s.
func Short(d time.Duration) string {
	s := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, zero) {
			s = s[:len(s)-2]
		}
	}
	return s
}

// Rough is a duration in its largest unit, for a table: 3d, 45m.
func Rough(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return fmt.Sprintf("%dd", d/day)
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", max(0, d/time.Second))
}

// Words is a duration in its largest unit, in a sentence: 3 days.
func Words(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	return fmt.Sprintf("%d seconds", d/time.Second)
}
