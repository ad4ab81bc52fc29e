package deliver

import (
	"fmt"
	"math"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/schedule"
)

// PolicyOptions are the settings that say when a target is told, the same for every
// kind. The zero value, apart from Stories, releases each alert at once.
type PolicyOptions struct {
	// Group is how long to wait for more after an alert. What arrives in that time is
	// one message.
	Group time.Duration `yaml:"group"`
	// Digest is a cron spec. What arrived by then is one message.
	Digest string `yaml:"digest"`
	// Timezone is the IANA name of the zone of Digest, Quiet and the times in messages;
	// UTC if empty.
	Timezone string        `yaml:"timezone"`
	Quiet    *QuietOptions `yaml:"quiet"`
	// MaxPerHour limits the messages in any 60 minutes; nil is no limit.
	MaxPerHour *LimitOptions `yaml:"max_per_hour"`
	// MinSeverity is the lowest severity that is sent. Troubles of watcher itself are
	// always sent.
	MinSeverity *notify.Severity `yaml:"min_severity"`
	// Stories: a story is told once, whichever feeds carry it.
	Stories bool `yaml:"stories"`
	// Spacing is the minimum time between messages, where longer than the pace of the
	// target's kind.
	Spacing time.Duration `yaml:"spacing"`
}

// QuietOptions are the hours in which a target is not told anything.
type QuietOptions struct {
	From string `yaml:"from"` // "22:00"
	To   string `yaml:"to"`   // "06:00"
	// Except is the severity from which alerts are sent in quiet hours too; nil is
	// none.
	Except *notify.Severity `yaml:"except"`
}

// LimitOptions limit the messages in any 60 minutes.
type LimitOptions struct {
	Alerts int `yaml:"alerts"` // messages, however many alerts each has; 1 to 1000
	// Except is the severity from which alerts neither wait for the limit nor count
	// against it; nil is none.
	Except *notify.Severity `yaml:"except"`
}

// Plain is the field that a value without keys sets: the number.
func (o *LimitOptions) Plain() any { return &o.Alerts }

// DefaultPolicy returns the settings of a target that configures none.
func DefaultPolicy() PolicyOptions { return PolicyOptions{Stories: true} }

// Validate implements config's validator.
func (o *PolicyOptions) Validate() []problem.Problem {
	var ps []problem.Problem
	if o.Digest != "" {
		if _, err := schedule.Parse(o.Digest, ""); err != nil {
			ps = append(ps, problem.At("digest", "%v", err))
		}
	}
	if _, err := schedule.Zone(o.Timezone); err != nil {
		ps = append(ps, problem.At("timezone", "%v", err))
	}
	if o.Digest != "" && o.Group > 0 {
		ps = append(ps, problem.At("group", "cannot stand beside digest, which waits longer anyway; remove one"))
	}
	if o.Group > 24*time.Hour {
		ps = append(ps, problem.At("group", "is longer than a day; for that there is digest"))
	}
	if o.Spacing > time.Hour {
		ps = append(ps, problem.At("spacing", "is longer than an hour; for that there is max_per_hour"))
	}
	switch m := o.MaxPerHour; {
	case m == nil:
	case m.Alerts == 0 && m.Except != nil:
		ps = append(ps, problem.At("max_per_hour", "excepts from a limit that it does not say; add alerts: 20"))
	case m.Alerts < 1 || m.Alerts > 1000:
		ps = append(ps, problem.At("max_per_hour", "wants a number from 1 to 1000; for no limit remove it"))
	}
	if q := o.Quiet; q != nil {
		from, err := clockTime(q.From)
		if err != nil {
			ps = append(ps, problem.At("quiet.from", "%v", err))
		}
		to, err2 := clockTime(q.To)
		if err2 != nil {
			ps = append(ps, problem.At("quiet.to", "%v", err2))
		}
		if err == nil && err2 == nil && from == to {
			ps = append(ps, problem.At("quiet.to", "is the same as from: then it would never be told"))
		}
	}
	return ps
}

// Warn implements Warner.
func (o *PolicyOptions) Warn() []problem.Problem {
	var ps []problem.Problem
	if q := o.Quiet; q != nil && q.Except != nil && *q.Except == notify.Low {
		ps = append(ps, problem.At("quiet.except", "with low nothing waits for the quiet hours; write normal or high, or remove quiet"))
	}
	if m := o.MaxPerHour; m != nil && m.Except != nil && *m.Except == notify.Low {
		ps = append(ps, problem.At("max_per_hour.except", "with low nothing waits for the limit; write normal or high, or remove max_per_hour"))
	}
	return ps
}

// Zone returns the time zone of valid settings.
func (o *PolicyOptions) Zone() *time.Location {
	zone, err := schedule.Zone(o.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// clockTime parses a time of day into the time since midnight.
func clockTime(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("wants a time of day such as \"22:00\"")
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// Policy makes the policy of valid settings, for rules with these cooldowns.
func (o *PolicyOptions) Policy(cooldown map[string]time.Duration) (Policy, error) {
	p := Policy{group: o.Group, limit: hourly{except: math.MaxInt8}, min: o.MinSeverity, cooldown: cooldown}
	if m := o.MaxPerHour; m != nil {
		p.limit.most = m.Alerts
		if m.Except != nil {
			p.limit.except = *m.Except
		}
	}
	if o.Digest != "" {
		s, err := schedule.Parse(o.Digest, o.Timezone)
		if err != nil {
			return Policy{}, fmt.Errorf("digest: %w", err)
		}
		p.digest, p.digests = s, true
	}
	if o.Quiet != nil {
		var err error
		q := &quietHours{zone: o.Zone(), except: math.MaxInt8}
		if q.from, err = clockTime(o.Quiet.From); err != nil {
			return Policy{}, fmt.Errorf("quiet.from: %w", err)
		}
		if q.to, err = clockTime(o.Quiet.To); err != nil {
			return Policy{}, fmt.Errorf("quiet.to: %w", err)
		}
		if o.Quiet.Except != nil {
			q.except = *o.Quiet.Except
		}
		p.quiet = q
	}
	return p, nil
}
