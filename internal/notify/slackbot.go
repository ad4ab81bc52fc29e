package notify

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strings"

	"watcher/internal/problem"
)

func init() {
	register("slack_bot", func() Options { return &SlackBotOptions{API: "https://slack.com/api"} })
}

// SlackBotOptions configure a Slack app that posts with a bot token, which needs
// the scope chat:write.
type SlackBotOptions struct {
	Token   Secret `yaml:"token"`   // xoxb-…
	Channel string `yaml:"channel"` // id (C0123456789) or #name
	API     string `yaml:"api"`     // https://slack.com/api unless given

	Words `yaml:",inline"`
}

// Validate implements Options.
func (o *SlackBotOptions) Validate() []problem.Problem {
	ps := checkURL("api", Secret(o.API), "https", "http")
	ps = append(ps, checkToken("token", o.Token)...)
	if o.Channel == "" {
		ps = append(ps, problem.At("channel", "is missing, write the channel's id or #name"))
	}
	return append(ps, o.check()...)
}

// Open implements Options.
func (o *SlackBotOptions) Open(env Env) (Notifier, error) {
	return &slackBot{&api{
		poster: poster{env: env, kind: "slack_bot", secrets: []Secret{o.Token}},
		to:     Secret(strings.TrimSuffix(o.API, "/") + "/chat.postMessage"),
		header: map[string]string{"Authorization": "Bearer " + string(o.Token), "Content-Type": "application/json; charset=utf-8"},
		add:    map[string]any{"channel": o.Channel},
		words:  o.wording(),
		pace:   slackPace,
		word:   slackMessages,
		accept: slackBotAccept,
	}}, nil
}

// slackBot shows the later reports of a story in a thread under the first.
type slackBot struct{ *api }

var _ Threader = (*slackBot)(nil)

// Notify implements Notifier.
func (b *slackBot) Notify(ctx context.Context, m Message) error {
	_, err := b.NotifyThread(ctx, m)
	return err
}

// NotifyThread implements Threader. Slack calls a message by its channel's time
// stamp.
func (b *slackBot) NotifyThread(ctx context.Context, m Message) (ref string, err error) {
	bot := *b.api
	bot.add = maps.Clone(b.add)
	if m.Ref != "" {
		bot.add["thread_ts"] = m.Ref
	}
	bot.accept = func(a answer) error {
		err := slackBotAccept(a)
		var said struct {
			TS string `json:"ts"`
		}
		if err == nil && json.Unmarshal([]byte(a.body), &said) == nil {
			ref = said.TS
		}
		return err
	}
	err = bot.Notify(ctx, m)
	return ref, err
}

// slackBotDead are errors of chat.postMessage that concern every message.
var slackBotDead = map[string]bool{
	"access_denied": true, "account_inactive": true, "channel_not_found": true, "ekm_access_denied": true,
	"enterprise_is_restricted": true, "invalid_auth": true, "is_archived": true, "missing_scope": true,
	"no_permission": true, "not_allowed_token_type": true, "not_authed": true, "not_in_channel": true,
	"org_login_required": true, "restricted_action": true, "restricted_action_read_only_channel": true,
	"team_access_not_granted": true, "team_not_found": true, "token_expired": true, "token_revoked": true,
	"two_factor_setup_required": true,
}

// slackBotBusy are errors that pass.
var slackBotBusy = map[string]bool{
	"fatal_error": true, "internal_error": true, "message_limit_exceeded": true, "rate_limited": true,
	"ratelimited": true, "request_timeout": true, "service_unavailable": true, "team_added_to_org": true,
}

// slackBotAccept reads an answer of Slack's web API, which says ok: false with a
// status of 200.
func slackBotAccept(a answer) error {
	var said struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	err := json.Unmarshal([]byte(a.body), &said)
	switch {
	case a.status != http.StatusOK && !slackBotDead[said.Error]:
		return a.settle(byStatus(a.status))
	case said.OK:
		return nil
	case slackBotDead[said.Error]:
		return a.settle(deadTarget)
	case slackBotBusy[said.Error]:
		return a.settle(temporary)
	case err != nil && said.Error == "":
		return a.settle(unclear) // a proxy's page, or an answer longer than we read
	}
	return a.settle(badMessage)
}
