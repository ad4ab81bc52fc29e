// Package bolt is the embedded store: one bbolt file for one process. It keeps the
// feeds and their due times, what each feed has shown, and the outbox.
//
// Feeds also live in memory, so that claiming one and recording a poll without news
// cost no I/O. Claims live only there; opening the file voids them. Everything else is
// read from the file.
package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/pages"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

var (
	_ poll.Ledger   = (*Store)(nil)
	_ notify.Outbox = (*Store)(nil)
)

// schema is the version of the layout below. A file of a later version is refused.
// Version 1 lacked the checksums of sealed; opening such a file starts to add them.
// Versions 1 and 2 kept all articles in one bucket without numbers; Index takes them
// over. Version 3 packed what no segment has yet with zstd alone, which this version
// reads too. A file opened by this version is refused by older binaries.
const (
	schema = 4
	// withSums is the first version whose values have checksums.
	withSums = 2
)

var (
	bucketMeta       = []byte("meta")       // see the keys below
	bucketFeeds      = []byte("feeds")      // number → record.Feed
	bucketSeen       = []byte("seen")       // number → what the feed has shown, packed by feeds
	bucketAlerts     = []byte("alerts")     // alert id → record.Alert
	bucketLog        = []byte("log")        // when held, sequence → alert id and what it may be chosen by (see journal.go)
	bucketTold       = []byte("told")       // target, 0, key → when (8 bytes), alert id
	bucketSpool      = []byte("spool")      // feed's number, sequence → how many (8 bytes), alerts that are not held yet, compressed
	bucketStories    = []byte("stories")    // when seen, sequence → record.Story
	bucketHeld       = []byte("held")       // target, 0, sequence → record.Held
	bucketSends      = []byte("sends")      // target → record.Sends
	bucketMutes      = []byte("mutes")      // kind, 0, name → record.Mute
	bucketTallies    = []byte("tallies")    // "rule", 0, name or "feed", 0, number → record.Tally
	bucketMatched    = []byte("matched")    // rule → when it last matched (8 bytes)
	bucketDeliveries = []byte("deliveries") // delivery id → record.Delivery
	bucketPayloads   = []byte("payloads")   // delivery id → payload of the message
	bucketFresh      = []byte("fresh")      // target, 0, sequence → when frozen (8 bytes), delivery id
	bucketRetry      = []byte("retry")      // target, 0, due, sequence → when written (8 bytes), delivery id
	bucketBegun      = []byte("begun")      // delivery id → nothing
	bucketDead       = []byte("dead")       // alert id → nothing
	bucketFailing    = []byte("failing")    // target → record.Health; once: since when it failed (8 bytes)
	bucketHistory    = []byte("history")    // before articles had numbers: when seen, sequence, number of the feed (not in entries of old) → record.PollItems, compressed
	bucketTail       = []byte("tail")       // number of the first article, how many (4 bytes), when seen, number of the feed → segment.AppendItems, compressed
	bucketSegments   = []byte("segments")   // number of the first article, how many (4 bytes), number of the pieces → record.Segment
	bucketPieces     = []byte("pieces")     // number, which (4 bytes) → a piece of a segment
	bucketDicts      = []byte("dicts")      // number (4 bytes), 0 or 1 → dictionary of segments, twice
	bucketDamage     = []byte("damage")     // sequence → record.Damage
	bucketTokens     = []byte("tokens")     // id → record.FeedToken

	buckets = [][]byte{
		bucketMeta, bucketFeeds, bucketSeen, bucketAlerts, bucketLog, bucketTold, bucketStories,
		bucketHeld, bucketSends, bucketMutes, bucketMatched, bucketTallies, bucketSpool,
		bucketDeliveries, bucketPayloads, bucketFresh, bucketRetry, bucketBegun, bucketDead, bucketFailing, bucketDamage, bucketTokens,
		bucketHistory, bucketTail, bucketSegments, bucketPieces, bucketDicts,
	}
	keySchema    = []byte("schema")    // 8 bytes without a sum: every version reads it
	keyChecked   = []byte("checked")   // the same, with a checksum
	keySealing   = []byte("sealing")   // how far the values of version 1 have checksums; missing: all have
	keyBuckets   = []byte("buckets")   // the names of all buckets, each followed by NUL
	keyAmbiguous = []byte("ambiguous") // attempts that may have arrived and were repeated
	keyOutage    = []byte("outage")    // record.Outage
	keyIndexed   = []byte("indexed")   // record.Indexed
	keyForgotten = []byte("forgotten") // articles seen before then, in Unix nanoseconds, are hidden
	keyPruned    = []byte("pruned")    // when the store was last pruned, in Unix nanoseconds
)

// Store is an open store. Its methods are safe for concurrent use.
type Store struct {
	*coders
	db      *sealed.DB
	looked  looked // how the file was checked before it was opened
	ruin    ruin
	writes  chan *write
	large   chan *write                   // writes that must not hold up the others
	stories story.Stories                 // of the latest articles; used by the writer alone
	added   int                           // how many of them the current transaction added; used by the writer alone
	older   atomic.Pointer[story.Stories] // used by the writer alone; nil until they are read
	storied chan struct{}                 // closed when they are read, or never will be
	flight  inflight                      // used by the writer alone
	storing storing
	kept    kept
	watches store.AlertWatches
	zone    atomic.Pointer[time.Location] // of CountIn
	volumes volumes
	// tailIndex indexes what no segment has. arrived counts what commits have added to
	// it. followed is the value of arrived when Index last caught up; only Index uses
	// it.
	tailIndex tail
	arrived   atomic.Int64
	followed  int64
	cutter    atomic.Pointer[segment.Cutter] // of Index; nil before it
	building  sync.Mutex                     // held while a segment is built, which takes much memory
	place     place
	flushed   chan struct{} // closed when the flusher has ended
	checked   chan struct{} // closed when the checker has ended
	written   chan struct{} // closed when the writer has ended
	closing   chan struct{}
	filled    chan struct{}                   // receives when something may be in the spool
	moved     atomic.Int64                    // alerts already held of a part that is still in the spool
	emptied   chan struct{}                   // closed when the spooler has ended
	wanted    atomic.Pointer[map[string]bool] // the targets of the last Retire; nil before it

	// swap is held for reading while the file is read, and by the writer while it
	// replaces the file. The writer itself reads without it.
	swap       sync.RWMutex
	readOnly   bool
	writing    atomic.Int64 // when the current transaction began, in Unix nanoseconds; 0 for none
	compacting sync.Mutex

	// commits is held for reading from the write of an outcome until memory has caught
	// up, and for writing while feeds are copied from memory to disk.
	commits sync.RWMutex

	mu       sync.Mutex
	feeds    map[string]*feed // configured ones by ID
	queue    feedHeap         // the same, by when they need attention
	dirty    map[*feed]bool   // changed only in memory
	tokens   uint64
	taken    []*feed   // buffer of ClaimDue
	pruned   time.Time // used by the flusher alone
	sought   time.Time // when due feeds were last looked for
	dueNews  *broadcaster
	outbox   map[string]targetWakes // by target
	shutdown sync.Once
}

// Open opens the store at path, and makes it if there is none. A damaged file is
// renamed, never overwritten, and a new store takes its place. Damages then reports
// that, as it reports a store that has disappeared. An error is one line for the person
// who runs watcher.
func Open(path string) (*Store, error) {
	s, err := OpenToMove(path)
	if err != nil {
		return nil, err
	}
	mark, err := s.Moving(context.Background())
	if err == nil && mark != nil {
		err = fmt.Errorf("open store: %w", store.ErrMoving)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenToMove is Open for moving what is stored. It also opens a store that a migration
// is filling.
func OpenToMove(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := refill(path); err != nil {
		return nil, fmt.Errorf("open store: %s is not there any more, and a new one cannot be made: %w", path, err)
	}
	s, err := load(path, false)
	if d, ok := errors.AsType[*damageError](err); ok {
		if err = replace(path, d); err != nil {
			return nil, fmt.Errorf("open store: %w; it could not be put aside: %w", d, err)
		}
		s, err = load(path, false)
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	_ = removeIfThere(path + ".compact") // left by a process that was killed; harmless if it stays
	_ = mark(path, clock())              // if it fails, on a full disk for example, the next start does it
	go s.writer()
	now := clock()
	earliest, _ := s.recentStories(now) // damage is reported elsewhere
	go s.olderStories(now, earliest)
	go s.flusher()
	go s.checker()
	go s.spooler()
	return s, nil
}

// OpenReadOnly opens the store at path for reading: it changes nothing, and several
// processes may do so at once. Methods that would change the store return an error. A
// damaged store is an error too.
func OpenReadOnly(path string) (*Store, error) {
	s, err := load(path, true)
	if d, ok := errors.AsType[*damageError](err); ok {
		return nil, fmt.Errorf("the store %s is damaged; the next start of watcher run puts it aside and begins a new one: %w", path, d.err)
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	close(s.flushed)
	close(s.checked)
	close(s.emptied)
	close(s.storied)
	close(s.written)
	return s, nil
}

// load opens the file after checking that it is intact, and reads the feeds.
func load(path string, readOnly bool) (*Store, error) {
	coders, err := newCoders()
	if err != nil {
		return nil, err
	}
	codec, err := segment.NewCodec()
	if err != nil {
		return nil, err
	}
	db, seen, err := openIntact(path, readOnly)
	if err != nil {
		return nil, err
	}
	s := &Store{
		coders:  coders,
		db:      db,
		looked:  seen,
		ruin:    ruin{known: make(chan struct{})},
		writes:  make(chan *write, 256),
		large:   make(chan *write, 16),
		flushed: make(chan struct{}),
		checked: make(chan struct{}),
		written: make(chan struct{}),
		closing: make(chan struct{}),
		feeds:   make(map[string]*feed),
		dirty:   make(map[*feed]bool),
		dueNews: newNews(),
		outbox:  make(map[string]targetWakes),
		flight:  inflight{sending: make(map[string]bool)},
		storing: storing{failed: make(chan struct{}, 1)},
		filled:  make(chan struct{}, 1),
		emptied: make(chan struct{}),
		storied: make(chan struct{}),
		volumes: volumes{codec: codec, open: make(map[segmentKey]*volume)},
	}
	s.arrived.Store(1) // what the last process left
	s.place.path, s.readOnly = path, readOnly
	if err = s.place.take(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	panicked := true
	err = catching(func() error {
		err := s.start(readOnly)
		panicked = false
		return err
	})
	switch {
	case panicked:
		return nil, err // the file cannot be closed, so a descriptor leaks
	case err != nil:
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
	}
	return s, nil
}

// Close writes what is only in memory and closes the file. No other method may run
// during or after it.
func (s *Store) Close() error {
	var err error
	s.shutdown.Do(func() {
		close(s.closing)
		<-s.flushed
		<-s.checked
		<-s.emptied
		<-s.storied
		err = s.flush()
		close(s.writes)
		<-s.written
		if s.ruin.found.Load() != nil {
			return // it cannot be closed either
		}
		// With a list of its free pages the next start need not search for them. On a
		// full disk the list is not written, and the start searches.
		s.db.NoFreelistSync = false
		if s.db.Update(func(*sealed.Tx) error { return nil }) == nil && s.Lost() == nil {
			_ = pages.Seal(s.place.path)
		}
		err = errors.Join(err, s.db.Close())
	})
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// start reads what is kept in memory. A number that cannot be read is set aside.
// Everything else read here is needed by more than one record.
func (s *Store) start(readOnly bool) error {
	for tries := 0; ; tries++ {
		var err error
		if readOnly {
			err = sealed.Try(func() error { return s.db.View(s.read) })
		} else {
			err = s.db.Update(s.recover)
		}
		b := brokenIn(err)
		switch {
		case err == nil && !readOnly && !s.looked.large && !s.db.Unsealed.Load():
			return s.putUnfitAside()
		case b == nil:
			return err
		case readOnly || !bytes.Equal(b.bucket, bucketMeta) || tries == len(buckets):
			return &damageError{b}
		}
		if err := s.db.Update(func(tx *sealed.Tx) error { return s.setAside(tx, b) }); err != nil {
			return err
		}
	}
}

// recover makes the buckets, reads what is kept in memory, and requeues the deliveries
// that were in flight when the last process ended.
func (s *Store) recover(tx *sealed.Tx) error {
	now := clock()
	fresh, err := makeBuckets(tx)
	if err != nil {
		return err
	}
	if err := s.adopt(tx, fresh, now); err != nil {
		return err
	}
	if s.looked.fallback {
		// This transaction replaces the damaged page, so that it is reported once.
		if err := putDamage(tx, record.Damage{Since: now, Bucket: "the file", Key: []byte("meta page"), Error: "one of the two is damaged: what was stored last, in one transaction, may be lost"}); err != nil {
			return err
		}
	}
	if err := s.read(tx); err != nil {
		return err
	}
	if err := requeueBegun(tx, now); err != nil {
		return err
	}
	return clampRetries(tx, now)
}

// read reads what is kept in memory, and makes sure that everything still in use can be
// decoded.
func (s *Store) read(tx *sealed.Tx) error {
	for _, name := range buckets {
		if tx.Bucket(name) == nil {
			return errors.New("it was left by an earlier version of watcher: start watcher run once")
		}
	}
	if err := s.layout(tx); err != nil {
		return err
	}
	s.pruned = prunedAt(tx)
	s.loadDicts(tx)
	if err := errors.Join(s.loadFeeds(tx), decodable(tx), inSequence(tx)); err != nil {
		return &damageError{err}
	}
	return nil
}

// uint64Of decodes what number encoded; 0 if b is too short.
func uint64Of(b []byte) uint64 {
	if len(b) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// targetKey is target, NUL and parts, so that the keys of a target are adjacent. Names
// of targets contain no NUL: config forbids control characters in names.
func targetKey(target string, parts ...uint64) []byte {
	k := append(make([]byte, 0, len(target)+1+8*len(parts)), target...)
	k = append(k, 0)
	for _, p := range parts {
		k = binary.BigEndian.AppendUint64(k, p)
	}
	return k
}
