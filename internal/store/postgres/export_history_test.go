package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/feeds"
)

// Poll is what a poll brought, for tests that have no feeds.
type Poll struct {
	Shard int16
	Feed  int64
	Seen  time.Time
	Items []feeds.Item
}

// Keep commits articles as commits of polls do.
func (s *Store) Keep(ctx context.Context, polls ...Poll) error {
	return s.db.update(ctx, "keep articles", func(tx pgx.Tx) error {
		var all []arrivedArticle
		for _, p := range polls {
			for _, it := range p.Items {
				all = append(all, arrivedArticle{p.Shard, p.Feed, p.Seen, it})
			}
		}
		return s.keepArticles(ctx, tx, all)
	})
}

// Exec runs a statement beside the store.
func (s *Store) Exec(ctx context.Context, sql string, args ...any) error {
	return s.db.update(ctx, "a statement of a test", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql, args...)
		return err
	})
}
