package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"watcher/internal/feeds"
)

// Set is a compiled set of rules. It never changes and is safe for concurrent
// use: a reload builds another one beside it and swaps them.
type Set struct {
	rules []Rule
	opts  Options
	nodes []*node
	need  fields
	views sync.Pool
}

// Compile makes a Set of rules. Its error is an Errors with every mistake of
// every rule and list.
func Compile(rs []Rule, o Options) (*Set, error) {
	e := &env{opts: o}
	errs := e.readLists()
	s := &Set{rules: slices.Clone(rs), opts: o, nodes: make([]*node, len(rs))}
	s.views.New = func() any { return new(view) }
	if errs == nil { // else every @name would be in doubt
		for i := range rs {
			n, es := e.rule(&rs[i])
			s.nodes[i] = n
			for _, x := range es {
				x.Rule, x.Name = i, rs[i].Name
			}
			errs = append(errs, es...)
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	for _, n := range s.nodes {
		s.need |= needs(n, inDefault)
	}
	for i := range rs {
		errs = append(errs, s.checkExamples(i)...)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return s, nil
}

// Len is the number of rules.
func (s *Set) Len() int { return len(s.rules) }

// Rule returns the rule with this index.
func (s *Set) Rule(i int) Rule { return s.rules[i] }

// rule parses one rule.
func (e *env) rule(r *Rule) (*node, Errors) {
	var errs Errors
	for i, f := range r.Feeds {
		if err := e.scope(f); err != nil {
			err.Part = fmt.Sprintf("feeds[%d]", i)
			errs = append(errs, err)
		}
	}
	switch {
	case r.Match != "" && len(r.Keywords) > 0:
		return nil, append(errs, &Error{Msg: "it has both match and keywords", Fix: "keep one of them"})
	case r.Match == "" && len(r.Keywords) == 0:
		return nil, append(errs, &Error{Msg: "it has neither match nor keywords", Fix: "add keywords: [word, a phrase]"})
	case r.Match != "":
		n, err := parseQuery(e, r.Match)
		if err != nil {
			err.Part = "match"
			errs = append(errs, err)
		}
		return n, errs
	}
	any := &node{op: opOr}
	for i, k := range r.Keywords {
		n, err := e.keyword(k)
		if err != nil {
			err.Part = fmt.Sprintf("keywords[%d]", i)
			errs = append(errs, err)
			continue
		}
		any.kids = append(any.kids, n)
	}
	if len(any.kids) == 1 {
		return any.kids[0], errs
	}
	return any, errs
}

// scope checks an entry of feeds:.
func (e *env) scope(f string) *Error {
	tag, isTag := strings.CutPrefix(f, "tag:")
	known, what := e.opts.Feeds, "feed"
	if isTag {
		known, what = e.opts.Tags, "tag"
	}
	if strings.TrimSpace(tag) == "" {
		return errAt(f, 0, "write the name of a feed, or tag:name", "the name is empty")
	}
	if known == nil || slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, tag) }) {
		return nil
	}
	fix := ""
	switch c := closest(tag, known); {
	case c != "":
		fix = fmt.Sprintf("did you mean %q?", c)
	case !isTag && slices.Contains(e.opts.Tags, tag):
		fix = "for the tag write tag:" + tag
	}
	return errAt(f, len(f)-len(tag), fix, "unknown %s %q", what, tag)
}

// needs returns the fields that n looks at.
func needs(n *node, in fields) fields {
	switch n.op {
	case opTerm, opRegex, opList:
		return in
	case opField:
		return needs(n.kids[0], n.in)
	}
	var all fields
	for _, k := range n.kids {
		all |= needs(k, in)
	}
	return all
}

// inScope says whether the rule looks at the item's feed.
func inScope(r *Rule, it *feeds.Item) bool {
	if len(r.Feeds) == 0 {
		return true
	}
	for _, f := range r.Feeds {
		if tag, ok := strings.CutPrefix(f, "tag:"); ok {
			if slices.ContainsFunc(it.Tags, func(t string) bool { return strings.EqualFold(t, tag) }) {
				return true
			}
		} else if strings.EqualFold(f, it.Feed) {
			return true
		}
	}
	return false
}

// Match returns the rules that the item satisfies, in their order. It is safe
// for concurrent use and allocates nothing where nothing matches.
func (s *Set) Match(it *feeds.Item) []Match {
	v := s.views.Get().(*view)
	defer s.views.Put(v)
	v.load(it, s.need)
	var out []Match
	for i, n := range s.nodes {
		if !inScope(&s.rules[i], it) {
			continue
		}
		if hits, ok := v.eval(n, inDefault, nil); ok {
			out = append(out, Match{Rule: i, Spans: v.spans(hits)})
		}
	}
	return out
}

// AsErrors returns the mistakes in an error of Compile, nil for another error.
func AsErrors(err error) Errors {
	var es Errors
	errors.As(err, &es)
	return es
}
