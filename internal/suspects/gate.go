package suspects

import (
	"slices"
	"sync"
	"time"
)

// longest bounds both how long a lone turn keeps others from reading, and how
// long anybody waits: a document that is read for ever must not stop all reading.
const longest = 5 * time.Second

// gate lets many in together, or one alone, in the order in which they came.
type gate struct {
	mu       sync.Mutex
	together int
	alone    *turn
	queue    []*turn
}

// turn is one that is in the gate, or waits for that.
type turn struct {
	alone bool
	in    chan struct{} // closed when its turn has come; nil if it came at once
	timer *time.Timer   // ends a lone turn that takes too long
}

// enter waits for a turn. One that would be alone is not, where those inside do
// not leave in time.
func (g *gate) enter(alone bool) *turn {
	t := &turn{alone: alone}
	g.mu.Lock()
	if len(g.queue) == 0 && g.admits(t) {
		g.admit(t)
		g.mu.Unlock()
		return t
	}
	t.in = make(chan struct{})
	g.queue = append(g.queue, t)
	g.mu.Unlock()
	patience := time.NewTimer(longest)
	defer patience.Stop()
	select {
	case <-t.in:
	case <-patience.C:
		g.giveUp(t)
	}
	return t
}

// giveUp lets a turn in, together with whoever is there.
func (g *gate) giveUp(t *turn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, t)
	if i < 0 {
		return // its turn has come meanwhile
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	t.alone = false
	g.admit(t)
	g.next()
}

func (g *gate) admits(t *turn) bool { return g.alone == nil && !(t.alone && g.together > 0) }

func (g *gate) admit(t *turn) {
	if !t.alone {
		g.together++
		return
	}
	g.alone = t
	t.timer = time.AfterFunc(longest, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.over(t)
	})
}

// leave ends a turn.
func (g *gate) leave(t *turn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.alone {
		t.timer.Stop()
		g.over(t)
		return
	}
	g.together--
	g.next()
}

// over lets others in again after a lone turn.
func (g *gate) over(t *turn) {
	if g.alone == t {
		g.alone = nil
		g.next()
	}
}

// next lets in who waits, as far as there is room.
func (g *gate) next() {
	for len(g.queue) > 0 && g.admits(g.queue[0]) {
		t := g.queue[0]
		g.queue = slices.Delete(g.queue, 0, 1)
		g.admit(t)
		close(t.in)
	}
}
