package record

import (
	"time"

	"watcher/internal/store"
)

// FeedToken is a store.FeedToken; its ID is the key.
type FeedToken struct {
	Feed string    `json:"feed"`
	By   string    `json:"by"`
	Made time.Time `json:"made"`
	Used time.Time `json:"used,omitzero"`
	Hash []byte    `json:"hash"`
}

func (FeedToken) record() {}

// FeedTokenOf makes the record of a token.
func FeedTokenOf(t store.FeedToken) FeedToken {
	return FeedToken{t.Feed, t.By, t.Made, t.Used, t.Hash}
}

// Token converts the record that is stored under id.
func (r FeedToken) Token(id string) store.FeedToken {
	return store.FeedToken{ID: id, Feed: r.Feed, By: r.By, Made: r.Made.UTC(), Used: r.Used.UTC(), Hash: r.Hash}
}
