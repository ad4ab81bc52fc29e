package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"watcher/internal/store/storetest"
	"watcher/internal/testutil"
)

// breakRecord flips a bit of a record without the stores' knowledge.
func breakRecord(t *testing.T, dsn string, r storetest.Record) bool {
	t.Helper()
	in := map[string]struct{ table, column, where string }{
		storetest.AlertRecord:    {"alert", "record", "id = $1"},
		storetest.HeldRecord:     {"held", "record", "id = $1"},
		storetest.DeliveryRecord: {"delivery", "record", "id = $1"},
		storetest.PayloadRecord:  {"payload", "record", "id = $1"},
		storetest.MuteRecord:     {"mute", "record", "name = $1"},
		storetest.FeedRecord:     {"feed", "record", "name = $1"},
		storetest.SeenRecord:     {"seen", "value", "part = 0 and feed = (select feed from feed_name where name = $1)"},
		storetest.ArticleRecord:  {"article", "packed", "$1 = '' and id = coalesce((select id from tail order by first limit 1), (select id from article order by ctid limit 1))"},
	}[r.Kind]
	if in.table == "" {
		return false
	}
	conn, err := pgx.Connect(context.Background(), dsn)
	testutil.Must(t, err)
	defer conn.Close(context.Background())
	done, err := conn.Exec(context.Background(), fmt.Sprintf(
		`update %[1]s set %[2]s = set_byte(%[2]s, length(%[2]s) / 2, get_byte(%[2]s, length(%[2]s) / 2) # 1) where %[3]s`, in.table, in.column, in.where), r.Of)
	testutil.Must(t, err)
	return done.RowsAffected() > 0
}
