package rules

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// minModel is the length from which a word before a number takes forms, as in
// Leopard-2.
const minModel = 4

// maxJoins bounds the ways in which letters and numbers of a term are joined.
const maxJoins = 3

// alternatives are the ways in which an article may write the words: as they are, a
// word and its number together or apart (F-35, F35, F 35), and a compound in one word
// or two (airstrike, air-strike).
func alternatives(src string, off int, ws []spelled, joinable bool) []phrase {
	plain := make(phrase, len(ws))
	for i := range ws {
		plain[i] = ws[i].word
		// A word that is no name by itself may be part of one: the adjective of Komisja
		// Europejska inflects as such, and its neighbours identify it.
		plain[i].name = plain[i].name && (len(ws) == 1 || plain[i].acronym)
	}
	if !joinable {
		return []phrase{plain}
	}
	var joints []int // of ws[i] and ws[i+1]
	for i := 0; i+1 < len(ws) && len(joints) < maxJoins; i++ {
		between := src[off+ws[i].end : off+ws[i+1].start]
		switch {
		case joins(&ws[i], &ws[i+1], between):
			joints = append(joints, i)
		case words.Number(ws[i].folded) && isMeasure(ws[i+1].folded) && (hyphen(between) || between == " ") && ws[i+1].plain:
			joints = append(joints, i) // 155 mm
		case hasDigit(ws[i].folded) && startsNumber(ws[i+1].folded) && (hyphen(between) || between == "/") && ws[i+1].plain:
			plain[i+1].designator = true // B61-12s, 9/11's
		case !hasDigit(ws[i].folded) && startsNumber(ws[i+1].folded) && (hyphen(between) || strings.TrimSpace(between) == "" && ws[i+1].plain):
			joints = append(joints, i)
			designate(&plain[i], &plain[i+1], ws[i+1].plain, hyphen(between) || len(ws) == 2 && capital(ws[i].raw))
		}
	}
	out := []phrase{plain}
	for mask := 1; mask < 1<<len(joints); mask++ {
		out = append(out, joined(plain, joints, mask))
	}
	for i := range plain {
		if p := apart(plain[i]); p != nil {
			out = append(out, slices.Replace(slices.Clone(plain), i, i+1, p...))
			break
		}
	}
	for i := range plain {
		if ws[i].plain && len(out) < maxWays {
			for _, p := range split(plain[i]) {
				out = append(out, slices.Replace(slices.Clone(plain), i, i+1, p...))
			}
		}
	}
	return withUmlauts(inBothScripts(out))
}

// maxWays bounds the ways to write one term, roughly.
const maxWays = 12

// hyphens are the signs that tie words together.
const hyphens = "-‐‑–"

func hyphen(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size == len(s) && strings.ContainsRune(hyphens, r)
}

func capital(raw string) bool {
	r, _ := utf8.DecodeRuneInString(raw)
	return unicode.IsUpper(r)
}

// designate makes a word and a number those of a designation. plain says that it
// takes variants, alone that neither a space behind small letters nor other words tell that it is none:
// by 2030, Group of 7.
func designate(letters, number *word, plain, alone bool) {
	if number.kind == wordForm && plain {
		number.designator = len(number.folded) <= maxDesignation
	}
	n := words.Letters(letters.folded)
	if letters.kind == wordInflect && (letters.acronym || n < minModel) {
		letters.kind = wordForm // F does not inflect, its number takes the s
	}
	also := inflect.Everyday(letters.folded)
	if alone && letters.kind == wordForm && (n <= 2 || letters.acronym && also != inflect.None) {
		letters.initial, letters.name, letters.acronym, letters.ownAccents, letters.titled = true, false, false, false, false
	}
}

// joined writes the words that mask names, and those behind them, as one.
func joined(plain phrase, joints []int, mask int) phrase {
	joins := func(i int) bool {
		k := slices.Index(joints, i)
		return k >= 0 && mask>>k&1 == 1
	}
	var p phrase
	for i := 0; i < len(plain); i++ {
		w := plain[i]
		for ; joins(i) && i+1 < len(plain); i++ {
			next := plain[i+1]
			w = word{kind: next.kind, folded: w.folded + next.folded, raw: w.raw + next.raw, possessive: next.possessive, before: w.before, after: next.after}
			w.designator = next.designator && len(w.folded) <= maxDesignation
			switch {
			case w.kind == wordInflect && hasDigit(w.folded):
				w.kind = wordForm // 155mm
			case w.kind == wordInflect:
				w.name = inflect.NewTerm(w.folded, w.raw).Name && len(plain) == 2
			}
		}
		p = append(p, w)
	}
	return p
}

// apart writes F35 as F 35, and 155mm as 155 mm; nil where the word is neither.
func apart(w word) phrase {
	i := strings.IndexAny(w.folded, "0123456789")
	if n := strings.IndexFunc(w.raw, notDigit); i == 0 && n > 0 && w.kind != wordPrefix && isMeasure(w.folded[n:]) {
		return phrase{{kind: wordForm, folded: w.folded[:n], raw: w.raw[:n], before: w.before},
			{kind: wordForm, folded: w.folded[n:], raw: w.raw[n:], possessive: w.possessive, after: w.after}}
	}
	if i <= 0 || i > 5 || w.kind == wordPrefix || hasDigit(w.folded[:i]) || !isDigit(w.folded[i]) {
		return nil
	}
	n := max(0, strings.IndexFunc(w.raw, unicode.IsDigit))
	letters := word{kind: wordForm, folded: w.folded[:i], raw: w.raw[:n], before: w.before}
	number := word{kind: wordForm, folded: w.folded[i:], raw: w.raw[n:], possessive: w.possessive, after: w.after}
	designate(&letters, &number, w.designator, true)
	return phrase{letters, number}
}

// inBothScripts adds to the ways those in which the letters of designations are
// of Latin or of Cyrillic alone, where all of them look alike: Т-72 is T-72.
func inBothScripts(ways []phrase) []phrase {
	for _, p := range ways[:len(ways):len(ways)] {
		for _, latin := range []bool{true, false} {
			if other := p.inScript(latin); other != nil {
				ways = append(ways, other)
			}
		}
	}
	return ways
}

// inScript is nil where that is not possible, or changes nothing.
func (p phrase) inScript(latin bool) phrase {
	var out phrase
	for i := range p {
		if !p[i].initial && !hasDigit(p[i].folded) {
			continue
		}
		like := inScript(p[i].folded, latin)
		if like == "" {
			return nil
		}
		if like != p[i].folded {
			if out == nil {
				out = slices.Clone(p)
			}
			out[i].folded = like
		}
	}
	return out
}

func startsNumber(folded string) bool { return isDigit(folded[0]) }
