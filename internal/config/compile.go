package config

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// compile compiles all rules whose query could be read. Mistakes get the position of
// the character in the query.
func (c *checker) compile(sources *feeds.Sources) *rules.Set {
	if c.halfRead { // it may define what the other files miss
		return nil
	}
	var sound []rules.Rule
	var index []int // see c.compiled
	unread := c.unreadRules()
	for i, r := range c.doc.Rules {
		if unread[i] {
			continue
		}
		if c.badScope[i] {
			r.Feeds = nil // reported already, and slow to report again with many feeds
		}
		sound, index = append(sound, r.Rule), append(index, i)
	}
	set, err := rules.Compile(sound, languageOf(c.doc.Lists, c.doc.Defaults, sources))
	var mistakes rules.Errors
	var one *rules.Error
	switch {
	case err == nil:
		c.compiled = index
	case errors.As(err, &mistakes):
		for _, m := range mistakes {
			c.placeMistake(m, index)
		}
	case errors.As(err, &one):
		c.placeMistake(one, index)
	default:
		c.wrong(key("rules"), "%s", err)
	}
	return set
}

var queryPath = regexp.MustCompile(`^(rules\[\d+\])(\.match|\.keywords.*)?$`)

// unreadRules are the indexes of rules without a query to compile, because the decoder
// found a mistake in it.
func (c *checker) unreadRules() map[int]bool {
	faulty := map[spot]bool{}
	for at := range c.reported {
		if m := queryPath.FindStringSubmatch(at.key); m != nil {
			faulty[spot{at.file, m[1]}] = true
		}
	}
	unread := map[int]bool{}
	for i := range c.doc.Rules {
		if len(faulty) > 0 && faulty[c.spot(c.rules[i])] {
			unread[i] = true
		}
	}
	return unread
}

func (c *checker) placeMistake(m *rules.Error, index []int) {
	p := c.rulePath(m.Rule, m.Part, index)
	if c.reported[c.spot(p)] {
		return
	}
	at, shown := c.placeQuery(p, m.Source, m.Offset)
	if m.Column == 0 { // an example; no character of the query is to blame
		shown = ""
	}
	c.Fail(at, p, "%s", m.Text())
	c.Errs[len(c.Errs)-1].Snippet = shown
}

// rulePath is the path of a part of a rule or of a list.
func (c *checker) rulePath(rule int, part string, index []int) *strict.Path {
	if rule >= 0 && rule < len(index) {
		return c.rules[index[rule]].Below(part)
	}
	// Names of lists may contain dots and brackets.
	for name, p := range c.lists {
		if rest, ok := strings.CutPrefix(part, "lists."+name); ok && (rest == "" || rest[0] == '[') {
			return p.Below(rest)
		}
	}
	return (*strict.Path)(nil).Below(part)
}

// placeQuery returns the position of an offset in a query at p.
func (c *checker) placeQuery(p *strict.Path, query string, offset int) (at strict.Position, shown string) {
	n, found := strict.Locate(c.Root, p)
	if n = strict.Follow(n); !found || query == "" {
		return strict.Start(n), ""
	}
	if n.Value != query { // a variable was expanded in it
		return strict.Start(n), strict.Snippet(query, offset)
	}
	return c.PartOf(p).Src.Inside(n, offset), strict.Snippet(query, offset)
}

// lint adds the warnings of the rules.
func (c *checker) lint(set *rules.Set) {
	index := c.compiled
	for _, w := range set.Lint() {
		p := c.rulePath(w.Rule, w.Part, index)
		n, found := strict.Locate(c.Root, p)
		if !found { // the warning is about a word of a list or keyword
			p = p.Parent
		}
		// Words side by side are fine, unless the writer took YAML's quotes for those
		// of a phrase. Only YAML knows.
		if w.Kind == rules.WarnSideBySide && strict.Follow(n).Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0 {
			continue
		}
		if (w.Kind == rules.WarnContained || w.Kind == rules.WarnRepeats) && c.doc.Rules[index[w.Rule]].Adds(&c.doc.Rules[index[w.Other]]) {
			continue
		}
		at, shown := c.placeQuery(p, w.Source, w.Offset)
		c.warnings = append(c.warnings, Mistake{
			File: c.PartOf(p).Src.Name, Line: at.Line, Col: at.Col, KeyPath: p.String(), Text: w.Text(), Snippet: shown,
		})
	}
}

// Adds reports whether a rule adds something to another that finds everything it finds:
// a higher severity, or other targets.
func (r *RoutedRule) Adds(other *RoutedRule) bool {
	return r.Severity > other.Severity || slices.ContainsFunc(r.Notify, func(t string) bool { return !slices.Contains(other.Notify, t) })
}
