package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"watcher/internal/config"
	"watcher/internal/duration"
	"watcher/internal/rules"
	"watcher/internal/store"
)

// RuleReport is a rule, what it caught lately, and what is odd about it.
type RuleReport struct {
	rules.Rule
	Severity string   `json:"severity"`
	Cooldown string   `json:"cooldown,omitempty"` // as in the config
	Expect   string   `json:"expect,omitempty"`
	Notify   []string `json:"notify"`
	// LastMatch is when it last matched; absent if it never did since it is counted.
	LastMatch time.Time `json:"last_match,omitzero"`
	// Silent is since when nothing has matched, where that is longer than it expects.
	Silent time.Time `json:"silent,omitzero"`
	// Days are the last 30 with today, oldest first.
	Days []RuleDay `json:"days"`
	Lint []string  `json:"lint,omitempty"`
}

// RuleDay is what a rule caught on a day.
type RuleDay struct {
	Day     string `json:"day"`     // 2026-11-29, in the zone of the config, and of when it was counted
	Matches int    `json:"matches"` // articles
	Alerts  int    `json:"alerts"`  // an article is one for each target
	Alone   int    `json:"alone"`   // articles that no other rule matched
}

// Rules returns all rules, in the order of the config.
func (d *Desk) Rules(ctx context.Context) ([]RuleReport, error) {
	cfg := d.runs.Config()
	return d.ruleReports(ctx, cfg, cfg.Rules, d.of().lint())
}

// Rule returns one of them.
func (d *Desk) Rule(ctx context.Context, name string) (RuleReport, error) {
	cfg := d.runs.Config()
	i := slices.IndexFunc(cfg.Rules, func(r config.RoutedRule) bool { return r.Name == name })
	if i < 0 {
		return RuleReport{}, &NotFoundError{fmt.Sprintf("no rule is called %s", name)}
	}
	all, err := d.ruleReports(ctx, cfg, cfg.Rules[i:i+1], map[int][]string{0: d.of().lint()[i]})
	if err != nil {
		return RuleReport{}, err
	}
	return all[0], nil
}

func (d *Desk) ruleReports(ctx context.Context, cfg *config.Config, some []config.RoutedRule, lint map[int][]string) ([]RuleReport, error) {
	names := make([]string, len(some))
	for i := range some {
		names[i] = some[i].Name
	}
	tallies, err := d.runs.Store.RuleTallies(ctx, names)
	if err != nil {
		return nil, err
	}
	matched, err := d.runs.Store.LastMatched(ctx, names)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	all := make([]RuleReport, 0, len(some))
	for i := range some {
		r := &some[i]
		tally := tallies[r.Name]
		report := RuleReport{Rule: r.Rule, Severity: r.Severity.String(), Notify: r.Notify, Lint: lint[i], LastMatch: tally.Last}
		if r.Cooldown > 0 {
			report.Cooldown = duration.Format(r.Cooldown)
		}
		last := matched[r.Name]
		if r.Expect > 0 {
			report.Expect = duration.Format(r.Expect)
			if !last.IsZero() && now.Sub(last) >= r.Expect {
				report.Silent = last
			}
		} else if last.After(report.LastMatch) {
			report.LastMatch = last // as of before days were counted; of one that expects something it may be when it was new
		}
		report.Days = ruleDays(tally, now.In(cfg.Zone))
		all = append(all, report)
	}
	return all, nil
}

// ruleDays are the days of a tally that is told today; the zero one has nothing.
func ruleDays(t store.Tally, today time.Time) []RuleDay {
	days := make([]RuleDay, len(t.Days))
	for i, c := range t.Days {
		days[i] = RuleDay{Day: dayOf(today, i), Matches: c.Items, Alerts: c.Alerts, Alone: c.Alone}
	}
	return days
}

// dayOf is the date of the day i of a tally that is told today.
func dayOf(today time.Time, i int) string {
	return today.AddDate(0, 0, i-store.CountedDays+1).Format(time.DateOnly)
}
