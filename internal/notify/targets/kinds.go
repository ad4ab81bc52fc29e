package targets

import (
	"encoding/json"
	"fmt"
	"slices"

	"watcher/internal/notify"
)

// kinds maps the name of a kind of target to a maker of its settings with their
// defaults. Each kind's file registers itself; nothing changes it afterwards.
var kinds = map[string]func() Options{}

func register(kind string, options func() Options) {
	if _, twice := kinds[kind]; twice {
		panic("notify: kind registered twice: " + kind)
	}
	kinds[kind] = options
}

// Kinds returns the names of all kinds of targets in alphabetical order, as the
// config writes them under type.
func Kinds() []string {
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// NewOptions returns fresh settings of a kind: a pointer to a struct with yaml
// tags, to decode a target's config into. ok is false for an unknown kind.
func NewOptions(kind string) (o Options, ok bool) {
	maker, ok := kinds[kind]
	if !ok {
		return nil, false
	}
	return maker(), true
}

// messages numbers the payloads that a batch became: the first message keeps
// the batch's ID, the next ones add _2, _3 and so on, so that composing the
// same batch again gives the same IDs.
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

// part is one message of a batch: its payload, and the IDs of the alerts in it.
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

// alertIDs returns the IDs of alerts in their order.
func alertIDs(as []notify.Alert) []string {
	ids := make([]string, len(as))
	for i := range as {
		ids[i] = as[i].ID
	}
	return ids
}

// payload reads back what the kind composed.
func payload[T any](m notify.Message) (T, error) {
	var p T
	if err := json.Unmarshal(m.Payload, &p); err != nil {
		// Only a damaged or foreign store can cause it; no retry mends that.
		return p, &notify.PermanentError{Err: fmt.Errorf("message %s is unreadable: %w", m.ID, err)}
	}
	return p, nil
}
