package postgres

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// Targets are spread over the machines that work for them. All machines compute the same
// from the rows of machine: which of them should have which target. A machine with a target
// that another one should have begins nothing more for it, lets what is under way end, and
// then hands its lease over, so that no two machines compose or send for it. A free target
// is taken by the first machine that comes, and handed on from there.

// candidate is a machine that lives, and the targets that it works for.
type candidate struct {
	id      int64
	name    string
	targets []string
}

// homesOf returns for each target which machine should have it: of the machines that work
// for it, the one with the highest hash of its name and the target's (rendezvous hashing),
// unless that one has its share of all targets already. So each machine has about as many,
// and few targets move when a machine comes or goes.
func homesOf(all []candidate) map[string]int64 {
	type chance struct {
		target string
		of     *candidate
		weight uint64
	}
	var chances []chance
	targets := make(map[string]bool)
	for i := range all {
		for _, t := range all[i].targets {
			targets[t] = true
			chances = append(chances, chance{t, &all[i], weigh(t, all[i].name)})
		}
	}
	slices.SortFunc(chances, func(a, b chance) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.target, b.target), cmp.Compare(a.of.id, b.of.id))
	})
	homes, has := make(map[string]int64, len(targets)), make(map[int64]int)
	for most := 0; len(homes) < len(targets); {
		// If few machines work for a target, they may have to take more than a share.
		most = max(most+1, (len(targets)+len(all)-1)/len(all))
		for _, c := range chances {
			if _, done := homes[c.target]; !done && has[c.of.id] < most {
				homes[c.target] = c.of.id
				has[c.of.id]++
			}
		}
	}
	return homes
}

// weigh returns the rank of a machine for a target.
func weigh(target, machine string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(target + "\x00" + machine))
	n := h.Sum64() // the last bytes of the input change little but its low bits
	n ^= n >> 33
	n *= 0xff51afd7ed558ccd
	return n ^ n>>33
}

const (
	workers = `
select id, name, targets from machine where seen > now() + $1::interval - $2::interval and targets <> '{}'
order by name, started desc, id`

	handOver = `
with mine as (
	select t.target, u.home
	from unnest($1::text[], $2::bigint[], $3::bigint[]) as u(target, token, home)
	join target t on t.target = u.target and t.token = u.token
	where t.owner = $4
	order by t.target for update of t
)
update target as t set owner = mine.home, token = $5, lease_until = now() + $6::interval + $7::interval
from mine where t.target = mine.target`
)

// readHomes reads which machines live, and returns which of them should have which target.
func (s *Store) readHomes(ctx context.Context) (homes map[string]int64, err error) {
	var all []candidate
	err = s.db.view(ctx, "read who works for targets", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, workers, s.db.ahead(), s.timing.lease)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c candidate, err error) {
			err = row.Scan(&c.id, &c.name, &c.targets)
			return c, err
		})
		return err
	})
	// Of two processes with one name the earlier one is dead, but still counts for a lease.
	all = slices.CompactFunc(all, func(a, b candidate) bool { return a.name == b.name })
	return homesOf(all), err
}

// worksFor returns the targets that this machine works for: it was asked for them, and its
// config has them.
func (s *Store) worksFor() []string {
	ts := s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	names := []string{}
	for _, name := range ts.wanted {
		if t := ts.all[name]; t != nil && !t.again.IsZero() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// shareOut hands over targets that other machines should have. The caller holds taking.
func (s *Store) shareOut(ctx context.Context) error {
	ts := s.targets
	if now := s.db.clock(); now.Sub(ts.shared) >= s.timing.beat {
		homes, err := s.readHomes(ctx)
		if err != nil {
			return err
		}
		ts.homes, ts.shared = homes, now
	}
	var names []string
	var tokens, homes []int64
	for _, t := range s.leaving() {
		release, ok := t.turn.try()
		if !ok { // something is just beginning; the next look comes soon
			continue
		}
		defer release()
		if token, idle := s.letGoOf(t); idle {
			names, tokens, homes = append(names, t.name), append(tokens, token), append(homes, ts.homes[t.name])
		}
	}
	if len(names) == 0 {
		return nil
	}
	// If it fails, this machine still has the lease, and takes the target up again.
	err := s.db.update(ctx, "hand targets over to other machines", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, handOver, names, tokens, homes, s.self.id, random(), s.db.ahead(), s.timing.lease)
		return err
	})
	if err == nil {
		s.log.Debug("handed over to other machines, so that each has its share", "targets", names)
	}
	return err
}

// leaving decides which targets of this machine are to go, and returns them.
func (s *Store) leaving() (all []*target) {
	ts := s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	now := s.db.clock()
	for name, t := range ts.all {
		home, has := ts.homes[name]
		// A delivery that may have begun in a commit without an answer is settled first, by
		// the next Begin: elsewhere it would be ambiguous.
		t.leaving = has && home != s.self.id && now.Before(t.until) && !t.doubtful
		if t.leaving {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b *target) int { return cmp.Compare(a.name, b.name) })
	return all
}

// letGoOf ends the use of a target that is leaving, if nothing of it is being sent. The
// caller holds its turn.
func (s *Store) letGoOf(t *target) (token int64, idle bool) {
	s.targets.mu.Lock()
	defer s.targets.mu.Unlock()
	if t.doubtful || len(t.sending) > 0 {
		return 0, false
	}
	t.until, t.leaving = time.Time{}, false
	return t.token, true
}
