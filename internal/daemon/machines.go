package daemon

import (
	"context"
	"strings"

	"watcher/internal/store"
)

// sharing is a store that several machines share.
type sharing interface {
	// Introduce sets the config and version that this machine reports from the next
	// heartbeat on.
	Introduce(config, version, fingerprint string)
	// Machines returns the machines that share the store, and what each holds.
	Machines(ctx context.Context) ([]store.Machine, error)
	// Durability says what the database does not promise of what it has acknowledged.
	Durability(ctx context.Context) (risks []string, err error)
	// WhenAsked has f called where a person asked another machine to have all that waits
	// for a target tried at once.
	WhenAsked(f func(target string))
	// Ending says that the program is ending, so that waits for an absent database must
	// be short.
	Ending()
}

// machines returns the machines that share the store, and the risks of its database;
// nil for a store of one machine.
func (d *Daemon) machines(ctx context.Context) (all []store.Machine, risks []string, err error) {
	s, shared := d.store.(sharing)
	if !shared {
		return nil, nil, nil
	}
	if _, err := d.store.Storing(); err != nil {
		return nil, nil, err // known without waiting for the database
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
		return nil // the next readiness check says why
	}
	if names := store.Differing(all); len(names) > 0 {
		lines = append(lines, "another config is in force on "+strings.Join(names, ", "))
	}
	return append(lines, risks...)
}
