package store

import (
	"context"
	"fmt"
	"time"
)

// MaxFeedTokens is more than the readers of a newsroom have feeds.
const MaxFeedTokens = 1000

// ErrTooManyTokens says that there are as many tokens of feeds as there may be.
var ErrTooManyTokens = fmt.Errorf("there are %d tokens of feeds already; revoke some first", MaxFeedTokens)

// FeedTokens keeps the tokens of feeds.
type FeedTokens interface {
	// PutFeedToken stores a token. ErrTooManyTokens if it would be one too many.
	PutFeedToken(ctx context.Context, t FeedToken) error
	// FeedToken returns the token with this id; false if there is none.
	FeedToken(ctx context.Context, id string) (t FeedToken, ok bool, err error)
	// FeedTokens returns all of them, by their ids.
	FeedTokens(ctx context.Context) ([]FeedToken, error)
	// UseFeedToken notes when a token was used; one that was revoked meanwhile stays so.
	UseFeedToken(ctx context.Context, id string, at time.Time) error
	// DropFeedToken revokes a token; false if there is none with this id.
	DropFeedToken(ctx context.Context, id string) (ok bool, err error)
}

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
