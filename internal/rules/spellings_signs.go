package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/words"
)

// Signs beside a word may matter to a rule: 2%, C++, $5, № 5, #Riga, km². A word of a
// rule with signs matches only a word that has them too.

// meaning reports whether r is a sign that carries meaning beside a word, not
// punctuation or a mark of the language.
func meaning(r rune) bool {
	switch {
	case strings.ContainsRune("=~^`|´¨™®©−", r):
		return false
	case strings.ContainsRune("%‰§#@", r):
		return true
	}
	return unicode.In(r, unicode.Sc, unicode.Sm, unicode.So, unicode.No)
}

// touching reports whether the sign must touch its word: a space beside +, # or ² makes
// it another thing.
func touching(sign string) bool {
	r, _ := utf8.DecodeRuneInString(sign)
	return strings.ContainsRune("+#@", r) || unicode.Is(unicode.No, r)
}

// spaces are those that stand between a number and its sign or unit.
const spaces = " \u00A0\u202F\u2009"

// maxSign is the number of bytes of a run of signs that counts as one.
const maxSign = 40

// signed gives each of the words, which stand in body, the signs beside it.
// Between two words a sign is that of the first one (5 %, C++ code), but one that
// is written before a word (€5, § 218) the other's; a + or @ that ties two words
// together (R+V) divides them like a hyphen. A number with a sign is an amount, no
// designation.
func signed(body string, ws []spelled) {
	from := 0
	var prev *spelled
	for i := range ws {
		assign(body[from:ws[i].start], prev, &ws[i])
		prev, from = &ws[i], ws[i].end
	}
	assign(body[from:], prev, nil)
	for i := range ws {
		w := &ws[i]
		if w.before == "" && w.after == "" {
			continue
		}
		w.designator = false
		w.decimal = inDecimal(body[:w.start], body[w.end:])
	}
}

// assign gives the signs of a gap to the words on its sides, of which one may be
// missing.
func assign(gap string, prev, next *spelled) {
	for i := 0; i < len(gap); {
		r, size := utf8.DecodeRuneInString(gap[i:])
		if !meaning(r) {
			i += size
			continue
		}
		end := i
		for end < len(gap) && end-i < maxSign {
			r, size := utf8.DecodeRuneInString(gap[end:])
			if !meaning(r) && r != 0xFE0F && r != 0x200D {
				break
			}
			end += size
		}
		sign := gap[i:end]
		toPrev, toNext := prev != nil && i == 0, next != nil && end == len(gap)
		leads := money(sign) || strings.ContainsRune("№§#@", r)
		switch {
		case touching(sign) && toPrev == toNext && (len(sign) == 1 || !toPrev):
			// R+V, a@b; or a sign alone, which keywords refuse
		case prev == nil, next != nil && leads && !toPrev && !amount(sign, prev, next), toNext && (leads || !toPrev):
			next.before = sign
		default:
			prev.after = sign
		}
		i = end
	}
}

// amount reports whether a sign of money stands behind its number: 5 € of aid.
func amount(sign string, prev, next *spelled) bool {
	return money(sign) && prev != nil && startsNumber(prev.folded) && !startsNumber(next.folded)
}

// hasSigns reports whether signs belong to the word.
func (w *word) hasSigns() bool { return len(w.before)+len(w.after) > 0 }

// signsBeside reports whether t has the signs of w beside it, and is no part of a larger
// number: 2% is not in 1.2%.
func (v *view) signsBeside(t *words.Token, w *word) bool {
	text := v.parts[t.Tag>>partShift].text
	before, after := text[:t.Start], text[t.End:]
	if w.before != "" && !endsWith(before, w.before) && !(money(w.before) && beginsWith(after, w.before)) {
		return false
	}
	if w.after != "" && !beginsWith(after, w.after) && !(money(w.after) && endsWith(before, w.after)) {
		return false
	}
	return w.decimal || !startsNumber(w.folded) || !inDecimal(before, after)
}

func money(sign string) bool {
	r, _ := utf8.DecodeRuneInString(sign)
	return unicode.Is(unicode.Sc, r)
}

// endsWith reports whether text ends with the sign, which ends no longer sign.
func endsWith(text, sign string) bool {
	if !touching(sign) {
		text = strings.TrimRight(text, spaces)
	}
	rest, ok := strings.CutSuffix(text, sign)
	r, _ := utf8.DecodeRuneInString(sign)
	l, _ := utf8.DecodeLastRuneInString(rest)
	return ok && l != r
}

// beginsWith reports whether text begins with the sign, which begins no longer sign.
func beginsWith(text, sign string) bool {
	if !touching(sign) {
		text = strings.TrimLeft(text, spaces)
	}
	rest, ok := strings.CutPrefix(text, sign)
	l, _ := utf8.DecodeLastRuneInString(sign)
	r, _ := utf8.DecodeRuneInString(rest)
	return ok && l != r
}

// inDecimal reports whether a point or comma ties a number to digits before or behind
// it.
func inDecimal(before, after string) bool {
	left, size := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
	right, size := utf8.DecodeRuneInString(after)
	last, _ := utf8.DecodeRuneInString(after[size:])
	return decimalPoint(left) && unicode.IsDigit(first) || decimalPoint(right) && unicode.IsDigit(last)
}

func decimalPoint(r rune) bool { return r == '.' || r == ',' }
