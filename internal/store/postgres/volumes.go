package postgres

import (
	"bytes"
	"container/list"
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/record"
	"watcher/internal/store/segment"
)

// A segment has the articles of some thousand consecutive numbers. Its row is written once
// all of its pieces are stored: from then on the rows of the tail with these numbers no
// longer count, and are deleted bit by bit.
//
// A segment never changes. If articles of it are to be deleted, or a new version of the
// program cuts words differently, another segment is made of the same numbers, and replaces
// it in one transaction. The pieces of the old one stay for as long as a search may read
// them.

const (
	// twice is added to the number of a piece for its copy: without its columns nothing of
	// a segment can be read.
	twice = 1 << 31
	// copied is the number of the piece with the copy of the segment's record.
	copied = math.MaxUint32
)

// errLost says that a piece of a segment is missing: it was damaged, or the segment was
// deleted.
var errLost = errors.New("a piece of a segment is not there")

// segmentRow is where a segment is stored.
type segmentRow struct {
	first  int64 // number of its first article
	n      int   // of numbers
	pieces int64
	bytes  int64
	newest int64 // when its last article was seen, in Unix nanoseconds
	cut    segment.Versions
	broken bool // something of it was put aside
}

func (r segmentRow) end() int64 { return r.first + int64(r.n) }

// volume is an open segment.
type volume struct {
	segmentRow
	kept record.Segment // without its header
	*segment.Segment
}

const (
	// maxOpen is how many segments are open at a time, with their columns in memory.
	maxOpen = 32
	// maxCached is how many pieces are kept in memory after they were read.
	maxCached = 256
)

// volumes are the open segments, and pieces of them.
type volumes struct {
	codec *segment.Codec

	mu     sync.Mutex
	dict   *segment.Dict // the newest one, for the next segment
	dicts  map[uint32]bool
	open   lru[int64, *volume]
	pieces lru[pieceKey, []byte]
}

type pieceKey struct {
	pieces int64
	number uint32
}

func newVolumes() (*volumes, error) {
	c, err := segment.NewCodec()
	return &volumes{codec: c, dicts: make(map[uint32]bool), open: lru[int64, *volume]{most: maxOpen}, pieces: lru[pieceKey, []byte]{most: maxCached}}, err
}

// lru is a cache that drops what was not used for longest.
type lru[K comparable, V any] struct {
	most  int
	at    map[K]*list.Element
	order list.List // of entry[K, V], the most recently used one at the front
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func (l *lru[K, V]) get(k K) (v V, ok bool) {
	e, ok := l.at[k]
	if ok {
		l.order.MoveToFront(e)
		v = e.Value.(entry[K, V]).value
	}
	return v, ok
}

func (l *lru[K, V]) put(k K, v V) {
	if l.at == nil {
		l.at = make(map[K]*list.Element)
	}
	if e, ok := l.at[k]; ok {
		e.Value = entry[K, V]{k, v}
		l.order.MoveToFront(e)
		return
	}
	l.at[k] = l.order.PushFront(entry[K, V]{k, v})
	if l.order.Len() > l.most {
		last := l.order.Back()
		delete(l.at, last.Value.(entry[K, V]).key)
		l.order.Remove(last)
	}
}

const (
	segmentPlace = `select first, articles, pieces, bytes, newest, scanner, speech, broken from segment `
	allSegments  = segmentPlace + `order by first`
	segmentBelow = segmentPlace + `where first < $1 order by first desc limit 1`
	// segmentFrom finds the first segment that ends behind a number.
	segmentFrom = segmentPlace + `
where first >= coalesce((select max(first) from segment where first <= $1), 0) and first + articles > $1
order by first limit 1`
	segmentRecord = `select record from segment where first = $1 and pieces = $2`
)

// findSegment returns the segment that a query finds; nil if there is none.
func findSegment(ctx context.Context, tx pgx.Tx, query string, n int64) (*segmentRow, error) {
	r, err := scanSegment(tx.QueryRow(ctx, query, n))
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &r, err
}

func scanSegment(row pgx.Row) (r segmentRow, err error) {
	err = row.Scan(&r.first, &r.n, &r.pieces, &r.bytes, &r.newest, &r.cut.Scanner, &r.cut.Languages, &r.broken)
	return r, err
}

// listSegments returns all segments, the oldest first.
func (s *Store) listSegments(ctx context.Context) (all []segmentRow, err error) {
	err = s.db.view(ctx, "list the segments", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, allSegments)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (segmentRow, error) { return scanSegment(row) })
		return err
	})
	return all, err
}

// volume opens a segment, in the transaction that found it.
func (s *Store) volume(ctx context.Context, tx pgx.Tx, r *segmentRow) (*volume, error) {
	vs := s.history.volumes
	vs.mu.Lock()
	v, ok := vs.open.get(r.pieces)
	vs.mu.Unlock()
	if ok && v.segmentRow == *r {
		return v, nil
	}
	var raw []byte
	if err := tx.QueryRow(ctx, segmentRecord, r.first, r.pieces).Scan(&raw); err != nil {
		return nil, err
	}
	v = &volume{segmentRow: *r}
	err := unpack("segment", raw, &v.kept, r.first)
	if err != nil {
		return nil, segmentBroken(r.first, raw, err)
	}
	v.Segment, err = vs.codec.Open(v.kept.Header, func(number uint32) ([]byte, error) { return s.piece(r.pieces, number) })
	if err == nil && v.Segment.Len() != r.n {
		err = fmt.Errorf("%w: it has %d articles", segment.ErrDamaged, v.Segment.Len())
	}
	if errors.Is(err, segment.ErrDamaged) {
		err = segmentBroken(r.first, raw, err)
	}
	if err == nil {
		err = s.knowDict(ctx, tx, v.Dict())
	}
	if err != nil {
		return nil, err
	}
	v.kept.Header = nil
	vs.mu.Lock()
	defer vs.mu.Unlock()
	vs.open.put(r.pieces, v)
	return v, nil
}

// segmentBroken returns the error for a segment whose record cannot be read.
func segmentBroken(first int64, raw []byte, err error) error {
	if e, ok := errors.AsType[*brokenError](err); ok {
		err = e.err
	}
	return &brokenError{"segment", []any{first}, &unlessMended{err, bytes.Clone(raw)}}
}

// volumeAt opens the segment that a query finds, in a transaction of its own; nil if
// there is none.
func (s *Store) volumeAt(ctx context.Context, query string, n int64) (v *volume, err error) {
	err = s.db.view(ctx, "find a segment", func(tx pgx.Tx) error {
		v = nil
		r, err := findSegment(ctx, tx, query, n)
		if err == nil && r != nil {
			v, err = s.volume(ctx, tx, r)
		}
		return err
	})
	return v, err
}

// piece returns a piece of a segment.
func (s *Store) piece(pieces int64, number uint32) ([]byte, error) {
	vs, k := s.history.volumes, pieceKey{pieces, number}
	vs.mu.Lock()
	value, ok := vs.pieces.get(k)
	vs.mu.Unlock()
	if ok && value == nil {
		return nil, errLost
	}
	if ok {
		return value, nil
	}
	err := s.db.view(s.ending, "read a piece of a segment", func(tx pgx.Tx) (err error) {
		value, err = readPiece(s.ending, tx, pieces, int64(number))
		return err
	})
	if err != nil {
		return nil, err
	}
	vs.mu.Lock()
	defer vs.mu.Unlock()
	vs.pieces.put(k, value)
	if value == nil {
		return nil, errLost
	}
	return value, nil
}

// readPiece reads a piece; nil if there is none.
func readPiece(ctx context.Context, tx pgx.Tx, pieces, number int64) ([]byte, error) {
	var raw []byte
	err := tx.QueryRow(ctx, `select value from piece where pieces = $1 and number = $2`, pieces, number).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return unseal("piece", raw, pieces, number)
}

const putPiece = `insert into piece (pieces, number, value) values ($1, $2, $3) on conflict (pieces, number) do nothing`

// article returns the article at a position. It is the zero Article if it was deleted, or
// was in a damaged piece, which is put aside.
func (s *Store) article(ctx context.Context, v *volume, position int) (segment.Article, error) {
	a, err := v.Article(position)
	switch {
	case err == nil:
		if a.Seen.UnixNano() == 0 {
			a = segment.Article{}
		}
		return a, nil
	case errors.Is(err, errLost) && v.broken:
		return segment.Article{}, nil
	case errors.Is(err, errLost):
		return s.elsewhere(ctx, v, position)
	case errors.Is(err, segment.ErrDamaged):
		// The piece is as it was written, and still cannot be read, so putting it aside
		// would not help. The next segment of these numbers is made without the article.
		return segment.Article{}, s.markBroken(ctx, v.segmentRow)
	}
	return segment.Article{}, err
}

// elsewhere returns an article of a segment that has lost a piece, or that another one has
// replaced.
func (s *Store) elsewhere(ctx context.Context, v *volume, position int) (segment.Article, error) {
	n := v.first + int64(position)
	now, err := s.volumeAt(ctx, segmentFrom, n)
	switch {
	case err != nil || now == nil || now.first > n:
		return segment.Article{}, err
	case now.pieces == v.pieces:
		return segment.Article{}, s.markBroken(ctx, v.segmentRow)
	}
	return s.article(ctx, now, int(n-now.first))
}

// markBroken has a segment made anew of what can be read of it.
func (s *Store) markBroken(ctx context.Context, r segmentRow) error {
	if r.broken {
		return nil
	}
	return s.db.update(ctx, "mark a damaged segment", func(tx pgx.Tx) error { return breaks(ctx, tx, r.pieces) })
}

// breaks marks the segment with these pieces as broken, if there is one.
func breaks(ctx context.Context, tx pgx.Tx, pieces int64) error {
	var first int64
	var raw []byte
	err := tx.QueryRow(ctx, `select first, record from segment where pieces = $1 and not broken for update`, pieces).Scan(&first, &raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var kept record.Segment
	if err := unpack("segment", raw, &kept, first); err != nil {
		return err
	}
	kept.Broken = true
	if raw, err = pack("segment", kept, first); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update segment set broken = true, record = $2 where first = $1`, first, raw)
	return err
}

// pieceLost restores a piece that was put aside from its copy, or marks its segment as
// broken.
func pieceLost(ctx context.Context, tx pgx.Tx, _ *db, key []any) error {
	pieces, number := key[0].(int64), key[1].(int64)
	if number == copied {
		return nil
	}
	value, err := readPiece(ctx, tx, pieces, number^twice)
	if _, broken := errors.AsType[*brokenError](err); err != nil && !broken { // a broken copy is put aside when it is asked for
		return err
	}
	if value == nil {
		return breaks(ctx, tx, pieces)
	}
	_, err = tx.Exec(ctx, putPiece, pieces, number, seal("piece", value, pieces, number))
	return err
}

// segmentAgain restores the record of a segment from its copy, or gives the segment up.
func segmentAgain(ctx context.Context, tx pgx.Tx, d *db, key []any) error {
	first := key[0].(int64)
	var pieces int64
	if err := tx.QueryRow(ctx, `select pieces from segment where first = $1 for update`, first).Scan(&pieces); err != nil {
		return err
	}
	raw, err := readPiece(ctx, tx, pieces, copied)
	if _, broken := errors.AsType[*brokenError](err); err != nil && !broken {
		return err
	}
	if raw == nil {
		if _, err := tx.Exec(ctx, `delete from segment where first = $1`, first); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, putUnnamed, pieces, d.ahead()+discardAfter)
		return err
	}
	_, err = tx.Exec(ctx, `update segment set record = $2 where first = $1`, first, seal("segment", raw, first))
	return err
}

const (
	putUnnamed = `insert into unnamed (pieces, until) values ($1, now() + $2::interval) on conflict (pieces) do update set until = excluded.until`
	// discardAfter is how long the pieces of a deleted segment are kept for the searches
	// that read them.
	discardAfter = 10 * time.Minute
)
