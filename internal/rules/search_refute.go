package rules

import (
	"slices"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
)

// Most articles that an index leaves open have the words of NEAR or of a phrase far
// apart. The index has told how its articles write the words that match: searching a
// text for these spellings, and counting the words between them, needs no scan of the
// text into words.

// far is NEAR, BEFORE or a phrase: two words that must stand close to each other.
type far struct {
	words   [2][]int // places in Search.words; the first words of the terms on each side
	most    int      // maximum distance in words; 1: adjacent
	ordered bool     // the second side follows the first
	now     *letters // of the index that was asked last; nil where nothing is known
}

// letters are how an index writes the words of a far.
type letters struct {
	first [256]bool        // a text of either side begins so
	sides [2][256][]string // by their first byte; none begins with another
}

// maxWritten bounds the spellings of one side that are searched for.
const maxWritten = 100

// far makes the condition for a pair of sides; nil if nothing can be said.
func (b *planner) far(left, right *node, in fields, most int, ordered bool) *far {
	f := &far{ordered: ordered}
	longest := 1
	for i, n := range []*node{left, right} {
		if !b.side(n, in, &f.words[i], &longest) {
			return nil
		}
	}
	f.most = most + longest - 1
	return b.keep(f)
}

// side adds the first words of all that stands on a side, and how many words the longest
// of it has. It returns false where something else than words may stand there.
func (b *planner) side(n *node, in fields, first *[]int, longest *int) bool {
	kids := n.kids
	switch n.op {
	case opTerm:
		for _, way := range n.alts {
			*first = append(*first, b.word(&way[0], in).word)
			*longest = max(*longest, len(way))
		}
		return in&^inTexts == 0
	case opField:
		in = n.in
	case opList:
		kids = n.list.entries
	case opOr:
	default:
		return false
	}
	for _, k := range kids {
		if !b.side(k, in, first, longest) {
			return false
		}
	}
	return true
}

// inTexts are the fields of title, summary and content.
const inTexts = inDefault | inLead | inSummary | inContent

// phrase is the far of a phrase.
func (b *planner) phrase(way phrase, in fields) *far {
	if len(way) < 2 || in&^inTexts != 0 {
		return nil
	}
	return b.keep(&far{words: [2][]int{{b.word(&way[0], in).word}, {b.word(&way[1], in).word}}, most: 1, ordered: true})
}

func (b *planner) keep(f *far) *far {
	b.q.fars = append(b.q.fars, f)
	return f
}

// noted says for which words the index must tell the spellings.
func (q *Search) noted() []bool {
	noted := make([]bool, len(q.words))
	for _, f := range q.fars {
		for _, k := range slices.Concat(f.words[0], f.words[1]) {
			noted[k] = true
		}
	}
	return noted
}

// note takes over the spellings of the words that match those of the query.
func (q *Search) note(written [][]string) {
	for _, f := range q.fars {
		f.now = &letters{}
		for i, places := range f.words {
			var all []string
			for _, k := range places {
				all = append(all, written[k]...)
			}
			if !f.now.add(i, all) {
				f.now = nil
				break
			}
		}
	}
}

// add adds the spellings of a side; false if there are too many.
func (l *letters) add(side int, all []string) bool {
	for i := range all {
		all[i] = strings.TrimPrefix(all[i], Beside)
	}
	slices.Sort(all)
	n, last := 0, ""
	for _, text := range all {
		if n > 0 && strings.HasPrefix(text, last) {
			continue
		}
		if n++; n > maxWritten {
			return false
		}
		last = text
		l.first[text[0]] = true
		l.sides[side][text[0]] = append(l.sides[side][text[0]], text)
	}
	return true
}

// Refutes reports whether the rule certainly does not match an article that Bounds left
// open, at far less cost than Set.Match. For many articles it cannot tell and returns
// false. Call it only for articles of the index that Bounds was last called with. It is
// safe for concurrent use until the next Bounds.
func (q *Search) Refutes(it *feeds.Item) bool { return q.root.refutes(it) }

func (p *plan) refutes(it *feeds.Item) bool {
	switch {
	case p.far != nil && p.far.refutes(it), p.re != nil && !p.re.inTexts(it):
		return true
	case p.op == planAnd, p.op == planMaybe:
		return slices.ContainsFunc(p.kids, func(k *plan) bool { return k.refutes(it) })
	case p.op == planOr:
		return len(p.kids) > 0 && !slices.ContainsFunc(p.kids, func(k *plan) bool { return !k.refutes(it) })
	}
	return false
}

func (f *far) refutes(it *feeds.Item) bool {
	return f.now != nil && !f.near(it.Title) && !f.near(it.Summary) && !f.near(it.Content)
}

// near reports whether both sides may be as close in a text as required. It compares
// consecutive places, because no other pair is closer.
func (f *far) near(text string) bool {
	ends := [2]int{-1, -1} // of what stood there last
	for i := range len(text) {
		if !f.now.first[text[i]] {
			continue
		}
		for side := range ends {
			for _, written := range f.now.sides[side][text[i]] {
				if !strings.HasPrefix(text[i:], written) {
					continue
				}
				end := ends[1-side]
				if end > i || end >= 0 && !(f.ordered && side == 0) && words.Least(text[end:i], f.most) < f.most {
					return true
				}
				ends[side] = i + len(written)
				break
			}
		}
	}
	return false
}

// inTexts reports whether the pattern matches in title, summary or content.
func (p *pattern) inTexts(it *feeds.Item) bool {
	found := false
	quick := p.needed != nil && !slices.ContainsFunc(p.needed, func(literal string) bool { return !isASCII(literal) })
	for _, text := range []string{it.Title, it.Summary, it.Content} {
		if quick && !slices.ContainsFunc(p.needed, func(literal string) bool { return containsFolded(text, literal) }) {
			continue
		}
		p.all(text, 1, func(int, int) bool {
			found = true
			return false
		})
		if found {
			return true
		}
	}
	return false
}
