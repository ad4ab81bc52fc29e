package postgres

import (
	"container/heap"
	"slices"
	"sort"
	"time"

	"watcher/internal/poll"
)

// slot is a feed of a shard that this machine holds: when it is due, and what polls changed
// that brought nothing. Everything else is read when the feed is claimed. A million slots
// take 48 MB.
type slot struct {
	feed    int64
	due     int64 // times are in milliseconds since 1970, by the store's clock
	at      int64 // when it needs attention: when it is due, or when its claim ends
	polled  int64
	edition int32
	place   int32 // in the heap of its shard
	worked  uint16
	failed  uint16
	flags   uint8
}

const (
	overlaid = 1 << iota // polled, worked, failed and good are newer than the row
	good                 // the last poll worked
	dirty                // not in the journal yet
)

// overlay sets in the state of a feed's row what is newer here.
func (f *slot) overlay(s *poll.FeedState) {
	if f.flags&overlaid == 0 {
		return
	}
	s.Polled = moment(f.polled)
	if f.flags&good != 0 {
		s.Good = s.Polled
	}
	s.Worked, s.Failed = int(f.worked), int(f.failed)
}

// millis returns a time in the form of slots, rounded up, so that nothing is due early.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Add(time.Millisecond - 1).UnixMilli()
}

// moment returns the time of a slot's milliseconds.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// shard is a part of the feeds that this machine holds. It is guarded by share.mu.
type shard struct {
	number int16
	token  int64
	until  time.Time // by this machine's clock; later another machine may have it
	// seq is the last entry of the journal that is known to be stored. assigned is the last
	// number that was given to one, whether or not it was stored.
	seq, assigned int64
	slots         []slot  // by feed
	order         []int32 // indexes of slots, a heap by at
	dirty         []int32 // indexes of slots that are dirty
	place         int     // in share.order; -1 while nothing may be claimed from it
	leaving       bool    // it is given back once nothing of it is claimed
	claims        int
	// logged is the size of the journal behind the snapshot, and snapped that of the
	// snapshot, in bytes; logs is the number of entries.
	logged, snapped, logs int
}

// find returns the place of a feed in slots; -1 if it is not there.
func (sh *shard) find(feed int64) int32 {
	i := sort.Search(len(sh.slots), func(i int) bool { return sh.slots[i].feed >= feed })
	if i == len(sh.slots) || sh.slots[i].feed != feed {
		return -1
	}
	return int32(i)
}

// head is when the shard needs attention first.
func (sh *shard) head() int64 { return sh.slots[sh.order[0]].at }

// arrange builds the heap and the list of dirty slots.
func (sh *shard) arrange() {
	sh.order, sh.dirty = make([]int32, len(sh.slots)), nil
	for i := range sh.slots {
		sh.order[i], sh.slots[i].place = int32(i), int32(i)
		if sh.slots[i].flags&dirty != 0 {
			sh.dirty = append(sh.dirty, int32(i))
		}
	}
	heap.Init((*slotHeap)(sh))
}

// mark marks a slot to be stored.
func (sh *shard) mark(i int32) {
	f := &sh.slots[i]
	if f.flags&dirty == 0 {
		f.flags |= dirty
		sh.dirty = append(sh.dirty, i)
	}
}

// upTo calls f for the slots that need attention by then.
func (sh *shard) upTo(then int64, f func(i int32) bool) {
	var visit func(p int) bool
	visit = func(p int) bool {
		if p >= len(sh.order) || sh.slots[sh.order[p]].at > then {
			return true
		}
		return f(sh.order[p]) && visit(2*p+1) && visit(2*p+2)
	}
	visit(0)
}

// slotHeap orders the slots of a shard by when they need attention.
type slotHeap shard

func (h *slotHeap) Len() int           { return len(h.order) }
func (h *slotHeap) Less(i, j int) bool { return h.slots[h.order[i]].at < h.slots[h.order[j]].at }
func (h *slotHeap) Swap(i, j int) {
	h.order[i], h.order[j] = h.order[j], h.order[i]
	h.slots[h.order[i]].place, h.slots[h.order[j]].place = int32(i), int32(j)
}
func (h *slotHeap) Push(any) { panic("slots are all there from the beginning") }
func (h *slotHeap) Pop() any { panic("slots stay") }

// shardHeap orders shards by when their first feed needs attention. Shards without feeds
// are not in it.
type shardHeap []*shard

func (h shardHeap) Len() int           { return len(h) }
func (h shardHeap) Less(i, j int) bool { return h[i].head() < h[j].head() }
func (h shardHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}
func (h *shardHeap) Push(x any) {
	sh := x.(*shard)
	sh.place = len(*h)
	*h = append(*h, sh)
}
func (h *shardHeap) Pop() any {
	last := len(*h) - 1
	sh := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	sh.place = -1
	return sh
}

// setAt changes when a slot needs attention. The caller holds mu.
func (h *share) setAt(sh *shard, i int32, at int64) {
	sh.slots[i].at = at
	heap.Fix((*slotHeap)(sh), int(sh.slots[i].place))
	if sh.place >= 0 {
		heap.Fix(&h.order, sh.place)
	}
}

// enter allows claims of feeds of a shard. The caller holds mu.
func (h *share) enter(sh *shard) (entered bool) {
	if sh.place >= 0 || len(sh.slots) == 0 || sh.leaving || h.shards[sh.number] != sh {
		return false
	}
	heap.Push(&h.order, sh)
	return true
}

// leave stops claims of feeds of a shard. The caller holds mu.
func (h *share) leave(sh *shard) {
	if sh.place >= 0 {
		heap.Remove(&h.order, sh.place)
	}
}

// held returns the shards in the order of their numbers, in which rows are locked. The
// caller holds mu.
func (h *share) held() []*shard {
	all := make([]*shard, 0, len(h.shards))
	for _, sh := range h.shards {
		all = append(all, sh)
	}
	slices.SortFunc(all, func(a, b *shard) int { return int(a.number) - int(b.number) })
	return all
}
