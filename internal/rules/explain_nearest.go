package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
	"watcher/internal/suggest"
)

// nearest finds what an article has instead of a missing term: what a small change of
// the rule would find, or what a reader would take for the term.
type nearest struct {
	v        *view
	env      *env
	keywords bool     // the rule is a list of keywords
	list     string   // the list that the term is an entry of; empty for none
	sought   int      // terms so far
	have     []spoken // distinct words of the article; nil until needed
	all      string   // their folded forms, each between blanks
}

// spoken is a word of the article.
type spoken struct {
	folded string
	sound  string
	raw    string
	in     fields
}

// maxSought is how many terms of a rule get a nearest word: each takes a millisecond
// for a long article, and a list may have thousands.
const maxSought = 300

// to says what comes nearest to a term in the fields; empty if nothing does.
func (x *nearest) to(n *node, in fields) string {
	if x.sought++; x.sought > maxSought {
		return ""
	}
	if n.op != opTerm {
		return x.elsewhere(n, in)
	}
	looks := []func(*node, fields) string{x.relaxed, x.country, x.elsewhere, x.divided, x.apart, x.word}
	if in != inDefault { // most probably another field was meant
		looks = []func(*node, fields) string{x.elsewhere, x.relaxed, x.country, x.divided, x.apart, x.word}
	}
	for _, look := range looks {
		if note := look(n, in); note != "" {
			return note
		}
	}
	return ""
}

// thereIs is the beginning of a note of what the article has.
const thereIs = "there is "

// there is a note of what the article has, bounded because it is a stranger's text.
func there(raw, note string) string {
	raw = strings.Join(strings.Fields(raw), " ")
	if r := []rune(raw); len(r) > 60 {
		raw = string(r[:59]) + "…"
	}
	return thereIs + raw + ", " + note
}

// text is the article's text at a hit.
func (x *nearest) text(h hit) string { return x.v.parts[h.part].text[h.start:h.end] }

// elsewhere finds the term in a field that the rule does not look at.
func (x *nearest) elsewhere(n *node, in fields) string {
	hits := x.v.hits(n, inAll)
	if len(hits) == 0 {
		return ""
	}
	field := x.v.parts[hits[0].part].field
	if in == inLead && (field == "content" || field == "summary") {
		return "it stands further down, in the " + field
	}
	note := "it stands in the " + field
	if in == inDefault && !x.keywords {
		note += ": " + field + ":" + n.text + " finds it"
	}
	return note
}

// relaxed tries the term without its restrictions: without =, without quotes, in small
// letters, with its forms, without its signs.
func (x *nearest) relaxed(n *node, in fields) string {
	for _, r := range x.relaxations(n) {
		t, err := x.parse(r.query)
		if err != nil {
			continue
		}
		if hits := x.v.hits(t, in); len(hits) > 0 {
			return there(x.text(hits[0]), r.note)
		}
	}
	return ""
}

// relaxation is a term that finds more, and how to describe it.
type relaxation struct{ query, note string }

func (x *nearest) relaxations(n *node) (out []relaxation) {
	add := func(query, note string) {
		out = append(out, relaxation{query, strings.ReplaceAll(note, "TERM", query)})
	}
	ws := n.alts[0]
	body, exact := strings.CutPrefix(n.text, "=")
	bare := strings.Trim(body, `"`)
	quoted := bare != body
	plain := func(p phrase, kind wordKind, mark string) string {
		parts := make([]string, len(p))
		for i := range p {
			if parts[i] = p[i].raw; p[i].kind == kind && !hasDigit(p[i].folded) {
				parts[i] += mark
			}
		}
		return strings.Join(parts, " ")
	}
	switch {
	case exact:
		add(`"`+bare+`"`, "and = counts case and accents: TERM finds it")
		add(`"`+strings.ToLower(bare)+`"`, "and = counts case and accents: TERM finds it")
		add(bare, "and = takes one form: TERM finds it")
	case quoted && len(ws) == 1:
		add(bare, "and quotes take one form: TERM without them finds it")
	case quoted:
		add(`"`+strings.TrimSuffix(bare, "~")+`~"`, "and quotes take one form of each word: TERM finds it")
		add(`"`+plain(ws, wordForm, "~")+`"`, "and quotes take one form of each word: TERM finds it")
		if hasDigit(ws[len(ws)-1].folded) || strings.Contains(bare, "-") {
			add(strings.ReplaceAll(bare, " ", "-"), "and quotes take one form: TERM without them finds it")
		}
	case x.env.opts.Exact && ws[len(ws)-1].kind == wordForm:
		add(bare+"~", "a form of it: TERM finds it")
	}
	if len(ws) == 1 {
		small := strings.ToLower(ws[0].raw)
		switch {
		case ws[0].acronym:
			add(`"`+small+`"`, "in small letters, where it may be a word: TERM finds that too")
		case small != ws[0].raw && !exact && !quoted:
			add(small, "and with a capital the rule means the name: TERM finds it")
		}
		if ws[0].kind == wordPrefix {
			out = nil
		}
		if ws[0].hasSigns() {
			add(`"`+ws[0].raw+`"`, "without the "+ws[0].before+ws[0].after)
		}
	}
	if last := ws[len(ws)-1]; hasDigit(last.folded) && last.kind != wordPrefix && !exact && !last.hasSigns() {
		add(strings.ReplaceAll(bare, " ", "-")+"*", "another number: TERM finds it")
	}
	return out
}

// parse parses a term of a query.
func (x *nearest) parse(query string) (*node, *Error) {
	n, err := parseQuery(x.env, query)
	if err == nil && n.op != opTerm {
		err = errAt(query, 0, "", "this is no term")
	}
	return n, err
}

// country finds another name of a country or a town, its people, its adjective.
func (x *nearest) country(n *node, in fields) string {
	ws := n.alts[0]
	place, is := placeOf(ws)
	if place == nil {
		return ""
	}
	for i, other := range slices.Concat(place.adjectives, place.names) {
		t, err := x.env.keyword(other)
		if err != nil {
			continue
		}
		hits := x.v.hits(t, in)
		if len(hits) == 0 {
			continue
		}
		adjective := i < len(place.adjectives)
		what := "another name of it"
		switch {
		case adjective && is == placeName:
			what = "its adjective"
			if i > 0 {
				what = "of that country"
			}
		case !adjective && is == placeAdjective:
			what = "the country"
		case adjective:
			what = "of that country"
		}
		return there(x.text(hits[0]), what+": "+x.both(n.text, other))
	}
	return ""
}

// both is the query for a term and another word.
func (x *nearest) both(term, other string) string {
	switch {
	case x.list != "":
		return "add " + other + " to " + x.list
	case x.keywords:
		return "add " + other + " to the keywords"
	case strings.Contains(other, " "):
		return `(` + term + ` OR "` + other + `~") finds both`
	case x.env.opts.Exact:
		return "(" + term + " OR " + other + "~) finds both"
	}
	return "(" + term + " OR " + other + ") finds both"
}

// divided finds one word of the rule as two neighbours, and two of its words as one.
func (x *nearest) divided(n *node, in fields) string {
	ws, toks := n.alts[0], x.v.buf.Tokens
	for i := range toks {
		t := &toks[i]
		if fields(t.Tag)&in == 0 {
			continue
		}
		folded := x.v.buf.Folded(t)
		switch len(ws) {
		case 1:
			rest, ok := strings.CutPrefix(ws[0].folded, folded)
			if !ok || rest == "" || i+1 == len(toks) || toks[i+1].Tag>>partShift != t.Tag>>partShift || x.v.buf.Folded(&toks[i+1]) != rest || hasDigit(ws[0].folded) {
				continue
			}
			raw := x.v.parts[t.Tag>>partShift].text[t.Start:toks[i+1].End]
			return there(raw, "in two words: "+x.both(n.text, strings.Join(strings.Fields(raw), " ")))
		case 2:
			if folded == ws[0].folded+ws[1].folded {
				return there(x.v.raw(t), "in one word: "+x.both(n.text, x.v.raw(t)))
			}
		}
	}
	return ""
}

// widest is the largest window in which the words of a phrase are reported as near one
// another.
const widest = 10

// apart finds the words of a phrase that are not side by side, or says which are
// missing.
func (x *nearest) apart(n *node, in fields) string {
	ws := n.alts[0]
	if len(ws) < 2 {
		return ""
	}
	var here, missing []string
	var all []*node
	for i := range ws {
		t, err := x.parse(ws[i].raw + map[bool]string{true: "*"}[ws[i].kind == wordPrefix])
		if err != nil {
			return ""
		}
		all = append(all, t)
		if len(x.v.hits(t, in)) > 0 {
			here = append(here, ws[i].raw)
		} else {
			missing = append(missing, ws[i].raw)
		}
	}
	switch {
	case len(here) == 0:
		return ""
	case len(missing) > 0:
		return strings.Join(missing, ", ") + " of it is not there"
	case len(ws) > 2:
		return "all its words are there, but not side by side in this order"
	}
	if !nearAny(x.v.hits(all[0], in), x.v.hits(all[1], in), widest, false) {
		return "both its words are there, but not near each other"
	}
	return "both its words are there, but not side by side: " + ws[0].raw + " NEAR/10 " + ws[1].raw + " finds them"
}

// minAlike is the length from which similar words are noted.
const minAlike = 5

// word finds a word that a reader would take for the rule's one word: with other
// accents, in another spelling, as part of a longer word, or with the same beginning.
func (x *nearest) word(n *node, in fields) string {
	if len(n.alts[0]) != 1 {
		return ""
	}
	w := &n.alts[0][0]
	x.read()
	if w.kind == wordPrefix {
		return x.inside(w, in)
	}
	if s := x.first(in, func(s *spoken) bool { return s.folded == w.folded }); s != nil {
		return there(s.raw, "which is another word: of this one case and accents count")
	}
	if hasDigit(w.folded) {
		return ""
	}
	sound, letters := soundOf(w.folded, w.raw), words.Letters(w.folded)
	if w.acronym {
		s := x.first(in, func(s *spoken) bool { return letters > 2 && strings.HasPrefix(s.raw, w.raw) })
		if s == nil {
			return ""
		}
		return there(s.raw, "a longer word: "+w.raw+"* finds both")
	}
	if letters < minAlike-1 {
		return ""
	}
	if s := x.first(in, func(s *spoken) bool { return s.sound == sound || letters > minAlike && misspelt(s, w, sound) }); s != nil {
		return there(s.raw, "another spelling: "+x.both(n.text, s.raw))
	}
	if s := x.first(in, func(s *spoken) bool {
		return w.name && letters > minAlike && adjectival.MatchString(s.raw) && alike(s.sound, sound, minAlike-1)
	}); s != nil {
		return there(s.raw, "which may be its adjective: "+x.both(n.text, s.raw))
	}
	if letters < minAlike {
		return ""
	}
	if strings.Contains(x.all, w.folded) {
		if s := x.first(in, func(s *spoken) bool { return strings.HasPrefix(s.folded, w.folded) }); s != nil {
			return there(s.raw, "a longer word: "+w.raw+"* finds both")
		}
	}
	if note := x.inside(w, in); note != "" {
		return note
	}
	if s := x.first(in, func(s *spoken) bool { return alike(s.sound, sound, minAlike) }); s != nil {
		return there(s.raw, "another word of this beginning: "+x.both(n.text, s.raw))
	}
	return ""
}

// inside finds a longer word that contains the rule's word, such as German compounds.
func (x *nearest) inside(w *word, in fields) string {
	if words.Letters(w.folded) < minAlike || hasDigit(w.folded) || !strings.Contains(x.all, w.folded) {
		return ""
	}
	s := x.first(in, func(s *spoken) bool { return strings.Contains(s.folded, w.folded) })
	if s == nil {
		return ""
	}
	return there(s.raw, "with it inside: under match: /"+strings.ToLower(w.raw)+"/ finds both")
}

// adjectival matches the endings of adjectives of places.
var adjectival = regexp.MustCompile(`(?i)(i?ans?|ish|ese|i|ienn?e?s?|aise?s?|ois|isch(e[nrsm]?)?|sk|iska?|sk[iyíýaáąeéo]\pL{0,3}|(с|сь)к\pL{1,3})$`)

// misspelt reports whether a word of the article differs from w by one letter that is
// not the first. For a name it must have a capital.
func misspelt(s *spoken, w *word, sound string) bool {
	if r, _ := utf8.DecodeRuneInString(s.raw); w.name && unicode.IsLower(r) {
		return false
	}
	r, size := utf8.DecodeRuneInString(s.sound)
	other, _ := utf8.DecodeRuneInString(sound)
	d := len(s.sound) - len(sound)
	return r == other && d >= -size && d <= size && len(sound) < 100 && s.sound != sound && suggest.Near(s.sound, sound, 1)
}

// alike reports whether two words share at least so many first letters, and most of
// their letters.
func alike(a, b string, least int) bool {
	n, longest := 0, max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	for _, r := range a {
		if next, _ := utf8.DecodeRuneInString(b); next != r {
			break
		}
		b = b[utf8.RuneLen(r):]
		n++
	}
	return n >= least && 10*n >= 6*longest || least < minAlike && n >= least && 5*n >= 2*longest
}

// first is the first word in the fields for which is returns true.
func (x *nearest) first(in fields, is func(*spoken) bool) *spoken {
	for i := range x.have {
		if s := &x.have[i]; s.in&in != 0 && is(s) {
			return s
		}
	}
	return nil
}

// read collects the words of the article.
func (x *nearest) read() {
	if x.have != nil {
		return
	}
	at := map[string]int{}
	var all strings.Builder
	for i := range x.v.buf.Tokens {
		t := &x.v.buf.Tokens[i]
		folded := x.v.buf.Folded(t)
		if k, ok := at[folded]; ok {
			x.have[k].in |= fields(t.Tag)
			continue
		}
		raw := withoutPossessive(x.v.raw(t), t.Flags&words.Possessive != 0)
		at[folded] = len(x.have)
		x.have = append(x.have, spoken{folded, soundOf(folded, raw), raw, fields(t.Tag)})
		all.WriteString(" " + folded)
	}
	x.all = all.String()
}

// sounds unifies variant spellings: colour and color, organise and organize, Odessa and
// Odesa, Україна and Украина.
var sounds = strings.NewReplacer("ou", "o", "ae", "e", "oe", "e", "ph", "f", "kh", "k", "z", "s", "ce", "se", "ci", "si", "c", "k", "y", "i", "j", "i", "w", "v", "tre", "ter", "mme", "m",
	"ї", "и", "і", "и", "й", "и", "ы", "и", "є", "е", "э", "е", "ґ", "г", "ё", "е", "ъ", "", "ь", "", "'", "", "’", "")

// soundOf unifies the spelling of a word, given folded and as written.
func soundOf(folded, raw string) string {
	if !words.Latin(folded) {
		folded = strings.Map(unicode.ToLower, raw)
	}
	s := []rune(sounds.Replace(folded))
	return string(slices.Compact(s))
}
