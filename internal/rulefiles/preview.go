package rulefiles

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"slices"
	"time"

	"watcher/internal/config"
	"watcher/internal/past"
)

// Archive is how the past is searched; *past.Past is one.
type Archive interface {
	Newest(ctx context.Context, q past.Query, after string) iter.Seq2[past.Found, error]
}

const (
	// previewDays is how far a preview looks back, and previewTime how long it may
	// look for all its rules together.
	previewDays = 28
	previewTime = 5 * time.Second
	// maxFound bounds the articles that are remembered of a rule.
	maxFound = 20_000
	// maxShown is how many articles of each kind are shown.
	maxShown = 5
)

// Preview is what a text would change.
type Preview struct {
	Rules []RuleChange // that would find other articles, or none any more; nil if all find the same
	Since time.Time    // how far back was looked
	Cut   bool         // not as far as was meant, since there was no time
	// Warnings are those of the whole config about the file.
	Warnings []config.Mistake
}

// RuleChange is what a text would change of a rule.
type RuleChange struct {
	Name         string
	New, Removed bool
	Found        int // articles, as it would be
	Gained, Lost Share
}

// Share is some of the articles that a rule finds, or found.
type Share struct {
	Count  int
	PerDay map[string]int // "2026-11-29", in the zone of the config
	Shown  []past.Found   // some of the newest
}

// Preview checks a text as Check does, and tries on the past each rule that would
// change.
func (e *Editor) Preview(ctx context.Context, path, text string) (Preview, error) {
	next, err := e.Check(path, tidy(text))
	if err != nil {
		return Preview{}, err
	}
	now := e.o.Config()
	p := Preview{Since: time.Now().AddDate(0, 0, -previewDays)}
	for _, w := range next.Warnings {
		if w.File == path {
			p.Warnings = append(p.Warnings, w)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, previewTime)
	defer cancel()
	before := rulesByName(now)
	for i := range next.Rules {
		rule := &next.Rules[i]
		was, there := before[rule.Name]
		delete(before, rule.Name)
		if there && sameRule(was, rule, now, next) {
			continue
		}
		c := RuleChange{Name: rule.Name, New: !there}
		if err := e.compare(ctx, &p, &c, was, now, rule, next); err != nil {
			return p, err
		}
		p.Rules = append(p.Rules, c)
	}
	for i := range now.Rules {
		if was, gone := before[now.Rules[i].Name]; gone {
			c := RuleChange{Name: was.Name, Removed: true}
			if err := e.compare(ctx, &p, &c, was, now, nil, next); err != nil {
				return p, err
			}
			p.Rules = append(p.Rules, c)
		}
	}
	return p, nil
}

func rulesByName(cfg *config.Config) map[string]*config.RoutedRule {
	all := make(map[string]*config.RoutedRule, len(cfg.Rules))
	for i := range cfg.Rules {
		all[cfg.Rules[i].Name] = &cfg.Rules[i]
	}
	return all
}

// sameRule reports whether a rule finds the same articles in both configs for sure.
func sameRule(a, b *config.RoutedRule, of, in *config.Config) bool {
	return a.Match == b.Match && slices.Equal(a.Keywords, b.Keywords) && slices.Equal(a.Feeds, b.Feeds) &&
		(!usesLists(b) || reflect.DeepEqual(of.Lists, in.Lists)) && of.Defaults == in.Defaults
}

func usesLists(r *config.RoutedRule) bool {
	return slices.ContainsFunc(append(slices.Clone(r.Keywords), r.Match), func(text string) bool {
		return slices.Contains([]byte(text), '@')
	})
}

// compare fills c in by what a rule finds in either config; nil is a rule that is not
// there. Where time runs out p says how far it came.
func (e *Editor) compare(ctx context.Context, p *Preview, c *RuleChange, was *config.RoutedRule, now *config.Config, is *config.RoutedRule, next *config.Config) error {
	after, err := e.find(ctx, p, is, next)
	if err != nil {
		return err
	}
	before, err := e.find(ctx, p, was, now)
	if err != nil {
		return err
	}
	c.Found = len(after)
	c.Gained = shareOf(after, before, p.Since, next.Zone)
	c.Lost = shareOf(before, after, p.Since, next.Zone)
	return nil
}

// find returns what a rule finds, the newest first.
func (e *Editor) find(ctx context.Context, p *Preview, rule *config.RoutedRule, cfg *config.Config) ([]past.Found, error) {
	if rule == nil {
		return nil, nil
	}
	plain := rule.Rule
	plain.Examples.Match, plain.Examples.Miss = nil, nil
	var all []past.Found
	reached := time.Now()
	for f, err := range e.o.Past.Newest(ctx, past.Query{Rule: plain, Language: cfg.Language(), Since: p.Since}, "") {
		switch {
		case errors.Is(err, context.DeadlineExceeded), len(all) >= maxFound:
			p.Since, p.Cut = reached, true
			return all, nil
		case err != nil:
			return nil, err
		}
		if reached = f.Seen; f.ID != "" {
			f.Spans = nil
			if len(all) >= maxRemembered { // of the rest the number and the day are enough
				f.Item.Summary, f.Item.Content = "", ""
			}
			all = append(all, f)
		}
	}
	return all, nil
}

// maxRemembered is how many articles are kept whole.
const maxRemembered = 200

// shareOf is what of all is not in other, as far back as both were looked for.
func shareOf(all, other []past.Found, since time.Time, zone *time.Location) Share {
	had := make(map[string]bool, len(other))
	for i := range other {
		had[other[i].ID] = true
	}
	s := Share{PerDay: map[string]int{}}
	for i := range all {
		f := &all[i]
		if had[f.ID] || f.Seen.Before(since) {
			continue
		}
		s.Count++
		s.PerDay[f.Seen.In(zone).Format(time.DateOnly)]++
		if len(s.Shown) < maxShown {
			s.Shown = append(s.Shown, *f)
		}
	}
	return s
}
