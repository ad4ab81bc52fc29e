package targets

import (
	"encoding/json"
	"fmt"

	"watcher/internal/notify"
)

// kinds are the kinds of targets in alphabetical order: the name under type in the
// config, and a constructor of its settings with their defaults.
var kinds = [...]struct {
	name    string
	options func() Options
}{
	{"command", func() Options { return &CommandOptions{} }},
	{"console", func() Options { return &ConsoleOptions{} }},
	{"discord", func() Options { return &DiscordOptions{} }},
	{"email", func() Options { return &EmailOptions{} }},
	{"matrix", func() Options { return &MatrixOptions{} }},
	{"mattermost", func() Options { return &MattermostOptions{} }},
	{"ntfy", func() Options { return &NtfyOptions{Server: "https://ntfy.sh"} }},
	{"pagerduty", func() Options { return &PagerDutyOptions{URL: "https://events.pagerduty.com/v2/enqueue"} }},
	{"slack", func() Options { return &SlackOptions{} }},
	{"slack_bot", func() Options { return &SlackBotOptions{API: "https://slack.com/api"} }},
	{"teams", func() Options { return &TeamsOptions{} }},
	{"telegram", func() Options { return &TelegramOptions{API: "https://api.telegram.org"} }},
	{"webhook", func() Options { return &WebhookOptions{} }},
}

// Kinds returns the names of all kinds of targets in alphabetical order, as the config
// writes them under type.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// NewOptions returns new settings of a kind: a pointer to a struct with yaml tags, to
// decode a target's config into. ok is false for an unknown kind.
func NewOptions(kind string) (o Options, ok bool) {
	for _, k := range kinds {
		if k.name == kind {
			return k.options(), true
		}
	}
	return nil, false
}

// messages makes messages of the parts of a batch. The first has the batch's ID, the
// next ones add _2, _3 and so on, so that composing the same batch again gives the same
// IDs.
func messages(b notify.Batch, parts []part) ([]notify.Message, error) {
	ms := make([]notify.Message, len(parts))
	for i, p := range parts {
		payload, err := marshal(p.payload)
		if err != nil {
			return nil, fmt.Errorf("compose message %s: %w", b.ID, err)
		}
		ms[i] = notify.Message{ID: partID(b.ID, i), Target: b.Target, AlertIDs: p.alerts, Payload: payload}
	}
	return ms, nil
}

// part is one message of a batch: its payload and the IDs of its alerts.
type part struct {
	payload any
	alerts  []string
}

func partID(id string, i int) string {
	if i == 0 {
		return id
	}
	return fmt.Sprintf("%s_%d", id, i+1)
}

// alertIDs returns the IDs of alerts in order.
func alertIDs(as []notify.Alert) []string {
	ids := make([]string, len(as))
	for i := range as {
		ids[i] = as[i].ID
	}
	return ids
}

// payload decodes what the kind composed.
func payload[T any](m notify.Message) (T, error) {
	var p T
	if err := json.Unmarshal(m.Payload, &p); err != nil {
		// Only a damaged or foreign store can cause this; no retry mends it.
		return p, &notify.PermanentError{Err: fmt.Errorf("message %s is unreadable: %w", m.ID, err)}
	}
	return p, nil
}
