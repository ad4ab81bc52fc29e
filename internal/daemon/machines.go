package daemon

import (
	"context"
	"strings"

	"watcher/internal/store"
)

// sharing is a store that several machines have.
type sharing interface {
	// Introduce says to the others, from the next heartbeat on, with which config and
	// version this machine runs.
	Introduce(config, version, fingerprint string)
	// Machines returns those that share the store, and what each holds.
	Machines(ctx context.Context) ([]store.Machine, error)
	// Durability says what the database does not promise of what it has acknowledged.
	Durability(ctx context.Context) (risks []string, err error)
	// Ending says that the program ends, and waits for a database that is away no longer
	// than that allows.
	Ending()
}

// machines returns who shares the store, and what its database does not promise; nil
// where nobody does.
func (d *Daemon) machines(ctx context.Context) (all []store.Machine, risks []string, err error) {
	s, shared := d.store.(sharing)
	if !shared {
		return nil, nil, nil
	}
	if _, err := d.store.Storing(); err != nil {
		return nil, nil, err // which is known without a wait for the database
	}
	if all, err = s.Machines(ctx); err == nil {
		risks, err = s.Durability(ctx)
	}
	return all, risks, err
}

// remarks are what /readyz says of a machine that is ready.
func (d *Daemon) remarks(ctx context.Context) (lines []string) {
	all, risks, err := d.machines(ctx)
	if err != nil {
		return nil // the next question whether it is ready says why
	}
	if names := store.Differing(all); len(names) > 0 {
		lines = append(lines, "another config is in force on "+strings.Join(names, ", "))
	}
	return append(lines, risks...)
}
