package targets

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"watcher/internal/netguard"
	"watcher/internal/notify"
)

// The reason why a target cannot be reached is worded as for a feed, and never contains the
// secret part of its URL.
func TestUnreachableTargets(t *testing.T) {
	guarded := testEnv()
	guarded.Dial = netguard.Guard(nil).DialContext
	guarded.HTTP = &http.Client{Transport: &http.Transport{DialContext: guarded.Dial}}
	nowhere := testEnv()
	nowhere.Dial = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "hook.invalid", IsNotFound: true}}
	}
	nowhere.HTTP = &http.Client{Transport: &http.Transport{DialContext: nowhere.Dial}}
	hook := func(url string) Options { return &WebhookOptions{URL: Secret(url)} }
	mail := func(url string) Options {
		return &EmailOptions{SMTP: url, From: "w@example.org", To: []string{"d@example.org"}}
	}
	for _, c := range []struct {
		what string
		env  Env
		o    Options
		says string
	}{
		{"a hook on loopback", guarded, hook("http://127.0.0.1:8471/hidden"), "webhook: 127.0.0.1:8471 is a private address; network.allow in the config can permit it"},
		{"a hook on a host that is not there", nowhere, hook("http://hook.invalid/hidden"), "webhook: no address for the host hook.invalid"},
		{"a mail server on loopback", guarded, mail("smtp+insecure://127.0.0.1:2525"), "email: 127.0.0.1 is a private address; network.allow in the config can permit it"},
		{"a mail server that is not there", nowhere, mail("smtps://mail.invalid"), "email: no address for the host mail.invalid"},
	} {
		t.Run(c.what, func(t *testing.T) {
			n, err := c.o.Open(c.env)
			if err != nil {
				t.Fatal(err)
			}
			if err := n.(notify.Greeter).Greet(t.Context()); err == nil || err.Error() != c.says {
				t.Errorf("greeted: %v, want %q", err, c.says)
			}
			ms, err := n.Compose(notify.Batch{ID: "msg_1", Target: "x", Time: noon, Alerts: Samples("x", time.Unix(1e9, 0))[:1]})
			if err != nil {
				t.Fatal(err)
			}
			if err := n.Notify(t.Context(), ms[0]); err == nil || err.Error() != c.says {
				t.Errorf("told: %v, want %q", err, c.says)
			}
		})
	}
}

// A placeholder of an example that was not replaced is a mistake.
func TestPlaceholders(t *testing.T) {
	for _, c := range []struct {
		what string
		o    Options
		key  string // empty if there is no mistake
	}{
		{"the README's hook", &SlackOptions{Webhook: "https://hooks.slack.com/services/…"}, "webhook"},
		{"with three dots", &SlackOptions{Webhook: "https://hooks.slack.com/services/T0/.../x"}, "webhook"},
		{"escaped", &SlackOptions{Webhook: "https://hooks.slack.com/services/%E2%80%A6"}, "webhook"},
		{"in the query", &DiscordOptions{Webhook: "https://discord.com/api/webhooks/1/x?thread_id=…"}, "webhook"},
		{"a secret", &WebhookOptions{URL: "https://hooks.example.org/in", Secret: "whsec_…"}, "secret"},
		{"a token", &SlackBotOptions{Token: "xoxb-…", Channel: "#desk"}, "token"},
		{"a whole hook", &SlackOptions{Webhook: "https://hooks.slack.com/services/T0/B0/x"}, ""},
	} {
		var found string
		for _, p := range c.o.Validate() {
			if strings.Contains(p.Text, "put your own") {
				found = p.Key
			}
		}
		if found != c.key {
			t.Errorf("%s: found at %q, want %q", c.what, found, c.key)
		}
	}
}
