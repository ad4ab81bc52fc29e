// Package suspects remembers which feeds were being read when the process died,
// in a small file beside the store, so that a document that kills the process is
// not met at every start.
//
// A feed that was being read at two deaths, and was not read to its end between
// them, is a suspect: it is read alone, while nothing else is. One during whose
// lone turns the process dies twice more is convicted: its poll is not made any
// more. Who is read to the end is acquitted at once, whatever was noted of it.
//
// The file is written without a sync: what is written survives the process,
// killed in whatever way, and that is all it is for. After a power cut it may say
// anything of before, which costs some lone turns.
package suspects

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"watcher/internal/fault"
)

const (
	// suspected is at how many deaths a feed was being read that is read alone.
	suspected = 2
	// convicting is how many more, in its lone turns, convict it.
	convicting = 2
)

// The file has a head and a fixed number of slots, so that it needs no more room
// on a disk that has become full.
const (
	head     = "watcher reads 1\n"
	slots    = 1024
	slotSize = 16 // hash of the feed's name (8 bytes), phase, deaths, lone deaths, verdict, and 4 unused
)

// phase is what is being done with a feed.
type phase byte

const (
	idle phase = iota
	together
	alone // nothing else is read
)

// verdict is what became of a feed that was tried.
type verdict byte

const (
	open verdict = iota
	convicted
	aside // convicted, and its state in the store says so
)

// Note is the file of a process. A nil Note remembers nothing. Its methods are
// safe for concurrent use.
type Note struct {
	log   *slog.Logger
	file  *os.File
	gate  gate
	known atomic.Int64 // feeds that have a history

	mu     sync.Mutex
	feeds  map[uint64]*feed // those that are being read or have a history
	free   []int            // slots
	failed bool             // that it cannot be written was said
}

// feed is what is known of one.
type feed struct {
	slot    int       // -1: all were taken, and nothing of it outlives the process
	reads   int       // under way: one, as a rule
	name    string    // while it is being read
	since   time.Time // likewise
	phase   phase
	deaths  byte // while it was being read, since it was last read to the end
	lone    byte // of them, in its lone turns
	verdict verdict
	tried   bool // it was read by this process
}

func (f *feed) history() bool { return f.deaths > 0 }

// Open reads what the last process left at path, takes what was being read then
// for what it died of, and begins a note of its own there. Only one process may
// have it open: whoever holds the store.
func Open(path string, log *slog.Logger) (*Note, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the note of what is read: %w", err)
	}
	n := &Note{log: log, file: file, feeds: make(map[uint64]*feed)}
	left, err := io.ReadAll(io.LimitReader(file, int64(len(head)+slots*slotSize)))
	if err == nil {
		n.take(left)
		_, err = file.WriteAt(n.image(), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read and renew the note of what is read: %w", err), file.Close())
	}
	return n, nil
}

// Close closes the file.
func (n *Note) Close() error {
	if n == nil {
		return nil
	}
	return n.file.Close()
}

// take reads what the last process left. What is none of ours says nothing.
func (n *Note) take(left []byte) {
	rest, ok := bytes.CutPrefix(left, []byte(head))
	for slot := range slots {
		f, key := feed{slot: slot}, uint64(0)
		if ok && len(rest) >= (slot+1)*slotSize {
			key = f.decode(rest[slot*slotSize:])
		}
		f.died()
		if key == 0 || !f.history() {
			n.free = append(n.free, slot)
			continue
		}
		n.feeds[key] = &f
		n.known.Add(1)
	}
}

// died counts the death of the process that the last one was.
func (f *feed) died() {
	if f.phase != idle {
		f.deaths = min(f.deaths, 254) + 1
	}
	if f.phase == alone {
		f.lone = min(f.lone, 254) + 1
		if f.lone >= convicting {
			f.verdict = convicted
		}
	}
	f.phase = idle
}

func (f *feed) decode(b []byte) (key uint64) {
	f.phase, f.deaths, f.lone, f.verdict = phase(b[8]), b[9], b[10], verdict(b[11])
	return binary.LittleEndian.Uint64(b)
}

func (f *feed) encode(key uint64) []byte {
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, slotSize), key)
	return append(b, byte(f.phase), f.deaths, f.lone, byte(f.verdict), 0, 0, 0, 0)
}

// image is the whole file.
func (n *Note) image() []byte {
	all := make([]byte, len(head)+slots*slotSize)
	copy(all, head)
	for key, f := range n.feeds {
		copy(all[len(head)+f.slot*slotSize:], f.encode(key))
	}
	return all
}

// Begin notes that a document of a feed, or a page of an article, is being read,
// until end is called. A suspect waits until nothing else is read, and all others
// wait for it, none of them for long.
func (n *Note) Begin(name string) (end func()) {
	if n == nil {
		return func() {}
	}
	key := keyOf(name)
	turn := n.gate.enter(n.Deaths(name) >= suspected)
	n.mu.Lock()
	defer n.mu.Unlock()
	f := n.feeds[key]
	if f == nil {
		f = n.add(key)
	}
	if f.reads++; f.reads == 1 { // one that is read for ever may be read again beside it
		f.since = time.Now()
	}
	f.name = name
	f.tried = true
	f.phase = together
	if turn.alone {
		f.phase = alone
	}
	n.write(key, f)
	// A crash from here on is blamed on the feed.
	fault.PointOf("reading", name)
	return func() {
		n.end(key, f)
		n.gate.leave(turn)
	}
}

func (n *Note) end(key uint64, f *feed) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if f.reads--; f.reads == 0 {
		f.phase = idle
		n.settle(key, f)
	}
}

// Longest returns the feed that has been read for the longest time now, without a
// pause for an answer, and since when; an empty name if none is.
func (n *Note) Longest() (name string, since time.Time) {
	if n == nil {
		return "", time.Time{}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, f := range n.feeds {
		if f.reads > 0 && (name == "" || f.since.Before(since)) {
			name, since = f.name, f.since
		}
	}
	return name, since
}

// settle writes what has changed, or forgets what is of no interest any more.
func (n *Note) settle(key uint64, f *feed) {
	if f.reads > 0 || f.history() {
		n.write(key, f)
		return
	}
	n.write(0, new(feed{slot: f.slot}))
	delete(n.feeds, key)
	if f.slot >= 0 {
		n.free = append(n.free, f.slot)
	}
}

func (n *Note) add(key uint64) *feed {
	f := &feed{slot: -1}
	if last := len(n.free) - 1; last >= 0 {
		f.slot, n.free = n.free[last], n.free[:last]
	}
	n.feeds[key] = f
	return f
}

// write puts a slot on the file. Where it fails, a death finds nobody to blame,
// or somebody too many, which a lone turn settles.
func (n *Note) write(key uint64, f *feed) {
	if f.slot < 0 {
		return
	}
	if _, err := n.file.WriteAt(f.encode(key), int64(len(head)+f.slot*slotSize)); err != nil && !n.failed {
		n.failed = true
		n.log.Error("feeds that crash watcher will not be recognised: the note cannot be written", "error", err)
	}
}

// Deaths is at how many deaths a feed was being read since it was last read to
// the end.
func (n *Note) Deaths(name string) (deaths int) {
	n.look(name, func(_ uint64, f *feed) { deaths = int(f.deaths) })
	return deaths
}

// Convicted reports whether a feed is to be set aside.
func (n *Note) Convicted(name string) (yes bool) {
	n.look(name, func(_ uint64, f *feed) { yes = f.verdict == convicted })
	return yes
}

// Tried reports whether this process has read a feed that has a history, and lives.
func (n *Note) Tried(name string) (yes bool) {
	n.look(name, func(_ uint64, f *feed) { yes = f.tried && f.reads == 0 })
	return yes
}

// Acquit forgets what was noted of a feed: it was read, and what it brought is
// stored.
func (n *Note) Acquit(name string) {
	n.look(name, func(key uint64, f *feed) {
		n.known.Add(-1)
		f.deaths, f.lone, f.verdict = 0, 0, open
		n.settle(key, f)
	})
}

// SetAside notes that the state of a convicted feed is stored. It is read alone
// when it is tried again, and convicted again if the process dies of that.
func (n *Note) SetAside(name string) {
	n.look(name, func(key uint64, f *feed) {
		f.verdict = aside
		n.settle(key, f)
	})
}

// Retain forgets all feeds but these.
func (n *Note) Retain(names iter.Seq[string]) {
	if n == nil || n.known.Load() == 0 {
		return
	}
	keep := make(map[uint64]bool)
	for name := range names {
		keep[keyOf(name)] = true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for key, f := range n.feeds {
		if f.history() && !keep[key] {
			n.known.Add(-1)
			f.deaths, f.lone, f.verdict = 0, 0, open
			n.settle(key, f)
		}
	}
}

// look calls see with a feed that has a history. It costs next to nothing while
// none has one.
func (n *Note) look(name string, see func(key uint64, f *feed)) {
	if n == nil || n.known.Load() == 0 {
		return
	}
	key := keyOf(name)
	n.mu.Lock()
	defer n.mu.Unlock()
	if f := n.feeds[key]; f != nil && f.history() {
		see(key, f)
	}
}

// keyOf is never 0, which is an empty slot.
func keyOf(name string) uint64 { return max(1, xxhash.Sum64String(name)) }
