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
	lists map[string]*list

	code    program
	start   []uint32 // where each rule's program begins
	atoms   []atom
	text    string
	regexes []*pattern
	metas   []meta
	need    fields

	scope  []uint32   // of each rule: an index into scopes; 0 is every feed
	scopes [][]string // Rule.Feeds

	index    *index
	grams    *grams     // finds regexes by their literals; nil if there are none
	always   []uint32   // rules without a key
	entries  []entry    // of lists; targets beyond the rules
	users    [][]uint32 // of each list: rules filed under it
	matchers sync.Pool
}

// entry of a list.
type entry struct{ pc, list uint32 }

// Compile makes a Set of rules. Its error is an Errors with every mistake of
// every rule and list. The Set refers to rs and o, which must not change
// afterwards.
func Compile(rs []Rule, o Options) (*Set, error) {
	e := &env{opts: o}
	if errs := e.readLists(); errs != nil {
		return nil, errs // every @name is in doubt
	}
	s := &Set{rules: rs, opts: o, lists: e.lists, start: make([]uint32, len(rs)), scope: make([]uint32, len(rs)), scopes: [][]string{nil}}
	asm := newAssembler(len(rs))
	byScope := map[string]uint32{"": 0}
	var errs Errors
	for i := range rs {
		n, es := e.rule(&rs[i])
		for _, x := range es {
			x.Rule, x.Name = i, rs[i].Name
		}
		if errs = append(errs, es...); errs != nil {
			continue
		}
		s.need |= needs(n, inDefault)
		s.start[i] = uint32(len(asm.code))
		asm.write(n, inDefault)
		s.scope[i] = s.scopeOf(byScope, rs[i].Feeds)
	}
	if errs != nil {
		return nil, errs
	}
	s.finish(asm)
	for i := range rs {
		errs = append(errs, s.checkExamples(i)...)
	}
	if errs != nil {
		return nil, errs
	}
	return s, nil
}

// scopeOf numbers the different Rule.Feeds.
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

// finish files the programs that asm has written.
func (s *Set) finish(asm *assembler) {
	s.writeLists(asm)
	s.code, s.atoms, s.text = slices.Clip(asm.code), slices.Clip(asm.atoms), string(asm.text)
	s.regexes, s.metas = asm.regexes, asm.metas
	asm.byKey, asm.labels = nil, nil
	f := &filer{asm: asm, text: s.text}
	pairs := make([]pair, 0, 2*len(s.rules))
	lengths := uint32(0)
	var uses []stemUse
	g := &grams{}
	file := func(target, pc uint32) {
		c := f.choose(pc)
		if c == nil {
			s.always = append(s.always, target)
			return
		}
		for _, key := range c.keys {
			pairs = append(pairs, pair{key, target})
		}
		uses = append(uses, c.uses...)
		for _, l := range c.lists {
			s.users[l] = append(s.users[l], target)
		}
		for _, literal := range c.grams {
			g.add(literal, target)
		}
		lengths |= c.lengths
	}
	for i, pc := range s.start {
		file(uint32(i), pc)
	}
	for i, e := range s.entries {
		file(uint32(len(s.start)+i), e.pc)
	}
	s.index = newIndex(pairs, lengths, uses)
	if len(g.literals) > 0 {
		g.build()
		s.grams = g
	}
	s.matchers.New = func() any {
		return &matcher{set: s, lists: make([][]hit, len(s.users)), scope: make([]uint8, len(s.scopes))}
	}
}

// writeLists writes the entries of the lists that rules use.
func (s *Set) writeLists(asm *assembler) {
	s.users = make([][]uint32, len(s.lists))
	for _, l := range s.lists {
		for _, n := range l.entries {
			s.entries = append(s.entries, entry{uint32(len(asm.code)), uint32(l.number)})
			asm.write(n, 0)
		}
	}
}

// parse reads a rule of the set again: the programs do not keep what Explain
// and Lint need.
func (s *Set) parse(i int) *node {
	e := &env{opts: s.opts, lists: s.lists}
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

// inScope says whether the item's feed is among the names of Rule.Feeds.
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
