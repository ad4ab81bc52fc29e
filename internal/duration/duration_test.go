package duration_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watcher/internal/duration"
)

// Go's own notation of a duration is read as Go reads it.
func TestDurationsReadAsGoWritesThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Range(0, 1<<62).Draw(t, "ns"))
		got, err := duration.Parse(want.String())
		// Go's fractions are exact to the nanosecond, ours to a float's 53 bits.
		if diff := got - want; err != nil || diff < -1 || diff > 1 {
			t.Fatalf("%s is read as %s, %v", want, got, err)
		}
	})
}

// A duration in words is answered with the notation to use.
func TestDurationsInWords(t *testing.T) {
	for text, meant := range map[string]string{
		"5 minutes": "5m", "1 hour": "1h", "90 sec": "90s", "2 Weeks": "2w", "15 min": "15m", "3 days": "3d", "5 m": "5m", "2hrs": "2h",
		"soon": "", "5 months": "", "five minutes": "",
	} {
		_, err := duration.Parse(text)
		if err == nil || meant != "" && !strings.HasSuffix(err.Error(), ": write "+meant) || meant == "" && strings.Contains(err.Error(), ": write ") {
			t.Errorf("%q: %v, want %q", text, err, meant)
		}
	}
}

func TestDurations(t *testing.T) {
	day := 24 * time.Hour
	good := map[string]time.Duration{
		"0": 0, "0s": 0, "90s": 90 * time.Second, "1.5h": 90 * time.Minute, "1d12h": 36 * time.Hour,
		"2w": 14 * day, "1w2d": 9 * day, "100ms": 100 * time.Millisecond, "90d": 90 * day, ".5m": 30 * time.Second,
	}
	for text, want := range good {
		if got, err := duration.Parse(text); err != nil || got != want {
			t.Errorf("%q is read as %v, %v, want %v", text, got, err, want)
		}
	}
	bad := map[string]string{
		"": "wants a duration", "90": "no unit", "1.5": "no unit", "-5m": "wants a duration", "+5m": "wants a duration", "5 m": "wants a duration",
		"5mo": "wants a duration", "m": "wants a duration", "5M": "wants a duration", "1h 30m": "wants a duration",
		"99999999999999w": "too long", "300y": "wants a duration", "106752d": "too long", "53375d53377d": "too long",
	}
	for text, want := range bad {
		if got, err := duration.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read as %v, %v, want an error with %q", text, got, err, want)
		}
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		15 * time.Minute: "15m", time.Hour: "1h", 90 * time.Second: "1m30s", time.Second: "1s",
		90 * time.Minute: "1h30m", 24 * time.Hour: "24h", 100 * time.Millisecond: "100ms", 10 * time.Minute: "10m",
	} {
		if got := duration.Short(d); got != want {
			t.Errorf("short(%v) = %s, want %s", d, got, want)
		}
	}
}
