package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify/story"
	"watcher/internal/store/record"
)

// giveAlerts stores alerts, their targets, and their entries of the log.
func giveAlerts(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		id := string(p.Key)
		var r record.Alert
		if err := record.Decode(p.Value, &r); err != nil {
			return fmt.Errorf("alert %s: %w", id, err)
		}
		b.Queue(`insert into target (target) values ($1) on conflict (target) do nothing`, r.Target)
		b.Queue(`insert into alert (id, target, record) values ($1, $2, $3) on conflict (id) do nothing`, id, r.Target, seal("alert", p.Value, id))
		if len(r.Logged) > 0 {
			b.Queue(`insert into alert_log (target, logged, id, entry) values ($1, $2, $3, $4) on conflict (target, logged) do nothing`, r.Target, r.Logged, id, r.Criteria())
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}

// giveLog gives alerts of an earlier version, which do not record their place in the log,
// that place.
func giveLog(ctx context.Context, s *Store, tx pgx.Tx, pairs []record.Pair) error {
	for _, p := range pairs {
		id := string(p.Value)
		var raw []byte
		err := tx.QueryRow(ctx, `select record from alert where id = $1`, id).Scan(&raw)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		var r record.Alert
		if err := unpack("alert", raw, &r, id); err != nil {
			return err
		}
		if len(r.Logged) > 0 {
			continue
		}
		r.Logged = p.Key
		if raw, err = pack("alert", r, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update alert set record = $2 where id = $1`, id, raw); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into alert_log (target, logged, id, entry) values ($1, $2, $3, $4) on conflict (target, logged) do nothing`, r.Target, r.Logged, id, r.Criteria()); err != nil {
			return err
		}
	}
	return nil
}

func takeTold(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var id string
	var told time.Time
	return each(ctx, tx, `select target, key, id, told from alert_key where (target, key) > ($1, $2) order by target, key limit $3`, []any{at.T, nonNil(at.B), most},
		[]any{&at.T, &at.B, &id, &told}, func() error {
			*pairs = append(*pairs, record.Pair{Key: append(targetKey(at.T), at.B...), Value: append(big(uint64(told.Unix())), id...)})
			at.B = bytes.Clone(at.B)
			return nil
		})
}

// nonNil makes b fit for a comparison, in which null would match nothing.
func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func giveTold(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		target, key := splitKey(p.Key)
		id := string(p.Value[min(8, len(p.Value)):])
		b.Queue(`insert into alert_key (target, key, id, told) values ($1, $2, $3, $4) on conflict (target, key) do nothing`, target, key, id, time.Unix(int64(bigOf(p.Value)), 0))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeStories(ctx context.Context, s *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var part int16
	var raw []byte
	return each(ctx, tx, `select part, seen, item, record from story where (part, seen, item) > ($1, $2, $3) order by part, seen, item limit $4`,
		[]any{int16(at.N), at.M, nonNil(at.B), most}, []any{&part, &at.M, &at.B, &raw}, func() error {
			r, err := s.history.unpackStory(raw, at.M, at.B)
			if err != nil {
				return err
			}
			value, err := record.Encode(&r)
			at.Last++
			*pairs = append(*pairs, record.Pair{Key: append(big(uint64(at.M)), big(at.Last)...), Value: value})
			at.N, at.B = int64(part), bytes.Clone(at.B)
			return err
		})
}

func giveStories(ctx context.Context, s *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		var r record.Story
		if err := record.Decode(p.Value, &r); err != nil {
			return fmt.Errorf("the story of %x: %w", p.Key, err)
		}
		part, seen := storyPart(story.Key(r.Item)), int64(bigOf(p.Key))
		b.Queue(`insert into story (part, seen, item, record) values ($1, $2, $3, $4) on conflict (part, seen, item) do nothing`, part, seen, r.Item[:], seal("story", s.history.packStory(&r), part, seen, r.Item[:]))
	}
	return tx.SendBatch(ctx, &b).Close()
}

// takeHolds turns places into sequences. Two machines may give the same place, and
// sequences must be unique.
func takeHolds(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var raw []byte
	before := at.T
	return each(ctx, tx, `select target, place, id, record from held where (target, place, id) > ($1, $2, $3) order by target, place, id limit $4`,
		[]any{at.T, at.N, at.U, most}, []any{&at.T, &at.N, &at.U, &raw}, func() error {
			value, err := unseal("held", raw, at.T, at.N, at.U)
			at.follow(before)
			before = at.T
			*pairs = append(*pairs, record.Pair{Key: targetKey(at.T, at.Last), Value: bytes.Clone(value)})
			return err
		})
}

// follow turns a place into a sequence that no earlier alert of the same target has.
func (c *cursor) follow(targetBefore string) {
	last := c.Last
	if c.Last = uint64(c.N); c.T == targetBefore && c.Last <= last {
		c.Last = last + 1
	}
}

func giveHeld(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		target, rest := splitKey(p.Key)
		var r record.Held
		if err := record.Decode(p.Value, &r); err != nil {
			return fmt.Errorf("what %s holds: %w", target, err)
		}
		place := int64(bigOf(rest))
		b.Queue(`insert into held (target, place, id, record) values ($1, $2, $3, $4) on conflict (target, place, id) do nothing`, target, place, r.ID, seal("held", p.Value, target, place, r.ID))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeTarget(column, table string) func(context.Context, *Store, pgx.Tx, *cursor, int, *[]record.Pair) (int, error) {
	sql := `select target, ` + column + ` from target where target > $1 and ` + column + ` is not null order by target limit $2`
	return func(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
		var raw []byte
		return each(ctx, tx, sql, []any{at.T, most}, []any{&at.T, &raw}, func() error {
			value, err := unseal(table, raw, at.T)
			*pairs = append(*pairs, record.Pair{Key: []byte(at.T), Value: bytes.Clone(value)})
			return err
		})
	}
}

func giveTarget(column, table string) func(context.Context, *Store, pgx.Tx, []record.Pair) error {
	sql := `insert into target as t (target, ` + column + `) values ($1, $2) on conflict (target) do update set ` + column + ` = excluded.` + column
	return func(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
		var b pgx.Batch
		for _, p := range pairs {
			value := p.Value
			if column == "health" && len(value) == 8 { // of a version that stored only the time
				told := time.Unix(0, int64(bigOf(value)))
				var err error
				if value, err = record.Encode(record.Health{Since: told, Failures: 1, Told: told}); err != nil {
					return err
				}
			}
			b.Queue(sql, string(p.Key), seal(table, value, string(p.Key)))
		}
		return tx.SendBatch(ctx, &b).Close()
	}
}

func givePayloads(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		b.Queue(`insert into payload (id, record) values ($1, $2) on conflict (id) do nothing`, string(p.Key), seal("payload", p.Value, string(p.Key)))
	}
	return tx.SendBatch(ctx, &b).Close()
}

// giveDeliveries stores deliveries. An earlier version has the payload in the record.
func giveDeliveries(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		id, raw := string(p.Key), p.Value
		var r record.Delivery
		if err := record.Decode(raw, &r); err != nil {
			return fmt.Errorf("delivery %s: %w", id, err)
		}
		if said := r.Message.Payload; !r.Apart && len(said) > 0 && string(said) != "null" {
			b.Queue(`insert into payload (id, record) values ($1, $2) on conflict (id) do nothing`, id, seal("payload", said, id))
			r.Apart, r.Message.Payload = true, nil
			var err error
			if raw, err = record.Encode(r); err != nil {
				return err
			}
		}
		b.Queue(`insert into target (target) values ($1) on conflict (target) do nothing`, r.Message.Target)
		b.Queue(`insert into delivery (id, target, record) values ($1, $2, $3) on conflict (id) do nothing`, id, r.Message.Target, seal("delivery", raw, id))
	}
	return tx.SendBatch(ctx, &b).Close()
}

// behindAll is added to the sequences of floods, so that they sort behind all others.
const behindAll = 1 << 63

func takeFresh(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var class int16
	var when time.Time
	before, was := at.T, int16(at.M)
	return each(ctx, tx, `select target, class, place, id, at from queue where class < 2 and (target, class, place, id) > ($1, $2, $3, $4) order by target, class, place, id limit $5`,
		[]any{at.T, int16(at.M), at.N, at.U, most}, []any{&at.T, &class, &at.N, &at.U, &when}, func() error {
			if class != was {
				before = ""
			}
			at.follow(before)
			before, was, at.M = at.T, class, int64(class)
			seq := at.Last
			if class == 1 {
				seq |= behindAll
			}
			*pairs = append(*pairs, record.Pair{Key: targetKey(at.T, seq), Value: stamped(when, at.U)})
			return nil
		})
}

// stamped returns a value of a queue: the time when it was written, and the delivery's id.
func stamped(t time.Time, id string) []byte { return append(big(uint64(t.UnixNano())), id...) }

const putQueued = `insert into queue (target, class, place, id, at) values ($1, $2, $3, $4, $5) on conflict (target, class, place, id) do nothing`

func giveFresh(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		target, rest := splitKey(p.Key)
		seq, class := bigOf(rest), int16(0)
		if seq >= behindAll {
			seq, class = seq&^behindAll, 1
		}
		b.Queue(putQueued, target, class, int64(seq), string(p.Value[min(8, len(p.Value)):]), time.Unix(0, int64(bigOf(p.Value))))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeRetry(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var when time.Time
	return each(ctx, tx, `select target, place, id, at from queue where class = 2 and (target, place, id) > ($1, $2, $3) order by target, place, id limit $4`,
		[]any{at.T, at.N, at.U, most}, []any{&at.T, &at.N, &at.U, &when}, func() error {
			at.Last++
			*pairs = append(*pairs, record.Pair{Key: targetKey(at.T, uint64(at.N), at.Last), Value: stamped(when, at.U)})
			return nil
		})
}

func giveRetry(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		target, rest := splitKey(p.Key)
		b.Queue(putQueued, target, int16(2), int64(bigOf(rest)), string(p.Value[min(8, len(p.Value)):]), time.Unix(0, int64(bigOf(p.Value))))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeBegun(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	return each(ctx, tx, `select target, id from begun where (target, id) > ($1, $2) order by target, id limit $3`, []any{at.T, at.U, most},
		[]any{&at.T, &at.U}, func() error {
			*pairs = append(*pairs, record.Pair{Key: []byte(at.U)})
			return nil
		})
}

func giveBegun(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		b.Queue(`insert into begun (target, id, token) select target, id, 0 from delivery where id = $1 on conflict (target, id) do nothing`, string(p.Key))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeDead(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	return each(ctx, tx, `select target, id from dead where (target, id) > ($1, $2) order by target, id limit $3`, []any{at.T, at.U, most},
		[]any{&at.T, &at.U}, func() error {
			*pairs = append(*pairs, record.Pair{Key: []byte(at.U)})
			return nil
		})
}

func giveDead(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		b.Queue(`insert into dead (target, id) select target, id from alert where id = $1 on conflict (target, id) do nothing`, string(p.Key))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeMutes(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var raw []byte
	return each(ctx, tx, `select kind, name, record from mute where (kind, name) > ($1, $2) order by kind, name limit $3`, []any{at.T, at.U, most},
		[]any{&at.T, &at.U, &raw}, func() error {
			value, err := unseal("mute", raw, at.T, at.U)
			*pairs = append(*pairs, record.Pair{Key: []byte(at.T + "\x00" + at.U), Value: bytes.Clone(value)})
			return err
		})
}

func giveMutes(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		kind, name := splitKey(p.Key)
		var r record.Mute
		if err := record.Decode(p.Value, &r); err != nil {
			return fmt.Errorf("the mute of %s %s: %w", kind, name, err)
		}
		b.Queue(`insert into mute (kind, name, until, record) values ($1, $2, $3, $4) on conflict (kind, name) do nothing`, kind, string(name), r.Until, seal("mute", p.Value, kind, string(name)))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func giveTokens(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		b.Queue(`insert into feed_token (id, record) values ($1, $2) on conflict (id) do nothing`, string(p.Key), seal("feed_token", p.Value, string(p.Key)))
	}
	return tx.SendBatch(ctx, &b).Close()
}

func takeDamage(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	var raw []byte
	if at.Last == 0 {
		at.N = -1 << 63
	}
	return each(ctx, tx, `select id, record from damage where told is null and id > $1 order by id limit $2`, []any{at.N, most}, []any{&at.N, &raw}, func() error {
		value, err := unseal("damage", raw, at.N)
		at.Last++
		*pairs = append(*pairs, record.Pair{Key: big(at.Last), Value: bytes.Clone(value)})
		return err
	})
}

func giveDamage(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		var r record.Damage
		if err := record.Decode(p.Value, &r); err != nil {
			return err
		}
		if !r.Told.IsZero() {
			continue
		}
		id := int64(bigOf(p.Key))
		b.Queue(`insert into damage (id, since, record) values ($1, $2, $3) on conflict (id) do nothing`, id, r.Since, seal("damage", p.Value, id))
	}
	return tx.SendBatch(ctx, &b).Close()
}

// takeMeta takes what there is one of, and what is reported only once.
func takeMeta(ctx context.Context, _ *Store, tx pgx.Tx, at *cursor, most int, pairs *[]record.Pair) (int, error) {
	if at.T == "" {
		h, err := readHowFar(ctx, tx)
		if err != nil {
			return 0, err
		}
		indexed, err := record.Encode(record.Indexed{End: uint64(h.ends), Lowest: 1 << 40})
		if err != nil {
			return 0, err
		}
		var ambiguous int64
		if err := tx.QueryRow(ctx, `select coalesce(sum(ambiguous), 0)::bigint from target`).Scan(&ambiguous); err != nil {
			return 0, err
		}
		*pairs = append(*pairs, record.Pair{Key: []byte("indexed"), Value: indexed}, record.Pair{Key: []byte("forgotten"), Value: big(uint64(h.forgotten))},
			record.Pair{Key: []byte("ambiguous"), Value: big(uint64(ambiguous))})
	}
	var told time.Time
	return each(ctx, tx, `select name, at from reported where name > $1 order by name limit $2`, []any{at.T, most}, []any{&at.T, &told}, func() error {
		*pairs = append(*pairs, record.Pair{Key: []byte("told " + at.T), Value: big(uint64(told.UnixNano()))})
		return nil
	})
}

// addAmbiguous adds a count that was kept over all targets to one target.
const addAmbiguous = `
update target set ambiguous = $1 where target = (select min(target) from target) and not exists (select from target where ambiguous > 0)`

func giveMeta(ctx context.Context, _ *Store, tx pgx.Tx, pairs []record.Pair) error {
	var b pgx.Batch
	for _, p := range pairs {
		key := string(p.Key)
		switch name, told := strings.CutPrefix(key, "told "); {
		case told:
			b.Queue(`insert into reported (name, at) values ($1, $2) on conflict (name) do nothing`, name, time.Unix(0, int64(bigOf(p.Value))))
		case key == "forgotten":
			b.Queue(`update history set forgotten = $1 where one`, max(1, int64(bigOf(p.Value))))
		case key == "indexed":
			var r record.Indexed
			if err := record.Decode(p.Value, &r); err != nil {
				return err
			}
			b.Queue(`update history set ends = $1, next = greatest(next, $1) where one`, int64(r.End))
		case key == "ambiguous":
			b.Queue(`insert into meta (key, value) values ($2, $1) on conflict (key) do update set value = excluded.value`, p.Value, keyAmbiguous)
		}
	}
	return tx.SendBatch(ctx, &b).Close()
}
