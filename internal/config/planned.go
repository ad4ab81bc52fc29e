package config

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v4"
)

// planned are the keys that the config is meant to get, by section, so that one
// who reads about them in a newer manual learns that this version lacks them
// instead of that they are unknown. A key leaves the table when it is built;
// once a struct has it, the table no longer counts.
var planned = map[string][]string{
	"store": {"postgres", "postgres_file"},
}

// plannedValues are values that keys which exist are meant to take.
var plannedValues = map[string][]string{}

// isPlanned reports whether a key that no struct has is meant to come.
func isPlanned(p *path, key string) bool { return slices.Contains(planned[section(p)], key) }

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
