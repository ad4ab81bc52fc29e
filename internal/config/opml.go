package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"

	"watcher/internal/config/strict"
	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// maxOPML is far more than any reader exports.
const maxOPML = 16 << 20

// feedEntry is an entry of feeds: a feed, or an OPML list with settings for all of its
// feeds.
type feedEntry struct {
	feeds.Source `yaml:",inline"`
	// OPML is the list's file, relative to the config's directory.
	OPML string `yaml:"opml"`
}

func (e *feedEntry) Validate() []problem.Problem {
	if e.OPML == "" {
		return e.Source.Validate()
	}
	var ps []problem.Problem
	for _, own := range []struct {
		key, text string
		there     bool
	}{
		{"url", "excludes opml; give this feed an entry of its own", e.URL != ""},
		{"name", "the feeds of a list are called as they are there; remove the key", e.ID != ""},
		{"username", "is for one host; give its feed an entry of its own", e.Username != ""},
		{"token", "is for one host; give its feed an entry of its own", e.Token != ""},
		{"tls", "is for one host; give its feed an entry of its own", e.TLS != ""},
		{"headers", "are for one host; give its feed an entry of its own", len(e.Headers) > 0},
	} {
		if own.there {
			ps = append(ps, problem.At(own.key, "%s", own.text))
		}
	}
	if len(ps) > 0 {
		return ps
	}
	shared := e.Source
	shared.URL = "https://example.org/" // each feed has its own
	return shared.Validate()
}

// placed is a feed with its place in the config.
type placed struct {
	feeds.Source
	path   *strict.Path // of the entry
	list   bool         // the entry is a list, and this is one of its feeds
	faulty bool         // a mistake about this feed of a list was reported
}

// key is the path for a mistake about one of the feed's own keys.
func (f *placed) key(name string) *strict.Path {
	if f.list {
		name = "opml"
	}
	return f.path.Child(name)
}

// placeFeeds returns the feeds of the config and of its lists.
func (c *checker) placeFeeds() []placed {
	all := make([]placed, 0, len(c.doc.Feeds))
	section := key("feeds")
	for i := range c.doc.Feeds {
		e, p := &c.doc.Feeds[i], section.Entry(i)
		if e.OPML == "" {
			all = append(all, placed{Source: e.Source, path: p})
			continue
		}
		sources, err := c.readOPML(e.OPML, p)
		if err != nil {
			c.wrong(p.Child("opml"), "%s", err)
		}
		for _, s := range sources {
			if hasUser(s.URL) {
				c.warn(p.Child("opml"), "%s: %s is left out: its address has a user and password in it, which would be shown and logged; give it an entry of its own with username and password_file", e.OPML, text.Shorten(feeds.Shown(s.ID), 60))
				continue
			}
			f := e.Source
			f.ID, f.URL = s.ID, s.URL
			f.Tags = slices.Clone(e.Tags)
			for _, tag := range s.Tags {
				if !slices.Contains(f.Tags, tag) {
					f.Tags = append(f.Tags, tag)
				}
			}
			all = append(all, placed{Source: f, path: p, list: true})
		}
	}
	return all
}

// hasUser reports whether an address contains a user.
func hasUser(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User != nil
}

// readOPML reads a list of feeds.
func (c *checker) readOPML(name string, p *strict.Path) ([]feeds.Source, error) {
	c.noteBeside(c.env.path(name))
	data, err := ReadOPML(c.env.path(name))
	if err != nil {
		return nil, err
	}
	sources, warnings, err := parse.ParseOPML(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, w := range warnings {
		c.warn(p.Child("opml"), "%s: %s", name, w)
	}
	if len(sources) == 0 {
		c.warn(p.Child("opml"), "%s has no feeds", name)
	}
	return sources, nil
}

// ReadOPML returns the bytes of an OPML file, for parse.ParseOPML.
func ReadOPML(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, reason(err, file)
	}
	// Opening a pipe would wait for its writer.
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", file)
	}
	if info.Size() > maxOPML {
		return nil, errors.New(file + " is larger than 16 MB")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, reason(err, file)
	}
	return data, nil
}
