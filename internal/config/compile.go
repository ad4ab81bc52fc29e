package config

import (
	"errors"
	"maps"
	"regexp"
	"slices"

	"watcher/internal/rules"
)

// compile makes the set of all rules whose query could be read; their mistakes
// are placed at the very character of the query.
func (c *checker) compile() *rules.Set {
	var sound []rules.Rule
	var index []int // of each sound rule in the config
	unread := c.unreadRules()
	for i, r := range c.doc.Rules {
		if !unread[i] {
			sound, index = append(sound, r.Rule), append(index, i)
		}
	}
	set, err := rules.Compile(sound, c.ruleOptions())
	var mistakes rules.Errors
	var one *rules.Error
	switch {
	case err == nil:
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

// ruleOptions are sorted, so that a suggestion is the same every time.
func (c *checker) ruleOptions() rules.Options {
	return rules.Options{
		Lists:     c.doc.Lists,
		NoInflect: !c.doc.Defaults.Inflect,
		Feeds:     sortedKeys(c.sources),
		Tags:      sortedKeys(c.tags),
	}
}

// sortedKeys is never nil, which for the rules would mean that it is not known
// which feeds and tags there are.
func sortedKeys[V any](m map[string]V) []string {
	keys := slices.AppendSeq([]string{}, maps.Keys(m))
	slices.Sort(keys)
	return keys
}

var queryPath = regexp.MustCompile(`^(rules\[\d+\])(\.match|\.keywords.*)?$`)

// unreadRules are the indexes of rules without a query to compile, as the
// decoder has found a mistake in it.
func (c *checker) unreadRules() map[int]bool {
	faulty := map[string]bool{}
	for p := range c.faulty {
		if m := queryPath.FindStringSubmatch(p); m != nil {
			faulty[m[1]] = true
		}
	}
	unread := map[int]bool{}
	for i := range c.doc.Rules {
		if len(faulty) > 0 && faulty[key("rules").entry(i).String()] {
			unread[i] = true
		}
	}
	return unread
}

func (c *checker) placeMistake(m *rules.Error, index []int) {
	p := (*path)(nil)
	if m.Rule >= 0 && m.Rule < len(index) {
		p = key("rules").entry(index[m.Rule])
	}
	p = p.below(m.Part)
	if c.faulty[p.String()] {
		return
	}
	n, found := locate(c.root, p)
	if n = follow(n); !found || m.Source == "" {
		c.wrong(p, "%s", m.Text())
		return
	}
	at := start(n)
	if n.Value == m.Source { // else a variable was put into it
		at = c.src.inside(n, m.Offset)
	}
	c.fail(at, p, "%s", m.Text())
	if m.Column > 0 { // an example has no such place
		c.errs[len(c.errs)-1].Snippet = snippet(m.Source, m.Offset)
	}
}
