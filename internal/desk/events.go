package desk

import (
	"context"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"watcher/internal/notify"
)

// EventKind tells events apart.
type EventKind string

// The kinds of events.
const (
	Came    EventKind = "alert"   // it is new
	Changed EventKind = "changed" // its state, or who acknowledged it
	// Missed says that so much came at once that some was left out: the reader has to
	// ask for the list again.
	Missed EventKind = "missed"
)

// Event is what became of an article's alerts.
type Event struct {
	Kind EventKind `json:"kind"`
	Row  *AlertRow `json:"alert,omitempty"` // nil where some was missed
}

const (
	// maxUnread bounds the events that wait for a reader.
	maxUnread = 64
	// gatherEvents is how long what comes is gathered: the alerts of an article at
	// several targets, and their first states, are one event.
	gatherEvents = 200 * time.Millisecond
)

// events hands what comes to all who read. It reads the store only while somebody
// does, and once for all of them.
type events struct {
	mu      sync.Mutex
	readers []*reader
	stop    context.CancelFunc // of the goroutine that serves them; nil where there is none
}

type reader struct {
	c      chan Event
	missed atomic.Bool
}

// Events yields what comes and changes, from now on until ctx is done. Who reads it
// slower than it comes gets a Missed.
func (d *Desk) Events(ctx context.Context) iter.Seq[Event] {
	r := d.join()
	return func(yield func(Event) bool) {
		defer d.leave(r)
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-r.c:
				if r.missed.Swap(false) {
					for len(r.c) > 0 {
						<-r.c
					}
					e = Event{Kind: Missed}
				}
				if !yield(e) {
					return
				}
			}
		}
	}
}

func (d *Desk) join() *reader {
	r := &reader{c: make(chan Event, maxUnread)}
	d.events.mu.Lock()
	defer d.events.mu.Unlock()
	d.events.readers = append(d.events.readers, r)
	if d.events.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		d.events.stop = stop
		w := d.runs.Store.Watch() // before join returns, so that nothing after it is missed
		go func() {
			defer w.Close()
			for {
				ids, came, missed, err := w.Next(ctx)
				if err != nil {
					return
				}
				d.publish(ctx, ids, came, missed)
				select {
				case <-ctx.Done():
					return
				case <-time.After(gatherEvents):
				}
			}
		}()
	}
	return r
}

func (d *Desk) leave(r *reader) {
	d.events.mu.Lock()
	defer d.events.mu.Unlock()
	d.events.readers = slices.DeleteFunc(d.events.readers, func(o *reader) bool { return o == r })
	if len(d.events.readers) == 0 && d.events.stop != nil {
		d.events.stop()
		d.events.stop = nil
	}
}

// publish reads the articles of alerts and tells the readers of each once.
func (d *Desk) publish(ctx context.Context, ids []string, came map[string]bool, missed bool) {
	if missed || len(ids) > 4*maxUnread {
		d.tell(Event{Kind: Missed})
		return
	}
	told := make(map[string]bool)
	for _, id := range ids {
		if told[id] {
			continue
		}
		traces, err := d.runs.Store.Beside(ctx, id)
		if err == nil {
			err = d.explain(ctx, []notify.Logged{{Alerts: traces}})
		}
		if err != nil {
			continue // it was told already under another id, or the store tells others why
		}
		e := Event{Kind: Changed}
		for i := range traces {
			told[traces[i].ID] = true
			if came[traces[i].ID] {
				e.Kind = Came
			}
		}
		row := d.row(traces)
		e.Row = &row
		d.tell(e)
	}
}

func (d *Desk) tell(e Event) {
	d.events.mu.Lock()
	defer d.events.mu.Unlock()
	for _, r := range d.events.readers {
		select {
		case r.c <- e:
		default:
			r.missed.Store(true) // a reader finds it with the next that it takes
		}
	}
}
