package notify

import (
	"slices"
	"time"
)

// AlertFilter selects alerts: an alert passes if each field that is set has a value of
// its own. A nil list selects all.
type AlertFilter struct {
	Rules, Feeds, Targets []string
	Severities            []Severity
	Dead                  bool      // only dead letters
	From, To              time.Time // bounds of Held, without To; zero is no bound
}

// Wants reports whether the filter selects an alert.
func (f *AlertFilter) Wants(t *Trace) bool {
	has := func(wanted []string, name string) bool { return wanted == nil || slices.Contains(wanted, name) }
	if !has(f.Targets, t.Target) || f.Severities != nil && !slices.Contains(f.Severities, t.Severity) || f.Dead && t.State != StateDead {
		return false
	}
	if f.Rules != nil && !slices.ContainsFunc(t.Rules, func(r RuleHit) bool { return has(f.Rules, r.Name) }) {
		return false
	}
	return f.Feeds == nil || t.Item.Feed != "" && has(f.Feeds, t.Item.Feed) ||
		slices.ContainsFunc(t.AlsoIn, func(l Location) bool { return has(f.Feeds, l.Feed) })
}

// Logged is an article in the log of alerts.
type Logged struct {
	Place  []byte  // in the log
	Alerts []Trace // one for each target, by target
}
