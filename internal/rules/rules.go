package rules

// Rule is a rule of the config: a query and its scope. Where matches are sent is not
// part of the language.
type Rule struct {
	Name     string   `yaml:"name" json:"name"`
	Match    string   `yaml:"match,omitempty" json:"match,omitempty"`       // a query of the rule language; excludes Keywords
	Keywords []string `yaml:"keywords,omitempty" json:"keywords,omitempty"` // plain words and phrases, any of which is enough
	Feeds    []string `yaml:"feeds,omitempty" json:"feeds,omitempty"`       // names of feeds, or tag:NAME; all feeds when empty
	Examples Examples `yaml:"examples,omitempty" json:"examples,omitzero"`
}

// Examples are texts that a rule must match and texts it must not; a rule that breaks
// one does not compile. An example is a title, with the content below it from the
// second line on. It counts as coming from a feed that the rule looks at: feeds and
// feed:, tag: and lang: are ignored.
type Examples struct {
	Match []string `yaml:"match,omitempty" json:"match,omitempty"`
	Miss  []string `yaml:"miss,omitempty" json:"miss,omitempty"`
}

// Options are shared by the rules of one config. With the zero value there are no
// lists, plain words match their forms, and it is unknown which feeds exist.
type Options struct {
	Lists map[string][]string // named lists, for @name
	Exact bool                // plain words match as written, and ~ asks for their forms

	// Feeds and Tags are the names in the config, for feed:, tag: and Rule.Feeds;
	// others are an error. nil accepts any name.
	Feeds []string
	Tags  []string
}

// Match is a rule that an item satisfied.
type Match struct {
	Rule  int    // index into the rules that were compiled
	Spans []Span // why, in the order of fields and then of the text
}

// Span is a part of a field that matches a term. Spans of different terms may overlap.
type Span struct {
	Field string // "title", "summary", "content", "author", "category", "link"
	Index int    // which author or category; 0 for the other fields
	Start int    // byte offsets into the field's text
	End   int
	Term  string // as in the rule
}

// Expression is one query of the language, parsed.
type Expression struct{ root *node }

// Parse parses a query of match:. Its error is an Errors.
func Parse(src string, o Options) (*Expression, error) {
	e := &env{opts: o}
	if errs := e.readLists(); errs != nil {
		return nil, errs
	}
	n, err := parseQuery(e, src)
	if err != nil {
		err.Part = "match"
		return nil, Errors{err}
	}
	return &Expression{n}, nil
}

// String writes the query in its canonical form, which parses to the same query.
func (q *Expression) String() string { return q.root.String() }
