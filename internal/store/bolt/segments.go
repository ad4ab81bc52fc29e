package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

// The history is a tail, to which commits append, and segments, into which Index moves
// the tail. A segment has the articles of some thousand consecutive numbers. Its record
// is written once all of its pieces are on disk: from then on the articles of these
// numbers in the tail no longer count, and are deleted step by step. Pieces that no
// record refers to were left by a process that ended while it wrote them.
//
// A segment never changes. If articles of it must go, or the program cuts words in
// another way than it did, another segment of the same numbers replaces it in one
// transaction. Deleted articles leave their numbers unused.

// segmentKey is the key of a segment.
type segmentKey struct {
	first  uint64 // number of its first article
	n      int    // numbers
	pieces uint64 // prefix of the keys of its pieces
}

func (k segmentKey) end() uint64 { return k.first + uint64(k.n) }

func (k segmentKey) bytes() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(number(k.first), uint32(k.n)), k.pieces)
}

// segmentKeyOf decodes a key; the zero key if it is malformed.
func segmentKeyOf(b []byte) segmentKey {
	if len(b) != 20 {
		return segmentKey{}
	}
	return segmentKey{uint64Of(b), int(binary.BigEndian.Uint32(b[8:])), uint64Of(b[12:])}
}

// pieceKey is the key of a piece of a segment.
func pieceKey(pieces uint64, piece uint32) []byte {
	return binary.BigEndian.AppendUint32(number(pieces), piece)
}

const (
	// twice is added to a piece for its copy: without its columns nothing of a segment
	// can be read.
	twice = 1 << 31
	// copied is the piece that repeats the segment's key and record.
	copied = math.MaxUint32
)

// errLost says that a piece of a segment is missing: it was damaged, or the segment no
// longer exists.
var errLost = errors.New("a piece of a segment is not there")

// volume is an open segment.
type volume struct {
	segmentKey
	kept record.Segment
	*segment.Segment
	broken atomic.Bool // a piece was set aside
}

// volumes are the open segments.
type volumes struct {
	codec     *segment.Codec
	dict      *segment.Dict // for the next segment; used by its builder
	mu        sync.Mutex
	open      map[segmentKey]*volume
	searches  int      // in progress
	discarded []uint64 // pieces of deleted segments that searches may still read
}

// volume opens the segment of a key of bucketSegments, or returns the open one.
func (s *Store) volume(key, value []byte) (*volume, error) {
	k := segmentKeyOf(key)
	s.volumes.mu.Lock()
	defer s.volumes.mu.Unlock()
	if v := s.volumes.open[k]; v != nil {
		return v, nil
	}
	v := &volume{segmentKey: k}
	if err := decode(bucketSegments, key, value, &v.kept); err != nil {
		return nil, err
	}
	v.broken.Store(v.kept.Broken)
	var err error
	v.Segment, err = s.volumes.codec.Open(v.kept.Header, func(piece uint32) ([]byte, error) { return s.piece(v, piece) })
	if err == nil && v.Segment.Len() != k.n {
		err = fmt.Errorf("%w: it has %d articles", segment.ErrDamaged, v.Segment.Len())
	}
	if errors.Is(err, segment.ErrDamaged) {
		err = &brokenError{bucketSegments, bytes.Clone(key), err}
	}
	if err != nil {
		return nil, err
	}
	s.volumes.open[k] = v
	return v, nil
}

// piece reads a piece of a segment in a transaction of its own: a long transaction
// would keep the file from reusing pages.
func (s *Store) piece(v *volume, piece uint32) (value []byte, err error) {
	key := pieceKey(v.pieces, piece)
	err = s.view(func(tx *sealed.Tx) error {
		value = bytes.Clone(tx.Bucket(bucketPieces).Get(key))
		return nil
	})
	if err == nil && value == nil {
		err = errLost
	}
	return value, err
}

// shut drops a segment that no longer exists.
func (s *Store) shut(k segmentKey) {
	s.volumes.mu.Lock()
	defer s.volumes.mu.Unlock()
	delete(s.volumes.open, k)
}

// volumeFrom returns the first segment that ends after a number; nil if there is none.
func (s *Store) volumeFrom(tx *sealed.Tx, at uint64) (*volume, error) {
	c := tx.Bucket(bucketSegments).Cursor()
	k, value := c.Seek(number(at))
	if k == nil || segmentKeyOf(k).first != at { // the number may be in the segment before
		before, was := c.Prev()
		if k == nil {
			before, was = c.Last()
		}
		if before != nil && segmentKeyOf(before).end() > at {
			k, value = before, was
		}
	}
	if k == nil {
		return nil, nil
	}
	return s.volume(k, value)
}

// segmentKeys returns the keys of all segments, oldest first.
func segmentKeys(tx *sealed.Tx) (keys []segmentKey) {
	tx.Bucket(bucketSegments).Sizes(nil, func(k []byte, _ int) bool {
		keys = append(keys, segmentKeyOf(k))
		return true
	})
	return keys
}

// howFar returns the progress of Index.
func howFar(tx *sealed.Tx) (record.Indexed, error) {
	r := record.Indexed{End: firstArticle, Lowest: firstArticle}
	_, err := getJSON(tx, bucketMeta, string(keyIndexed), &r)
	return r, err
}

// article returns the article at a position. It is the zero Article if it was deleted,
// or was in a piece that is damaged and set aside.
func (s *Store) article(v *volume, position int) (segment.Article, error) {
	a, err := v.Article(position)
	if err == nil {
		if a.Seen.UnixNano() == 0 {
			a = segment.Article{}
		}
		return a, nil
	}
	if errors.Is(err, errLost) {
		return s.elsewhere(v, position)
	}
	if errors.Is(err, segment.ErrDamaged) && !s.readOnly {
		// The piece is as it was written, but cannot be decoded. There is nothing to
		// set aside: the next segment of these numbers leaves the article out.
		return segment.Article{}, s.markBroken(v.segmentKey)
	}
	return segment.Article{}, err
}

// elsewhere returns an article of a segment that has lost a piece or was replaced.
func (s *Store) elsewhere(v *volume, position int) (a segment.Article, err error) {
	var now *volume
	err = s.view(func(tx *sealed.Tx) error {
		now, err = s.volumeFrom(tx, v.first+uint64(position))
		return err
	})
	if err != nil || now == nil || now == v || now.first > v.first+uint64(position) {
		return segment.Article{}, err
	}
	return s.article(now, int(v.first+uint64(position)-now.first))
}

// markBroken marks a segment to be rebuilt from what can be read of it.
func (s *Store) markBroken(k segmentKey) error {
	return s.update(func(tx *sealed.Tx) error { return s.breaks(tx, k) })
}

func (s *Store) breaks(tx *sealed.Tx, k segmentKey) error {
	var r record.Segment
	ok, err := getJSON(tx, bucketSegments, string(k.bytes()), &r)
	if err != nil || !ok || r.Broken {
		return err
	}
	s.volumes.mu.Lock()
	if v := s.volumes.open[k]; v != nil {
		v.broken.Store(true)
	}
	s.volumes.mu.Unlock()
	r.Broken = true
	return putJSON(tx.Bucket(bucketSegments), string(k.bytes()), r)
}

// pieceLost restores a piece that was set aside from its copy, or marks its segment.
func (s *Store) pieceLost(tx *sealed.Tx, key []byte) error {
	if len(key) != 12 {
		return nil
	}
	other := pieceKey(uint64Of(key), binary.BigEndian.Uint32(key[8:])^twice)
	if value, err := tx.Bucket(bucketPieces).Look(other); err == nil && value != nil {
		return tx.Bucket(bucketPieces).Put(key, value)
	}
	for _, k := range segmentKeys(tx) {
		if k.pieces == uint64Of(key) {
			return s.breaks(tx, k)
		}
	}
	return nil
}

// segmentAgain restores the record of a segment from its copy.
func (s *Store) segmentAgain(tx *sealed.Tx, key []byte) error {
	k := segmentKeyOf(key)
	value, err := tx.Bucket(bucketPieces).Look(pieceKey(k.pieces, copied))
	if err != nil || value == nil {
		return nil //nolint:nilerr // both are lost
	}
	if len(value) < 20 || !bytes.Equal(value[:20], key) {
		return nil
	}
	return tx.Bucket(bucketSegments).Put(key, value[20:])
}

// maxPieces bounds the pieces that a transaction writes or deletes, of up to 64 KB
// each.
const maxPieces = 16

// deleteVolume deletes a segment. A crash in between leaves pieces that no record
// refers to.
func (s *Store) deleteVolume(k segmentKey) error {
	err := s.update(func(tx *sealed.Tx) error { return tx.Bucket(bucketSegments).Delete(k.bytes()) })
	if err != nil {
		return err
	}
	s.shut(k)
	return s.discard(k.pieces)
}

// discard deletes the pieces of a segment that no longer exists, now or once no search
// that may read them is in progress.
func (s *Store) discard(pieces ...uint64) error {
	s.volumes.mu.Lock()
	s.volumes.discarded = append(s.volumes.discarded, pieces...)
	pieces = nil
	if s.volumes.searches == 0 {
		pieces, s.volumes.discarded = s.volumes.discarded, nil
	}
	s.volumes.mu.Unlock()
	for _, p := range pieces {
		if err := s.deletePieces(p); err != nil {
			return err
		}
	}
	return nil
}

// searching records that a search begins; done records its end.
func (s *Store) searching() (done func()) {
	count := func(by int) {
		s.volumes.mu.Lock()
		s.volumes.searches += by
		s.volumes.mu.Unlock()
	}
	count(1)
	return func() { count(-1) }
}

func (s *Store) deletePieces(pieces uint64) error {
	for more := true; more; {
		err := s.updateLarge(func(tx *sealed.Tx) error {
			var keys [][]byte
			b := tx.Bucket(bucketPieces)
			b.Sizes(number(pieces), func(k []byte, _ int) bool {
				if uint64Of(k) != pieces || len(keys) == maxPieces {
					return false
				}
				keys = append(keys, bytes.Clone(k))
				return true
			})
			more = len(keys) == maxPieces
			return deleteAll(b, keys)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
