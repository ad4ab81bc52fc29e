package rules

import (
	"watcher/internal/feeds"
)

// A Search asks an index over the words of articles which of them a rule matches.
// Whether a word matches a term is judged by answers, as for any article, for one word
// at a time. Everything that depends on more than one word (a phrase, NEAR, a sign
// beside a word, a field other than the title) stays open, and the article's text
// decides.
//
// It walks the ranges of the index's words that can match a term, collects the articles
// that contain them, and evaluates the query's tree over sets of articles. A Search
// serves one goroutine, and any number of indexes in turn.
type Search struct {
	root  *plan
	words []soughtWord
	spans []span // ranges of words, in order
	fars  []*far // of the plan
	alone alone
}

// WordIndex is what a Search reads. Articles are counted from 0.
type WordIndex interface {
	// Len is the number of articles.
	Len() int
	// Words calls use with each word whose folded form is from or later and before to,
	// in that order; an empty to is no bound. The words are those of Cut. stands yields
	// the articles with the word, and whether it is in their title; it is valid until
	// use returns.
	Words(from, to string, use func(raw, folded string, stands Stands) error) error
	// Origins is how many different feeds, as they were configured, the articles are
	// from. Origin returns the k-th of them, OriginOf which one an article's is.
	Origins() int
	Origin(k int) (feed string, tags []string)
	OriginOf(article int) int
	// Speeches is how many different things are known of the languages of articles.
	// Speech returns the k-th of them: what the item declares, and what Cut has
	// returned.
	Speeches() int
	Speech(k int) (declared string, languages uint64, code string)
	SpeechOf(article int) int
}

// Stands yields the articles that a word stands in.
type Stands func(article func(article int, title bool)) error

// Search returns a Search for the rule with this index.
func (s *Set) Search(rule int) *Search {
	q := &Search{}
	b := planner{q: q, byWord: map[soughtWord]int{}}
	q.root = b.plan(s.parse(rule), inDefault)
	if scope := s.rules[rule].Feeds; len(scope) > 0 {
		q.root = &plan{op: planAnd, kids: []*plan{{op: planFrom, from: func(v *view) bool { return inScope(scope, v.item) }}, q.root}}
	}
	q.spans = b.ranges()
	return q
}

// Bounds returns two sets of articles of an index: those that the rule surely matches,
// and those that it may match, which contain the former. For the difference the text
// decides: see Set.Match.
func (q *Search) Bounds(ix WordIndex) (sure, perhaps Articles, err error) {
	e := evaluation{q: q, ix: ix, n: ix.Len(), found: make([]standing, len(q.words)), noted: q.noted(), written: make([][]string, len(q.words))}
	if err := e.walk(); err != nil {
		return nil, nil, err
	}
	q.note(e.written)
	b := e.eval(q.root)
	return b.sure, b.perhaps, nil
}

// planOp is the kind of a plan.
type planOp uint8

const (
	planWord  planOp = iota // the articles that have a word
	planFrom                // those of some origin or language
	planAnd                 // those of all kids
	planOr                  // those of any kid
	planNot                 // those not of the kid
	planMaybe               // perhaps those of the kid, and surely none
	planAll                 // perhaps all, and surely none
)

// plan is a query as it is evaluated over sets of articles.
type plan struct {
	op     planOp
	kids   []*plan
	word   int              // planWord: its place in Search.words
	in     fields           // planWord
	from   func(*view) bool // planFrom: says so of the origin or the speech of an article
	tongue bool             // planFrom: it is the speech that counts
	far    *far             // planMaybe: what must be close to each other; may be nil
	re     *pattern         // planMaybe, planAll: what must match title or text; may be nil
}

// between is two sets of articles: those surely in a result, and those that may be,
// which contain the former. A nil set is empty.
type between struct{ sure, perhaps Articles }

// evaluation is of one index.
type evaluation struct {
	q     *Search
	ix    WordIndex
	n     int
	found []standing // of each word of the query

	noted   []bool     // of which words written is wanted
	written [][]string // of each of them, how the index writes what answers it
}

// standing is the articles in which a word of the query is matched.
type standing struct {
	title  Articles // in the title
	text   Articles // in title or text
	beside Articles // only elsewhere
}

func (e *evaluation) eval(p *plan) between {
	switch p.op {
	case planWord:
		return e.word(&e.found[p.word], p.in)
	case planFrom:
		set := e.from(p)
		return between{set, set}
	case planMaybe:
		return between{nil, e.eval(p.kids[0]).perhaps}
	case planAll:
		return between{nil, all(e.n)}
	case planNot:
		b := e.eval(p.kids[0])
		return between{b.perhaps.complement(e.n), b.sure.complement(e.n)}
	}
	if len(p.kids) == 0 {
		return between{} // a list without entries
	}
	b := e.eval(p.kids[0])
	for _, k := range p.kids[1:] {
		if p.op == planAnd && b.perhaps.Empty() {
			return between{}
		}
		other := e.eval(k)
		if p.op == planAnd {
			b = between{b.sure.And(other.sure), b.perhaps.And(other.perhaps)}
		} else {
			b = between{b.sure.Or(other.sure), b.perhaps.Or(other.perhaps)}
		}
	}
	return b
}

// word returns the articles with a word in some fields. An index distinguishes the
// title, the text, and everything else.
func (e *evaluation) word(p *standing, in fields) between {
	switch in {
	case inDefault:
		return between{p.text, p.text}
	case inTitle:
		return between{p.title, p.title}
	case inLead:
		return between{p.title, p.text}
	}
	return between{nil, p.text.Or(p.beside)}
}

// from are the articles of some origins, or of some languages.
func (e *evaluation) from(p *plan) Articles {
	v := &view{item: &feeds.Item{}, told: true}
	n, of := e.ix.Origins(), e.ix.OriginOf
	if p.tongue {
		n, of = e.ix.Speeches(), e.ix.SpeechOf
	}
	is := make([]bool, n)
	for k := range is {
		if p.tongue {
			v.item.Language, _, v.code = e.ix.Speech(k)
		} else {
			v.item.Feed, v.item.Tags = e.ix.Origin(k)
		}
		is[k] = p.from(v)
	}
	set := make(Articles, articlesLen(e.n))
	for i := range e.n {
		if is[of(i)] {
			set.add(i)
		}
	}
	return set
}
