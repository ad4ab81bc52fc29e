package desk

import (
	"context"
	"time"
)

// TargetReport is a target, and how far what is for it has come.
type TargetReport struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`    // "slack", "email", …
	State   string `json:"state"`   // "ok" or "failing"
	Held    int    `json:"held"`    // alerts, by its policy
	Waiting int    `json:"waiting"` // messages
	Dead    int    `json:"dead"`    // alerts
	// Of a target that fails: since when, what it said last, and when it is tried next.
	Since    time.Time `json:"since,omitzero"`
	Error    string    `json:"error,omitempty"`
	Failures int       `json:"failures,omitempty"`
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
	alone := map[string]time.Time{}
	cfg := d.runs.Config()
	all := make([]TargetReport, 0, len(cfg.Targets))
	if d.runs.Deliverer != nil {
		alone = d.runs.Deliverer.LeftAlone()
	}
	for _, t := range cfg.Targets {
		r := TargetReport{Name: t.Name, Kind: t.Kind, State: "ok"}
		if f, ok := failing[t.Name]; ok {
			r.State, r.Since, r.Error, r.Failures, r.Next = "failing", f.Since.UTC(), f.Answer, f.Failures, f.Due.UTC()
			if until := alone[t.Name]; !f.Due.IsZero() && until.After(f.Due) {
				r.Next = until.UTC()
			}
		}
		if d.runs.Deliverer != nil {
			n := d.runs.Deliverer.ByTarget()[t.Name]
			r.Sent, r.Failed = n.Sent, n.Failed
		}
		all = append(all, r)
	}
	return all, nil
}
