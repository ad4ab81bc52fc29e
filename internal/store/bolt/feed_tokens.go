package bolt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"watcher/internal/store/sealed"
)

// mostFeedTokens is more than the readers of a newsroom have feeds.
const mostFeedTokens = 1000

// ErrTooManyTokens says that there are as many tokens of feeds as there may be.
var ErrTooManyTokens = fmt.Errorf("there are %d tokens of feeds already; revoke some first", mostFeedTokens)

// FeedToken opens one of the feeds that alerts are served as, to who has it. The token
// itself is not stored.
type FeedToken struct {
	ID   string // the part of the token that may be seen
	Feed string // which feed it opens: its path and query
	By   string // who made it
	Made time.Time
	Used time.Time // last, to the hour; zero if never
	Hash []byte    // SHA-256 of the token
}

// feedTokenRecord is a FeedToken, by the id that is its key.
type feedTokenRecord struct {
	Feed string    `json:"feed"`
	By   string    `json:"by"`
	Made time.Time `json:"made"`
	Used time.Time `json:"used,omitzero"`
	Hash []byte    `json:"hash"`
}

func (feedTokenRecord) record() {}

func feedTokenRecordOf(t FeedToken) feedTokenRecord {
	return feedTokenRecord{t.Feed, t.By, t.Made, t.Used, t.Hash}
}

func (r feedTokenRecord) token(id string) FeedToken {
	return FeedToken{id, r.Feed, r.By, r.Made.UTC(), r.Used.UTC(), r.Hash}
}

// PutFeedToken stores a token. ErrTooManyTokens if it would be one too many.
func (s *Store) PutFeedToken(_ context.Context, t FeedToken) error {
	err := s.update(func(tx *sealed.Tx) error {
		b, n := tx.Bucket(bucketTokens), 0
		err := b.ForEach(func(_, _ []byte) error {
			n++
			return nil
		})
		if err == nil && n >= mostFeedTokens {
			err = ErrTooManyTokens
		}
		if err != nil {
			return err
		}
		return putJSON(b, t.ID, feedTokenRecordOf(t))
	})
	if err != nil && !errors.Is(err, ErrTooManyTokens) {
		return fmt.Errorf("store the token of a feed: %w", err)
	}
	return err
}

// FeedToken returns the token with this id; false if there is none.
func (s *Store) FeedToken(_ context.Context, id string) (t FeedToken, ok bool, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		var r feedTokenRecord
		var err error
		ok, err = getJSON(tx, bucketTokens, id, &r)
		t = r.token(id)
		return err
	})
	if err != nil {
		return t, false, fmt.Errorf("read the token of a feed: %w", err)
	}
	return t, ok, nil
}

// FeedTokens returns all of them, by their ids.
func (s *Store) FeedTokens(context.Context) ([]FeedToken, error) {
	var all []FeedToken
	err := s.view(func(tx *sealed.Tx) error {
		all = nil
		return tx.Bucket(bucketTokens).ForEach(func(k, v []byte) error {
			var r feedTokenRecord
			err := decode(bucketTokens, k, v, &r)
			all = append(all, r.token(string(k)))
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the tokens of feeds: %w", err)
	}
	return all, nil
}

// UseFeedToken notes when a token was used; one that was revoked meanwhile stays so.
func (s *Store) UseFeedToken(_ context.Context, id string, at time.Time) error {
	err := s.update(func(tx *sealed.Tx) error {
		var r feedTokenRecord
		if ok, err := getJSON(tx, bucketTokens, id, &r); !ok {
			return err
		}
		r.Used = at.UTC()
		return putJSON(tx.Bucket(bucketTokens), id, r)
	})
	if err != nil {
		return fmt.Errorf("note the use of a feed's token: %w", err)
	}
	return nil
}

// DropFeedToken revokes a token; false if there is none with this id.
func (s *Store) DropFeedToken(_ context.Context, id string) (ok bool, err error) {
	err = s.update(func(tx *sealed.Tx) error {
		b := tx.Bucket(bucketTokens)
		ok = b.Get([]byte(id)) != nil
		return b.Delete([]byte(id))
	})
	if err != nil {
		return false, fmt.Errorf("revoke the token of a feed: %w", err)
	}
	return ok, nil
}
