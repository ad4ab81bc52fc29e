package postgres

import (
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
)

// arrivedArticle is an article that a poll brought, as it was matched.
type arrivedArticle struct {
	shard int16
	feed  int64
	seen  time.Time
	item  feeds.Item
}

// brought is what a poll brought, for the daily counts.
type brought struct {
	shard  int16
	feed   int64
	at     time.Time
	items  int
	alerts []notify.Alert
}
