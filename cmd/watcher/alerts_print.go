package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"watcher/internal/cli"
	"watcher/internal/notify"
)

// stateStyles are the colours of states that need attention or none.
var stateStyles = map[notify.AlertState]cli.Style{
	notify.StateHeld: cli.Yellow, notify.StateWaiting: cli.Yellow, notify.StateSending: cli.Yellow,
	notify.StateSent: cli.Green, notify.StateDead: cli.Red, notify.StateSkipped: cli.Dim, notify.StateDropped: cli.Dim,
}

// showAlert prints the history of an alert, and the states of its article's alerts for
// other targets.
func showAlert(t *cli.Terminal, a notify.Trace, others []notify.Trace) {
	p := t.Say
	step := func(when time.Time, what string) { p("  %s  %s", t.At(when), cli.Line(what)) }
	title := a.Item.Title
	if a.Trouble != nil {
		title = a.Trouble.Text
	}
	p("%s  %s", t.Paint(cli.Bold, cli.Line(cmp.Or(title, a.Item.ID))), t.Paint(stateStyles[a.State], string(a.State)))
	rows := [][]string{
		{"id", a.ID}, {"target", a.Target}, {"severity", a.Severity.String()}, {"feed", a.Item.Feed}, {"link", a.Item.Link},
	}
	for i, other := range others {
		name := ""
		if i == 0 {
			name = "also told"
		}
		rows = append(rows, []string{name, cli.Joined(" ", other.ID[:min(8, len(other.ID))], other.Target, string(other.State))})
	}
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[1] == "" })
	for _, l := range cli.Facts(t, "  ", rows) {
		fmt.Fprintln(t.Stdout, l)
	}
	for _, place := range a.AlsoIn {
		p("  also in %s", cli.Joined("  ", place.Feed, place.Link))
	}
	if ack := a.Acknowledged; ack != nil {
		note := ""
		if ack.Note != "" {
			note = ": " + ack.Note
		}
		p("  acknowledged by %s, %s%s", cli.Line(ack.By), t.At(ack.At), cli.Line(note))
	}
	if undo := a.Unacknowledged; undo != nil {
		p("  %s withdrew the acknowledgement, %s", cli.Line(undo.By), t.At(undo.At))
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

// showFate prints what became of an alert before it had a message.
func showFate(t *cli.Terminal, a notify.Trace, step func(time.Time, string)) {
	switch {
	case a.State == notify.StateHeld:
		step(a.Held, fmt.Sprintf("held until %s: %s", t.At(a.Until), a.Why))
	case a.State == notify.StateSkipped:
		step(a.Held, "not sent: "+a.Why)
	case !a.Composed.IsZero():
		if a.Why != "" {
			step(a.Held, "held: "+a.Why)
		}
		for _, d := range a.Deliveries {
			step(a.Composed, fmt.Sprintf("composed into %s (%s)", d.ID, cli.Count(d.Alerts, "alert")))
		}
	case a.Why != "":
		step(a.Held, "given up: "+a.Why)
	}
}

// showDelivery prints the attempts to send a message.
func showDelivery(d notify.DeliveryTrace, step func(time.Time, string)) {
	for i, try := range d.Attempts {
		if i == 1 && d.Tries > len(d.Attempts) {
			step(try.Start, fmt.Sprintf("(%s left out)", cli.Count(d.Tries-len(d.Attempts), "attempt")))
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
