package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// A person may ask any machine to try all deliveries of a target at once. The pauses and
// rates that hold deliveries back are in the memory of the target's owner, who hears of the
// request with its next look at target_news.

const countAsked = `
insert into target_news as n (target, n, asked) values ($1, 1, 1)
on conflict (target) do update set n = n.n + 1, asked = n.asked + 1
returning asked`

// WhenAsked has f called when a person asked another machine to try all deliveries of a
// target at once (TellAsked). f must not block.
func (s *Store) WhenAsked(f func(target string)) { s.whenAsked.Store(&f) }

// TellAsked tells the owner of a target, wherever it runs, that a person wants all waiting
// deliveries tried at once, whatever delay the target asked for. The machine that is asked
// need not be told.
func (s *Store) TellAsked(ctx context.Context, target string) error {
	var asked int64
	err := s.db.update(ctx, "tell who sends to "+target, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, countAsked, target).Scan(&asked)
	})
	if err == nil {
		t := s.targets.of(target)
		s.targets.mu.Lock()
		defer s.targets.mu.Unlock()
		t.news.asked = asked
	}
	return err
}

// counted wakes those who wait for targets for which other machines committed something,
// and tells of the targets that are to be tried at once. It also wakes whoever waits for a
// target that was not looked for yet.
func (s *Store) counted(counted map[string]newsCount) {
	for _, name := range s.spreadCounted(counted) {
		if f := s.whenAsked.Load(); f != nil {
			(*f)(name)
		}
	}
}

func (s *Store) spreadCounted(counted map[string]newsCount) (asked []string) {
	ts := s.targets
	ts.mu.Lock()
	defer ts.mu.Unlock()
	all := ts.allNews != counted[""].n
	ts.allNews = counted[""].n
	for name, t := range ts.all {
		n := counted[name]
		if n.asked > t.news.asked { // the target may have been taken since n was read, see took
			t.news.asked = n.asked
			asked = append(asked, name)
		}
		if all || n.n != t.news.n {
			t.news.n = n.n
			t.held.spread()
			t.queued.spread()
		}
	}
	return asked
}
