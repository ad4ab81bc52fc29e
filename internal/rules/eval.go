package rules

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// This file is the plain evaluator: it evaluates a parsed query against a view, word by
// word, without an index. Explain and Lint use it, and the tests of the index use it as
// the oracle.

// answers reports whether the token satisfies the word.
func (v *view) answers(t *words.Token, w *word) bool {
	folded := v.buf.Folded(t)
	if w.umlaut && !hasUmlaut(v.raw(t)) || w.ring && !hasRing(v.raw(t)) {
		return false
	}
	if w.scope != inflect.None && v.languages()&w.scope == inflect.None || w.capital && !v.capitalised(t, w) {
		return false
	}
	if w.kind == wordPrefix {
		return strings.HasPrefix(folded, w.folded) && (!w.hasSigns() || v.signsBeside(t, w))
	}
	switch {
	case w.hasSigns() && !v.signsBeside(t, w):
		return false
	case w.initial:
		return v.leads(t, folded, w)
	case w.designator:
		return v.variant(t, folded, w)
	case w.tie != tieAny && !v.tied(t, w):
		return false
	}
	possessive := t.Flags&words.Possessive != 0
	if w.onlyAcronym() && !v.likeAcronym(t, folded, w) || w.ownAccents && v.differs(t, folded, w) {
		return false
	}
	if w.titled && t.Flags&words.Tailed != 0 && folded == w.folded {
		return false // VIDa is a form of VID, not Vida
	}
	if folded == w.folded {
		switch w.kind {
		case wordForm:
			return possessive == w.possessive
		case wordCase:
			return (possessive || !w.possessive) && exactForm(withoutPossessive(v.raw(t), possessive)) == withoutPossessive(w.raw, w.possessive)
		}
		return true
	}
	return w.kind == wordInflect && v.inflected(t, folded, w.term())
}

// readsRaw reports whether answers depends on how the article writes a word: in
// capitals, with accents, next to what. The capital of an entity is left to
// capitalised.
func (w *word) readsRaw() bool {
	return w.umlaut || w.ring || w.hasSigns() || w.initial || w.designator || w.tie != tieAny || w.kind == wordCase || w.acronym || w.ownAccents || w.kind == wordInflect && w.term().NeedsCapital()
}

// likeAcronym reports whether the token can be the acronym w. Case does not matter
// (Nato, nato), but acronyms have neither accents nor, in small letters, inflected
// forms: LETA matches neither lētā nor lēto. An acronym that is also a word must be in
// capitals: ES does not match es, nor EU, in French, eu.
func (v *view) likeAcronym(t *words.Token, folded string, w *word) bool {
	raw := v.raw(t)
	r, _ := utf8.DecodeRuneInString(raw)
	switch {
	case inCapitals(raw):
		return true
	case smallWord(w.folded) || v.everyday(w.folded):
		return false
	case unicode.IsUpper(r):
		return true
	}
	return folded == w.folded && (len(raw) == len(folded) || t.Flags != 0 || !words.Latin(folded))
}

// inCapitals reports whether a word is written like an acronym: with a capital, and
// with a second one unless no small letter follows.
func inCapitals(raw string) bool {
	r, size := utf8.DecodeRuneInString(raw)
	second, _ := utf8.DecodeRuneInString(raw[size:])
	return unicode.IsUpper(r) && (!unicode.IsLower(second) || strings.IndexFunc(raw[size:], unicode.IsUpper) >= 0)
}

// capitalised reports whether a token has the capital of an entity's word; a short
// acronym must be in capitals. In links, categories and names of authors capitals do
// not count.
func (v *view) capitalised(t *words.Token, w *word) bool {
	if w.onlyAcronym() && len(w.folded) < 4 && v.parts[t.Tag>>partShift].order < orderAuthor {
		return inCapitals(v.raw(t))
	}
	return v.capital(t)
}

// capital reports whether the token begins with a capital, or is in a field where
// capitals do not count.
func (v *view) capital(t *words.Token) bool {
	p := &v.parts[t.Tag>>partShift]
	if c := p.text[t.Start]; c < utf8.RuneSelf {
		return c >= 'A' && c <= 'Z' || p.order >= orderAuthor
	}
	r, _ := utf8.DecodeRuneInString(p.text[t.Start:])
	return unicode.IsUpper(r) || p.order >= orderAuthor
}

// everyday reports whether the acronym may be an everyday word of the article: one of
// its language, or of any if the language is unknown.
func (v *view) everyday(folded string) bool {
	langs := inflect.Everyday(folded)
	if langs == inflect.None {
		return false
	}
	if v.languages()&inflect.Other != 0 {
		if declared := inflect.OtherLanguage(v.item.Language); declared != inflect.None {
			return langs&declared != 0
		}
	}
	return v.languages()&langs != 0 || v.code == ""
}

// smallWord reports whether an acronym of two letters is also a small word of some
// language.
func smallWord(folded string) bool { return len(folded) == 2 && inflect.Small(words.Hash(folded)) }

// differs reports whether t is another word because of its accents, which count in
// small letters: Rada does not match řada, nor Čína činu; Łódź is Lodz, but łódź is a
// boat. A name that the rule writes without accents matches no accents, any other name
// needs those of its stem. For words that are not names, only a quoted word with
// accents is compared, and only with a word that has some.
func (v *view) differs(t *words.Token, folded string, w *word) bool {
	raw := v.raw(t)
	r, _ := utf8.DecodeRuneInString(raw)
	if !unicode.IsLower(r) || t.Flags != 0 || !words.Latin(folded) || !w.name && len(raw) == len(folded) {
		return false
	}
	if len(w.raw) <= len(w.folded) { // written without accents
		return len(raw) != len(folded)
	}
	a, b := []rune(norm.NFC.String(raw)), []rune(strings.ToLower(norm.NFC.String(w.raw)))
	if len(a) != len(folded) || len(b) != len(w.folded) {
		return false // ß is two letters
	}
	for i := range min(len(a), len(b)) {
		if folded[i] != w.folded[i] {
			break
		}
		if a[i] != b[i] {
			return true
		}
	}
	return false
}

// inflected reports whether folded, the word of t, is a form of the term.
func (v *view) inflected(t *words.Token, folded string, term inflect.Term) bool {
	if t.Flags&words.Tailed != 0 && term.Suffixed(folded, v.raw(t)) {
		return true
	}
	if !term.Joins(v.languages(), folded) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(v.raw(t))
	return !unicode.IsLower(r) || !term.NeedsCapital()
}

// withoutPossessive removes the 's.
func withoutPossessive(s string, possessive bool) string {
	if !possessive {
		return s
	}
	i := strings.LastIndexAny(s, "sS")
	return strings.TrimRight(s[:i], "'’‘ʼ‛＇´`′")
}

// occurrences are the places where the term stands in the fields.
func (v *view) occurrences(n *node, in fields, hits []hit) []hit {
	for _, i := range v.beginning(n.alts) {
		if len(hits) >= maxPlaces {
			break
		}
		for _, p := range n.alts {
			if last, ok := v.phraseAt(i, p, in); ok && !v.elsewise(n, i, last) {
				a, b := &v.buf.Tokens[i], &v.buf.Tokens[last]
				hits = append(hits, hit{int32(i), int32(last), a.Start, b.End, a.Tag >> partShift, n.text})
				break
			}
		}
	}
	return hits
}

// elsewise reports whether the words of the term at the tokens first to last stand in
// a phrase in which they mean something else.
func (v *view) elsewise(n *node, first, last int) bool {
	for _, p := range n.not {
		for i := max(0, last-len(p)+1); i <= first; i++ {
			if _, ok := v.phraseAt(i, p, inAll); ok {
				return true
			}
		}
	}
	return false
}

// beginning returns the tokens that may begin one of the spellings, in order:
// those whose first letter is one that a form of its first word has.
func (v *view) beginning(alts []phrase) []int {
	if v.byFirst == nil {
		v.byFirst = map[string][]int{}
		for i := range v.buf.Tokens {
			w := v.buf.Folded(&v.buf.Tokens[i])
			key := strings.Clone(w[:min(len(w), 2)])
			v.byFirst[key] = append(v.byFirst[key], i)
			v.scripts[words.ScriptOf(w)] = true
		}
	}
	var out []int
	seen := map[string]bool{}
	for _, p := range alts {
		begins := []string{p[0].folded}
		if p[0].kind == wordInflect {
			if v.lacks(words.ScriptOf(p[0].folded)) {
				continue
			}
			begins = p[0].term().Beginnings(v.languages(), v.languages().ReadsBothScripts())
		}
		for _, b := range begins {
			key := b[:min(len(b), 2)]
			if seen[key] {
				continue
			}
			seen[key] = true
			if len(key) == 2 || p[0].kind != wordInflect && !p[0].designator {
				out = append(out, v.byFirst[key]...)
				continue
			}
			for k, toks := range v.byFirst {
				if strings.HasPrefix(k, key) {
					out = append(out, toks...)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lacks reports whether no word can be a form of a term in this script. Words in Latin
// and in Cyrillic letters may be forms of each other's terms, in Serbian.
func (v *view) lacks(s words.Script) bool { return s > words.CyrillicScript && !v.scripts[s] }

// phraseAt reports whether the words of p stand at token i, all in one part and in
// the fields, and at which token they end.
func (v *view) phraseAt(i int, p phrase, in fields) (int, bool) {
	toks := v.buf.Tokens
	if i+len(p) > len(toks) || toks[i].Tag>>partShift != toks[i+len(p)-1].Tag>>partShift {
		return 0, false
	}
	for k := range p {
		if t := &toks[i+k]; fields(t.Tag)&in == 0 || !v.answers(t, &p[k]) {
			return 0, false
		}
	}
	return i + len(p) - 1, true
}

// eachRegex calls f for the places where the pattern matches, until it returns
// false.
func (v *view) eachRegex(p *pattern, label string, in fields, want int, f func(hit) bool) {
	for pi := range v.parts {
		at := &v.parts[pi]
		if at.in&in == 0 {
			continue
		}
		more := true
		p.all(at.text, want, func(start, end int) bool {
			h := hit{start: uint32(start), end: uint32(end), part: uint32(pi), term: label}
			h.first, h.last = v.tokensAt(at, h.start, h.end)
			if v.reached(at, h.first, in) {
				more = f(h)
			}
			return more
		})
		if !more {
			return
		}
	}
}

// reached reports whether a match that begins at token first of p is in the
// fields: lead: ends in the middle of the text.
func (v *view) reached(p *part, first int32, in fields) bool {
	if p.in&in&^inLead != 0 || p.in&inTitle != 0 {
		return true
	}
	return int(first) < min(p.last, p.first+leadWords)
}

// tokensAt finds the words that the bytes start to end of p touch. Between
// words it is the word that follows.
func (v *view) tokensAt(p *part, start, end uint32) (first, last int32) {
	toks := v.buf.Tokens[p.first:p.last]
	i := sort.Search(len(toks), func(i int) bool { return toks[i].End > start })
	j := sort.Search(len(toks), func(i int) bool { return toks[i].Start >= end })
	return int32(p.first + i), int32(p.first + max(i, j-1))
}

// hits are the places that a side of NEAR, a counted group or a term stands at,
// in the order of the words.
func (v *view) hits(n *node, in fields) []hit {
	hits := v.gather(n, in, nil)
	slices.SortFunc(hits, compareHits)
	return hits
}

func (v *view) gather(n *node, in fields, hits []hit) []hit {
	switch n.op {
	case opTerm:
		return v.occurrences(n, in, hits)
	case opRegex:
		v.eachRegex(n.re, n.text, in, 0, func(h hit) bool {
			hits = append(hits, h)
			return true
		})
	case opList:
		for _, k := range n.list.entries {
			hits = v.gather(k, in, hits)
		}
	case opField:
		return v.gather(n.kids[0], n.in, hits)
	case opOr:
		for _, k := range n.kids {
			hits = v.gather(k, in, hits)
		}
	}
	return hits
}

// eval reports whether the query holds, and appends the hits that satisfied it.
func (v *view) eval(n *node, in fields, hits []hit) ([]hit, bool) {
	switch n.op {
	case opTerm, opRegex:
		found := v.gather(n, in, nil)
		return capped(hits, found), len(found) > 0
	case opList:
		return v.any(n.list.entries, in, hits)
	case opOr:
		return v.any(n.kids, in, hits)
	case opField:
		return v.eval(n.kids[0], n.in, hits)
	case opMeta:
		return hits, v.from(n.meta, n.values)
	case opNot:
		_, ok := v.eval(n.kids[0], in, nil)
		return hits, !ok
	case opAnd:
		start := len(hits)
		for _, k := range n.kids {
			var ok bool
			if hits, ok = v.eval(k, in, hits); !ok {
				return hits[:start], false
			}
		}
		return hits, true
	case opNear, opBefore:
		found := appendNear(nil, v.hits(n.kids[0], in), v.hits(n.kids[1], in), int32(n.n), n.op == opBefore)
		return capped(hits, found), len(found) > 0
	case opAtLeast:
		found := v.hits(n.kids[0], in)
		if v.count(found) < n.n {
			return hits, false
		}
		return capped(hits, found), true
	}
	return hits, false
}

// capped appends found as far as a rule has spans.
func capped(hits, found []hit) []hit {
	return append(hits, found[:max(0, min(len(found), maxSpans-len(hits)))]...)
}

func (v *view) any(kids []*node, in fields, hits []hit) ([]hit, bool) {
	found := false
	for _, k := range kids {
		var ok bool
		hits, ok = v.eval(k, in, hits)
		found = found || ok
	}
	return hits, found
}

// count counts hits, in the order of compareHits: those that overlap once, and
// none in the words that repeat the title, where they were counted in the title.
func (v *view) count(hits []hit) int {
	from, to := v.copied()
	n, end, titled := 0, int32(-1), false
	for i := range hits {
		h := &hits[i]
		titled = titled || v.parts[h.part].in&inTitle != 0
		if h.first <= end || titled && int(h.first) >= from && int(h.last) < to {
			continue
		}
		n++
		end = h.last
	}
	return n
}

// from reports whether the item comes from one of the feeds, tags or languages.
func (v *view) from(kind metaKind, values []string) bool {
	for _, want := range values {
		switch kind {
		case metaFeed:
			if strings.EqualFold(v.item.Feed, want) {
				return true
			}
		case metaTag:
			if slices.ContainsFunc(v.item.Tags, func(t string) bool { return strings.EqualFold(t, want) }) {
				return true
			}
		case metaLang:
			if v.speaks(want) {
				return true
			}
		}
	}
	return false
}

// speaks reports whether the item is in the language: as declared, else as its
// words tell beyond doubt.
func (v *view) speaks(want string) bool {
	have := strings.ReplaceAll(v.item.Language, "_", "-")
	if have == "" {
		v.languages()
		have = v.code
	}
	have, want = strings.ToLower(have), strings.ToLower(want)
	return have == want || strings.HasPrefix(have, want+"-")
}
