package deliver

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"watcher/internal/backoff"
	"watcher/internal/fault"
	"watcher/internal/notify"
	"watcher/internal/store"
)

const (
	// sendFor bounds one attempt. The Standard Webhooks spec asks for 15 to 30 s.
	sendFor = 20 * time.Second
	// grace is how long an attempt in flight may go on when the program is told to
	// stop. It must fit into the ten seconds that stopping may take.
	grace = 5 * time.Second
	// A message becomes a dead letter after tryFor, but not before minTries attempts:
	// it must not die because a clock jumped or the breaker allowed few attempts.
	tryFor   = 24 * time.Hour
	minTries = 10
)

// paceOf makes a target's token bucket, by its kind's pace or the configured spacing,
// whichever is slower.
func paceOf(t Target) *rate.Limiter {
	every, burst := t.Spacing, 1
	if p, ok := t.Notifier.(notify.Pacer); ok {
		if own, most := p.Pace(); own > every {
			every, burst = own, most
		}
	}
	if every <= 0 {
		return rate.NewLimiter(rate.Inf, 1)
	}
	return rate.NewLimiter(rate.Every(every), max(burst, 1))
}

// pause returns how long to wait before the next attempt, for the breaker, the target's
// Retry-After and its token bucket.
func (w *worker) pause() time.Duration {
	now := time.Now()
	return max(w.health.pause(now), w.tokens(now))
}

// tokens returns how long until the token bucket has a token.
func (w *worker) tokens(now time.Time) time.Duration {
	if w.pace.Limit() == rate.Inf {
		return 0
	}
	missing := 1 - w.pace.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing/float64(w.pace.Limit())*float64(time.Second)) + time.Millisecond
}

// send makes one attempt at the next due delivery. It settles the attempt before in the
// same transaction, unless there is a pause between the two.
func (w *worker) send(ctx context.Context) (bool, store.Wake, error) {
	if w.nudged.Swap(false) {
		w.health = breaker{}
		w.leave.Store(0)
	}
	if pause := w.pause(); pause > 0 {
		w.settle(ctx)
		return false, store.Wake{After: pause, Changed: w.nudge}, nil
	}
	fault.Point("due")
	delivery, ok, wake, err := w.begin(ctx)
	if err != nil || !ok {
		return false, wake, err
	}
	fault.Point("begun")
	w.pace.Allow()
	w.last = &attempted{delivery, w.attempt(ctx, delivery)}
	now := time.Now()
	w.last.Rest = max(0, w.health.resting.Sub(now), w.tokens(now))
	fault.Point("sent")
	return true, store.Wake{}, nil
}

// attempted is an attempt that has ended but is not settled.
type attempted struct {
	notify.Delivery
	notify.AttemptOutcome
}

// begin claims the next delivery and settles the last attempt in the same transaction.
// A crash after it finds the delivery marked as being sent, and sends it again as
// ambiguous.
func (w *worker) begin(ctx context.Context) (notify.Delivery, bool, store.Wake, error) {
	if w.last == nil {
		return w.box.Begin(ctx, w.Name)
	}
	d, ok, wake, err := w.box.Next(context.WithoutCancel(ctx), w.last.Delivery, w.last.AttemptOutcome)
	if err == nil {
		w.last = nil
		fault.Point("settled")
	}
	return d, ok, wake, err
}

// attempt sends a delivery that was begun.
func (w *worker) attempt(ctx context.Context, d notify.Delivery) notify.AttemptOutcome {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendFor)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	if d.Message.Kind != w.Kind {
		w.log.Warn("composed for another kind of target, and composed anew", "delivery", d.Message.ID, "was", d.Message.Kind, "is", w.Kind)
		return notify.AttemptOutcome{Recompose: true, Answer: fmt.Sprintf("not sent: it was composed when the target was of type %s, and is composed anew", d.Message.Kind)}
	}
	ref, err := w.notify(sending, d.Message)
	if err != nil && ctx.Err() != nil && sending.Err() != nil {
		// This is not the target's fault: the program or this worker is ending.
		return notify.AttemptOutcome{Retry: time.Millisecond, Ambiguous: notify.MayHaveArrived(err), Answer: "cut off, as watcher was ending or reading its config: " + err.Error()}
	}
	o := w.judge(d, err)
	o.Ref = ref
	if o.Dead {
		w.dead.Add(1)
	}
	return o
}

// notify sends a message. ref is the target's own name for it, if the target has
// threads.
func (w *worker) notify(ctx context.Context, m notify.Message) (ref string, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.log.Error("panic while sending a message", "delivery", m.ID, "panic", p, "stack", string(debug.Stack()))
			err = &notify.PermanentError{Err: fmt.Errorf("internal error: %v", p)}
		}
	}()
	if t, ok := w.Notifier.(notify.Threader); ok {
		return t.NotifyThread(ctx, m)
	}
	return "", w.Notifier.Notify(ctx, m)
}

// settle stores the outcome of the last attempt, and retries until it is stored. A
// crash before that repeats the attempt after the restart, even if the message arrived.
// It gives up only when the program ends.
func (w *worker) settle(ctx context.Context) {
	for w.last != nil {
		w.tried.Store(time.Now().Unix())
		err := w.box.Settle(context.WithoutCancel(ctx), w.last.Delivery, w.last.AttemptOutcome)
		if err == nil {
			w.last = nil
			fault.Point("settled")
			return
		}
		w.log.Error("outcome of a delivery cannot be stored yet", "delivery", w.last.Message.ID, "error", err)
		if w.program != nil {
			ctx = w.program // a replaced worker still has to settle
		}
		if (store.Wake{After: 2 * time.Second}).Wait(ctx) != nil {
			return
		}
	}
}

// judge turns the result of an attempt into its outcome: sent, dead, or when to retry.
func (w *worker) judge(d notify.Delivery, err error) notify.AttemptOutcome {
	log := w.log.With("delivery", d.Message.ID, "attempt", d.Attempt)
	now := time.Now()
	if err == nil {
		w.sent.Add(1)
		w.counts.sent.Add(1)
		log.Info("delivered", "alerts", len(d.Message.AlertIDs), "ambiguous", d.Ambiguous)
		o := notify.AttemptOutcome{Sent: true, Answer: "accepted"}
		if d.Health.Failures > 0 || d.Health.Refused > 0 {
			h := healthWorked(d.Health)
			o.Health = &h
		}
		w.works(&o, d, "Target %s takes messages again.")
		return o
	}
	w.failed.Add(1)
	w.counts.failed.Add(1)
	w.refused.Store(&err)
	o := notify.AttemptOutcome{Answer: err.Error(), Ambiguous: notify.MayHaveArrived(err)}
	permanent, isPermanent := errors.AsType[*notify.PermanentError](err)
	retry, isRetry := errors.AsType[*notify.RetryError](err)
	age, asked := now.Sub(d.Frozen), time.Duration(0)
	switch {
	case isPermanent && !permanent.Target:
		// The target answers; this message is at fault.
		o.Dead = true
		h := healthRefused(d.Health, now, o.Answer)
		o.Health = &h
		w.works(&o, d, "Target %s answers again, and refuses a message.")
		o.Report = append(o.Report, w.givenUp(w.opsTargets(), d, now, err)...)
		log.Error("given up: the target refuses this message", "error", err)
		return o
	case isPermanent:
		// The message waits for the target, however long that takes.
		o.Retry = min(attemptWait(d.Attempt, age), probeDead)
		log.Warn("target refuses every message", "error", err)
	case age > tryFor && d.Attempt >= minTries:
		o.Dead = true
		o.Report = w.givenUp(w.opsBut(w.Name), d, now, err)
		log.Error("given up after a day of attempts", "error", err)
	default:
		if isRetry && retry.After > 0 {
			asked = retry.After
			w.health.rest(now.Add(asked))
		}
		o.Retry = attemptWait(d.Attempt, age)
	}
	w.fails(&o, d, now, isPermanent, asked)
	if o.Retry > 0 && !isPermanent {
		log.Warn("not delivered, will be retried", "retry_in", o.Retry.Round(time.Millisecond), "ambiguous", o.Ambiguous, "error", err)
	}
	return o
}

// works notes that the target answers. It reports that, in words with the target's name,
// if its failure was reported.
func (w *worker) works(o *notify.AttemptOutcome, d notify.Delivery, words string) {
	w.health.worked()
	w.leave.Store(0)
	if d.Health.Failures > 0 && !d.Health.Told.IsZero() {
		w.log.Info("target works again")
		o.Report = w.report("target_recovered", d.Health, fmt.Sprintf(words, w.Name))
	}
}

// fails records a failure of the target, and reports it when that is due. The next
// attempt comes early enough for the report, but never before a Retry-After.
func (w *worker) fails(o *notify.AttemptOutcome, d notify.Delivery, now time.Time, dead bool, asked time.Duration) {
	h, tell := healthFailed(d.Health, now, o.Answer, dead, asked)
	o.Health = &h
	w.health.failed(h, now, dead)
	w.leave.Store(now.Add(w.health.pause(now)).UnixNano())
	if o.Retry > 0 {
		o.Retry = max(asked, soonest(h, o.Retry, now))
	}
	if tell {
		o.Report = append(o.Report, w.report("target_failing", h, fmt.Sprintf("Target %s does not take messages: %s. They wait and will be tried again.", w.Name, o.Answer))...)
		w.log.Error("target failing, its queue waits", "since", h.Since, "failures", h.Failures, "error", o.Answer)
	}
}

// report makes the alerts about a trouble of this target for the other ops targets.
// Reports of one outage are one trouble: they share the time of its first failure.
func (w *worker) report(kind string, h notify.TargetHealth, text string) []notify.Alert {
	return notify.TroubleAlerts(w.opsBut(w.Name), notify.Trouble{Kind: kind, Target: w.Name, Text: text, Since: h.Since.UTC()})
}

// givenUp reports a dead letter, at most once an hour: a second one within the hour is
// the same trouble.
func (w *worker) givenUp(ops []string, d notify.Delivery, now time.Time, err error) []notify.Alert {
	since := now
	if d.Attempt > 1 {
		since = d.Frozen // the first attempt follows soon after
	}
	t := notify.Trouble{
		Kind: "delivery_dead", Target: w.Name, Since: since.UTC(),
		Text: fmt.Sprintf("A message to %s was given up. \"watcher alerts --dead\" lists such messages, \"watcher alerts retry\" sends one again. The reason: %v", w.Name, err),
	}
	return notify.TroubleAlertsSince(ops, t, now.UTC().Truncate(time.Hour))
}

func (d *Deliverer) opsTargets() []string { return d.opsBut("") }

// opsBut returns the ops targets except the one that the trouble is about.
func (d *Deliverer) opsBut(name string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(d.ops), func(t string) bool { return t == name })
}

// attemptWait is how long to wait after attempt n of a message of this age: 1, 2, 4 …
// s, up to 60 s in the first ten minutes and up to a tenth of the age, at most an hour,
// after that. The wait is drawn at random below that bound ("full jitter"), so that
// messages that failed together are not retried together.
func attemptWait(n int, age time.Duration) time.Duration {
	ceiling := time.Minute
	if age > 10*time.Minute {
		ceiling = min(age/10, time.Hour)
	}
	d := ceiling
	if n < 12 {
		d = min(time.Second<<(n-1), ceiling)
	}
	return backoff.Between(0, d) + time.Millisecond
}
