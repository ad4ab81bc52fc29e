package admin

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"watcher/internal/config"
	"watcher/internal/notify"
	"watcher/internal/notify/targets"
)

// maxTest is how long a target may take for a sample.
const maxTest = 30 * time.Second

// SendTest has the daemon send a sample, or say what it would send.
func (c *Client) SendTest(ctx context.Context, target string, preview bool) (string, error) {
	var did tested
	err := c.Post(ctx, "/test", testOf{target, preview}, &did)
	return did.Preview, err
}

// SendTest sends a sample, or says what it would send.
func (l *Local) SendTest(ctx context.Context, target string, preview bool) (string, error) {
	return sendTest(ctx, l.Config, targets.NewEnv(l.Config.Network.Allow, l.Config.UserAgent(l.Version), l.Terminal), target, preview)
}

// testOf is the body of a request for a sample, and tested that of its answer.
type (
	testOf struct {
		Target  string `json:"target"`
		Preview bool   `json:"preview,omitempty"`
	}
	tested struct {
		Preview string `json:"preview,omitempty"`
	}
)

func (s *Socket) serveTest(w http.ResponseWriter, r *http.Request) {
	var of testOf
	if err := json.NewDecoder(io.LimitReader(r.Body, 64<<10)).Decode(&of); err != nil {
		http.Error(w, "the request is not understood: "+err.Error(), http.StatusBadRequest)
		return
	}
	cfg := s.daemon.Config()
	text, err := sendTest(r.Context(), cfg, targets.NewEnv(cfg.Network.Allow, cfg.UserAgent(s.daemon.Version), s.daemon.Terminal), of.Target, of.Preview)
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	answer(w, tested{text})
}

func sendTest(ctx context.Context, cfg *config.Config, env targets.Env, name string, preview bool) (string, error) {
	i := slices.IndexFunc(cfg.Targets, func(t config.TargetEntry) bool { return t.Name == name })
	if i < 0 {
		return "", fmt.Errorf("no target is called %q", name)
	}
	target := cfg.Targets[i]
	n, err := target.Options.Open(env)
	if err != nil {
		return "", err
	}
	alert := sampleAlert(target.Name, time.Now())
	// A fresh id each time: a target must not take the second test for a repeat.
	alert.ID = "test_" + rand.Text()
	messages, err := n.Compose(notify.Batch{ID: alert.ID, Target: target.Name, Time: alert.FirstSeen, Zone: target.Policy.Zone(), PageURL: cfg.HTTP.PageURL, Alerts: []notify.Alert{alert}})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, maxTest)
	defer cancel()
	var text strings.Builder
	for _, m := range messages {
		if preview {
			one, err := notify.Preview(n, m)
			if err != nil {
				return "", err
			}
			text.WriteString(one)
		} else if err := n.Notify(ctx, m); err != nil {
			return "", fmt.Errorf("%s did not take the test alert: %w", target.Name, err)
		}
	}
	return text.String(), nil
}

func sampleAlert(target string, now time.Time) notify.Alert {
	title := "Test: Enhanced Forward Presence exercise begins in Estonia"
	body := "This is a sample, sent by watcher send-test. A NATO battle group and the Estonian division move to their positions; nothing of it has happened."
	published := now.Add(-3 * time.Minute).UTC()
	return notify.Alert{
		ID: "test", Target: target, FirstSeen: now.UTC(),
		Rules: []notify.RuleHit{{Name: "test-rule", Terms: []string{"Enhanced Forward Presence", "NATO"}}},
		Item: notify.AlertItem{
			ID: "https://example.org/watcher-test", Title: title, Link: "https://example.org/watcher-test",
			Feed: "watcher send-test", FeedURL: "https://example.org/feed", Language: "en",
			Published: &published, Summary: body,
		},
		Excerpts: []notify.Excerpt{
			notify.MakeExcerpt("title", title, [][2]int{find(title, "Enhanced Forward Presence")}),
			notify.MakeExcerpt("content", body, [][2]int{find(body, "NATO")}),
		},
	}
}

// find returns where word stands in text.
func find(text, word string) [2]int {
	i := strings.Index(text, word)
	return [2]int{i, i + len(word)}
}
