package rules

import (
	_ "embed" // places.txt
	"slices"
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

//go:embed places.txt
var placeLines string

// place is a country, a region or a town with several names.
type place struct {
	names      []string
	adjectives []string // in English, the adjective first, then what its people are called; nil for a town
}

// placeKind says what a term is of its place.
type placeKind uint8

const (
	placeName placeKind = iota
	placeAdjective
)

type placeEntry struct {
	place *place
	kind  placeKind
}

// gazetteer are the lines of places.txt by each of their names and adjectives, folded.
var gazetteer = sync.OnceValue(readPlaces)

func readPlaces() map[string]placeEntry {
	m := map[string]placeEntry{}
	add := func(p *place, names []string, kind placeKind) {
		for _, name := range names {
			if key := strings.Join(words.Fold(name), " "); m[key].place == nil {
				m[key] = placeEntry{p, kind}
			}
		}
	}
	for line := range strings.Lines(placeLines) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		names, adjectives, has := strings.Cut(line, ": ")
		p := &place{names: strings.Split(names, ", ")}
		if has {
			p.adjectives = strings.Split(adjectives, ", ")
		}
		add(p, p.names, placeName)
		add(p, p.adjectives, placeAdjective)
	}
	return m
}

// placeOf is the place that a term names, or whose adjective it is; nil for none.
func placeOf(ws phrase) (*place, placeKind) {
	if len(ws) > 4 || slices.ContainsFunc(ws, func(w word) bool { return w.kind == wordPrefix }) {
		return nil, placeName
	}
	folded := make([]string, len(ws))
	for i := range ws {
		folded[i] = ws[i].folded
	}
	e := gazetteer()[strings.Join(folded, " ")]
	return e.place, e.kind
}
