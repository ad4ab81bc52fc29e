package record

import (
	"slices"

	"watcher/internal/notify"
)

// HeardAs returns the rules and the highest severity under which the target was sent
// the alert's story, this alert included.
func (r *Alert) HeardAs() ([]string, Severity) {
	rules, worst := slices.Clone(r.Heard), r.Alert.Severity
	if len(rules) > 0 {
		worst = max(worst, r.Worst)
	}
	for _, hit := range r.Alert.Rules {
		rules = append(rules, hit.Name)
	}
	return rules, worst
}

// Hold makes the entry of the held bucket.
func (r *Alert) Hold() Held {
	h := Held{
		ID: r.Alert.ID, Since: r.Since, Severity: r.Alert.Severity,
		Feed: r.Alert.Item.Feed, Trouble: r.Alert.Trouble != nil, Follows: r.Alert.Follows != nil, Flood: r.Flood, Story: r.Story,
	}
	for _, hit := range r.Alert.Rules {
		h.Rules = append(h.Rules, hit.Name)
	}
	return h
}

// FollowID is the ID of the follow-up that tells a target of another place of an
// alert's article.
func FollowID(target, alert string, place Location) string {
	return notify.AlertID(target, notify.KeyOf("also in", alert, place.Feed, place.Link))
}

// Places are the places of an alert's article.
func (b *Body) Places() []Location {
	if b.Item.Feed == "" {
		return nil
	}
	return append([]Location{{Feed: b.Item.Feed, Link: b.Item.Link}}, b.AlsoIn...)
}

// Trace returns the history of the alert. deliveries are those of its Messages that
// still exist, in order.
func (r *Alert) Trace(deliveries []Delivery) notify.Trace {
	a := r.Alert.Alert()
	t := notify.Trace{
		ID: a.ID, Target: r.Target, Severity: a.Severity, Rules: a.Rules, Item: a.Item, Excerpts: a.Excerpts, Story: r.Story,
		AlsoIn: a.AlsoIn, Trouble: a.Trouble, Follows: a.Follows, Held: r.Since.UTC(), Why: r.Why, Dropped: r.Dropped,
	}
	if said := (*notify.Acknowledgement)(r.Acknowledged); said != nil && said.Undo {
		t.Unacknowledged = said
	} else {
		t.Acknowledged = said
	}
	for i := range deliveries {
		t.Deliveries = append(t.Deliveries, deliveries[i].Trace())
	}
	switch {
	case !r.Dropped.IsZero():
		t.State = notify.StateDropped
		if r.Dead != "" {
			t.Why = r.Dead
		} else {
			t.Composed = r.Ended.UTC()
		}
	case r.Held != 0:
		t.State = notify.StateHeld
	case r.Skipped != "":
		t.State, t.Why = notify.StateSkipped, r.Skipped
	case r.Dead != "":
		t.State, t.Why = notify.StateDead, r.Dead
	default:
		t.Composed = r.Ended.UTC()
		t.State = together(t.Deliveries)
	}
	return t
}

// together combines the states of an alert's messages: the one that needs most
// attention wins.
func together(ds []notify.DeliveryTrace) notify.AlertState {
	for _, s := range []notify.AlertState{notify.StateDead, notify.StateSending, notify.StateWaiting} {
		for _, d := range ds {
			if d.State == s {
				return s
			}
		}
	}
	return notify.StateSent
}

// Trace returns the history of the message.
func (r *Delivery) Trace() notify.DeliveryTrace {
	d := notify.DeliveryTrace{
		ID: r.Message.ID, Alerts: len(r.Message.AlertIDs), Attempts: converted(r.Attempts, func(a Attempt) notify.Attempt { return notify.Attempt(a) }), Tries: r.Tries,
		Ambiguous: r.Ambiguous, Due: r.Due,
	}
	switch {
	case !r.Dropped.IsZero():
		d.State, d.Ended = notify.StateDropped, r.Dropped
	case !r.Sent.IsZero():
		d.State, d.Ended = notify.StateSent, r.Sent
	case !r.Dead.IsZero():
		d.State, d.Ended = notify.StateDead, r.Dead
	case r.Begun:
		d.State = notify.StateSending
	default:
		d.State = notify.StateWaiting
	}
	return d
}

// Deaths counts the latest consecutive attempts that ended with a crash.
func (r *Delivery) Deaths() (n int) {
	for _, a := range slices.Backward(r.Attempts) {
		if !a.End.IsZero() {
			break
		}
		n++
	}
	return n
}
