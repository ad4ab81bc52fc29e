package stores

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"watcher/internal/store/bolt"
	"watcher/internal/store/migrate"
	"watcher/internal/store/postgres"
)

// MovableStore is a store that what is stored can be moved out of, or into.
type MovableStore interface {
	migrate.Side
	Close() error
}

// OpenToMove opens the store at a place, the path of a file or the URL of a database, to
// move what is stored. name is how the place is called, without a password. One that is to
// be read must be there.
func OpenToMove(ctx context.Context, place string, read bool, log *slog.Logger) (s MovableStore, name string, err error) {
	if dsn, ok := databaseOf(place); ok {
		name = dsn.Host + dsn.Path
		host, _ := os.Hostname() // it only helps to tell machines apart
		s, err = moving(postgres.OpenToMove(ctx, place, postgres.Options{Machine: fmt.Sprintf("migrate on %s, process %d", host, os.Getpid()), Log: log}))
		return s, name, err
	}
	if name, err = filepath.Abs(place); err != nil {
		return nil, "", err
	}
	if read {
		if err := bolt.Absent(name); err != nil {
			return nil, name, err
		}
		// One that this user may not even see is not made anew in its folder.
		if _, err := os.Stat(name); err != nil {
			return nil, name, fmt.Errorf("open store: %w", err)
		}
	}
	s, err = moving(bolt.OpenToMove(name))
	return s, name, err
}

// moving is a side where there is no error, and nil where there is one.
func moving[S MovableStore](s S, err error) (MovableStore, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

func databaseOf(place string) (*url.URL, bool) {
	if !strings.HasPrefix(place, "postgres://") && !strings.HasPrefix(place, "postgresql://") {
		return nil, false
	}
	u, err := url.Parse(place)
	return u, err == nil
}
