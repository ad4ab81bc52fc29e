package admin

import (
	"context"
	"errors"
	"net/http"

	"watcher/internal/config"
)

// Reloaded is what became of a reload.
type Reloaded struct {
	Feeds   int `json:"feeds"` // of the config in force
	Rules   int `json:"rules"`
	Targets int `json:"targets"`
	// Mistakes are why the config was refused and the old one stays in force, each as
	// "file:line:col: key: text"; Refused is why where it is not for a mistake.
	Mistakes []string `json:"mistakes,omitempty"`
	Refused  string   `json:"refused,omitempty"`
}

// Reload has the daemon read its config again, and waits until that is in force or is
// refused, which is no error.
func (c *Client) Reload(ctx context.Context) (Reloaded, error) {
	var r Reloaded
	err := c.Post(ctx, "/reload", nil, &r)
	return r, err
}

func (s *Socket) serveReload(w http.ResponseWriter, r *http.Request) {
	err := s.daemon.Reload(r.Context())
	if r.Context().Err() != nil {
		return // nobody waits for the answer any more
	}
	cfg := s.daemon.Config()
	told := Reloaded{Feeds: cfg.Feeds.Len(), Rules: len(cfg.Rules), Targets: len(cfg.Targets)}
	if mistakes, ok := errors.AsType[config.Mistakes](err); ok {
		for _, m := range mistakes {
			told.Mistakes = append(told.Mistakes, m.Error())
		}
	} else if err != nil {
		told.Refused = err.Error()
	}
	answer(w, told)
}
