package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"watcher/internal/daemon"
	"watcher/internal/notify"
)

// stateStyles are the colours of states that ask for attention, or need none.
var stateStyles = map[notify.State]style{
	notify.StateHeld: yellow, notify.StateWaiting: yellow, notify.StateSending: yellow,
	notify.StateSent: green, notify.StateDead: red, notify.StateSkipped: dim, notify.StateDropped: dim,
}

// columns are those of the list of alerts, as wide as what the config names: the
// list is printed while it is read.
type alertColumns struct{ held, target, rule int }

func columnsFor(t *terminal, names daemon.Names) alertColumns {
	width := func(head, kind string) int {
		n := len(head)
		for _, name := range namesOf(names, kind) {
			n = max(n, min(24, uniseg.StringWidth(line(name))))
		}
		return n
	}
	// A zone may have a longer name in summer.
	held := 0
	for month := range time.Month(12) {
		held = max(held, len(t.at(time.Date(time.Now().Year(), month+1, 1, 0, 0, 0, 0, time.UTC))))
	}
	return alertColumns{held, width("TARGET", "target"), width("RULE", "rule")}
}

// head names the columns.
func (c alertColumns) head() string {
	return joinCells("ID      ", pad("HELD", c.held), "STATE  ", "SEVERITY", pad("TARGET", c.target), pad("RULE", c.rule), "TITLE")
}

// line is an alert as the list has it.
func (c alertColumns) line(t *terminal, a notify.Trace) string {
	title := a.Item.Title
	if a.Trouble != nil {
		title = "watcher: " + a.Trouble.Text
	}
	if a.Follows != nil {
		title = "also in: " + title
	}
	rule := "-"
	if len(a.Rules) > 0 {
		rule = a.Rules[0].Name
	}
	if n := len(a.Rules); n > 1 {
		more := fmt.Sprintf(" +%d", n-1)
		rule = clip(line(rule), max(2, c.rule-len(more))) + more
	}
	s := joinCells(t.paint(dim, line(a.ID)[:min(8, len(a.ID))]), pad(t.at(a.Held), c.held), t.paint(stateStyles[a.State], fmt.Sprintf("%-7s", a.State)),
		fmt.Sprintf("%-8s", a.Severity), t.paint(cyan, pad(clip(line(a.Target), c.target), c.target)), pad(clip(line(rule), c.rule), c.rule),
		clip(line(title), 80))
	if rest := joined(" · ", feedAndMore(a), shortWhy(t, a)); rest != "" {
		s += t.paint(dim, "  "+rest)
	}
	return s
}

func joinCells(cells ...string) string { return strings.Join(cells, "  ") }

// pad fills a cell up to its column's width.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-uniseg.StringWidth(s)))
}

func feedAndMore(a notify.Trace) string {
	if n := len(a.AlsoIn); n > 0 {
		return fmt.Sprintf("%s and %s", a.Item.Feed, count(n, "other feed"))
	}
	return a.Item.Feed
}

// shortWhy says of an alert that was not simply sent what is with it.
func shortWhy(t *terminal, a notify.Trace) string {
	switch a.State {
	case notify.StateHeld:
		return "until " + t.at(a.Until) + ": " + a.Why
	case notify.StateSkipped:
		return a.Why
	case notify.StateDead, notify.StateWaiting:
		for _, d := range a.Deliveries {
			if d.State == a.State && len(d.Attempts) > 0 {
				return fmt.Sprintf("%s, the last answer: %s", count(d.Tries, "attempt"), clip(line(d.Attempts[len(d.Attempts)-1].Answer), 120))
			}
		}
		return a.Why
	}
	return ""
}

// at is a time as all that watcher prints has it: in the config's zone, and saying
// so.
func (t *terminal) at(when time.Time) string {
	if when.IsZero() {
		return "?"
	}
	return when.In(t.zone).Format("2006-01-02 15:04:05 MST")
}

// minute is at, to the minute.
func (t *terminal) minute(when time.Time) string {
	return when.In(t.zone).Format("2006-01-02 15:04 MST")
}

// clock is the time of a day that is near.
func (t *terminal) clock(when time.Time) string { return when.In(t.zone).Format("15:04 MST") }

func stateCounts(n int, states map[notify.State]int) string {
	if n == 0 {
		return "no alerts"
	}
	var parts []string
	for _, s := range []notify.State{
		notify.StateHeld, notify.StateWaiting, notify.StateSending, notify.StateSent,
		notify.StateSkipped, notify.StateDead, notify.StateDropped,
	} {
		if states[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", states[s], s))
		}
	}
	return count(n, "alert") + ": " + strings.Join(parts, ", ")
}

// showAlert tells the life of an alert.
func showAlert(t *terminal, a notify.Trace) {
	p := func(format string, args ...any) { fmt.Fprintf(t.stdout, format+"\n", args...) }
	step := func(when time.Time, what string) { p("  %s  %s", t.at(when), line(what)) }
	title := a.Item.Title
	if a.Trouble != nil {
		title = a.Trouble.Text
	}
	p("%s  %s", t.paint(bold, line(orElse(title, a.Item.ID))), t.paint(stateStyles[a.State], string(a.State)))
	for _, row := range table([][]string{
		{"id", a.ID}, {"target", a.Target}, {"severity", a.Severity.String()}, {"feed", a.Item.Feed}, {"link", a.Item.Link},
	}) {
		p("  %s", row)
	}
	for _, place := range a.AlsoIn {
		p("  also in %s", joined("  ", place.Feed, place.Link))
	}
	p("")
	for _, r := range a.Rules {
		step(a.Held, "matched by "+r.Name+" ("+strings.Join(r.Terms, ", ")+")")
	}
	if a.Trouble != nil {
		step(a.Held, "reported by watcher itself")
	}
	if a.Follows != nil {
		step(a.Held, "the story of alert "+a.Follows.ID+" stands here too")
	}
	showFate(t, a, step)
	for _, d := range a.Deliveries {
		showDelivery(d, step)
	}
	if !a.Dropped.IsZero() {
		step(a.Dropped, "dropped by hand")
	}
	p("")
}

// showFate tells what became of an alert before there was a message.
func showFate(t *terminal, a notify.Trace, step func(time.Time, string)) {
	switch {
	case a.State == notify.StateHeld:
		step(a.Held, fmt.Sprintf("held until %s: %s", t.at(a.Until), a.Why))
	case a.State == notify.StateSkipped:
		step(a.Held, "not sent: "+a.Why)
	case !a.Composed.IsZero():
		if a.Why != "" {
			step(a.Held, "held: "+a.Why)
		}
		for _, d := range a.Deliveries {
			step(a.Composed, fmt.Sprintf("composed into %s (%s)", d.ID, count(d.Alerts, "alert")))
		}
	case a.Why != "":
		step(a.Held, "given up: "+a.Why)
	}
}

// showDelivery tells of the attempts to send a message.
func showDelivery(d notify.DeliveryTrace, step func(time.Time, string)) {
	for i, try := range d.Attempts {
		if i == 1 && d.Tries > len(d.Attempts) {
			step(try.Start, fmt.Sprintf("(%s left out)", count(d.Tries-len(d.Attempts), "attempt")))
		}
		switch {
		case try.End.IsZero() && d.State == notify.StateSending && i == len(d.Attempts)-1:
			step(try.Start, d.ID+" is being sent")
		case try.End.IsZero():
			step(try.Start, d.ID+" was being sent when watcher was cut off: it may have arrived")
		case try.Ambiguous:
			step(try.Start, fmt.Sprintf("%s after %s: %s; it may have arrived", d.ID, took(try), try.Answer))
		default:
			step(try.Start, fmt.Sprintf("%s after %s: %s", d.ID, took(try), try.Answer))
		}
	}
	switch d.State {
	case notify.StateSent:
		step(d.Ended, d.ID+" sent")
	case notify.StateDead:
		step(d.Ended, d.ID+" given up")
	case notify.StateWaiting:
		if !d.Due.IsZero() {
			step(d.Due, d.ID+" will be tried again")
		}
	}
}

func took(a notify.Attempt) time.Duration { return a.End.Sub(a.Start).Round(time.Millisecond) }
