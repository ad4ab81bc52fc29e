package store

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// maxWatched bounds the alerts that a watch has for its reader.
const maxWatched = 1024

// AlertWatches are who wants to hear of alerts that come and change. Where nobody does,
// all that it costs is a look at a number. The zero value has none; its methods are safe
// for concurrent use.
type AlertWatches struct {
	n   atomic.Int32
	mu  sync.Mutex
	all []*AlertWatch
}

// AlertWatch hears of alerts that come and change. Its methods are safe for concurrent use.
type AlertWatch struct {
	of *AlertWatches

	mu     sync.Mutex
	ids    []string
	came   map[string]bool // by id; true: it is new
	missed bool
	news   chan struct{} // has a value once there is something
}

// Watch returns one that hears of what is told from now on. It has to be closed.
func (w *AlertWatches) Watch() *AlertWatch {
	one := &AlertWatch{of: w, came: make(map[string]bool), news: make(chan struct{}, 1)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, one)
	w.n.Store(int32(len(w.all)))
	return one
}

// Any reports whether there is one to be told.
func (w *AlertWatches) Any() bool { return w.n.Load() > 0 }

// Close ends it.
func (w *AlertWatch) Close() {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	w.of.all = slices.DeleteFunc(w.of.all, func(o *AlertWatch) bool { return o == w })
	w.of.n.Store(int32(len(w.of.all)))
}

// Next waits until something came or changed and returns the ids of those alerts, each
// once, with whether it is new; of one that was told already there may be no record.
// missed says that there were more than a reader as slow as this one can be told of.
func (w *AlertWatch) Next(ctx context.Context) (ids []string, came map[string]bool, missed bool, err error) {
	select {
	case <-ctx.Done():
		return nil, nil, false, ctx.Err()
	case <-w.news:
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	ids, came, missed = w.ids, w.came, w.missed
	w.ids, w.came, w.missed = nil, make(map[string]bool), false
	return ids, came, missed, nil
}

// Tell tells of alerts whose transaction is on disk; came says that they are new.
func (w *AlertWatches) Tell(came bool, ids ...string) {
	if !w.Any() || len(ids) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		one.take(came, ids)
	}
}

func (w *AlertWatch) take(came bool, ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		switch _, known := w.came[id]; {
		case known:
			w.came[id] = w.came[id] || came
		case len(w.ids) < maxWatched:
			w.ids, w.came[id] = append(w.ids, id), came
		default:
			w.missed = true
		}
	}
	w.wake()
}

// wake lets Next return. The caller holds mu.
func (w *AlertWatch) wake() {
	select {
	case w.news <- struct{}{}:
	default: // it has not looked yet
	}
}

// Miss tells that there was more than can be told.
func (w *AlertWatches) Miss() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		one.miss()
	}
}

func (w *AlertWatch) miss() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.missed = true
	w.wake()
}
