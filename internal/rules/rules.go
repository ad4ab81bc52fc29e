// Package rules is the query language: it parses what an analyst wrote,
// compiles a set of rules, matches items against it and says why. It is pure:
// no I/O, no clock.
package rules

// Rule is a rule as the config has it: a query and its scope. Where a match is
// sent to is not the language's concern.
type Rule struct {
	Name     string
	Match    string   // a query of the rule language; excludes Keywords
	Keywords []string // plain words and phrases, any of which is enough
	Feeds    []string // names of feeds, or tag:NAME; all feeds when empty
}

// Options are what the rules of one config share.
type Options struct {
	Lists map[string][]string // named lists, for @name
}

// Match is a rule that an item satisfied.
type Match struct {
	Rule  int    // index into the rules that were compiled
	Spans []Span // why, in the order of fields and then of the text
}

// Span is a piece of a field that answers a term.
type Span struct {
	Field string // "title", "summary", "content", "author", "category", "link"
	Index int    // which author or category; 0 for the other fields
	Start int    // byte offsets into the field's text
	End   int
	Term  string // as the rule has it
}
