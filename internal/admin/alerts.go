package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/stores"
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
	// Acknowledge notes who acknowledges the article of an alert.
	Acknowledge(ctx context.Context, by, id, note string) error
	// Unacknowledge takes back what was noted so.
	Unacknowledge(ctx context.Context, by, id string) error
	// Again has all that waits for a target tried at once, and what was given up
	// for it sent again.
	Again(ctx context.Context, target string) (desk.Tried, error)
	// Mutes returns the mutes in force. Mute adds one, replaces one of the same
	// name, or ends it where Until has passed.
	Mutes(ctx context.Context) ([]desk.MuteReport, error)
	Mute(ctx context.Context, m notify.Mute) error
}

// Change is what can be done with a dead letter.
type Change string

const (
	Retry Change = "retry"
	Drop  Change = "drop"
)

var (
	_ Alerts = (*Client)(nil)
	_ Alerts = storeAlerts{}
)

// ReadAlerts calls use with the daemon.
func (c *Client) ReadAlerts(use func(Alerts) error) error { return use(c) }

// ChangeAlerts calls use with the daemon.
func (c *Client) ChangeAlerts(use func(Alerts) error) error { return use(c) }

// ReadAlerts calls use with the alerts of the store, opened to be read.
func (l *Local) ReadAlerts(use func(Alerts) error) error {
	return l.withAlerts(func(o config.StoreOptions) (stores.Store, error) { return stores.OpenToRead(context.Background(), o) }, use)
}

// ChangeAlerts calls use with the alerts of the store, opened to be changed.
func (l *Local) ChangeAlerts(use func(Alerts) error) error {
	return l.withAlerts(func(o config.StoreOptions) (stores.Store, error) {
		if err := notOurs(o); err != nil {
			return nil, err
		}
		return stores.OpenToChange(context.Background(), o)
	}, use)
}

func (l *Local) withAlerts(open func(config.StoreOptions) (stores.Store, error), use func(Alerts) error) error {
	if err := stores.Absent(l.Config.Store); err != nil {
		return err
	}
	store, err := open(l.Config.Store)
	if err != nil {
		return err
	}
	config := func() *config.Config { return l.Config }
	return errors.Join(use(storeAlerts{desk.New(desk.Options{Config: config, Store: store})}), store.Close())
}

// storeAlerts are the Alerts of a desk: of a daemon's, or of an open store.
type storeAlerts struct{ *desk.Desk }

func (l storeAlerts) Alerts(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error {
	return l.Traces(ctx, since, dead, yield)
}

func (l storeAlerts) Alert(ctx context.Context, id string) (notify.Trace, error) {
	return l.Trace(ctx, id)
}

func (l storeAlerts) Change(ctx context.Context, id string, c Change) error {
	switch c {
	case Retry:
		return l.Retry(ctx, id)
	case Drop:
		return l.Drop(ctx, id)
	}
	return fmt.Errorf("nothing is called %q", c)
}

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

// acknowledged is the body of a request to acknowledge.
type acknowledged struct {
	By   string `json:"by"`
	Note string `json:"note,omitempty"`
}

// Acknowledge has the daemon note who acknowledges an alert.
func (c *Client) Acknowledge(ctx context.Context, by, id, note string) error {
	return c.Post(ctx, "/alerts/"+url.PathEscape(id)+"/ack", acknowledged{by, note}, nil)
}

// Unacknowledge has the daemon withdraw the acknowledgement of an alert.
func (c *Client) Unacknowledge(ctx context.Context, by, id string) error {
	return c.Post(ctx, "/alerts/"+url.PathEscape(id)+"/unack", acknowledged{By: by}, nil)
}

// Again has the daemon try at once what waits for a target.
func (c *Client) Again(ctx context.Context, target string) (t desk.Tried, err error) {
	return t, c.Post(ctx, "/targets/"+url.PathEscape(target)+"/retry", struct{}{}, &t)
}

// Mutes asks the daemon for the mutes in force.
func (c *Client) Mutes(ctx context.Context) (ms []desk.MuteReport, err error) {
	return ms, c.Get(ctx, "/mutes", &ms)
}

// Mute has the daemon add, replace or end a mute.
func (c *Client) Mute(ctx context.Context, m notify.Mute) error { return c.Post(ctx, "/mutes", m, nil) }

// serveAlerts adds to the admin socket what a Client asks of alerts.
func (s *Socket) serveAlerts(mux *http.ServeMux) {
	handle := func(pattern string, serve func(storeAlerts, http.ResponseWriter, *http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := serve(storeAlerts{s.daemon.Desk}, w, r); err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
			}
		})
	}
	handle("GET /alerts", func(l storeAlerts, w http.ResponseWriter, r *http.Request) error {
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
	handle("GET /alerts/{id}", func(l storeAlerts, w http.ResponseWriter, r *http.Request) error {
		t, err := l.Alert(r.Context(), r.PathValue("id"))
		if err == nil {
			answer(w, t)
		}
		return err
	})
	acknowledge := func(do func(storeAlerts, context.Context, string, acknowledged) error) func(storeAlerts, http.ResponseWriter, *http.Request) error {
		return func(l storeAlerts, _ http.ResponseWriter, r *http.Request) error {
			var a acknowledged
			if err := json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&a); err != nil {
				return fmt.Errorf("read who acknowledges the alert: %w", err)
			}
			return do(l, r.Context(), r.PathValue("id"), a)
		}
	}
	handle("POST /alerts/{id}/ack", acknowledge(func(l storeAlerts, ctx context.Context, id string, a acknowledged) error {
		return l.Acknowledge(ctx, a.By, id, a.Note)
	}))
	handle("POST /alerts/{id}/unack", acknowledge(func(l storeAlerts, ctx context.Context, id string, a acknowledged) error {
		return l.Unacknowledge(ctx, a.By, id)
	}))
	handle("POST /alerts/{id}/{change}", func(l storeAlerts, _ http.ResponseWriter, r *http.Request) error {
		return l.Change(r.Context(), r.PathValue("id"), Change(r.PathValue("change")))
	})
	handle("POST /targets/{name}/retry", func(l storeAlerts, w http.ResponseWriter, r *http.Request) error {
		t, err := l.Again(r.Context(), r.PathValue("name"))
		if err == nil {
			answer(w, t)
		}
		return err
	})
	handle("GET /mutes", func(l storeAlerts, w http.ResponseWriter, r *http.Request) error {
		ms, err := l.Mutes(r.Context())
		if err == nil {
			answer(w, ms)
		}
		return err
	})
	handle("POST /mutes", func(l storeAlerts, _ http.ResponseWriter, r *http.Request) error {
		var m notify.Mute
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			return fmt.Errorf("read the mute: %w", err)
		}
		return l.Mute(r.Context(), m)
	})
}
