package notify

import (
	"slices"
	"time"
)

// AlertFilter says which alerts are wanted: those that have one of each that it names.
// nil names all.
type AlertFilter struct {
	Rules, Feeds, Targets []string
	Severities            []Severity
	Dead                  bool      // dead letters alone
	From, To              time.Time // held then, To excluded; zero: no bound
}

// Wants says whether an alert is wanted.
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

// Logged is an article as the log has it.
type Logged struct {
	Place  []byte  // in the log
	Alerts []Trace // one for each target, by target
}
