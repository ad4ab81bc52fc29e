package desk

import (
	"context"
	"time"

	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/store"
)

// Status is the state of a running daemon.
type Status struct {
	Version string    `json:"version"`
	PID     int       `json:"pid"`
	Config  string    `json:"config"` // absolute path of the config that it runs on
	Started time.Time `json:"started"`
	Alive   bool      `json:"alive"` // polls and deliveries go round; else a restart may mend it
	Healthy bool      `json:"healthy"`
	Trouble string    `json:"trouble,omitempty"` // why it is not healthy
	// Unstored is since when nothing can be stored, as the disk is full, say.
	Unstored time.Time `json:"unstored,omitzero"`
	Feeds    int       `json:"feeds"`
	// States counts the feeds in each state.
	States map[poll.Condition]int `json:"states"`
	// Outage is since when no feed can be reached: the machine is cut off.
	Outage  time.Time          `json:"outage,omitzero"`
	Rules   int                `json:"rules"`
	Targets int                `json:"targets"`
	Polls   int64              `json:"polls"`
	Failed  int64              `json:"polls_failed"`
	Sent    int64              `json:"messages_sent"`
	Unsent  int64              `json:"attempts_failed"`
	Outbox  notify.OutboxTally `json:"outbox"`
	History HistorySize        `json:"history"`
	// Failing are the targets that take nothing at the moment, or refused what they got
	// last, by name.
	Failing  []FailingTarget `json:"targets_failing,omitempty"`
	Reloaded time.Time       `json:"reloaded,omitzero"`
	// Machines share the store; nil where it is a file. Differing are those of them whose
	// config is another than this one's, by name.
	Machines  []store.Machine `json:"machines,omitempty"`
	Differing []string        `json:"configs_differing,omitempty"`
	// Risks say what the database does not promise of what it has acknowledged.
	Risks []string `json:"risks,omitempty"`
	// ReloadError is why the last reload was refused; the config in force is
	// then older than the file.
	ReloadError string `json:"reload_error,omitempty"`
}

// HistorySize is how large the history of articles is.
type HistorySize struct {
	Bytes int64 `json:"bytes"`
	Max   int64 `json:"max"`
	Full  bool  `json:"full,omitzero"` // the oldest had to make room since the start
	// Unindexed is what of Bytes has no index yet, or one of an earlier version, so that
	// a search reads it.
	Unindexed int64 `json:"unindexed,omitzero"`
}

// FailingTarget is a target that has not taken a message since it last failed or refused
// one.
type FailingTarget struct {
	Target   string             `json:"target"`
	State    notify.TargetState `json:"state"`             // not TargetWorks
	Since    time.Time          `json:"since"`             // of the first failure or refusal
	Error    string             `json:"error,omitempty"`   // what it said last
	Failures int                `json:"failures"`          // in a row; 0 where it answers
	Refused  int                `json:"refused,omitempty"` // messages in a row that it refused for good
	Told     time.Time          `json:"told,omitzero"`     // when the ops targets were; zero if not yet
	Next     time.Time          `json:"next,omitzero"`     // when it is tried next; zero if nothing waits for it
}

// Status returns the state of the daemon.
func (d *Desk) Status(context.Context) (Status, error) {
	if d.runs.Status == nil {
		return Status{}, ErrIdle
	}
	return d.runs.Status(), nil
}
