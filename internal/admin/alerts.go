package admin

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

	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/store/bolt"
)

// Alerts is what a person may ask of alerts and do with them: of the running
// daemon, else of the store itself.
type Alerts interface {
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

var (
	_ Alerts = (*Client)(nil)
	_ Alerts = (*storeAlerts)(nil)
)

// ReadAlerts calls use with the daemon.
func (c *Client) ReadAlerts(use func(Alerts) error) error { return use(c) }

// ChangeAlerts calls use with the daemon.
func (c *Client) ChangeAlerts(use func(Alerts) error) error { return use(c) }

// ReadAlerts calls use with the alerts of the store, opened to be read.
func (l *Local) ReadAlerts(use func(Alerts) error) error {
	return l.withAlerts(bolt.OpenReadOnly, use)
}

// ChangeAlerts calls use with the alerts of the store, opened as a daemon does.
func (l *Local) ChangeAlerts(use func(Alerts) error) error {
	return l.withAlerts(func(path string) (*bolt.Store, error) {
		if err := notOurs(l.Config.Store); err != nil {
			return nil, err
		}
		return bolt.Open(path)
	}, use)
}

func (l *Local) withAlerts(open func(path string) (*bolt.Store, error), use func(Alerts) error) error {
	path := l.Config.Store.Path
	if err := bolt.Absent(path); err != nil {
		return err
	}
	policies, err := l.Config.Policies()
	if err != nil {
		return err
	}
	store, err := open(path)
	if err != nil {
		return err
	}
	return errors.Join(use(&storeAlerts{store: store, policies: policies}), store.Close())
}

// storeAlerts are the Alerts of an open store.
type storeAlerts struct {
	store    *bolt.Store
	policies map[string]deliver.Policy
	nudge    func(target string) // nil without a daemon
}

func (l *storeAlerts) Alerts(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error {
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

func (l *storeAlerts) Alert(ctx context.Context, id string) (notify.Trace, error) {
	t, err := l.store.Trace(ctx, id)
	if err != nil {
		return t, err
	}
	return t, l.explain(ctx, &t, make(map[string]map[string]deliver.Wait))
}

// explain adds to the trace of an alert that is held what it waits for. waits
// has what the policies of targets said already.
func (l *storeAlerts) explain(ctx context.Context, t *notify.Trace, waits map[string]map[string]deliver.Wait) error {
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

func (l *storeAlerts) Change(ctx context.Context, id string, c Change) error {
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
	is := map[notify.AlertState]string{
		notify.StateHeld: "is held", notify.StateWaiting: "waits to be sent", notify.StateSending: "is being sent", notify.StateSent: "was sent",
		notify.StateSkipped: "was not to be sent", notify.StateDropped: "was dropped already",
	}[t.State]
	if is == "" {
		return err
	}
	return fmt.Errorf("alert %s %s; only dead alerts can be %s", id, is, did)
}

func (l *storeAlerts) Again(ctx context.Context, target string) (Tried, error) {
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
func (l *storeAlerts) deliverable(ctx context.Context, id string) error {
	t, err := l.store.Trace(ctx, id)
	if err != nil {
		return err
	}
	if _, ok := l.policies[t.Target]; !ok {
		return fmt.Errorf("alert %s: no target is called %s; put it back into the config to send what is left for it", id, t.Target)
	}
	return nil
}

func (l *storeAlerts) Mutes(ctx context.Context) ([]notify.Mute, error) { return l.store.Mutes(ctx) }

func (l *storeAlerts) Mute(ctx context.Context, m notify.Mute) error { return l.store.Mute(ctx, m) }

// Alerts has the daemon list alerts; what breaks off on the way is an error.
func (c *Client) Alerts(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error {
	q := url.Values{"since": {since.UTC().Format(time.RFC3339Nano)}}
	if dead {
		q.Set("dead", "true")
	}
	body, err := c.Stream(ctx, http.MethodGet, "/alerts?"+q.Encode(), nil)
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

// Alert asks the daemon for the life of one alert.
func (c *Client) Alert(ctx context.Context, id string) (t notify.Trace, err error) {
	return t, c.Get(ctx, "/alerts/"+url.PathEscape(id), &t)
}

// Change has the daemon retry or drop an alert.
func (c *Client) Change(ctx context.Context, id string, what Change) error {
	return c.Post(ctx, "/alerts/"+url.PathEscape(id)+"/"+string(what), struct{}{}, nil)
}

// Again has the daemon try at once what waits for a target.
func (c *Client) Again(ctx context.Context, target string) (t Tried, err error) {
	return t, c.Post(ctx, "/targets/"+url.PathEscape(target)+"/retry", struct{}{}, &t)
}

// Mutes asks the daemon for the mutes in force.
func (c *Client) Mutes(ctx context.Context) (ms []notify.Mute, err error) {
	return ms, c.Get(ctx, "/mutes", &ms)
}

// Mute has the daemon add, replace or end a mute.
func (c *Client) Mute(ctx context.Context, m notify.Mute) error { return c.Post(ctx, "/mutes", m, nil) }

// serveAlerts adds to the admin socket what a Client asks of alerts.
func (s *Socket) serveAlerts(mux *http.ServeMux) {
	handle := func(pattern string, serve func(*storeAlerts, http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			policies, err := s.daemon.Config().Policies()
			if err == nil {
				err = serve(&storeAlerts{s.daemon.Store, policies, s.daemon.Nudge}, w, r)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
			}
		})
	}
	handle("GET /alerts", func(l *storeAlerts, w http.ResponseWriter, r *http.Request) error {
		since, err := time.Parse(time.RFC3339Nano, r.FormValue("since"))
		if err != nil {
			return errors.New("since is not a time")
		}
		lines := json.NewEncoder(w)
		err = l.Alerts(r.Context(), since, r.FormValue("dead") != "", func(t notify.Trace) bool {
			return lines.Encode(t) == nil // else the reader is gone
		})
		if err != nil {
			s.daemon.Log.Error("alerts not shown to their end", "error", err)
			panic(http.ErrAbortHandler) // which the reader sees
		}
		return nil
	})
	handle("GET /alerts/{id}", func(l *storeAlerts, w http.ResponseWriter, r *http.Request) error {
		t, err := l.Alert(r.Context(), r.PathValue("id"))
		if err == nil {
			answer(w, t)
		}
		return err
	})
	handle("POST /alerts/{id}/{change}", func(l *storeAlerts, _ http.ResponseWriter, r *http.Request) error {
		return l.Change(r.Context(), r.PathValue("id"), Change(r.PathValue("change")))
	})
	handle("POST /targets/{name}/retry", func(l *storeAlerts, w http.ResponseWriter, r *http.Request) error {
		t, err := l.Again(r.Context(), r.PathValue("name"))
		if err == nil {
			answer(w, t)
		}
		return err
	})
	handle("GET /mutes", func(l *storeAlerts, w http.ResponseWriter, r *http.Request) error {
		ms, err := l.Mutes(r.Context())
		if err == nil {
			answer(w, ms)
		}
		return err
	})
	handle("POST /mutes", func(l *storeAlerts, _ http.ResponseWriter, r *http.Request) error {
		var m notify.Mute
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			return fmt.Errorf("read the mute: %w", err)
		}
		return l.Mute(r.Context(), m)
	})
}
