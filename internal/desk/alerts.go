package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/store/bolt"
)

// Filter says which alerts are wanted. What is empty lets all pass.
type Filter struct {
	Rule     string
	Feed     string // the article's, or one where it stands too
	Tag      string // of the feed, by the config in force
	Severity string // low, normal or high
	Target   string
	State    notify.AlertState
	Query    string // of the rule language, on what the alert tells
	From, To time.Time
}

// AlertRow is an article that was alerted, or a trouble of watcher's own, and how far its
// alerts are: one for each target.
type AlertRow struct {
	ID       string            `json:"id"` // of the first of Targets
	Held     time.Time         `json:"held"`
	State    notify.AlertState `json:"state"` // of those at its targets the one that needs most attention
	Severity notify.Severity   `json:"severity"`
	Rules    []notify.RuleHit  `json:"rules"`
	Item     notify.AlertItem  `json:"item"`
	Tags     []string          `json:"tags,omitempty"` // of its feed
	// Excerpts are what matched; their spans are byte offsets.
	Excerpts []notify.Excerpt  `json:"excerpts,omitempty"`
	Story    string            `json:"story,omitempty"` // the same for all articles of a story
	AlsoIn   []notify.Location `json:"also_in,omitempty"`
	Trouble  *notify.Trouble   `json:"trouble,omitempty"`
	Follows  *notify.Earlier   `json:"follows,omitempty"`
	Targets  []AtTarget        `json:"targets"`
	// Acknowledged is who said last that it was seen to.
	Acknowledged *notify.Acknowledgement `json:"acknowledged,omitempty"`
}

// AtTarget is how far an alert is at a target.
type AtTarget struct {
	ID     string            `json:"id"`
	Target string            `json:"target"`
	State  notify.AlertState `json:"state"`
	Until  time.Time         `json:"held_until,omitzero"`
	Why    string            `json:"why,omitempty"`    // it waits, or was not sent
	Answer string            `json:"answer,omitempty"` // the target's last one
	Tries  int               `json:"tries,omitempty"`
	Next   time.Time         `json:"next,omitzero"` // try
}

// Life is all that became of an article's alerts.
type Life struct {
	AlertRow
	Alerts []notify.Trace `json:"alerts"` // one for each target, as in Targets
}

// urgency orders states: what asks for a look comes first.
var urgency = []notify.AlertState{
	notify.StateDead, notify.StateWaiting, notify.StateHeld, notify.StateSending, notify.StateSent,
	notify.StateDropped, notify.StateSkipped,
}

// Alerts returns at most n of the alerts that pass, newest first, from a cursor on; an
// empty one begins.
func (d *Desk) Alerts(ctx context.Context, f Filter, after string, n int) (Page[AlertRow], error) {
	var rows []AlertRow
	err := d.Traces(ctx, f.From, false, func(t notify.Trace) bool {
		rows = append(rows, d.row([]notify.Trace{t}))
		return true
	})
	slices.Reverse(rows)
	if i := slices.IndexFunc(rows, func(r AlertRow) bool { return r.ID == after }); i >= 0 {
		rows = rows[i+1:]
	}
	p := Page[AlertRow]{Items: make([]AlertRow, 0, n)}
	for i, r := range rows {
		if i == n {
			p.Next = rows[i-1].ID
			break
		}
		p.Items = append(p.Items, r)
	}
	return p, err
}

// Alert returns the life of an article's alerts; id is that of one of them, or enough
// of its beginning, or a delivery's.
func (d *Desk) Alert(ctx context.Context, id string) (Life, error) {
	t, err := d.Trace(ctx, id)
	if err != nil {
		return Life{}, err
	}
	traces := []notify.Trace{t}
	return Life{AlertRow: d.row(traces), Alerts: traces}, nil
}

// row is made of the alerts of one article.
func (d *Desk) row(traces []notify.Trace) AlertRow {
	first := &traces[0]
	r := AlertRow{
		ID: first.ID, Held: first.Held, Severity: first.Severity, Item: first.Item, Excerpts: first.Excerpts, Story: first.Story,
		AlsoIn: first.AlsoIn, Trouble: first.Trouble, Follows: first.Follows, Tags: d.tags(first.Item.Feed),
	}
	states := make([]notify.AlertState, len(traces))
	for i := range traces {
		t := &traces[i]
		states[i] = t.State
		r.Severity = max(r.Severity, t.Severity)
		r.Targets = append(r.Targets, atTarget(t))
		for _, hit := range t.Rules {
			if !slices.ContainsFunc(r.Rules, func(h notify.RuleHit) bool { return h.Name == hit.Name }) {
				r.Rules = append(r.Rules, hit)
			}
		}
		if a := t.Acknowledged; a != nil && (r.Acknowledged == nil || a.At.After(r.Acknowledged.At)) {
			r.Acknowledged = a
		}
	}
	r.State = slices.MinFunc(states, func(a, b notify.AlertState) int {
		return cmp.Compare(slices.Index(urgency, a), slices.Index(urgency, b))
	})
	return r
}

func (d *Desk) tags(feed string) []string {
	for _, src := range d.runs.Config().Feeds {
		if src.ID == feed {
			return src.Tags
		}
	}
	return nil
}

func atTarget(t *notify.Trace) AtTarget {
	at := AtTarget{ID: t.ID, Target: t.Target, State: t.State, Until: t.Until, Why: t.Why}
	for _, d := range t.Deliveries {
		at.Tries += d.Tries
		if n := len(d.Attempts); n > 0 && (at.Answer == "" || d.State == t.State) {
			at.Answer = d.Attempts[n-1].Answer
		}
		if d.State == notify.StateWaiting && (at.Next.IsZero() || d.Due.Before(at.Next)) {
			at.Next = d.Due
		}
	}
	return at
}

// Traces calls yield with what became of each alert since then, the oldest first,
// until it returns false; with dead, of the dead letters alone.
func (d *Desk) Traces(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error {
	if !dead {
		waits, err := d.waits()
		if err != nil {
			return err
		}
		var failed error
		err = d.runs.Store.Traces(ctx, since, func(t notify.Trace) bool {
			failed = waits.explain(ctx, &t)
			return failed == nil && yield(t)
		})
		return errors.Join(err, failed)
	}
	traces, err := d.runs.Store.DeadTraces(ctx, since)
	if err != nil {
		return err
	}
	slices.SortFunc(traces, func(a, b notify.Trace) int { return a.Held.Compare(b.Held) })
	for _, t := range traces {
		if !yield(t) {
			return nil
		}
	}
	return nil
}

// Trace returns the life of one alert.
func (d *Desk) Trace(ctx context.Context, id string) (notify.Trace, error) {
	t, err := d.runs.Store.Trace(ctx, id)
	if err != nil {
		return t, known(err)
	}
	waits, err := d.waits()
	if err != nil {
		return t, err
	}
	return t, waits.explain(ctx, &t)
}

// known makes an NotFoundError of an id that no alert has.
func known(err error) error {
	if no, ok := errors.AsType[*bolt.NoAlertError](err); ok {
		return &NotFoundError{no.Text}
	}
	return err
}

// waits are what held alerts wait for, as the policies of their targets say.
type waits struct {
	desk     *Desk
	policies map[string]deliver.Policy
	of       map[string]map[string]deliver.Wait // by target, of those that were asked, and alert
}

func (d *Desk) waits() (*waits, error) {
	policies, err := d.runs.Config().Policies()
	return &waits{d, policies, make(map[string]map[string]deliver.Wait)}, err
}

// explain adds to the trace of an alert that is held what it waits for.
func (w *waits) explain(ctx context.Context, t *notify.Trace) error {
	if t.State != notify.StateHeld {
		return nil
	}
	if w.of[t.Target] == nil {
		h, err := w.desk.runs.Store.Held(ctx, t.Target)
		if err != nil {
			return err
		}
		p := w.policies[t.Target]
		w.of[t.Target] = p.Decide(h).Waits
	}
	wait := w.of[t.Target][t.ID]
	t.Until, t.Why = wait.Until.UTC(), wait.Why
	return nil
}
