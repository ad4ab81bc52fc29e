package store

import (
	"fmt"
	"time"
)

// MostFeedTokens is more than the readers of a newsroom have feeds.
const MostFeedTokens = 1000

// ErrTooManyTokens says that there are as many tokens of feeds as there may be.
var ErrTooManyTokens = fmt.Errorf("there are %d tokens of feeds already; revoke some first", MostFeedTokens)

// FeedToken opens one of the feeds that alerts are served as, to who has it. The token
// itself is not stored.
type FeedToken struct {
	ID   string // the part of the token that may be seen
	Feed string // which feed it opens: its path and query
	By   string // who made it
	Made time.Time
	Used time.Time // last, to the hour; zero if never
	Hash []byte    // SHA-256 of the token
}
