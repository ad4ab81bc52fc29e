package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"watcher/internal/config"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/store/bolt"
)

// Ledger is what a person may ask of alerts and do with them: of the running
// daemon, else of the store itself.
type Ledger interface {
	// Alerts calls yield with what became of each alert since then, the oldest
	// first, until it returns false; with dead, of the dead letters alone.
	Alerts(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error
	// Alert returns the life of one alert.
	Alert(ctx context.Context, id string) (notify.Trace, error)
	// Change does something with one alert: Retry or Drop.
	Change(ctx context.Context, id string, c Change) error
	// Again has all that waits for a target tried at once, and what was given up
	// for it sent again.
	Again(ctx context.Context, target string) (Tried, error)
	// Mutes returns the mutes in force. Mute adds one, replaces one of the same
	// name, or ends it where Until has passed.
	Mutes(ctx context.Context) ([]notify.Mute, error)
	Mute(ctx context.Context, m notify.Mute) error
}

// Change is what can be done with a dead letter.
type Change string

const (
	Retry Change = "retry"
	Drop  Change = "drop"
)

// Tried is what Again has brought forward.
type Tried struct {
	Waiting int `json:"waiting"` // messages
	Dead    int `json:"dead"`    // alerts
}

// ReadLedger calls use with the ledger, of which Change and Mute may not be called.
func (a Asked) ReadLedger(use func(Ledger) error) error {
	return a.withLedger(bolt.OpenReadOnly, use)
}

// WithLedger calls use with the ledger. Without a running daemon it opens the store
// as one does: a damaged one is put aside.
func (a Asked) WithLedger(use func(Ledger) error) error {
	return a.withLedger(func(path string) (*bolt.Store, error) {
		if err := notOurs(a.Config.Store); err != nil {
			return nil, err
		}
		return bolt.Open(path)
	}, use)
}

func (a Asked) withLedger(open func(path string) (*bolt.Store, error), use func(Ledger) error) error {
	if a.Client != nil {
		return use(remote{a.Client})
	}
	path := a.Config.Store.Path
	if err := bolt.Absent(path); err != nil {
		return err
	}
	policies, err := policiesOf(a.Config)
	if err != nil {
		return err
	}
	store, err := open(path)
	if err != nil {
		return err
	}
	return errors.Join(use(&ledger{store: store, policies: policies}), store.Close())
}

func policiesOf(cfg *config.Config) (map[string]deliver.Policy, error) {
	policies := make(map[string]deliver.Policy, len(cfg.Targets))
	for _, t := range cfg.Targets {
		p, err := t.Policy.Policy(cfg.Cooldowns())
		if err != nil {
			return nil, fmt.Errorf("target %s: %w", t.Name, err)
		}
		policies[t.Name] = p
	}
	return policies, nil
}

// ledger is the Ledger of an open store.
type ledger struct {
	store    *bolt.Store
	policies map[string]deliver.Policy
	nudge    func(target string) // nil without a daemon
}

// Alerts implements Ledger.
func (l *ledger) Alerts(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error {
	waits := make(map[string]map[string]deliver.Wait)
	if !dead {
		var failed error
		err := l.store.Traces(ctx, since, func(t notify.Trace) bool {
			failed = l.explain(ctx, &t, waits)
			return failed == nil && yield(t)
		})
		return errors.Join(err, failed)
	}
	traces, err := l.store.DeadTraces(ctx, since)
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

// Alert implements Ledger.
func (l *ledger) Alert(ctx context.Context, id string) (notify.Trace, error) {
	t, err := l.store.Trace(ctx, id)
	if err != nil {
		return t, err
	}
	return t, l.explain(ctx, &t, make(map[string]map[string]deliver.Wait))
}

// explain adds to the trace of an alert that is held what it waits for. waits
// has what the policies of targets said already.
func (l *ledger) explain(ctx context.Context, t *notify.Trace, waits map[string]map[string]deliver.Wait) error {
	if t.State != notify.StateHeld {
		return nil
	}
	if waits[t.Target] == nil {
		h, err := l.store.Held(ctx, t.Target)
		if err != nil {
			return err
		}
		p := l.policies[t.Target]
		waits[t.Target] = p.Decide(h).Waits
	}
	w := waits[t.Target][t.ID]
	t.Until, t.Why = w.Until.UTC(), w.Why
	return nil
}

// Change implements Ledger.
func (l *ledger) Change(ctx context.Context, id string, c Change) error {
	var err error
	did := map[Change]string{Retry: "retried", Drop: "dropped"}[c]
	switch c {
	case Retry:
		if err = l.deliverable(ctx, id); err == nil {
			err = l.store.Retry(ctx, id)
		}
	case Drop:
		err = l.store.Drop(ctx, id)
	default:
		err = fmt.Errorf("nothing is called %q", c)
	}
	if !errors.Is(err, bolt.ErrNotDead) {
		return err
	}
	t, traced := l.store.Trace(ctx, id)
	if traced != nil {
		return err
	}
	is := map[notify.State]string{
		notify.StateHeld: "is held", notify.StateWaiting: "waits to be sent", notify.StateSending: "is being sent", notify.StateSent: "was sent",
		notify.StateSkipped: "was not to be sent", notify.StateDropped: "was dropped already",
	}[t.State]
	if is == "" {
		return err
	}
	return fmt.Errorf("alert %s %s; only dead alerts can be %s", id, is, did)
}

// Again implements Ledger.
func (l *ledger) Again(ctx context.Context, target string) (Tried, error) {
	if _, ok := l.policies[target]; !ok {
		return Tried{}, fmt.Errorf("no target is called %s", target)
	}
	var t Tried
	var err error
	if t.Waiting, err = l.store.Again(ctx, target); err == nil {
		t.Dead, err = l.store.Revive(ctx, target)
	}
	if l.nudge != nil {
		l.nudge(target)
	}
	return t, err
}

// deliverable refuses an alert whose target is configured no longer: nobody
// would send it.
func (l *ledger) deliverable(ctx context.Context, id string) error {
	t, err := l.store.Trace(ctx, id)
	if err != nil {
		return err
	}
	if _, ok := l.policies[t.Target]; !ok {
		return fmt.Errorf("alert %s: no target is called %s; put it back into the config to send what is left for it", id, t.Target)
	}
	return nil
}

// Mutes implements Ledger.
func (l *ledger) Mutes(ctx context.Context) ([]notify.Mute, error) { return l.store.Mutes(ctx) }

// Mute implements Ledger.
func (l *ledger) Mute(ctx context.Context, m notify.Mute) error { return l.store.Mute(ctx, m) }

// remote is the Ledger of a running daemon.
type remote struct{ *Client }

// Alerts implements Ledger.
func (r remote) Alerts(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error {
	q := url.Values{"since": {since.UTC().Format(time.RFC3339Nano)}}
	if dead {
		q.Set("dead", "true")
	}
	body, err := r.Stream(ctx, http.MethodGet, "/alerts?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	defer body.Close()
	for d := json.NewDecoder(body); ; {
		var t notify.Trace
		if err := d.Decode(&t); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the daemon's answer: %w", err)
		}
		if !yield(t) {
			return nil
		}
	}
}

// Alert implements Ledger.
func (r remote) Alert(ctx context.Context, id string) (t notify.Trace, err error) {
	return t, r.Get(ctx, "/alerts/"+url.PathEscape(id), &t)
}

// Change implements Ledger.
func (r remote) Change(ctx context.Context, id string, c Change) error {
	return r.Post(ctx, "/alerts/"+url.PathEscape(id)+"/"+string(c), struct{}{}, nil)
}

// Again implements Ledger.
func (r remote) Again(ctx context.Context, target string) (t Tried, err error) {
	return t, r.Post(ctx, "/targets/"+url.PathEscape(target)+"/retry", struct{}{}, &t)
}

// Mutes implements Ledger.
func (r remote) Mutes(ctx context.Context) (ms []notify.Mute, err error) {
	return ms, r.Get(ctx, "/mutes", &ms)
}

// Mute implements Ledger.
func (r remote) Mute(ctx context.Context, m notify.Mute) error { return r.Post(ctx, "/mutes", m, nil) }

// ledger is the daemon's own.
func (d *Daemon) ledger() (*ledger, error) {
	policies, err := policiesOf(d.config())
	return &ledger{d.store, policies, d.deliverer.Nudge}, err
}

// serveAlerts adds to the admin socket what remote asks for.
func (d *Daemon) serveAlerts(mux *http.ServeMux) {
	handle := func(pattern string, serve func(*ledger, http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			l, err := d.ledger()
			if err == nil {
				err = serve(l, w, r)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
			}
		})
	}
	handle("GET /alerts", func(l *ledger, w http.ResponseWriter, r *http.Request) error {
		since, err := time.Parse(time.RFC3339Nano, r.FormValue("since"))
		if err != nil {
			return errors.New("since is not a time")
		}
		lines := json.NewEncoder(w)
		err = l.Alerts(r.Context(), since, r.FormValue("dead") != "", func(t notify.Trace) bool {
			return lines.Encode(t) == nil // else the reader is gone
		})
		if err != nil {
			d.log.Error("alerts not shown to their end", "error", err)
			panic(http.ErrAbortHandler) // which the reader sees
		}
		return nil
	})
	handle("GET /alerts/{id}", func(l *ledger, w http.ResponseWriter, r *http.Request) error {
		t, err := l.Alert(r.Context(), r.PathValue("id"))
		if err == nil {
			answer(w, t)
		}
		return err
	})
	handle("POST /alerts/{id}/{change}", func(l *ledger, _ http.ResponseWriter, r *http.Request) error {
		return l.Change(r.Context(), r.PathValue("id"), Change(r.PathValue("change")))
	})
	handle("POST /targets/{name}/retry", func(l *ledger, w http.ResponseWriter, r *http.Request) error {
		t, err := l.Again(r.Context(), r.PathValue("name"))
		if err == nil {
			answer(w, t)
		}
		return err
	})
	handle("GET /mutes", func(l *ledger, w http.ResponseWriter, r *http.Request) error {
		ms, err := l.Mutes(r.Context())
		if err == nil {
			answer(w, ms)
		}
		return err
	})
	handle("POST /mutes", func(l *ledger, _ http.ResponseWriter, r *http.Request) error {
		var m notify.Mute
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			return fmt.Errorf("read the mute: %w", err)
		}
		return l.Mute(r.Context(), m)
	})
}

// retire makes dead letters of what is left for targets that are configured no
// longer. The config is in force by then: what fails is done at the next reload.
func (d *Daemon) retire(ctx context.Context, cfg *config.Config) {
	names := make([]string, len(cfg.Targets))
	for i, t := range cfg.Targets {
		names[i] = t.Name
	}
	n, err := d.store.Retire(ctx, names)
	switch {
	case err != nil:
		d.log.Error("what removed targets have left is still held", "error", err)
	case n > 0:
		d.log.Warn("messages for targets that are configured no longer are dead letters now; watcher alerts --dead lists them", "count", n)
		d.reportRetired(ctx, cfg, n)
	}
}

// reportRetired tells the ops targets that removed targets have left something.
func (d *Daemon) reportRetired(ctx context.Context, cfg *config.Config, n int) {
	what := "1 alert or message was"
	if n > 1 {
		what = fmt.Sprintf("%d alerts and messages were", n)
	}
	report := notify.TroubleAlerts(cfg.Ops.Notify, notify.Trouble{
		Kind: "target_removed", Since: time.Now().UTC(),
		Text: what + " held or queued for targets that the config has no longer, and became dead letters. \"watcher alerts --dead\" lists them; to send them, put their target back under its name and use \"watcher alerts retry\".",
	})
	if err := d.store.Report(ctx, report); err != nil {
		d.log.Error("what removed targets have left is not reported", "error", err)
	}
}
