// Package migrate moves what is stored from one store to another, of whichever kind each
// is: records as they are, in the order and form of record.Kinds. It goes in small
// transactions; the target notes in each how far it is, so that whoever is interrupted
// goes on there.
package migrate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"watcher/internal/fault"
	"watcher/internal/store/record"
)

// Side is a store as a migration sees it.
type Side interface {
	// Movable says why a store cannot be moved yet, or moved into; nil if it can.
	Movable(ctx context.Context) error
	// Take returns pairs of a kind behind a cursor, nil at first, and the next cursor;
	// nil at the end.
	Take(ctx context.Context, kind string, cursor []byte) (pairs []record.Pair, next []byte, err error)
	// Moved is how many pairs there are of each kind, about.
	Moved(ctx context.Context) (map[string]int, error)

	// Blank reports whether nothing is stored.
	Blank(ctx context.Context) (bool, error)
	// Moving returns the mark that was given last; nil if none was, or all have come.
	Moving(ctx context.Context) (mark []byte, err error)
	// Expect makes room for so many feeds, before they come.
	Expect(ctx context.Context, feeds int) error
	// Give stores pairs of a kind, which may be there already, and a mark, in one
	// transaction. A nil mark says that all have come.
	Give(ctx context.Context, kind string, pairs []record.Pair, mark []byte) error
}

var (
	// ErrFull says that the target has something of its own.
	ErrFull = errors.New("the target is not empty: name a new one")
	// ErrOther says that the target is that of an interrupted migration of another store.
	ErrOther = errors.New("another store is being moved into the target")
	// ErrChanged says that what was moved is not what the source has.
	ErrChanged = errors.New("watcher has worked on the source since the migration was begun: begin anew, with an empty target")
)

// mark is how far a migration is.
type mark struct {
	From   string `json:"from"` // the source
	Of     string `json:"of"`   // digest of the source
	Kind   string `json:"kind"`
	Cursor []byte `json:"cursor"` // of Kind; what is behind it has not come
	Done   int    `json:"done"`   // pairs
}

// Run moves all that from has to to, and goes on where it was interrupted. Nobody else may
// use either meanwhile. source is how the source is called, the same each time. progress is
// told of the pairs that have come. A crash at any place leaves from as it was, and to
// refuses all but the same migration.
func Run(ctx context.Context, from, to Side, source string, progress func(done, total int)) error {
	if err := from.Movable(ctx); err != nil {
		return fmt.Errorf("the source is not ready: %w", err)
	}
	if err := to.Movable(ctx); err != nil {
		return fmt.Errorf("the target is not ready: %w", err)
	}
	of, err := digest(ctx, from)
	if err != nil {
		return err
	}
	at, err := begin(ctx, to, source, of)
	if err != nil {
		return err
	}
	counts, err := from.Moved(ctx)
	if err != nil {
		return err
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if err := to.Expect(ctx, counts["feeds"]); err != nil {
		return err
	}
	kinds := record.Kinds()
	for _, kind := range kinds[slices.Index(kinds, at.Kind):] {
		if kind != at.Kind {
			at.Kind, at.Cursor = kind, nil
		}
		for more := true; more; {
			if err := ctx.Err(); err != nil { // a store in a file does not look at ctx
				return err
			}
			pairs, next, err := from.Take(ctx, kind, at.Cursor)
			if err != nil {
				return fmt.Errorf("read %s of the source: %w", kind, err)
			}
			at.Cursor, more = next, next != nil
			at.Done += len(pairs)
			if !more { // the next kind is what has not come
				at.Cursor = nil
			}
			if err := give(ctx, to, kind, pairs, at, more); err != nil {
				return err
			}
			fault.Point("pairs moved")
			progress(min(at.Done, total), total)
		}
	}
	if of, err := digest(ctx, from); err != nil || of != at.Of {
		return cmp.Or(err, ErrChanged)
	}
	return to.Give(ctx, kinds[0], nil, nil)
}

// digest is another one once a daemon has polled a feed of a store or sent something, or a
// person has muted something or sent a dead letter again: what was moved before and after would
// not fit together.
func digest(ctx context.Context, from Side) (string, error) {
	h := sha256.New()
	for _, kind := range []string{"feeds", "held", "fresh", "retry", "dead", "mutes"} {
		var cursor []byte
		for more := true; more; {
			pairs, next, err := from.Take(ctx, kind, cursor)
			if err != nil {
				return "", fmt.Errorf("read %s of the source: %w", kind, err)
			}
			for _, p := range pairs {
				fmt.Fprintf(h, "%s %d %d\n", kind, len(p.Key), len(p.Value))
				h.Write(p.Key)
				h.Write(p.Value)
			}
			cursor, more = next, next != nil
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// give stores pairs, and that what comes next is behind them.
func give(ctx context.Context, to Side, kind string, pairs []record.Pair, at mark, more bool) error {
	if kinds := record.Kinds(); !more {
		if i := slices.Index(kinds, kind); i+1 < len(kinds) {
			at.Kind = kinds[i+1]
		}
	}
	raw, err := json.Marshal(at)
	if err != nil {
		return err
	}
	if err := to.Give(ctx, kind, pairs, raw); err != nil {
		return fmt.Errorf("write %s to the target: %w", kind, err)
	}
	return nil
}

// begin returns where to go on with a source of a digest.
func begin(ctx context.Context, to Side, source, of string) (at mark, err error) {
	at = mark{From: source, Of: of, Kind: record.Kinds()[0]}
	raw, err := to.Moving(ctx)
	if err != nil {
		return at, err
	}
	if raw == nil {
		blank, err := to.Blank(ctx)
		if err == nil && !blank {
			err = ErrFull
		}
		return at, err
	}
	if err := json.Unmarshal(raw, &at); err != nil {
		return at, fmt.Errorf("read how far the migration is: %w", err)
	}
	if at.From != source {
		return at, fmt.Errorf("%w: %s", ErrOther, at.From)
	}
	if at.Of != of {
		return at, ErrChanged
	}
	if !slices.Contains(record.Kinds(), at.Kind) {
		return at, fmt.Errorf("the migration was begun by another version of watcher: it is at %s", at.Kind)
	}
	return at, nil
}
