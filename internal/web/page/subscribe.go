package page

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"watcher/internal/web"
	"watcher/internal/web/syndicate"
)

// subscriptions are the tokens that open alerts as feeds; *syndicate.Feeds has them.
type subscriptions interface {
	Make(r *http.Request, by, feed string) (syndicate.MadeToken, error)
	List(ctx context.Context) ([]syndicate.ListedToken, error)
	Revoke(ctx context.Context, id string) error
}

type subscribePage struct {
	frame
	Path       string // of the feed without an extension, from the root: "rules/cables", "search?q=x"
	Atom, JSON string // its addresses, where none needs a token
	Made       *syndicate.MadeToken
	Mistake    *mistake
	Tokens     []tokenRow
}

type tokenRow struct {
	ID, Feed, By string
	Made, Used   moment
}

// subscribe shows how something is read as a feed. Where there is a login, readers need
// a token, since they cannot log in.
func (s *site) subscribe(r *http.Request, f *frame) (any, error) {
	f.Title = "Subscribe"
	p := subscribePage{Path: strings.TrimPrefix(r.URL.Query().Get("feed"), "/")}
	if p.Path == "" {
		p.Path = "alerts"
	}
	if !feedPath(p.Path) {
		return nil, wrong("there are feeds of alerts, of a rule and of a search")
	}
	p.Atom, p.JSON = withExtension(p.Path, ".atom"), withExtension(p.Path, ".json")
	p.frame = *f
	return p, s.addTokens(r.Context(), &p)
}

// feedPath says whether a path from the root, with its query, is that of a feed.
func feedPath(path string) bool {
	room, _, _ := strings.Cut(path, "?")
	return safePath.MatchString(path) && (room == "alerts" || room == "search" || strings.HasPrefix(room, "rules/"))
}

func withExtension(path, extension string) string {
	room, query, ok := strings.Cut(path, "?")
	if !ok {
		return room + extension
	}
	return room + extension + "?" + query
}

// addTokens adds the tokens that there are, for who may revoke them.
func (s *site) addTokens(ctx context.Context, p *subscribePage) error {
	if !p.Person.MayEdit {
		return nil
	}
	all, err := s.Subscriptions.List(ctx)
	for _, t := range all {
		p.Tokens = append(p.Tokens, tokenRow{t.ID, t.Feed, t.By, p.At(t.Made), p.Ago(t.Used)})
	}
	return err
}

// makeToken answers with the address itself: it is told once, and kept nowhere.
func (s *site) makeToken(w http.ResponseWriter, r *http.Request) {
	f := s.frame(r, "alerts", 1)
	f.Title = "Subscribe"
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	p := subscribePage{frame: f, Path: strings.TrimPrefix(r.PostFormValue("feed"), "/")}
	if err := allowed(&f, r); err != nil {
		s.fail(w, r, f, err)
		return
	}
	if !feedPath(p.Path) {
		s.fail(w, r, f, wrong("there are feeds of alerts, of a rule and of a search"))
		return
	}
	made, err := s.Subscriptions.Make(r, f.Person.Name, "/"+p.Path)
	if p.Mistake = mistakeOf(err); p.Mistake == nil && err != nil {
		if bad, ok := errors.AsType[*syndicate.MistakeError](err); ok {
			err = wrong(bad.Error())
		}
		s.fail(w, r, f, err)
		return
	}
	if p.Mistake == nil {
		p.Made = &made
	}
	if err := s.addTokens(r.Context(), &p); err != nil {
		s.fail(w, r, f, err)
		return
	}
	s.render(w, r, http.StatusOK, "subscribe", p)
}

func (s *site) revoke(r *http.Request, _ web.Person) (to, done string, err error) {
	return "subscribe", "revoke", conflict(s.Subscriptions.Revoke(r.Context(), r.PostFormValue("id")))
}
