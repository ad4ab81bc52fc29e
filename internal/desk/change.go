package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"watcher/internal/notify"
)

// Retry has an alert that was given up sent again.
func (d *Desk) Retry(ctx context.Context, id string) error {
	err := d.deliverable(ctx, id)
	if err == nil {
		err = d.runs.Store.Retry(ctx, id)
	}
	return d.notDead(ctx, id, "retried", err)
}

// Drop strikes an alert that was given up from the list.
func (d *Desk) Drop(ctx context.Context, id string) error {
	return d.notDead(ctx, id, "dropped", d.runs.Store.Drop(ctx, id))
}

// Acknowledge records who acknowledged an article's alerts, at all targets. It holds
// nothing back.
func (d *Desk) Acknowledge(ctx context.Context, by, id, note string) error {
	return known(d.runs.Store.Acknowledge(ctx, id, notify.Acknowledgement{By: by, Note: note}))
}

// Unacknowledge takes back what the last Acknowledge of an article's alerts said, whoever
// that was by.
func (d *Desk) Unacknowledge(ctx context.Context, by, id string) error {
	all, err := d.runs.Store.Beside(ctx, id)
	if err != nil {
		return known(err)
	}
	if !slices.ContainsFunc(all, func(t notify.Trace) bool { return t.Acknowledged != nil }) {
		return fmt.Errorf("alert %s is not acknowledged", id)
	}
	return known(d.runs.Store.Acknowledge(ctx, id, notify.Acknowledgement{By: by, Undo: true}))
}

// notDead words why an alert is no dead letter.
func (d *Desk) notDead(ctx context.Context, id, did string, err error) error {
	if !errors.Is(err, notify.ErrNotDead) {
		return known(err)
	}
	t, traced := d.runs.Store.Trace(ctx, id)
	if traced != nil {
		return err
	}
	is := map[notify.AlertState]string{
		notify.StateHeld: "is held", notify.StateWaiting: "waits to be sent", notify.StateSending: "is being sent", notify.StateSent: "was sent",
		notify.StateSkipped: "was not to be sent", notify.StateDropped: "was dropped already",
	}[t.State]
	if is == "" {
		return err
	}
	return fmt.Errorf("alert %s %s; only dead alerts can be %s", id, is, did)
}

// deliverable refuses an alert whose target is configured no longer: nobody would
// send it.
func (d *Desk) deliverable(ctx context.Context, id string) error {
	t, err := d.runs.Store.Trace(ctx, id)
	if err != nil {
		return known(err)
	}
	if !d.hasTarget(t.Target) {
		return fmt.Errorf("alert %s: no target is called %s; put it back into the config to send what is left for it", id, t.Target)
	}
	return nil
}

func (d *Desk) hasTarget(name string) bool {
	for _, t := range d.runs.Config().Targets {
		if t.Name == name {
			return true
		}
	}
	return false
}

// Tried is what Again has brought forward.
type Tried struct {
	Waiting int `json:"waiting"` // messages
	Dead    int `json:"dead"`    // alerts
}

// manyMachines is a store that several machines share. Another than the one that a person
// asks may send to a target, and holds in memory what the target asked for.
type manyMachines interface {
	TellAsked(ctx context.Context, target string) error
}

// Again has all that waits for a target tried at once, and what was given up for it
// sent again.
func (d *Desk) Again(ctx context.Context, target string) (t Tried, err error) {
	if !d.hasTarget(target) {
		return t, &NotFoundError{fmt.Sprintf("no target is called %s", target)}
	}
	if t.Waiting, err = d.runs.Store.Again(ctx, target); err == nil {
		t.Dead, err = d.runs.Store.Revive(ctx, target)
	}
	if s, many := d.runs.Store.(manyMachines); many && err == nil {
		err = s.TellAsked(ctx, target)
	}
	if d.runs.Deliverer != nil {
		d.runs.Deliverer.Nudge(target)
	}
	return t, err
}
