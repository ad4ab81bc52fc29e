package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/notify"
)

// alertList prints one row for each article: its alerts, one for each target, are held
// together.
type alertList struct {
	t                *cli.Terminal
	rows             []*alertRow
	byItem           map[string]*alertRow
	least            []int // widths of the columns so far
	articles, alerts int
	states           map[notify.AlertState]int
}

// alertRow is the alerts of an article that were held together.
type alertRow struct {
	traces []notify.Trace
}

const (
	// together is the window in which the alerts of an article are held: those of a
	// flood are held some at a time.
	together = time.Minute
	// manyRows is the minimum number of rows laid out at once.
	manyRows = 200
)

// listAlerts prints the alerts since a time that f selects, oldest first.
func listAlerts(ctx context.Context, t *cli.Terminal, l admin.Alerts, since time.Time, f *alertFilter, asJSON bool) error {
	list := &alertList{t: t, byItem: make(map[string]*alertRow), states: make(map[notify.AlertState]int)}
	var failed error
	err := l.Alerts(ctx, since, f.deadOnly(), func(a notify.Trace) bool {
		switch {
		case !f.wants(&a):
		case asJSON:
			failed = cli.WriteJSON(t.Stdout, a)
		default:
			failed = list.add(a)
		}
		return failed == nil
	})
	if failed == nil && err == nil {
		failed = list.flush()
	}
	if err := errors.Join(err, failed); err != nil || asJSON {
		return err
	}
	t.SayErr("%s", list.counts()+f.missed(list.alerts))
	return nil
}

// add puts an alert into the row of its article, and prints rows that are complete once
// there are many.
func (l *alertList) add(a notify.Trace) error {
	l.alerts++
	l.states[a.State]++
	key := articleOf(&a)
	if r := l.byItem[key]; r != nil && a.Held.Sub(r.traces[0].Held).Abs() < together {
		r.traces = append(r.traces, a)
		return nil
	}
	var err error
	if n := len(l.rows); n >= manyRows && a.Held.Sub(l.rows[n-1].traces[0].Held) >= together {
		err = l.flush()
	}
	r := &alertRow{[]notify.Trace{a}}
	l.rows, l.byItem[key] = append(l.rows, r), r
	l.articles++
	return err
}

// articleOf identifies the article of an alert.
func articleOf(a *notify.Trace) string {
	if a.Trouble != nil {
		return "\x00" + a.Trouble.Text
	}
	return strings.Join([]string{a.Item.Feed, a.Item.ID, fmt.Sprint(a.Follows != nil)}, "\x00")
}

// sameArticle returns the other alerts of an article, for other targets.
func sameArticle(ctx context.Context, l admin.Alerts, a *notify.Trace) ([]notify.Trace, error) {
	var others []notify.Trace
	err := l.Alerts(ctx, a.Held.Add(-together), false, func(other notify.Trace) bool {
		if other.ID != a.ID && articleOf(&other) == articleOf(a) {
			others = append(others, other)
		}
		return other.Held.Before(a.Held.Add(together))
	})
	return others, err
}

// flush prints the rows. The head goes to stderr: stdout has alerts alone, for
// scripts.
func (l *alertList) flush() error {
	if len(l.rows) == 0 {
		return nil
	}
	s := &cli.Table{Head: []string{"ID", "TIME", "STATE", "SEVERITY", "TARGETS", "RULES"}, Below: true, MinWidths: l.least}
	for _, r := range l.rows {
		s.Rows = append(s.Rows, r.row(l.t))
	}
	head, lines := s.Lay(l.t, "")
	if head != "" && l.least == nil {
		fmt.Fprintln(l.t.Stderr, head)
	}
	l.least, _ = s.Columns(l.t.Width)
	l.rows = nil
	clear(l.byItem)
	_, err := fmt.Fprintln(l.t.Stdout, strings.Join(lines, "\n"))
	return err
}

// urgency orders states, the most urgent first.
var urgency = []notify.AlertState{
	notify.StateDead, notify.StateWaiting, notify.StateHeld, notify.StateSending, notify.StateSent,
	notify.StateDropped, notify.StateSkipped,
}

// row is the line of an article, with the ID of an alert in the state it shows.
func (r *alertRow) row(t *cli.Terminal) cli.Row {
	slices.SortStableFunc(r.traces, func(a, b notify.Trace) int {
		return cmp.Compare(slices.Index(urgency, a.State), slices.Index(urgency, b.State))
	})
	first := &r.traces[0]
	title := first.Item.Title
	if first.Trouble != nil {
		title = "watcher: " + first.Trouble.Text
	}
	if first.Follows != nil {
		title = "also in: " + title
	}
	long := []cli.Cell{{Text: cli.Clip(cli.Line(title), maxText)}, {Text: feedAndMore(first), Style: cli.Dim}}
	if ack := first.Acknowledged; ack != nil {
		said := "acknowledged by " + ack.By
		if ack.Note != "" {
			said += ": " + ack.Note
		}
		long = append(long, cli.Cell{Text: cli.Clip(cli.Line(said), maxText), Style: cli.Green})
	}
	for _, why := range r.whys(t) {
		long = append(long, cli.Cell{Text: why, Style: cli.Dim})
	}
	return cli.Row{Cells: []cli.Cell{
		{Text: cli.Line(first.ID)[:min(8, len(first.ID))], Style: cli.Dim}, {Text: t.Minute(first.Held)},
		{Text: string(first.State), Style: stateStyles[first.State]}, {Text: first.Severity.String()},
		{Text: r.targets(), Style: cli.Cyan}, {Text: r.rules()},
	}, Long: long}
}

// maxText is how much of a title, or of a target's answer, a list shows.
const maxText = 200

// targets names the targets, with those in another state than the row last.
func (r *alertRow) targets() string {
	var b strings.Builder
	for i, a := range r.traces {
		switch {
		case i == 0:
		case a.State != r.traces[i-1].State:
			fmt.Fprintf(&b, "; %s: ", a.State)
		default:
			b.WriteString(", ")
		}
		b.WriteString(cli.Line(a.Target))
	}
	return b.String()
}

// rules names what matched.
func (r *alertRow) rules() string {
	var names []string
	for _, a := range r.traces {
		for _, rule := range a.Rules {
			if !slices.Contains(names, rule.Name) {
				names = append(names, rule.Name)
			}
		}
	}
	if names == nil {
		return "-"
	}
	return strings.Join(names, ", ")
}

// whys explains what was not simply sent, with the targets if there are several.
func (r *alertRow) whys(t *cli.Terminal) []string {
	var whys []string
	targets := make(map[string][]string)
	for i := range r.traces {
		why := shortWhy(t, &r.traces[i])
		if why == "" {
			continue
		}
		if targets[why] == nil {
			whys = append(whys, why)
		}
		targets[why] = append(targets[why], cli.Line(r.traces[i].Target))
	}
	for i, why := range whys {
		if len(targets[why]) < len(r.traces) {
			whys[i] = strings.Join(targets[why], ", ") + ": " + why
		}
	}
	return whys
}

func feedAndMore(a *notify.Trace) string {
	if n := len(a.AlsoIn); n > 0 {
		return fmt.Sprintf("%s and %s", a.Item.Feed, cli.Count(n, "other feed"))
	}
	return a.Item.Feed
}

// shortWhy explains an alert that was not simply sent.
func shortWhy(t *cli.Terminal, a *notify.Trace) string {
	switch a.State {
	case notify.StateHeld:
		if a.Until.IsZero() {
			return a.Why
		}
		return "until " + t.At(a.Until) + ": " + a.Why
	case notify.StateSkipped:
		return a.Why
	case notify.StateDead, notify.StateWaiting:
		for _, d := range a.Deliveries {
			if d.State == a.State && len(d.Attempts) > 0 {
				return fmt.Sprintf("%s, the last answer: %s", cli.Count(d.Tries, "attempt"), cli.Clip(cli.Line(d.Attempts[len(d.Attempts)-1].Answer), maxText))
			}
		}
		return a.Why
	}
	return ""
}

// counts counts the alerts by state.
func (l *alertList) counts() string {
	if l.alerts == 0 {
		return "no alerts"
	}
	var parts []string
	for _, s := range []notify.AlertState{
		notify.StateHeld, notify.StateWaiting, notify.StateSending, notify.StateSent,
		notify.StateSkipped, notify.StateDead, notify.StateDropped,
	} {
		if n := l.states[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	all := cli.Count(l.alerts, "alert")
	if l.articles < l.alerts {
		all += " of " + cli.Count(l.articles, "article")
	}
	return all + ": " + strings.Join(parts, ", ")
}
