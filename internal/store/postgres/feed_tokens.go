package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store"
	"watcher/internal/store/record"
)

const (
	countTokens = `select count(*) from feed_token where id <> $1`
	oneToken    = `select record from feed_token where id = $1`
	lockToken   = `select record from feed_token where id = $1 for update`
	allTokens   = `select id, record from feed_token order by id`
	setToken    = `update feed_token set record = $2 where id = $1`
	dropToken   = `delete from feed_token where id = $1`
	putToken    = `
insert into feed_token (id, record) values ($1, $2)
on conflict (id) do update set record = excluded.record`
)

// PutFeedToken stores a token. Its error is store.ErrTooManyTokens if there are as many as
// may be.
func (s *Store) PutFeedToken(ctx context.Context, t store.FeedToken) error {
	full := false
	err := s.db.update(ctx, "store the token of a feed", func(tx pgx.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, countTokens, t.ID).Scan(&n); err != nil {
			return err
		}
		if full = n >= store.MaxFeedTokens; full {
			return nil
		}
		row, err := pack("feed_token", record.FeedTokenOf(t), t.ID)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, putToken, t.ID, row)
		return err
	})
	if err == nil && full {
		return store.ErrTooManyTokens
	}
	return err
}

// FeedToken returns the token with this id; ok is false if there is none.
func (s *Store) FeedToken(ctx context.Context, id string) (t store.FeedToken, ok bool, err error) {
	err = s.db.view(ctx, "read the token of a feed", func(tx pgx.Tx) error {
		t, ok, err = tokenIn(ctx, tx, oneToken, id)
		return err
	})
	return t, ok, err
}

func tokenIn(ctx context.Context, tx pgx.Tx, query, id string) (t store.FeedToken, ok bool, err error) {
	var raw []byte
	err = tx.QueryRow(ctx, query, id).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return t, false, nil
	}
	var r record.FeedToken
	if err == nil {
		err = unpack("feed_token", raw, &r, id)
	}
	return r.Token(id), err == nil, err
}

// FeedTokens returns all tokens, by id.
func (s *Store) FeedTokens(ctx context.Context) ([]store.FeedToken, error) {
	var all []store.FeedToken
	err := s.db.view(ctx, "read the tokens of feeds", func(tx pgx.Tx) error {
		all = nil
		rows, err := tx.Query(ctx, allTokens)
		if err != nil {
			return err
		}
		var id string
		var raw []byte
		_, err = pgx.ForEachRow(rows, []any{&id, &raw}, func() error {
			var r record.FeedToken
			if err := unpack("feed_token", raw, &r, id); err != nil {
				return err
			}
			all = append(all, r.Token(id))
			return nil
		})
		return err
	})
	return all, err
}

// UseFeedToken records when a token was used. A token that was revoked meanwhile stays
// revoked.
func (s *Store) UseFeedToken(ctx context.Context, id string, at time.Time) error {
	return s.db.update(ctx, "note the use of a feed's token", func(tx pgx.Tx) error {
		t, ok, err := tokenIn(ctx, tx, lockToken, id)
		if err != nil || !ok {
			return err
		}
		t.Used = at.UTC()
		row, err := pack("feed_token", record.FeedTokenOf(t), id)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, setToken, id, row)
		return err
	})
}

// DropFeedToken revokes a token; ok is false if there is none with this id.
func (s *Store) DropFeedToken(ctx context.Context, id string) (ok bool, err error) {
	err = s.db.update(ctx, "revoke the token of a feed", func(tx pgx.Tx) error {
		done, err := tx.Exec(ctx, dropToken, id)
		ok = ok || done.RowsAffected() > 0 // a second try finds nothing to delete
		return err
	})
	return ok && err == nil, err
}
