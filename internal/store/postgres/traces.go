package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/store/record"
)

// maxTraced bounds the alerts that are read in one transaction.
const maxTraced = 256

const (
	targetNames = `select target from target order by target`

	// logFrom and logBefore read the log of alerts of targets, in one order over all of
	// them.
	logFrom = `
select l.logged, l.id, l.entry
from unnest($1::text[]) as t(target), lateral (
	select logged, id, entry from alert_log where target = t.target and logged >= $2 order by logged limit $3
) l
order by l.logged limit $3`

	logBefore = `
select l.logged, l.id, l.entry
from unnest($1::text[]) as t(target), lateral (
	select logged, id, entry from alert_log where target = t.target and logged < $2 and logged >= $3 order by logged desc limit $4
) l
order by l.logged desc limit $4`

	someAlerts     = `select id, record from alert where id = any($1)`
	someDeliveries = `select id, record from delivery where id = any($1)`
	alertsLike     = `select id from alert where id >= $1 order by id limit 2`
)

// logged is an entry of the log of alerts.
type logged struct {
	place []byte
	id    string
	entry []byte
}

func (l *logged) at() time.Time {
	if len(l.place) < 8 {
		return time.Time{}
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(l.place))).UTC()
}

// stampOf returns the first place of a time in the log.
func stampOf(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(max(0, t.UnixNano())))
}

func logIn(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]logged, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (l logged, err error) {
		err = row.Scan(&l.place, &l.id, &l.entry)
		return l, err
	})
}

// texts returns the single column of a query.
func texts(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// alertsIn returns those of some alerts that exist, by id.
func alertsIn(ctx context.Context, tx pgx.Tx, query string, args ...any) (map[string]*record.Alert, error) {
	alerts := make(map[string]*record.Alert)
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	var id string
	var raw []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &raw}, func() error {
		r := new(record.Alert)
		alerts[id] = r
		return unpack("alert", raw, r, id)
	})
	return alerts, err
}

// deliveriesOf returns the messages of alerts that still exist, by id.
func deliveriesOf(ctx context.Context, tx pgx.Tx, alerts map[string]*record.Alert) (map[string]record.Delivery, error) {
	var ids []string
	for _, a := range alerts {
		ids = append(ids, a.Messages...)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, someDeliveries, ids)
	if err != nil {
		return nil, err
	}
	deliveries := make(map[string]record.Delivery, len(ids))
	var id string
	var raw []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &raw}, func() error {
		var r record.Delivery
		err := unpack("delivery", raw, &r, id)
		deliveries[id] = r
		return err
	})
	return deliveries, err
}

func traceOf(a *record.Alert, deliveries map[string]record.Delivery) notify.Trace {
	var own []record.Delivery
	for _, id := range a.Messages {
		if d, ok := deliveries[id]; ok {
			own = append(own, d)
		}
	}
	return a.Trace(own)
}

// tracesIn returns the histories of some alerts, by id. An alert that does not exist has
// none.
func tracesIn(ctx context.Context, tx pgx.Tx, ids []string) (map[string]notify.Trace, error) {
	alerts, err := alertsIn(ctx, tx, someAlerts, ids)
	if err != nil {
		return nil, err
	}
	deliveries, err := deliveriesOf(ctx, tx, alerts)
	if err != nil {
		return nil, err
	}
	traces := make(map[string]notify.Trace, len(alerts))
	for id, a := range alerts {
		traces[id] = traceOf(a, deliveries)
	}
	return traces, nil
}

// Traces calls yield with the alerts that were held since a time, the oldest first, until
// yield returns false.
func (s *Store) Traces(ctx context.Context, since time.Time, yield func(notify.Trace) bool) error {
	from := stampOf(since)
	for more := true; more; {
		var traces []notify.Trace
		var next []byte
		err := s.db.view(ctx, "read the alerts", func(tx pgx.Tx) error {
			traces, next = nil, from
			targets, err := texts(ctx, tx, targetNames)
			if err != nil {
				return err
			}
			entries, err := logIn(ctx, tx, logFrom, targets, from, maxTraced)
			if err != nil {
				return err
			}
			ids := make([]string, len(entries))
			for i, e := range entries {
				ids[i], next = e.id, append(e.place, 0)
			}
			byID, err := tracesIn(ctx, tx, ids)
			for _, id := range ids {
				if t, ok := byID[id]; ok {
					traces = append(traces, t)
				}
			}
			more = len(entries) == maxTraced
			return err
		})
		if err != nil {
			return err
		}
		for _, t := range traces {
			if !yield(t) {
				return nil
			}
		}
		from = next
	}
	return nil
}

// Trace returns the history of an alert. id is the alert's, a unique prefix of it, or a
// delivery's.
func (s *Store) Trace(ctx context.Context, id string) (t notify.Trace, err error) {
	err = s.answer(ctx, "read an alert", func(tx pgx.Tx) error {
		full, err := resolve(ctx, tx, id)
		if err != nil {
			return err
		}
		byID, err := tracesIn(ctx, tx, []string{full})
		var ok bool
		if t, ok = byID[full]; !ok && err == nil {
			return noAlert(id)
		}
		return err
	})
	return t, err
}

// answer is db.view, except that it returns a *notify.NoAlertError without a prefix, as it
// is meant for people.
func (s *Store) answer(ctx context.Context, what string, read func(tx pgx.Tx) error) error {
	var no error
	err := s.db.view(ctx, what, func(tx pgx.Tx) error {
		no = nil
		err := read(tx)
		if _, ok := errors.AsType[*notify.NoAlertError](err); ok {
			no, err = err, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return no
}

func noAlert(id string) error {
	return &notify.NoAlertError{Text: fmt.Sprintf("no alert has the id %q", id)}
}

// resolve returns the alert's id for what Trace accepts.
func resolve(ctx context.Context, tx pgx.Tx, id string) (string, error) {
	if id == "" || strings.ContainsRune(id, 0) || !utf8.ValidString(id) { // no text of the database is like that
		return "", noAlert(id)
	}
	deliveries, err := deliveriesOf(ctx, tx, map[string]*record.Alert{"": {Messages: []string{id}}})
	if err != nil {
		return "", err
	}
	if d := deliveries[id]; len(d.Message.AlertIDs) > 0 {
		return d.Message.AlertIDs[0], nil
	}
	like, err := texts(ctx, tx, alertsLike, id)
	switch {
	case err != nil:
		return "", err
	case len(like) == 0 || !strings.HasPrefix(like[0], id):
		return "", noAlert(id)
	case like[0] != id && len(like) > 1 && strings.HasPrefix(like[1], id):
		return "", &notify.NoAlertError{Text: fmt.Sprintf("several alerts have ids that begin with %q, write more of it", id)}
	}
	return like[0], nil
}
