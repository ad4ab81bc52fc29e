package targets

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"watcher/internal/notify"
	"watcher/internal/problem"
)

// SlackBotOptions configure a Slack app that posts with a bot token, which needs the
// scope chat:write.
type SlackBotOptions struct {
	Token   Secret `yaml:"token,secret"` // xoxb-…
	Channel string `yaml:"channel"`      // id (C0123456789) or #name
	API     string `yaml:"api"`          // empty: https://slack.com/api

	Words `yaml:",inline"`
}

func (o *SlackBotOptions) Validate() []problem.Problem {
	ps := checkURL("api", Secret(o.API), "https", "http")
	ps = append(ps, checkToken("token", o.Token)...)
	if o.Channel == "" {
		ps = append(ps, problem.At("channel", "is missing, write the channel's id or #name"))
	}
	return append(ps, o.check()...)
}

func (o *SlackBotOptions) Open(env Env) (notify.Notifier, error) {
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

// slackBot shows follow-ups of a story in a thread under its first message.
type slackBot struct{ *api }

var _ notify.Threader = (*slackBot)(nil)

func (b *slackBot) Notify(ctx context.Context, m notify.Message) error {
	_, err := b.NotifyThread(ctx, m)
	return err
}

// NotifyThread implements Threader. Slack's name for a message is its time stamp in the
// channel.
func (b *slackBot) NotifyThread(ctx context.Context, m notify.Message) (ref string, err error) {
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

// slackBotCodes are errors of chat.postMessage.
var slackBotCodes = codes{
	deadTarget: {
		"access_denied", "account_inactive", "channel_not_found", "channel_type_not_supported", "deprecated_endpoint",
		"ekm_access_denied", "enterprise_is_restricted", "invalid_auth", "is_archived", "is_inactive", "messages_tab_disabled",
		"method_deprecated", "missing_scope", "no_permission", "not_allowed_token_type", "not_authed", "not_in_channel",
		"org_login_required", "restricted_action", "restricted_action_non_threadable_channel",
		"restricted_action_read_only_channel", "restricted_action_thread_locked", "restricted_action_thread_only_channel",
		"team_access_not_granted", "team_not_found", "token_expired", "token_revoked",
		"two_factor_setup_required",
	},
	temporary: {
		"accesslimited", "fatal_error", "internal_error", "message_limit_exceeded", "rate_limited", "ratelimited",
		"request_timeout", "service_unavailable", "team_added_to_org",
	},
	badMessage: {
		"invalid_arguments", "invalid_blocks", "invalid_blocks_format", "invalid_json", "msg_blocks_too_long", "msg_too_long",
		"no_text", "too_many_attachments",
	},
}

// slackBotAccept reads an answer of Slack's web API, whose errors are ok: false with a
// status of 200.
func slackBotAccept(a answer) error {
	var said struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	err := json.Unmarshal([]byte(a.body), &said)
	v := a.byStatus()
	switch {
	case !a.success(): // the status counts, unless the error says more
	case said.OK && said.Error == "":
		return nil
	case err != nil || said.Error == "":
		v = unclear // from a proxy, or longer than we read
	default:
		v = badMessage
	}
	return a.settle(slackBotCodes.of(said.Error, v))
}
