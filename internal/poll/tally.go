package poll

import (
	"errors"
	"maps"
	"sync"

	"watcher/internal/feeds"
)

// PollTally is what polls and pushes came to since the start.
type PollTally struct {
	// Polls by result: "not_modified" (304), "unchanged" (a body that is known),
	// "read", or the kind of the failure (feeds.FailureKind).
	Polls  map[string]int64
	Items  int64 // that feeds had not shown
	Alerts int64 // that followed; troubles included
}

// tally is a PollTally that is counted on. It is safe for concurrent use.
type tally struct {
	mu sync.Mutex
	PollTally
}

// Tally returns what polls and pushes came to since the start.
func (p *Poller) Tally() PollTally {
	p.tally.mu.Lock()
	defer p.tally.mu.Unlock()
	t := p.tally.PollTally
	t.Polls = maps.Clone(t.Polls)
	return t
}

func (t *tally) count(result string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.Polls == nil {
		t.Polls = make(map[string]int64)
	}
	t.Polls[result]++
}

func (t *tally) worked(r *feeds.FetchResult) {
	switch {
	case r.NotModified:
		t.count("not_modified")
	case r.Unchanged:
		t.count("unchanged")
	default:
		t.count("read")
	}
}

func (t *tally) failed(err error) {
	if fe, ok := errors.AsType[*feeds.FetchError](err); ok {
		t.count(fe.Kind.String())
		return
	}
	t.count("internal")
}

// stored counts what an outcome brought.
func (t *tally) stored(o *Outcome) {
	if o.New == 0 && len(o.Alerts) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Items += int64(o.New)
	t.Alerts += int64(len(o.Alerts))
}
