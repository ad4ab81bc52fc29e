package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store"
)

// card is what a machine tells the others of itself.
type card struct{ config, version, fingerprint string }

// Introduce sets the config and version that this machine tells the others from the next
// heartbeat on.
func (s *Store) Introduce(config, version, fingerprint string) {
	s.card.Store(&card{config, version, fingerprint})
}

const listMachines = `
select m.id, m.name, m.config, m.version, m.fingerprint, m.started, m.seen, m.seen > now() + $1::interval - $2::interval,
	(select count(*) from shard s where s.owner = m.id and s.lease_until > now() + $1::interval),
	(select coalesce(array_agg(t.target order by t.target), '{}') from target t where t.owner = m.id and t.lease_until > now() + $1::interval),
	(select coalesce(array_agg(l.name order by l.name), '{}') from (
		select f.name from missing x join feed f on f.shard = x.shard and f.feed = x.feed and f.due is not null
		where x.machine = m.id order by f.name limit 10) l)
from machine m
order by m.name, m.started`

// Machines returns the machines that share the store, and what each holds. A dead machine
// is listed for an hour.
func (s *Store) Machines(ctx context.Context) (all []store.Machine, err error) {
	err = s.db.view(ctx, "list the machines", func(tx pgx.Tx) error {
		all = nil
		rows, err := tx.Query(ctx, listMachines, s.db.ahead(), s.timing.lease)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var m store.Machine
			var id int64
			if err := rows.Scan(&id, &m.Name, &m.Config, &m.Version, &m.Fingerprint, &m.Started, &m.Seen, &m.Live, &m.Shards, &m.Targets, &m.Lacks); err != nil {
				return err
			}
			m.Started, m.Seen, m.Self = m.Started.UTC(), m.Seen.UTC(), id == s.self.id
			all = append(all, m)
		}
		return rows.Err()
	})
	return all, err
}
