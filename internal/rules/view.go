package rules

import (
	"cmp"
	"slices"

	"watcher/internal/feeds"
	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// leadWords is how many words of the text lead: looks at.
const leadWords = 50

// part is one field of an item, or one of its authors or categories.
type part struct {
	field string // as in Span
	order uint8  // of the field
	index int
	in    fields
	text  string
	first int // token
	last  int // token after the last
}

// view is an item as the rules see it: its words, each with its fields.
type view struct {
	item  *feeds.Item
	buf   words.Buffer
	parts []part
	langs inflect.Langs
	code  string // of the language of most words, if certain
	told  bool   // langs and code are known
	texts []string

	byFirst  map[string][]int    // tokens by their first two bytes, for eval.go
	scripts  [words.Scripts]bool // of the tokens, known when byFirst is
	repeated int                 // tokens at the beginning of the text that repeat the title; -1 if not counted yet
}

// fieldOrder is the order of a match's spans.
const (
	orderTitle = iota
	orderSummary
	orderContent
	orderAuthor
	orderCategory
	orderLink
)

// load makes v the view of an item, with the fields in need and those of plain terms.
func (v *view) load(it *feeds.Item, need fields) {
	v.item = it
	v.buf.Reset()
	v.parts = v.parts[:0]
	v.told, v.repeated, v.byFirst, v.scripts = false, -1, nil, [words.Scripts]bool{}
	// Title and text are always loaded: they tell the language.
	v.add("title", orderTitle, 0, it.Title, inTitle|inLead)
	if it.Content != "" {
		v.add("content", orderContent, 0, it.Content, inText|inLead|inContent)
		if need&inSummary != 0 {
			v.add("summary", orderSummary, 0, it.Summary, inSummary)
		}
	} else {
		v.add("summary", orderSummary, 0, it.Summary, inText|inLead|inSummary)
	}
	if need&inAuthor != 0 {
		for i, a := range it.Authors {
			v.add("author", orderAuthor, i, a, inAuthor)
		}
	}
	if need&inCategory != 0 {
		for i, c := range it.Categories {
			v.add("category", orderCategory, i, c, inCategory)
		}
	}
	if need&inLink != 0 {
		v.add("link", orderLink, 0, it.Link, inLink)
	}
}

// partShift is the place of a token's part in its tag; the fields are below.
const partShift = 8

func (v *view) add(field string, order uint8, index int, text string, in fields) {
	if text == "" {
		return
	}
	first := len(v.buf.Tokens)
	tag := uint32(len(v.parts)) << partShift
	v.buf.Scan(text, tag|uint32(in&^inLead))
	last := len(v.buf.Tokens)
	if in&inLead != 0 {
		end := last
		if in&inText != 0 {
			end = min(last, first+leadWords)
		}
		for i := first; i < end; i++ {
			v.buf.Tokens[i].Tag |= uint32(inLead)
		}
	}
	v.parts = append(v.parts, part{field: field, order: order, index: index, in: in, text: text, first: first, last: last})
}

// raw is the text of a token in the item.
func (v *view) raw(t *words.Token) string {
	return v.parts[t.Tag>>partShift].text[t.Start:t.End]
}

// languages are those that the item may be in, detected by the first call.
func (v *view) languages() inflect.Langs {
	if v.told {
		return v.langs
	}
	v.texts = v.texts[:0]
	toks := 0
	for i := range v.parts { // title and text come first
		if p := &v.parts[i]; p.in&(inTitle|inText) != 0 {
			v.texts = append(v.texts, p.text)
			toks = p.last
		}
	}
	v.langs, v.code = inflect.Detect(v.item.Language, v.texts, &v.buf, toks)
	v.told = true
	return v.langs
}

// copied returns the words at the beginning of the text that repeat the title, as some
// feeds do. ATLEAST must not count them twice.
func (v *view) copied() (from, to int) {
	if v.repeated >= 0 {
		return v.copyAt()
	}
	v.repeated = 0
	if len(v.parts) > 1 && v.parts[0].in&inTitle != 0 && v.parts[1].in&inText != 0 {
		title, text := v.parts[0], v.parts[1]
		n := title.last - title.first
		if n <= text.last-text.first {
			for i := range n {
				a, b := &v.buf.Tokens[title.first+i], &v.buf.Tokens[text.first+i]
				if a.Hash != b.Hash {
					n = 0
					break
				}
			}
			v.repeated = n
		}
	}
	return v.copyAt()
}

func (v *view) copyAt() (from, to int) {
	if v.repeated == 0 {
		return 0, 0
	}
	return v.parts[1].first, v.parts[1].first + v.repeated
}

// hit is a place that matches a term: the words first to last, the bytes start to end
// of their part.
type hit struct {
	first, last int32
	start, end  uint32
	part        uint32
	term        string
}

// Bounds on what a rule finds in one item, beyond what anybody reads. They keep a text
// full of hits from filling the memory.
const (
	maxPlaces = 20_000 // of one term, or one side of NEAR
	maxSpans  = 1_000  // of one rule
)

func compareHits(a, b hit) int {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last), cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.term, b.term))
}

// appendSpans appends the spans of hits, in the order of fields and text. It sorts the
// hits.
func (v *view) appendSpans(out []Span, hits []hit) []Span {
	slices.SortFunc(hits, func(a, b hit) int {
		p, q := &v.parts[a.part], &v.parts[b.part]
		return cmp.Or(cmp.Compare(p.order, q.order), cmp.Compare(p.index, q.index), cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.term, b.term))
	})
	for i := range hits {
		h := &hits[i]
		if i > 0 && h.part == hits[i-1].part && h.start == hits[i-1].start && h.end == hits[i-1].end && h.term == hits[i-1].term {
			continue
		}
		p := &v.parts[h.part]
		out = append(out, Span{Field: p.field, Index: p.index, Start: int(h.start), End: int(h.end), Term: h.term})
	}
	return out
}
