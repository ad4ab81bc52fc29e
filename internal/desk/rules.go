package desk

import (
	"context"
	"fmt"
	"time"

	"watcher/internal/config"
	"watcher/internal/rules"
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
	Day     string `json:"day"`     // 2026-11-29, in the zone of the config
	Matches int    `json:"matches"` // articles
	Alerts  int    `json:"alerts"`  // an article is one for each target
	Alone   int    `json:"alone"`   // articles that no other rule matched
}

// Rules returns all rules, in the order of the config.
func (d *Desk) Rules(ctx context.Context) ([]RuleReport, error) {
	cfg := d.runs.Config()
	all := make([]RuleReport, 0, len(cfg.Rules))
	for i := range cfg.Rules {
		all = append(all, d.ruleReport(cfg, i))
	}
	return all, nil
}

// Rule returns one of them.
func (d *Desk) Rule(ctx context.Context, name string) (RuleReport, error) {
	cfg := d.runs.Config()
	for i := range cfg.Rules {
		if cfg.Rules[i].Name == name {
			return d.ruleReport(cfg, i), nil
		}
	}
	return RuleReport{}, &NotFoundError{fmt.Sprintf("no rule is called %s", name)}
}

func (d *Desk) ruleReport(cfg *config.Config, i int) RuleReport {
	r := &cfg.Rules[i]
	report := RuleReport{Rule: r.Rule, Severity: r.Severity.String(), Notify: r.Notify, Lint: d.of().lint()[i]}
	return report
}
