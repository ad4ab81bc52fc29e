package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"watcher/internal/store/migrate"
	"watcher/internal/stores"
)

// Migrated is what Migrate moved.
type Migrated struct {
	From, To string // how the places are called, without passwords
	Records  int
}

// Migrate moves all that is stored from one place to another; see stores.OpenToMove for
// places, and migrate.Run.
func Migrate(ctx context.Context, from, to string, log *slog.Logger, progress func(done, total int)) (m Migrated, err error) {
	source, name, err := stores.OpenToMove(ctx, from, true, log)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, targetName, err := stores.OpenToMove(ctx, to, false, log)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	m.From, m.To = name, targetName
	err = migrate.Run(ctx, source, target, name, func(done, total int) {
		m.Records = done
		progress(done, max(total, 1))
	})
	if err != nil {
		err = fmt.Errorf("%s to %s: %w", name, targetName, err)
	}
	return m, err
}
