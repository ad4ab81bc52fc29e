// Package bolt is the embedded store: one bbolt file, one process. It keeps the
// feeds and when they are due, what each has shown, and the outbox.
//
// Feeds live in memory too, so that claiming one and recording a poll that
// brought nothing cost no I/O; claims live only there, and opening the file
// voids them. Everything else is read from the file.
package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"watcher/internal/notify"
	"watcher/internal/poll"
)

var (
	_ poll.Ledger   = (*Store)(nil)
	_ notify.Outbox = (*Store)(nil)
)

// schema is the version of the layout below. A file of a later one is refused.
const schema = 1

var (
	bucketMeta       = []byte("meta")       // "schema", "ambiguous" → 8 bytes
	bucketFeeds      = []byte("feeds")      // number → feedRecord
	bucketSeen       = []byte("seen")       // number → what the feed has shown, packed by feeds
	bucketAlerts     = []byte("alerts")     // alert id → alertRecord
	bucketLog        = []byte("log")        // when held, sequence → alert id
	bucketTold       = []byte("told")       // target, 0, key → when (8 bytes), alert id
	bucketStories    = []byte("stories")    // when seen, sequence → storyRecord
	bucketHeld       = []byte("held")       // target, 0, sequence → notify.Held
	bucketSends      = []byte("sends")      // target → sendsRecord
	bucketMutes      = []byte("mutes")      // kind, 0, name → notify.Mute
	bucketMatched    = []byte("matched")    // rule → when it last matched (8 bytes)
	bucketDeliveries = []byte("deliveries") // delivery id → deliveryRecord
	bucketFresh      = []byte("fresh")      // target, 0, sequence → when frozen (8 bytes), delivery id
	bucketRetry      = []byte("retry")      // target, 0, due, sequence → when written (8 bytes), delivery id
	bucketBegun      = []byte("begun")      // delivery id → nothing
	bucketDead       = []byte("dead")       // alert id → nothing
	bucketHistory    = []byte("history")    // when seen, sequence → articles, compressed

	buckets = [][]byte{
		bucketMeta, bucketFeeds, bucketSeen, bucketAlerts, bucketLog, bucketTold, bucketStories,
		bucketHeld, bucketSends, bucketMutes, bucketMatched,
		bucketDeliveries, bucketFresh, bucketRetry, bucketBegun, bucketDead, bucketHistory,
	}
	keySchema    = []byte("schema")
	keyAmbiguous = []byte("ambiguous") // attempts that may have arrived and were made again
)

// Store is an open store. Its methods are safe for concurrent use.
type Store struct {
	// Damaged is where a damaged file was put aside when this store was opened
	// in its place; empty if all was well.
	Damaged string

	coders
	db      *bbolt.DB
	writes  chan *write
	stories *notify.Stories // the writer's alone; nil: to be read from disk
	flight  flight          // likewise
	flushed chan struct{}   // closed when the flusher has ended
	written chan struct{}   // closed when the writer has ended
	closing chan struct{}

	// commits is held for reading from the write of an outcome until memory
	// follows it, and for writing by what copies feeds from memory to disk.
	commits sync.RWMutex

	mu       sync.Mutex
	feeds    map[string]*feed // configured ones by ID
	queue    feedHeap         // the same by when they need attention
	dirty    map[*feed]bool   // changed in memory only
	tokens   uint64
	taken    []*feed   // of ClaimDue, to be used again
	looked   time.Time // when due feeds were last looked for
	dueNews  *news
	outbox   map[string]*news // by target
	shutdown sync.Once
}

// Open opens the store at path, and makes it where there is none. A damaged
// file is renamed, never overwritten, and a fresh one takes its place; Damaged
// then says so. An error is one line for the person who runs watcher.
func Open(path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	db, err := openIntact(path)
	var damaged string
	if d, ok := errors.AsType[*damageError](err); ok {
		damaged, err = putAside(path)
		if err != nil {
			return nil, fmt.Errorf("open store: %w; it could not be put aside: %w", d, err)
		}
		db, err = openIntact(path)
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	coders, err := newCoders()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), db.Close())
	}
	s := &Store{
		Damaged: damaged,
		coders:  coders,
		db:      db,
		writes:  make(chan *write, 256),
		flushed: make(chan struct{}),
		written: make(chan struct{}),
		closing: make(chan struct{}),
		feeds:   make(map[string]*feed),
		dirty:   make(map[*feed]bool),
		dueNews: newNews(),
		outbox:  make(map[string]*news),
		flight:  flight{sending: make(map[string]bool)},
	}
	if err := s.recover(); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), db.Close())
	}
	go s.writer()
	go s.flusher()
	return s, nil
}

// Close writes what is only in memory and closes the file. No other method may
// be running or be called afterwards.
func (s *Store) Close() error {
	var err error
	s.shutdown.Do(func() {
		close(s.closing)
		<-s.flushed
		err = s.flush()
		close(s.writes)
		<-s.written
		err = errors.Join(err, s.db.Close())
	})
	if err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// damageError says that a file is no store, or no longer.
type damageError struct{ err error }

func (e *damageError) Error() string { return "the file is damaged: " + e.err.Error() }
func (e *damageError) Unwrap() error { return e.err }

// openIntact opens the file, once it has been found whole. A file that another
// process holds is never taken for damaged: nothing of it is read.
func openIntact(path string) (*bbolt.DB, error) {
	if err := check(path); err != nil {
		return nil, err
	}
	return openFile(path, false)
}

func openFile(path string, readOnly bool) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		ReadOnly:       readOnly,
		Timeout:        time.Second,
		FreelistType:   bbolt.FreelistMapType,
		NoFreelistSync: true, // halves what a commit writes; rebuilt from the pages at Open
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("%s is in use by another process: is the daemon running?", path)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch):
		return nil, &damageError{err}
	}
	return db, err
}

// check reads every page of the file once, before it is opened for writing:
// bbolt finds most damage only when it comes upon it, and then panics, when
// opening for writing in a goroutine of its own where nobody can recover. Access
// to the mapping of a file that was cut short even faults.
func check(path string) (err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	var db *bbolt.DB
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = &damageError{fmt.Errorf("%v", p)}
		}
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if db, err = openFile(path, true); err != nil {
		return err
	}
	return walk(db, path)
}

// walk touches every key of every bucket. Its transaction is ended even by a
// panic, or the file could not be closed.
func walk(db *bbolt.DB, path string) error {
	tx, err := db.Begin(false)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // a reading transaction has nothing to undo
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() < tx.Size() {
		return &damageError{fmt.Errorf("%d of %d bytes are left", info.Size(), tx.Size())}
	}
	return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		return b.ForEach(func(k, _ []byte) error {
			if len(k) == 0 {
				return &damageError{fmt.Errorf("an empty key in %s", name)}
			}
			return nil
		})
	})
}

// putAside renames a damaged file to a name that says when, and returns it.
func putAside(path string) (string, error) {
	base := path + ".damaged-" + time.Now().UTC().Format("20060102T150405Z")
	name := base
	for n := 2; ; n++ {
		_, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return name, os.Rename(path, name)
		}
		if err != nil {
			return "", err
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
}

// recover makes the buckets, loads the feeds, and puts back deliveries that
// were begun when the last process ended.
func (s *Store) recover() error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		meta := tx.Bucket(bucketMeta)
		if v := meta.Get(keySchema); v == nil {
			if err := meta.Put(keySchema, number(schema)); err != nil {
				return err
			}
		} else if n := binary.BigEndian.Uint64(v); n != schema {
			return fmt.Errorf("it was written by a later version of watcher (schema %d, this one knows %d)", n, schema)
		}
		if err := s.loadFeeds(tx); err != nil {
			return err
		}
		return requeueBegun(tx, time.Now())
	})
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// targetKey is target, a NUL and then the parts, so that the keys of a target
// stand together. Names of targets have no NUL: config forbids control
// characters in names.
func targetKey(target string, parts ...uint64) []byte {
	k := append(make([]byte, 0, len(target)+1+8*len(parts)), target...)
	k = append(k, 0)
	for _, p := range parts {
		k = binary.BigEndian.AppendUint64(k, p)
	}
	return k
}
