package desk

import (
	"context"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
)

// TargetReport is a target, and how far what is for it has come.
type TargetReport struct {
	Name    string             `json:"name"`
	Kind    string             `json:"kind"` // "slack", "email", …
	State   notify.TargetState `json:"state"`
	Held    int                `json:"held"`    // alerts, by its policy
	Waiting int                `json:"waiting"` // messages
	Dead    int                `json:"dead"`    // alerts
	// Held and Waiting are counted up to 10,000, and Dead among the first 1,000 dead
	// letters of all targets.
	//
	// Of a target that is not ok: since when, what it said last, how many attempts failed
	// or how many messages it refused for good in a row, and when it is tried next.
	Since    time.Time `json:"since,omitzero"`
	Error    string    `json:"error,omitempty"`
	Failures int       `json:"failures,omitempty"`
	Refused  int       `json:"refused,omitempty"`
	Next     time.Time `json:"next,omitzero"`
	// Sent and Failed are messages and attempts since the start.
	Sent   int64 `json:"messages_sent"`
	Failed int64 `json:"attempts_failed"`
}

// Targets returns all targets, in the order of the config.
func (d *Desk) Targets(ctx context.Context) ([]TargetReport, error) {
	failing, err := d.runs.Store.Failing(ctx)
	if err != nil {
		return nil, err
	}
	var alone map[string]time.Time
	var counts map[string]deliver.Count
	if d.runs.Deliverer != nil {
		alone, counts = d.runs.Deliverer.LeftAlone(), d.runs.Deliverer.ByTarget()
	}
	cfg := d.runs.Config()
	names := make([]string, len(cfg.Targets))
	for i, t := range cfg.Targets {
		names[i] = t.Name
	}
	queues, err := d.runs.Store.Queues(ctx, names)
	if err != nil {
		return nil, err
	}
	all := make([]TargetReport, 0, len(cfg.Targets))
	for _, t := range cfg.Targets {
		q, n := queues[t.Name], counts[t.Name]
		r := TargetReport{
			Name: t.Name, Kind: t.Kind, State: notify.TargetHealth{}.State(), Held: q.Held, Waiting: q.Waiting, Dead: q.Dead, Sent: n.Sent, Failed: n.Failed,
		}
		if f, ok := failing[t.Name]; ok && !f.Answered(q) {
			r.State, r.Since, r.Error, r.Failures, r.Refused, r.Next = f.State(), f.Since.UTC(), f.Answer, f.Failures, f.Refused, f.Due.UTC()
			if until := alone[t.Name]; !f.Due.IsZero() && until.After(f.Due) {
				r.Next = until.UTC()
			}
		}
		all = append(all, r)
	}
	return all, nil
}
