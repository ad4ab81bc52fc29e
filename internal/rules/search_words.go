package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"watcher/internal/feeds"
	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// soughtWord is a word of a query without its conditions on neighbours, as an index is
// asked for it. With literal, it is a part of a regular expression instead.
type soughtWord struct {
	word    word
	literal string // folded by foldSimple; a word that has it in it answers
	beside  bool   // what stands in neither title nor text counts too
}

// planner makes the plan of a Search.
type planner struct {
	q      *Search
	byWord map[soughtWord]int
}

func (b *planner) plan(n *node, in fields) *plan {
	switch n.op {
	case opTerm:
		return b.term(n, in)
	case opRegex:
		return b.regex(n.re, in)
	case opList:
		return b.all(planOr, n.list.entries, in)
	case opField:
		return b.plan(n.kids[0], n.in)
	case opMeta:
		return &plan{op: planFrom, tongue: n.meta == metaLang, from: func(v *view) bool { return v.from(n.meta, n.values) }}
	case opOr:
		return b.all(planOr, n.kids, in)
	case opNot:
		return b.all(planNot, n.kids, in)
	case opNear, opBefore:
		p := maybe(b.all(planAnd, n.kids, in))
		p.far = b.far(n.kids[0], n.kids[1], in, n.n, n.op == opBefore)
		return p
	case opAtLeast:
		return maybe(b.all(planAnd, n.kids, in))
	}
	return b.all(planAnd, n.kids, in)
}

func (b *planner) all(op planOp, kids []*node, in fields) *plan {
	p := &plan{op: op}
	for _, k := range kids {
		p.kids = append(p.kids, b.plan(k, in))
	}
	return p
}

func maybe(p *plan) *plan { return &plan{op: planMaybe, kids: []*plan{p}} }

// term plans any of its spellings outside the phrases in which it means something else;
// an article with such a phrase may have the term elsewhere too.
func (b *planner) term(n *node, in fields) *plan {
	p := b.phrases(n.alts, in)
	if len(n.not) == 0 {
		return p
	}
	return &plan{op: planAnd, kids: []*plan{p, {op: planNot, kids: []*plan{maybe(b.phrases(n.not, inAll))}}}}
}

func (b *planner) phrases(ways []phrase, in fields) *plan {
	p := &plan{op: planOr}
	for _, way := range ways {
		if len(way) == 1 && !way[0].looksAround() {
			p.kids = append(p.kids, b.word(&way[0], in))
			continue
		}
		all := &plan{op: planAnd}
		for i := range way {
			all.kids = append(all.kids, b.word(&way[i], in))
		}
		near := maybe(all)
		near.far = b.phrase(way, in)
		p.kids = append(p.kids, near)
	}
	return p
}

// looksAround reports whether answers depends on the neighbours of the word.
func (w *word) looksAround() bool { return w.hasSigns() || w.initial || w.tie != tieAny }

// byItself is the word without its conditions on neighbours: whatever matches w matches
// it.
func (w *word) byItself() word {
	if w.initial { // leads compares the folded form
		return word{kind: wordInflect, folded: w.folded, raw: w.raw, initial: true}
	}
	x := *w
	x.before, x.after, x.decimal, x.tie = "", "", false, tieAny
	return x
}

func (b *planner) word(w *word, in fields) *plan {
	s := soughtWord{word: w.byItself(), beside: in&^(inDefault|inLead) != 0}
	if s.beside {
		s.word.capital = false // it does not count in them
	}
	return &plan{op: planWord, word: b.sought(s), in: in}
}

// sought returns the number of a word.
func (b *planner) sought(s soughtWord) int {
	k, ok := b.byWord[s]
	if !ok {
		k = len(b.q.words)
		b.byWord[s] = k
		b.q.words = append(b.q.words, s)
	}
	return k
}

// regex plans articles whose words contain one of the pattern's literals, as perhaps.
func (b *planner) regex(re *pattern, in fields) *plan {
	p := b.pieces(re, in)
	if in&^inTexts == 0 {
		p.re = re
	}
	return p
}

func (b *planner) pieces(re *pattern, in fields) *plan {
	any := &plan{op: planOr}
	for _, literal := range re.needed {
		pieces := &plan{op: planAnd}
		for _, piece := range strings.FieldsFunc(literal, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(piece) >= minLiteral && oneWord(piece) {
				s := soughtWord{literal: piece, beside: in&^(inDefault|inLead) != 0}
				pieces.kids = append(pieces.kids, &plan{op: planWord, word: b.sought(s), in: in})
			}
		}
		if len(pieces.kids) == 0 {
			return &plan{op: planAll}
		}
		any.kids = append(any.kids, pieces)
	}
	if len(any.kids) == 0 {
		return &plan{op: planAll}
	}
	return maybe(any)
}

// oneWord reports whether letters are always cut as part of one word.
func oneWord(letters string) bool {
	var b words.Buffer
	b.Scan(letters, 0)
	return len(b.Tokens) == 1 && b.Tokens[0].Start == 0 && int(b.Tokens[0].End) == len(letters)
}

// span is a range of folded words that may match a word of the query.
type span struct {
	from, to string
	word     int
	cyrillic bool // only where Serbian is read in both scripts
}

// ranges are those of all words, in order.
func (b *planner) ranges() []span {
	var all []span
	for k := range b.q.words {
		s := &b.q.words[k]
		add := func(beginning string, cyrillic bool) {
			all = append(all, span{beginning, behind(beginning), k, cyrillic})
		}
		switch w := &s.word; {
		case s.literal != "":
			add("", false)
		case w.initial, w.kind != wordPrefix && w.kind != wordInflect && !w.designator:
			all = append(all, span{from: w.folded, to: w.folded + "\x00", word: k})
		case w.kind == wordPrefix || w.designator:
			add(w.folded, false)
		default:
			own := w.term().Beginnings(inflect.Any, false)
			for _, text := range own {
				add(text, false)
			}
			for _, text := range w.term().Beginnings(inflect.Any, true) {
				if !slices.Contains(own, text) {
					add(text, true)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	return all
}

// behind is the first text after all texts with this prefix; empty if there is none.
func behind(beginning string) string {
	for i := len(beginning) - 1; i >= 0; i-- {
		if c := beginning[i]; c < 0xFF {
			return beginning[:i] + string([]byte{c + 1})
		}
	}
	return ""
}

// holds reports whether the folded word is in the range.
func (s *span) holds(folded string) bool { return folded >= s.from && (s.to == "" || folded < s.to) }

// walk collects the articles in which the words of the query are matched.
func (e *evaluation) walk() error {
	a := &e.q.alone
	both := a.begin(e.ix)
	spans := e.q.spans
	for i := 0; i < len(spans); {
		if spans[i].cyrillic && !both {
			i++
			continue
		}
		from, to := spans[i].from, spans[i].to
		group := spans[i : i+1]
		for i++; i < len(spans) && (to == "" || spans[i].from < to); i++ { // what overlaps is walked once
			group = group[:len(group)+1]
			if spans[i].cyrillic && !both {
				continue
			}
			if spans[i].to == "" || to != "" && spans[i].to > to {
				to = spans[i].to
			}
		}
		err := e.ix.Words(from, to, func(raw, folded string, stands Stands) error {
			return e.entry(group, raw, folded, stands)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// entry collects the articles of a word of the index if it matches one of the query.
func (e *evaluation) entry(group []span, raw, folded string, stands Stands) error {
	a := &e.q.alone
	a.load(raw)
	beside := strings.HasPrefix(raw, Beside)
	for i := range group {
		s := &group[i]
		if !s.holds(folded) {
			continue
		}
		if w := &e.q.words[s.word]; w.beside || !beside {
			a.ask(w, s.word)
		}
	}
	if len(a.answered) == 0 {
		return nil
	}
	for i := range a.answered {
		if k := a.answered[i].number; e.noted[k] {
			e.written[k] = append(e.written[k], raw)
		}
	}
	return stands(func(article int, title bool) {
		for i := range a.answered {
			if x := &a.answered[i]; !x.spoken || a.answers(x, i, a.of[e.ix.SpeechOf(article)]) {
				e.found[x.number].note(e.n, article, title, beside)
			}
		}
	})
}

func (p *standing) note(n, article int, title, beside bool) {
	set := &p.text
	if beside {
		set = &p.beside
	}
	if *set == nil {
		*set = make(Articles, articlesLen(n))
	}
	set.add(article)
	if title {
		if p.title == nil {
			p.title = make(Articles, articlesLen(n))
		}
		p.title.add(article)
	}
}

// alone judges a word of an index by itself.
type alone struct {
	view     view
	item     feeds.Item
	answered []answer

	speeches []speech  // all that an answer may depend on of articles' languages
	of       []int     // of each speech of the index: its place in speeches
	verdicts []verdict // of each answer and speech
	asked    uint32    // counts the questions
}

// answer is a word of the query that a word of the index may answer.
type answer struct {
	word     *soughtWord
	number   int
	spoken   bool // it depends on the article's languages
	question uint32
}

// speech is what an answer may depend on of an article's languages.
type speech struct {
	declared string
	langs    inflect.Langs
	other    inflect.Langs // that is declared, where langs has Other
	told     bool          // it is certain which one most of it is in
}

// verdict is what came of a question for one speech. The zero value is of none.
type verdict struct {
	question uint32
	yes      bool
}

// begin takes over what an index knows of languages, and reports whether the Cyrillic
// of some article is read in Latin script too.
func (a *alone) begin(ix WordIndex) (bothScripts bool) {
	a.speeches, a.of = a.speeches[:0], a.of[:0]
	for k := range ix.Speeches() {
		declared, langs, code := ix.Speech(k)
		s := speech{declared: declared, langs: inflect.Langs(langs), told: code != ""}
		if s.langs&inflect.Other != 0 {
			s.other = inflect.OtherLanguage(declared)
		}
		at := slices.IndexFunc(a.speeches, func(x speech) bool { return x.langs == s.langs && x.other == s.other && x.told == s.told })
		if at < 0 {
			at = len(a.speeches)
			a.speeches = append(a.speeches, s)
		}
		a.of = append(a.of, at)
		bothScripts = bothScripts || s.langs.ReadsBothScripts()
	}
	return bothScripts
}

// load sets the current word.
func (a *alone) load(raw string) {
	v := &a.view
	v.item, v.told = &a.item, true
	v.buf.Reset()
	v.parts = append(v.parts[:0], part{order: orderTitle, text: raw})
	a.answered = a.answered[:0]
}

// token is the current word, scanned on demand: literals of regular expressions are
// compared with many words.
func (a *alone) token() *words.Token {
	if len(a.view.buf.Tokens) == 0 {
		a.view.buf.Scan(a.view.parts[0].text, 0)
	}
	return &a.view.buf.Tokens[0]
}

// ask adds a word of the query to the answered ones if the current word matches it in
// some article.
func (a *alone) ask(w *soughtWord, number int) {
	a.asked++
	x := answer{word: w, number: number, question: a.asked}
	if a.answersSomewhere(&x) {
		a.answered = append(a.answered, x)
	}
}

func (a *alone) answersSomewhere(x *answer) bool {
	if x.word.literal != "" {
		return containsFolded(a.view.parts[0].text, x.word.literal)
	}
	w, t := &x.word.word, a.token()
	if w.initial {
		return true // its range has only those
	}
	x.spoken = w.scope != inflect.None || w.onlyAcronym() || w.kind == wordInflect && a.view.buf.Folded(t) != w.folded
	if !x.spoken {
		return a.view.answers(t, w)
	}
	for speech := range a.speeches {
		if a.answers(x, len(a.answered), speech) {
			return true
		}
	}
	return false
}

// answers reports whether the current word matches x, the i-th answered word, in
// articles of a speech.
func (a *alone) answers(x *answer, i, speech int) bool {
	at := i*len(a.speeches) + speech
	if at >= len(a.verdicts) {
		a.verdicts = append(a.verdicts, make([]verdict, at+1-len(a.verdicts))...)
	}
	known := &a.verdicts[at]
	if known.question != x.question {
		s := &a.speeches[speech]
		a.view.langs, a.view.code, a.item.Language = s.langs, "", s.declared
		if s.told {
			a.view.code = "told"
		}
		*known = verdict{x.question, a.view.answers(a.token(), &x.word.word)}
	}
	return known.yes
}
