package syndicate

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"watcher/internal/desk"
	"watcher/internal/rules"
	"watcher/internal/store"
)

// ListedToken opens one feed, to who has it.
type ListedToken struct {
	ID   string    `json:"id"`
	Feed string    `json:"feed"` // its path and query, without the extension of a format
	By   string    `json:"by"`
	Made time.Time `json:"made"`
	Used time.Time `json:"used,omitzero"` // last, to the hour
}

// MadeToken is a token that was just made. Its text is told this once.
type MadeToken struct {
	ListedToken
	Text string `json:"token"`
	Atom string `json:"atom"` // the whole address to subscribe to
	JSON string `json:"json"`
}

// useNoted is how long the use of a token is not noted again: each is a write.
const useNoted = time.Hour

// Opens reports whether the token in a request's URL opens the feed that is asked for.
func (f *Feeds) Opens(r *http.Request) bool {
	given := r.URL.Query().Get(tokenKey)
	id, _, _ := strings.Cut(given, "-")
	if given == "" || len(given) > 100 {
		return false
	}
	s, _, err := wanted(r)
	if err != nil {
		return false
	}
	t, ok, err := f.Tokens.FeedToken(r.Context(), id)
	if err != nil {
		f.Log.Error("the token of a feed cannot be read", "id", id, "error", err)
	}
	sum := sha256.Sum256([]byte(given))
	if !ok || subtle.ConstantTimeCompare(sum[:], t.Hash) != 1 || t.Feed != s.key() {
		return false
	}
	if now := time.Now(); now.Sub(t.Used) > useNoted {
		if err := f.Tokens.UseFeedToken(r.Context(), id, now); err != nil {
			f.Log.Warn("the use of a feed's token is not noted", "id", id, "error", err)
		}
	}
	return true
}

// Make makes a token for a feed, which is a path such as /rules/baltics or
// /search?q=NATO. What is wrong with that is a *MistakeError, a rules.Errors or a
// *desk.NotFoundError.
func (f *Feeds) Make(r *http.Request, by, feed string) (MadeToken, error) {
	u, err := url.Parse(feed)
	if err != nil || u.IsAbs() || u.Host != "" {
		return MadeToken{}, errNoFeed
	}
	s, err := read(u)
	if err != nil {
		return MadeToken{}, err
	}
	if err := f.check(r.Context(), s); err != nil {
		return MadeToken{}, err
	}
	id := strings.ToLower(rand.Text()[:10])
	made := MadeToken{ListedToken: ListedToken{ID: id, Feed: s.key(), By: by, Made: time.Now().UTC()}, Text: id + "-" + rand.Text()}
	sum := sha256.Sum256([]byte(made.Text))
	err = f.Tokens.PutFeedToken(r.Context(), store.FeedToken{ID: id, Feed: made.Feed, By: by, Made: made.Made, Hash: sum[:]})
	made.Atom, made.JSON = f.base(r)+s.address(".atom", made.Text), f.base(r)+s.address(".json", made.Text)
	return made, err
}

// check sees that a source is of a rule that is there, or of a query that can be read.
func (f *Feeds) check(ctx context.Context, s *source) error {
	if s.rule != "" {
		_, err := f.Desk.Rule(ctx, s.rule)
		return err
	}
	if q := s.query.Get("q"); q != "" {
		_, err := rules.Parse(q, f.Config().Language())
		return err
	}
	return nil
}

// address is the path and query of a source in a format, with a token.
func (s *source) address(ext, token string) string {
	query := url.Values{tokenKey: {token}}
	maps.Copy(query, s.query)
	return withQuery(s.path+ext, query)
}

// List returns all tokens there are, by their ids.
func (f *Feeds) List(ctx context.Context) ([]ListedToken, error) {
	all, err := f.Tokens.FeedTokens(ctx)
	tokens := make([]ListedToken, len(all))
	for i, t := range all {
		tokens[i] = ListedToken{t.ID, t.Feed, t.By, t.Made, t.Used}
	}
	return tokens, err
}

// Revoke ends a token: its feed is not opened by it any more. A *desk.NotFoundError if
// there is none with that id.
func (f *Feeds) Revoke(ctx context.Context, id string) error {
	ok, err := f.Tokens.DropFeedToken(ctx, id)
	if err == nil && !ok {
		err = &desk.NotFoundError{Text: fmt.Sprintf("no token has the id %s", id)}
	}
	return err
}
