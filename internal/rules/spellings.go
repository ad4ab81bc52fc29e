package rules

import (
	"slices"
	"strings"
	"unicode"

	"watcher/internal/rules/words"
)

// minModel is the number of letters from which a word before a number takes its
// forms, as in Leopard-2.
const minModel = 4

// maxJoins bounds the ways in which letters and numbers of a term are joined.
const maxJoins = 3

// alternatives are the ways an article may write the words: as they are, and
// with a word and the number behind it in one or apart (F-35, F35, F 35).
func alternatives(src string, off int, ws []spelled, joinable bool) []phrase {
	plain := make(phrase, len(ws))
	for i := range ws {
		plain[i] = ws[i].word
		// What is no name alone may be part of one: the adjective of Komisja
		// Europejska inflects as such, and its neighbours tell it from others.
		plain[i].name = plain[i].name && len(ws) == 1
	}
	if !joinable {
		return []phrase{plain}
	}
	var joins []int // of ws[i] and ws[i+1]
	for i := 0; i+1 < len(ws) && len(joins) < maxJoins; i++ {
		between := src[off+ws[i].end : off+ws[i+1].start]
		if hasDigit(ws[i].folded) || !startsNumber(ws[i+1].folded) || !hyphen(between) && (strings.TrimSpace(between) != "" || !ws[i+1].plain) {
			continue
		}
		joins = append(joins, i)
		designate(&plain[i], &plain[i+1], ws[i+1].plain)
	}
	out := []phrase{plain}
	for mask := 1; mask < 1<<len(joins); mask++ {
		out = append(out, joined(plain, joins, mask))
	}
	for i := range plain {
		if p := apart(plain[i]); p != nil {
			out = append(out, slices.Replace(slices.Clone(plain), i, i+1, p...))
			break
		}
	}
	return inBothScripts(out)
}

func hyphen(s string) bool { return s == "-" || s == "‑" || s == "–" || s == "‐" }

// designate makes a word and a number those of a designation. plain says that it
// takes variants.
func designate(letters, number *word, plain bool) {
	if number.kind == wordForm && plain {
		number.designator = len(number.folded) <= longestDesignation
	}
	n := words.Letters(letters.folded)
	if letters.kind == wordInflect && (letters.acronym || n < minModel) {
		letters.kind = wordForm // F does not inflect, its number takes the s
	}
	if letters.kind == wordForm && n <= 2 {
		letters.initial, letters.name, letters.ownAccents, letters.titled = true, false, false, false
	}
}

// joined writes the pairs that mask names as one word.
func joined(plain phrase, joins []int, mask int) phrase {
	var p phrase
	for i := 0; i < len(plain); i++ {
		w := plain[i]
		for k, j := range joins {
			if j == i && mask>>k&1 == 1 && i+1 < len(plain) {
				next := plain[i+1]
				w = word{kind: next.kind, folded: w.folded + next.folded, raw: w.raw + next.raw, possessive: next.possessive}
				w.designator = next.designator && len(w.folded) <= longestDesignation
				i++
				break
			}
		}
		p = append(p, w)
	}
	return p
}

// apart writes F35 as F 35; nil where that is not what the word is.
func apart(w word) phrase {
	i := strings.IndexAny(w.folded, "0123456789")
	if i <= 0 || i > 5 || w.kind == wordPrefix || hasDigit(w.folded[:i]) || !isDigit(w.folded[i]) {
		return nil
	}
	letters := word{kind: wordForm, folded: w.folded[:i], raw: w.raw}
	if n := strings.IndexFunc(w.raw, unicode.IsDigit); n > 0 {
		letters.raw = w.raw[:n]
	}
	letters.acronym = words.Letters(letters.folded) > 1 && letters.raw == strings.ToUpper(letters.raw)
	number := word{kind: wordForm, folded: w.folded[i:], raw: w.raw[i:], possessive: w.possessive}
	designate(&letters, &number, w.designator)
	return phrase{letters, number}
}

// inBothScripts adds to the ways those in which the letters of designations are
// of the other script, where all of them look alike: Т-72 is T-72.
func inBothScripts(ways []phrase) []phrase {
	for _, p := range ways[:len(ways):len(ways)] {
		other, changed := make(phrase, len(p)), false
		for i, w := range p {
			other[i] = w
			if !w.initial && !hasDigit(w.folded) {
				continue
			}
			like := otherScript(w.folded)
			if like == "" {
				changed = false
				break
			}
			changed = changed || like != w.folded
			other[i].folded = like
		}
		if changed {
			ways = append(ways, other)
		}
	}
	return ways
}

func startsNumber(folded string) bool { return isDigit(folded[0]) }
