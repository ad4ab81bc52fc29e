package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/notify"
	"watcher/internal/suggest"
)

// alertFilter selects the alerts to list: those with one of the given values of each
// kind.
type alertFilter struct {
	rules, feeds, targets, states []string
	grep                          string
	pattern                       *regexp.Regexp // of grep; nil: none
	// known are the names in the alerts, to suggest one for an unknown name.
	known [3][]string
}

// flags adds the flags of the filter to a command.
func (f *alertFilter) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.rules, "rule", nil, "only what this rule matched (may be repeated, like the next ones)")
	cmd.Flags().StringArrayVar(&f.feeds, "feed", nil, "only of this feed")
	cmd.Flags().StringArrayVar(&f.targets, "target", nil, "only for this target")
	cmd.Flags().StringArrayVar(&f.states, "state", nil, "only those that are "+strings.Join(alertStates(), ", "))
	cmd.Flags().StringVar(&f.grep, "grep", "", "only with this regular expression in title, text or link, in any case")
	_ = cmd.RegisterFlagCompletionFunc("state", cobra.FixedCompletions(alertStates(), cobra.ShellCompDirectiveNoFileComp)) // the flag exists
}

func alertStates() []string {
	names := make([]string, len(urgency))
	for i, s := range urgency {
		names[i] = string(s)
	}
	slices.Sort(names)
	return names
}

// check returns what is wrong with the flags.
func (f *alertFilter) check() error {
	for _, s := range f.states {
		if all := alertStates(); !slices.Contains(all, s) {
			return fmt.Errorf("--state: no alert is %q%s", s, suggest.For(s, all))
		}
	}
	if f.grep == "" {
		return nil
	}
	var err error
	if f.pattern, err = regexp.Compile("(?i)" + f.grep); err != nil {
		return fmt.Errorf("--grep: not a regular expression: %s; \\ before a character takes it as it is", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return nil
}

// deadOnly reports whether only dead letters are wanted, which are found without the
// log.
func (f *alertFilter) deadOnly() bool {
	return len(f.states) > 0 && !slices.ContainsFunc(f.states, func(s string) bool { return s != string(notify.StateDead) })
}

// wants reports whether an alert passes.
func (f *alertFilter) wants(a *notify.Trace) bool {
	rules := make([]string, len(a.Rules))
	for i, r := range a.Rules {
		rules[i] = r.Name
	}
	places := []string{a.Item.Feed}
	for _, also := range a.AlsoIn {
		places = append(places, also.Feed)
	}
	pass := true
	for i, c := range []struct{ wanted, has []string }{{f.rules, rules}, {f.feeds, places}, {f.targets, []string{a.Target}}} {
		if c.wanted == nil {
			continue
		}
		for _, name := range c.has {
			if name != "" && !slices.Contains(f.known[i], name) {
				f.known[i] = append(f.known[i], name)
			}
		}
		pass = pass && slices.ContainsFunc(c.has, func(name string) bool { return slices.Contains(c.wanted, name) })
	}
	return pass && (f.states == nil || slices.Contains(f.states, string(a.State))) && f.finds(a)
}

// finds reports whether the pattern matches a text of an alert.
func (f *alertFilter) finds(a *notify.Trace) bool {
	if f.pattern == nil {
		return true
	}
	texts := []string{a.Item.Title, a.Item.Summary, a.Item.Link}
	if a.Trouble != nil {
		texts = append(texts, a.Trouble.Text)
	}
	return slices.ContainsFunc(texts, f.pattern.MatchString)
}

// missed says why nothing may have been found.
func (f *alertFilter) missed(found int) string {
	if found > 0 {
		return ""
	}
	for i, c := range []struct {
		kind   string
		wanted []string
	}{{"rule", f.rules}, {"feed", f.feeds}, {"target", f.targets}} {
		for _, name := range c.wanted {
			if !slices.Contains(f.known[i], name) {
				return cli.Line(fmt.Sprintf("; there is none of the %s %q%s", c.kind, name, suggest.For(name, f.known[i])))
			}
		}
	}
	return ""
}
