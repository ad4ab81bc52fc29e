package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"watcher/internal/notify"
	"watcher/internal/store"
)

// Target is a configured target with its open notifier.
type Target struct {
	Name     string
	Kind     string // "slack", "email", …
	Notifier notify.Notifier
	Policy   Policy
	Zone     *time.Location // for the times in its messages; nil is UTC
	PageURL  string         // notify.Batch.PageURL of its messages
	Spacing  time.Duration  // minimum time between messages, where longer than the kind's own
	// Changed: the settings differ from before, so the breaker and the pauses are
	// reset.
	Changed bool
}

// Deliverer works off the outbox. Each target has two goroutines: one composes what the
// policy releases, the other sends. A slow or dead target delays no other.
type Deliverer struct {
	box notify.Outbox
	log *slog.Logger
	// turn is the semaphore for composing a large batch.
	turn chan struct{}

	mu      sync.Mutex
	workers map[string]*worker
	running context.Context // nil while Run does not run
	group   sync.WaitGroup
	ops     []string
	sent    atomic.Int64
	failed  atomic.Int64
	dead    atomic.Int64 // messages given up, and alerts that could not be composed
}

// New makes a deliverer without targets; SetTargets sets them.
func New(box notify.Outbox, log *slog.Logger) *Deliverer {
	return &Deliverer{box: box, log: log, turn: make(chan struct{}, 1), workers: make(map[string]*worker)}
}

// SetTargets replaces the targets and the names of the ops targets, also while running.
// If a target changes or is removed, an attempt in flight is finished first.
func (d *Deliverer) SetTargets(targets []Target, ops []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ops = ops
	old := d.workers
	d.workers = make(map[string]*worker, len(targets))
	for _, t := range targets {
		w := &worker{
			Deliverer: d, Target: t, log: d.log.With("target", t.Name),
			stop: make(chan struct{}), ended: make(chan struct{}), nudge: make(chan struct{}, 1), pace: paceOf(t), counts: new(counts),
		}
		if was := old[t.Name]; was != nil {
			w.before = was.ended
			w.was = was
			w.counts = was.counts
		}
		d.workers[t.Name] = w
		if d.running != nil {
			d.start(w)
		} else {
			close(w.ended)
		}
	}
	for _, w := range old {
		close(w.stop)
	}
}

// Run delivers until ctx is done and every worker has ended. An attempt in flight then
// gets a grace period.
func (d *Deliverer) Run(ctx context.Context) {
	d.mu.Lock()
	d.running = ctx
	for _, w := range d.workers {
		w.ended = make(chan struct{})
		d.start(w)
	}
	d.mu.Unlock()
	<-ctx.Done()
	d.group.Wait()
}

// start runs a worker. The caller holds mu.
func (d *Deliverer) start(w *worker) {
	ctx := d.running
	w.composed.Store(time.Now().Unix())
	w.tried.Store(time.Now().Unix())
	d.group.Go(func() {
		defer close(w.ended)
		if w.before != nil {
			<-w.before // two senders would reorder a target's messages
			if !w.Changed {
				w.health = w.was.health
				w.leave.Store(w.was.leave.Load())
			}
			w.was = nil
		}
		w.program = ctx
		w.run(ctx)
	})
}

// Drain composes and sends once what is due now. It returns how many messages were
// accepted and how many failed. Use it instead of Run.
func (d *Deliverer) Drain(ctx context.Context) (sent, failed int, err error) {
	d.mu.Lock()
	workers := make([]*worker, 0, len(d.workers))
	for _, w := range d.workers {
		workers = append(workers, w)
	}
	d.mu.Unlock()
	errs := make([]error, len(workers))
	var group sync.WaitGroup
	for i, w := range workers {
		group.Go(func() { errs[i] = w.drain(ctx) })
	}
	group.Wait()
	return int(d.sent.Load()), int(d.failed.Load()), errors.Join(errs...)
}

// Counts returns how many messages were accepted and how many attempts failed
// since the start.
func (d *Deliverer) Counts() (sent, failed int64) { return d.sent.Load(), d.failed.Load() }

// GivenUp returns how many messages became dead letters since the start.
func (d *Deliverer) GivenUp() int { return int(d.dead.Load()) }

// Count is how many messages a target accepted, and how many attempts failed,
// since the start or since it was added.
type Count struct{ Sent, Failed int64 }

// counts is a Count that is still changing.
type counts struct{ sent, failed atomic.Int64 }

// ByTarget returns the counts of all targets by name.
func (d *Deliverer) ByTarget() map[string]Count {
	d.mu.Lock()
	defer d.mu.Unlock()
	by := make(map[string]Count, len(d.workers))
	for name, w := range d.workers {
		by[name] = Count{w.counts.sent.Load(), w.counts.failed.Load()}
	}
	return by
}

// Refusal is a target whose last attempt failed, with its error.
type Refusal struct {
	Target string
	Error  string
}

// Failures returns the targets whose last attempt failed, by name.
func (d *Deliverer) Failures() []Refusal {
	d.mu.Lock()
	defer d.mu.Unlock()
	var fs []Refusal
	for _, w := range d.workers {
		if err := w.refused.Load(); err != nil {
			fs = append(fs, Refusal{w.Name, (*err).Error()})
		}
	}
	slices.SortFunc(fs, func(a, b Refusal) int { return strings.Compare(a.Target, b.Target) })
	return fs
}

// Nudge ends the pauses of a target, so that what is due is tried at once.
func (d *Deliverer) Nudge(target string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.workers[target]
	if w == nil {
		return
	}
	w.nudged.Store(true)
	select {
	case w.nudge <- struct{}{}:
	default: // a nudge is pending already
	}
}

// LeftAlone returns the failing targets and until when each gets no attempt.
func (d *Deliverer) LeftAlone() map[string]time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	until := make(map[string]time.Time)
	for name, w := range d.workers {
		if at := w.leave.Load(); at != 0 {
			until[name] = time.Unix(0, at)
		}
	}
	return until
}

// worker delivers to one target.
type worker struct {
	*Deliverer
	Target
	log     *slog.Logger
	before  <-chan struct{} // closed when the worker that this one replaces has ended
	was     *worker         // that worker
	stop    chan struct{}   // closed when the target changed or went
	program context.Context // of Run; nil in Drain
	ended   chan struct{}
	nudge   chan struct{} // has a value while a nudge is pending
	health  breaker
	pace    *rate.Limiter
	counts  *counts
	last    *attempted // not settled yet; used by the sender alone

	// When each of the two goroutines began its current step, in Unix seconds.
	composed, tried atomic.Int64
	nudged          atomic.Bool           // the sender must reset its breaker
	leave           atomic.Int64          // until when a failing target gets no attempt, in Unix nanoseconds
	refused         atomic.Pointer[error] // the error of the last attempt, if it failed
	broken          atomic.Pointer[error] // the outbox's error that blocks the worker
}

// Healthy returns an error unless deliveries progress: every worker is Alive and the
// outbox works. A target that refuses messages is no error here: it has a report of its
// own.
func (d *Deliverer) Healthy() error {
	d.mu.Lock()
	for name, w := range d.workers {
		if err := w.broken.Load(); err != nil {
			d.mu.Unlock()
			return fmt.Errorf("delivery to %s stands still: %w", name, *err)
		}
	}
	d.mu.Unlock()
	return d.Alive()
}

// Alive returns an error that names a worker whose current step has taken longer than
// any step or wait may.
func (d *Deliverer) Alive() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	latest := time.Now().Add(-store.MaxWait - sendFor - grace).Unix()
	for name, w := range d.workers {
		if w.composed.Load() < latest || w.tried.Load() < latest {
			return fmt.Errorf("delivery to %s is stuck", name)
		}
	}
	return nil
}

// run composes and sends until ctx is done or the worker is stopped.
func (w *worker) run(ctx context.Context) {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-w.stop:
			cancel()
		case <-waiting.Done():
		}
	}()
	var both sync.WaitGroup
	both.Go(func() { w.loop(waiting, &w.composed, w.compose) })
	both.Go(func() {
		w.loop(waiting, &w.tried, w.send)
		w.settle(ctx)
	})
	both.Wait()
}

// loop takes steps while there is work, and waits otherwise.
func (w *worker) loop(ctx context.Context, began *atomic.Int64, step func(context.Context) (bool, store.Wake, error)) {
	for ctx.Err() == nil {
		began.Store(time.Now().Unix())
		did, wake, err := step(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("delivery stands still", "error", err)
			wake, did = store.Wake{After: 5 * time.Second}, false
			w.broken.Store(&err)
		} else if err == nil && w.broken.Load() != nil {
			w.broken.Store(nil)
		}
		if !did && wake.Wait(ctx) != nil {
			return
		}
	}
}

func (w *worker) drain(ctx context.Context) error {
	for {
		did, wake, err := w.compose(ctx)
		if err != nil {
			return err
		}
		if !did && !wake.Coming {
			break
		}
		if !did && wake.Wait(ctx) != nil {
			return ctx.Err()
		}
	}
	defer w.settle(ctx)
	for {
		for d := w.tokens(time.Now()); d > 0; d = w.tokens(time.Now()) {
			w.settle(ctx)
			if err := (store.Wake{After: d}).Wait(ctx); err != nil {
				return err
			}
		}
		failures, began := w.health.failures, time.Now()
		if did, _, err := w.send(ctx); err != nil || !did {
			return err
		}
		switch {
		case w.health.failures <= failures:
		case w.health.failures >= drainTries, time.Since(began) > drainSlow, w.health.pause(time.Now()) > 0:
			return nil // the rest waits for the next process: this one is ending
		}
	}
}

const (
	// drainTries is how many consecutive failures make Drain give up on a target.
	drainTries = 3
	// drainSlow is how long one failed attempt may take before Drain gives up on a
	// target. Otherwise a target that does not answer would cost sendFor for each
	// message.
	drainSlow = 5 * time.Second
)
