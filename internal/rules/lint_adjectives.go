package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"watcher/internal/feeds"
)

// withoutAdjective collects the countries whose adjectives the rules would miss: in
// "NATO brigade trains with Estonian soldiers" only the adjective names the country.
// They get one warning for all rules.
type withoutAdjective struct {
	first  Warning // where the first one stands
	places []*place
	names  []string // as the rules have them
	told   map[*place]bool
	lists  map[*list][]named
}

// named is a country in a rule or a list.
type named struct {
	place *place
	name  string
	list  string // @name, if it is in one
	off   int
}

// look adds the countries of a rule that no other word of it covers.
func (a *withoutAdjective) look(l *linter, n *node) {
	for _, c := range a.in(n, inDefault, nil) {
		if a.told[c.place] || covered(n, c.place) {
			continue
		}
		if len(a.places) == 0 {
			a.told = map[*place]bool{}
			a.first = l.at(WarnAdjective, c)
		}
		a.told[c.place] = true
		a.places, a.names = append(a.places, c.place), append(a.names, c.name)
	}
}

// at is a warning at the place of a country, or of its list, in the rule.
func (l *linter) at(kind WarningKind, c named) Warning {
	r := &l.set.rules[l.rule]
	w := Warning{Kind: kind, Rule: l.rule, Name: r.Name, Part: "match", Source: r.Match, Offset: c.off}
	for i, k := range r.Keywords {
		if text := strings.Join(strings.Fields(k), " "); text == c.name || text == c.list {
			w.Part, w.Source = fmt.Sprintf("keywords[%d]", i), k
			break
		}
	}
	w.Column = utf8.RuneCountInString(w.Source[:w.Offset]) + 1
	return w
}

// in appends the countries that n looks for as plain words in the text.
func (a *withoutAdjective) in(n *node, in fields, out []named) []named {
	switch n.op {
	case opTerm:
		p, kind := placeOf(n.alts[0])
		if p == nil || kind != placeName || p.adjectives == nil || in&(inTitle|inText|inLead|inContent|inSummary) == 0 {
			return out
		}
		for i := range n.alts[0] {
			if w := &n.alts[0][i]; w.kind != wordInflect || w.acronym {
				return out // in quotes only the country is meant
			}
		}
		return append(out, named{p, n.text, "", n.off})
	case opList:
		if n.list.entity != nil {
			return out // it has its adjective
		}
		found, ok := a.lists[n.list]
		if !ok {
			for _, entry := range n.list.entries {
				found = a.in(entry, inDefault, found)
			}
			if a.lists == nil {
				a.lists = map[*list][]named{}
			}
			a.lists[n.list] = found
		}
		for _, c := range found {
			out = append(out, named{c.place, c.name, n.text, n.off})
		}
		return out
	case opField:
		return a.in(n.kids[0], n.in, out)
	case opNot:
		return out
	}
	for _, k := range n.kids {
		out = a.in(k, in, out)
	}
	return out
}

// covered reports whether a word of the rule finds the adjective of a country.
func covered(n *node, p *place) bool {
	v := new(view)
	v.load(&feeds.Item{Title: p.adjectives[0], Language: "en"}, inAll)
	var any func(n *node) bool
	any = func(n *node) bool {
		switch n.op {
		case opList:
			if n.list.entity != nil { // of hundreds of words, its own adjective among them
				return slices.ContainsFunc(n.list.entries, func(e *node) bool { return slices.Contains(p.adjectives, e.text) })
			}
			return slices.ContainsFunc(n.list.entries, any)
		case opTerm, opRegex:
			return len(v.hits(n, inTitle)) > 0
		case opNot:
			return false
		}
		return slices.ContainsFunc(n.kids, any)
	}
	return any(n)
}

// maxNamed is how many countries the warning names.
const maxNamed = 8

// warning says once which they are.
func (a *withoutAdjective) warning() []Warning {
	if len(a.places) == 0 {
		return nil
	}
	shown := min(len(a.places), maxNamed)
	adjectives := make([]string, shown)
	for i := range adjectives {
		adjectives[i] = a.places[i].adjectives[0]
	}
	verb := "do not find their adjectives"
	if len(a.places) == 1 {
		verb = "does not find its adjective"
	}
	w := a.first
	w.Msg = fmt.Sprintf("%s %s (%s)", enumerated(a.names[:shown], len(a.places)-shown), verb, strings.Join(adjectives, ", "))
	name := a.names[0]
	w.Fix = fmt.Sprintf(`write (%s OR %s), in lists and keywords both, or "%s" in quotes if the country alone is meant`, name, adjectives[0], name)
	return []Warning{w}
}

// enumerated writes a list as a sentence does, with the number of further items.
func enumerated(items []string, more int) string {
	if more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(items, ", "), more)
	}
	if n := len(items); n > 1 {
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
	return items[0]
}
