package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"watcher/internal/feeds"
)

// Set is a compiled set of rules. It is immutable and safe for concurrent use: a reload
// compiles another one and swaps them.
type Set struct {
	rules []Rule
	opts  Options // without the names of feeds and tags, which were checked: a million take 30 MB
	lists map[string]*list

	entities map[string]*list

	code    program
	atoms   []atom
	text    string
	regexes []*pattern
	metas   []meta
	need    fields

	scopes [][]string // different Rule.Feeds; the first is every feed

	index    index
	grams    *grams     // finds regexes by their literals; nil if there are none
	always   []uint32   // rules without a key
	users    [][]uint32 // of each list: rules filed under it
	matchers sync.Pool
}

// A target is what keys lead to: the place in the code where a rule begins or, with the
// bit isEntry, an entry of a list.
const isEntry = 1 << 31

// Compile makes a Set of rules. Its error is an Errors with every mistake of every rule
// and list. The Set keeps rs and the lists of o, which must not change afterwards.
func Compile(rs []Rule, o Options) (*Set, error) {
	e := &env{opts: o}
	errs := e.readLists() // lists with mistakes keep their names, so that mistakes in rules are found too
	s := &Set{rules: rs, opts: Options{Lists: o.Lists, Exact: o.Exact}, lists: e.lists, scopes: [][]string{nil}}
	asm := newAssembler(len(rs))
	byScope := map[string]uint32{"": 0}
	targets := make([]uint32, 0, len(rs))
	for i := range rs {
		n, es := e.rule(&rs[i])
		for _, x := range es {
			x.Rule, x.Name = i, rs[i].Name
		}
		if errs = append(errs, es...); errs != nil {
			continue
		}
		s.need |= needs(n, inDefault)
		targets = append(targets, uint32(len(asm.code)))
		asm.code = append(asm.code, uint32(i), s.scopeOf(byScope, rs[i].Feeds))
		asm.write(n, inDefault)
	}
	if errs != nil {
		return nil, errs
	}
	s.entities = e.entities
	s.finish(asm, s.writeLists(asm, targets))
	for i := range rs {
		errs = append(errs, s.checkExamples(i)...)
	}
	if errs != nil {
		return nil, errs
	}
	return s, nil
}

// scopeOf numbers the distinct Rule.Feeds.
func (s *Set) scopeOf(known map[string]uint32, names []string) uint32 {
	key := strings.Join(names, "\x00")
	n, ok := known[key]
	if !ok {
		n = uint32(len(s.scopes))
		known[key] = n
		s.scopes = append(s.scopes, names)
	}
	return n
}

// finish indexes the programs that asm has written.
func (s *Set) finish(asm *assembler, targets []uint32) {
	s.code, s.atoms, s.text = slices.Clip(asm.code), slices.Clip(asm.atoms), string(asm.text)
	s.regexes, s.metas = asm.regexes, asm.metas
	asm.byKey = nil
	f := newFiler(asm, s.text, len(s.lists)+len(s.entities))
	for _, target := range targets {
		if pc := body(target); f.cost(pc) < noKey {
			f.file(target, pc)
		} else {
			s.always = append(s.always, target)
		}
		f.meet(body(target))
	}
	stems, lengths := f.stems()
	s.index = index{stems: newTable(stems), lengths: lengths, alone: newPostings(len(s.atoms), f.alone), pairs: newTable(f.pairs)}
	s.users = f.users
	if len(f.grams.literals) > 0 {
		f.grams.build()
		s.grams = &f.grams
	}
	s.matchers.New = func() any {
		return &matcher{set: s, lookup: newLookup(), lists: make([][]hit, len(s.users)), scope: make([]uint8, len(s.scopes))}
	}
}

// body is where the node of a target begins.
func body(target uint32) uint32 {
	if target&isEntry != 0 {
		return target&^isEntry + 1
	}
	return target + 2
}

// writeLists writes the entries of the lists that rules use, and appends them to the
// targets.
func (s *Set) writeLists(asm *assembler, targets []uint32) []uint32 {
	for _, lists := range []map[string]*list{s.lists, s.entities} {
		for _, l := range lists {
			for _, n := range l.entries {
				targets = append(targets, uint32(len(asm.code))|isEntry)
				asm.code = append(asm.code, uint32(l.number))
				asm.write(n, 0)
			}
		}
	}
	return targets
}

// env is what the rules of the set share while they are parsed.
func (s *Set) env() *env { return &env{opts: s.opts, lists: s.lists, entities: s.entities} }

// parse parses a rule of the set again: programs do not keep what Explain and Lint
// need.
func (s *Set) parse(i int) *node {
	e := s.env()
	n, errs := e.rule(&s.rules[i])
	if errs != nil {
		panic("rules: a compiled rule was changed: " + errs.Error())
	}
	return n
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

// inScope reports whether the item's feed is among the names of Rule.Feeds.
func inScope(names []string, it *feeds.Item) bool {
	if len(names) == 0 {
		return true
	}
	for _, f := range names {
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

// AsErrors returns the mistakes in an error of Compile, nil for another error.
func AsErrors(err error) Errors {
	var es Errors
	errors.As(err, &es)
	return es
}
