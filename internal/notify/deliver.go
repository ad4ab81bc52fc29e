package notify

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Target is a configured target, ready to be sent to.
type Target struct {
	Name     string
	Notifier Notifier
}

const (
	// sendFor bounds one attempt. The Standard Webhooks spec asks for 15 to 30 s.
	sendFor = 20 * time.Second
	// grace is what an attempt under way has left when the program is told to
	// end. It must fit into the ten seconds that ending may take.
	grace = 5 * time.Second
	// tryFor is how long a message is tried before it becomes a dead letter.
	tryFor = 24 * time.Hour
)

// Deliverer works off the outbox: for each target one goroutine composes what
// its policy may tell now, and another sends, so that a target that is slow or
// dead delays no other.
type Deliverer struct {
	box Outbox
	log *slog.Logger

	mu      sync.Mutex
	workers map[string]*worker
	running context.Context // nil while Run does not run
	group   sync.WaitGroup
	ops     []string
	sent    atomic.Int64
	failed  atomic.Int64
}

// NewDeliverer makes a deliverer without targets; SetTargets names them.
func NewDeliverer(box Outbox, log *slog.Logger) *Deliverer {
	return &Deliverer{box: box, log: log, workers: make(map[string]*worker)}
}

// SetTargets replaces the targets, while running too, and the names of those
// that are told of troubles. What is being sent to a target that changes or goes
// is finished first.
func (d *Deliverer) SetTargets(targets []Target, ops []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ops = ops
	old := d.workers
	d.workers = make(map[string]*worker, len(targets))
	for _, t := range targets {
		w := &worker{Deliverer: d, Target: t, log: d.log.With("target", t.Name), stop: make(chan struct{}), ended: make(chan struct{})}
		if was := old[t.Name]; was != nil {
			w.before = was.ended
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

// Run delivers until ctx is done and every worker has ended, which takes an
// attempt under way at most its grace.
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
			<-w.before // two senders of one target would mix up its order
		}
		w.run(ctx)
	})
}

// Drain composes and sends what is due now, once, and returns how many messages
// were accepted and how many were not. It is for a program that does not Run.
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

// worker delivers to one target.
type worker struct {
	*Deliverer
	Target
	log    *slog.Logger
	before <-chan struct{} // closed when the worker whose place this one takes has ended
	stop   chan struct{}   // closed when the target changed or went
	ended  chan struct{}
	health breaker

	// When its two goroutines last began a step, in Unix seconds.
	composed, tried atomic.Int64
}

// Alive returns an error that names a worker which has not begun a step for
// longer than any step or wait may take.
func (d *Deliverer) Alive() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	latest := time.Now().Add(-longestWait - sendFor - grace).Unix()
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
		w.loop(waiting, &w.tried, func(ctx context.Context) (bool, Wake, error) { return w.send(ctx, w.sendable()) })
	})
	both.Wait()
}

// loop does steps as long as there is something to do, and else waits.
func (w *worker) loop(ctx context.Context, began *atomic.Int64, step func(context.Context) (bool, Wake, error)) {
	for ctx.Err() == nil {
		began.Store(time.Now().Unix())
		did, wake, err := step(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("delivery stands still", "error", err)
			wake, did = Wake{After: 5 * time.Second}, false
		}
		if !did && wake.Wait(ctx) != nil {
			return
		}
	}
}

func (w *worker) drain(ctx context.Context) error {
	for _, step := range []func(context.Context) (bool, Wake, error){
		w.compose,
		func(ctx context.Context) (bool, Wake, error) { return w.send(ctx, 0) },
	} {
		for {
			did, _, err := step(ctx)
			if err != nil {
				return err
			}
			if !did {
				break
			}
		}
	}
	return nil
}

// compose words what the target's policy may tell now, and freezes it. Nothing
// is sent from here: a crash before the freeze composes the same again.
func (w *worker) compose(ctx context.Context) (bool, Wake, error) {
	held, err := w.box.Held(ctx, w.Name)
	if err != nil {
		return false, Wake{}, err
	}
	batches := atOnce(held)
	var frozen []Message
	for _, b := range batches {
		ms, err := w.Notifier.Compose(b)
		if err != nil {
			// One alert that cannot be worded must not hold up the others.
			w.log.Error("an alert cannot be worded and stays held", "alert", b.Alerts[0].ID, "error", err)
			continue
		}
		frozen = append(frozen, ms...)
	}
	if len(frozen) == 0 {
		return false, held.Wake, nil
	}
	if err := w.box.Freeze(ctx, frozen); err != nil && !errors.Is(err, ErrMoved) {
		return false, Wake{}, err
	}
	return true, Wake{}, nil
}

// atOnce is the policy without delay: a message for each alert.
func atOnce(h Holding) []Batch {
	batches := make([]Batch, 0, len(h.Alerts))
	for i, a := range h.Alerts {
		batches = append(batches, Batch{ID: messageID(h.Target, a.ID), Target: h.Target, Time: h.Now, Alerts: h.Alerts[i : i+1]})
	}
	return batches
}

// messageID makes a delivery id of what the message is made of.
func messageID(target string, alertIDs ...string) string {
	sum := sha256.Sum256([]byte(target + "\x00" + strings.Join(alertIDs, "\x00")))
	return "msg_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:15]))
}

// sendable returns how long to leave the target alone.
func (w *worker) sendable() time.Duration { return w.health.pause(time.Now()) }

// send makes one attempt at the next delivery that is due, after pause.
func (w *worker) send(ctx context.Context, pause time.Duration) (bool, Wake, error) {
	if pause > 0 {
		return false, Wake{After: pause}, nil
	}
	delivery, ok, wake, err := w.box.Begin(ctx, w.Name)
	if err != nil || !ok {
		return false, wake, err
	}
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendFor)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	err = w.Notifier.Notify(sending, delivery.Message)
	if err != nil && ctx.Err() != nil && sending.Err() != nil {
		// Cut off by the program's end: it stays begun, and the next start sends
		// it again as ambiguous.
		return false, Wake{}, nil
	}
	return true, Wake{}, w.settle(ctx, delivery, w.judge(delivery, err))
}

// settle stores how an attempt ended, for as long as that takes: an attempt that
// is not settled would be made again after a restart, though it arrived.
func (w *worker) settle(ctx context.Context, d Delivery, o Outcome) error {
	for {
		w.tried.Store(time.Now().Unix())
		err := w.box.Settle(context.WithoutCancel(ctx), d, o)
		if err == nil {
			return nil
		}
		w.log.Error("the end of a delivery cannot be stored yet", "delivery", d.Message.ID, "error", err)
		if (Wake{After: 2 * time.Second}).Wait(ctx) != nil {
			return err
		}
	}
}

// judge decides what becomes of a delivery after an attempt.
func (w *worker) judge(d Delivery, err error) Outcome {
	log := w.log.With("delivery", d.Message.ID, "attempt", d.Attempt)
	now := time.Now()
	if err == nil {
		w.sent.Add(1)
		log.Info("delivered", "alerts", len(d.Message.AlertIDs), "ambiguous", d.Ambiguous)
		return Outcome{Sent: true, Answer: "accepted", Report: w.recovered(now)}
	}
	w.failed.Add(1)
	o := Outcome{Answer: err.Error()}
	permanent, isPermanent := errors.AsType[*PermanentError](err)
	retry, isRetry := errors.AsType[*RetryError](err)
	age := now.Sub(d.Frozen)
	switch {
	case isPermanent && !permanent.Target:
		// The target is well, the message is not.
		o.Dead = true
		o.Report = w.recovered(now)
		log.Error("given up: the target will not take this message", "error", err)
		return o
	case age > tryFor:
		o.Dead = true
		log.Error("given up after a day of attempts", "error", err)
	case isRetry:
		o.Retry = max(retry.After, backoff(d.Attempt, age))
		log.Warn("the target asked to wait", "retry_in", o.Retry.Round(time.Millisecond), "error", err)
	default:
		o.Ambiguous = !isPermanent && mayHaveArrived(err)
		o.Retry = backoff(d.Attempt, age)
		log.Warn("not delivered, will be tried again", "retry_in", o.Retry.Round(time.Millisecond), "error", err)
	}
	if w.health.failed(now, isPermanent) {
		o.Report = w.report("target_failing", now, fmt.Sprintf("Target %s does not take messages: %v. They wait and will be tried again.", w.Name, err))
		w.log.Error("target failing, its queue waits", "error", err)
	}
	return o
}

func (w *worker) recovered(now time.Time) []Alert {
	if !w.health.worked() {
		return nil
	}
	w.log.Info("target works again")
	return w.report("target_recovered", now, fmt.Sprintf("Target %s takes messages again.", w.Name))
}

// report makes the alerts that tell the ops targets, but this one, of a trouble
// with it.
func (w *worker) report(kind string, since time.Time, text string) []Alert {
	w.mu.Lock()
	defer w.mu.Unlock()
	var others []string
	for _, t := range w.ops {
		if t != w.Name {
			others = append(others, t)
		}
	}
	return TroubleAlerts(others, Trouble{Kind: kind, Target: w.Name, Text: text, Since: since})
}

// TroubleAlerts words a trouble as one alert for each of the targets.
func TroubleAlerts(targets []string, t Trouble) []Alert {
	alerts := make([]Alert, 0, len(targets))
	for _, target := range targets {
		key := KeyOf("trouble", t.Kind, t.Feed, t.Target, t.Since.UTC().Format(time.RFC3339Nano))
		alerts = append(alerts, Alert{ID: AlertID(target, key), Target: target, Keys: []Key{key}, FirstSeen: t.Since, Trouble: &t})
	}
	return alerts
}

// KeyOf hashes what identifies an item.
func KeyOf(parts ...string) Key {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return Key(sum[:16])
}

// AlertID makes the id of the alert for an item and a target.
func AlertID(target string, k Key) string {
	sum := sha256.Sum256(append([]byte(target+"\x00"), k[:]...))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:10]))
}

// backoff is how long to wait after attempt number n of a message of that age:
// 1, 2, 4 … s, at most 60 s in the first ten minutes and then at most a tenth of
// the age, up to an hour, of it a random part ("full jitter"), so that what
// failed together does not come back together.
func backoff(n int, age time.Duration) time.Duration {
	ceiling := time.Minute
	if age > 10*time.Minute {
		ceiling = min(age/10, time.Hour)
	}
	d := ceiling
	if n < 12 {
		d = min(time.Second<<(n-1), ceiling)
	}
	return time.Duration(rand.Int64N(int64(d))) + time.Millisecond
}
