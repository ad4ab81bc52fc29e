// Package budget shares out the memory for everything that is read at the same time. A
// reader without room waits; none is refused.
//
// One rule keeps a wait from lasting for ever: the oldest account never waits. So there
// is always one that can finish, and when it is closed the next one is the oldest. It
// may exceed the budget by what one reader takes at most.
//
// Another rule keeps quick and small readers from waiting for slow and large ones: the
// more an account holds of what a stranger sends, the less of the budget it may fill.
// What large bodies cannot fill is left for small ones, and what no body can fill is
// left for processing those that have arrived.
package budget

import (
	"context"
	"io"
	"math/bits"
	"slices"
	"sync"
	"time"
)

const (
	// small is the part of the budget, one in so many, up to which a body's room does
	// not shrink: a thousand bodies of that size fit at once.
	small = 1024
	// stalled is how long a sender may send nothing while others wait for the room of
	// its body.
	stalled = 3 * time.Second
	// look is how often a waiting account looks for stalled senders.
	look = time.Second
)

// Budget is the memory that its accounts hold together. It is safe for concurrent
// use.
type Budget struct {
	mu       sync.Mutex
	size     int64
	used     int64
	accounts []*Account // open ones, oldest first
	waiting  []*claim   // those that would hold least first
}

// New makes a budget of size bytes, at least 1 MB.
func New(size int64) *Budget {
	b := &Budget{}
	b.Resize(size)
	return b
}

// Resize changes the size. What exceeds a smaller size is held until its account gives
// it back.
func (b *Budget) Resize(size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.size = max(size, 1<<20)
	b.grant()
}

// Used returns how many bytes are held.
func (b *Budget) Used() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used
}

// Open opens an account that holds nothing. The caller closes it.
func (b *Budget) Open() *Account {
	a := &Account{budget: b}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.accounts = append(b.accounts, a)
	return a
}

// Account is what one reader holds. Its methods are for one goroutine at a time. Giving
// back and closing a nil account does nothing.
type Account struct {
	budget *Budget

	// The budget's mutex guards the rest.
	held    int64
	arrived time.Time // when room was last taken for a body; zero while none arrives
	cut     func()
	wasCut  bool
}

// claim is a request of a waiting account.
type claim struct {
	account *Account
	bytes   int64
	work    bool
	granted chan struct{} // closed when the claim is granted
}

// Arrive takes room for n more bytes of a sender. It waits for room until ctx is done.
func (a *Account) Arrive(ctx context.Context, n int64) error { return a.take(ctx, n, false) }

// Work takes room for n more bytes of processing, which ends soon whatever strangers
// do.
func (a *Account) Work(ctx context.Context, n int64) error { return a.take(ctx, n, true) }

// OnStall sets how to cut off the sender. cut is called at most once, by another
// goroutine, if the sender stalls while others need the room.
func (a *Account) OnStall(cut func()) {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	a.cut, a.wasCut = cut, false
}

// Held returns how many bytes the account holds.
func (a *Account) Held() int64 {
	if a == nil {
		return 0
	}
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	return a.held
}

// Keep gives back what the account holds beyond n bytes, and says that the body has
// arrived.
func (a *Account) Keep(n int64) {
	if a == nil {
		return
	}
	b := a.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	a.arrived = time.Time{}
	if over := a.held - n; over > 0 {
		a.held -= over
		b.used -= over
		b.grant()
	}
}

// Close gives everything back. It may be called again.
func (a *Account) Close() {
	if a == nil {
		return
	}
	b := a.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.Index(b.accounts, a)
	if i < 0 {
		return
	}
	b.accounts = slices.Delete(b.accounts, i, i+1)
	b.used -= a.held
	a.held = 0
	b.grant()
}

// Cut reports whether the sender was cut off.
func (a *Account) Cut() bool {
	a.budget.mu.Lock()
	defer a.budget.mu.Unlock()
	return a.wasCut
}

// Reader reads r, taking room for twice the bytes before they are read: a caller that
// collects them holds them twice while its buffer grows.
func (a *Account) Reader(ctx context.Context, r io.Reader) io.Reader {
	return &reader{account: a, ctx: ctx, r: r}
}

type reader struct {
	account *Account
	ctx     context.Context
	r       io.Reader
	room    int // taken and not filled yet
}

func (r *reader) Read(p []byte) (int, error) {
	const step = 4 << 10
	if r.room == 0 {
		if err := r.account.Arrive(r.ctx, 2*step); err != nil {
			return 0, err
		}
		r.room = step
	}
	n, err := r.r.Read(p[:min(len(p), r.room)])
	r.room -= n
	return n, err
}

// take takes n bytes, waiting for room if needed.
func (a *Account) take(ctx context.Context, n int64, work bool) error {
	b := a.budget
	c := &claim{account: a, bytes: n, work: work, granted: make(chan struct{})}
	b.mu.Lock()
	a.arrived = time.Time{} // a sender that waits for us does not stall
	if b.fits(c) {
		b.give(c)
		b.mu.Unlock()
		return nil
	}
	i, _ := slices.BinarySearchFunc(b.waiting, c, func(x, c *claim) int {
		if x.total() <= c.total() {
			return -1
		}
		return 1
	})
	b.waiting = slices.Insert(b.waiting, i, c)
	b.mu.Unlock()
	return b.wait(ctx, c)
}

func (b *Budget) wait(ctx context.Context, c *claim) error {
	defer standStill(ctx)()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-c.granted:
			return nil
		case <-tick.C:
			b.cutStalled(c)
		case <-ctx.Done():
			b.mu.Lock()
			defer b.mu.Unlock()
			if i := slices.Index(b.waiting, c); i >= 0 {
				b.waiting = slices.Delete(b.waiting, i, i+1)
				return context.Cause(ctx)
			}
			return nil // granted at the same moment
		}
	}
}

// total is what the account would hold.
func (c *claim) total() int64 { return c.account.held + c.bytes }

// fits reports whether a claim can be granted.
func (b *Budget) fits(c *claim) bool {
	return b.used+c.bytes <= b.most(c) || b.accounts[0] == c.account
}

// most is what all accounts together may hold when a claim is granted: the whole budget
// for work, three quarters for a small body, and an eighth less each time the body
// doubles, down to a quarter.
func (b *Budget) most(c *claim) int64 {
	if c.work {
		return b.size
	}
	doublings := int64(bits.Len64(uint64((c.total() - 1) / max(b.size/small, 1))))
	return b.size / 8 * max(6-doublings, 2)
}

func (b *Budget) give(c *claim) {
	c.account.held += c.bytes
	b.used += c.bytes
	if !c.work {
		c.account.arrived = time.Now()
	}
}

// grant grants the claims that fit now.
func (b *Budget) grant() {
	b.waiting = slices.DeleteFunc(b.waiting, func(c *claim) bool {
		if !b.fits(c) {
			return false
		}
		b.give(c)
		close(c.granted)
		return true
	})
}

// cutStalled cuts off stalled senders whose bodies hold more than the waiting claim
// would, or than a small body.
func (b *Budget) cutStalled(c *claim) {
	b.mu.Lock()
	defer b.mu.Unlock()
	least := min(c.total(), b.size/small)
	for _, a := range b.accounts {
		if a.cut != nil && a.held > least && !a.arrived.IsZero() && time.Since(a.arrived) >= stalled {
			a.wasCut = true
			go a.cut()
			a.cut = nil
		}
	}
}
