package config

import (
	"maps"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"
)

// planned are the keys that the config is meant to get, by section, so that one
// who reads about them in a newer manual learns that this version lacks them
// instead of that they are unknown. A key leaves the table when it is built;
// once a struct has it, the table no longer counts.
var planned = map[string][]string{
	"store":   {"postgres", "postgres_file"},
	"http":    {"listen", "public_url", "token", "token_file"},
	"feeds[]": {"opml"},
}

// unread are keys that a struct has ahead of the code that will act on them.
// Accepting them would be a lie; the line goes when that code comes.
var unread = map[string][]string{
	"feeds[]": {"full_text"},
}

// plannedValues are values that keys which exist are meant to take.
var plannedValues = map[string][]string{}

// isPlanned reports whether a key is meant to come; known, whether a struct has
// it by now.
func isPlanned(p *path, key string, known bool) bool {
	if known {
		// Sections without such keys are the rule; their path is not spelt out.
		return slices.Contains(unreadKeys, key) && slices.Contains(unread[section(p)], key)
	}
	return slices.Contains(planned[section(p)], key)
}

var unreadKeys = slices.Concat(slices.Collect(maps.Values(unread))...)

// plannedValue notes a value that is not built yet.
func (d *decoder) plannedValue(n *yaml.Node, text string, p *path) bool {
	if p == nil || p.key != "type" || !slices.Contains(plannedValues[section(p)], text) {
		return false
	}
	d.fail(start(n), p, "%s is not built yet", text)
	return true
}

var (
	indexes    = regexp.MustCompile(`\[\d+\]`)
	targetName = regexp.MustCompile(`^notify\.[^.]*`)
)

// section is a path without what tells one feed, rule or target from another.
func section(p *path) string {
	return targetName.ReplaceAllString(indexes.ReplaceAllString(p.String(), "[]"), "notify.*")
}
