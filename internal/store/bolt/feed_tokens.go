package bolt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"watcher/internal/store"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// PutFeedToken stores a token, or returns store.ErrTooManyTokens.
func (s *Store) PutFeedToken(_ context.Context, t store.FeedToken) error {
	err := s.update(func(tx *sealed.Tx) error {
		b, n := tx.Bucket(bucketTokens), 0
		err := b.ForEach(func(_, _ []byte) error {
			n++
			return nil
		})
		if err == nil && n >= store.MaxFeedTokens {
			err = store.ErrTooManyTokens
		}
		if err != nil {
			return err
		}
		return putJSON(b, t.ID, record.FeedTokenOf(t))
	})
	if err != nil && !errors.Is(err, store.ErrTooManyTokens) {
		return fmt.Errorf("store the token of a feed: %w", err)
	}
	return err
}

// FeedToken returns the token with this id; false if there is none.
func (s *Store) FeedToken(_ context.Context, id string) (t store.FeedToken, ok bool, err error) {
	err = s.view(func(tx *sealed.Tx) error {
		var r record.FeedToken
		var err error
		ok, err = getJSON(tx, bucketTokens, id, &r)
		t = r.Token(id)
		return err
	})
	if err != nil {
		return t, false, fmt.Errorf("read the token of a feed: %w", err)
	}
	return t, ok, nil
}

// FeedTokens returns all tokens by their IDs.
func (s *Store) FeedTokens(context.Context) ([]store.FeedToken, error) {
	var all []store.FeedToken
	err := s.view(func(tx *sealed.Tx) error {
		all = nil
		return tx.Bucket(bucketTokens).ForEach(func(k, v []byte) error {
			var r record.FeedToken
			err := decode(bucketTokens, k, v, &r)
			all = append(all, r.Token(string(k)))
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read the tokens of feeds: %w", err)
	}
	return all, nil
}

// UseFeedToken records when a token was used. A token revoked meanwhile stays revoked.
func (s *Store) UseFeedToken(_ context.Context, id string, at time.Time) error {
	err := s.update(func(tx *sealed.Tx) error {
		var r record.FeedToken
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
