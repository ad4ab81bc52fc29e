package rules

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// A designation is a name of letters and a number: F-35, T-72, M1, Leopard 2, Article
// 5. Writers append a variant, a plural or a possessive: F-35A, T-72B3s, Leopard 2A8's.
// They never append digits: F-350 is something else.

// maxDesignation is the maximum length in bytes of a word with digits that matches
// variants; the index looks for them up to that length.
const maxDesignation = 24

// maxVariant is the maximum number of letters and digits of a variant, as in M1A2SEPv3.
const maxVariant = 8

// hasDigit reports whether a folded word has a digit.
func hasDigit(folded string) bool {
	for i := 0; i < len(folded); i += words.FirstLetters(folded[i:], 1) {
		if isDigit(folded[i]) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// variant reports whether folded, the word of t, is the designation w with a variant or
// a plural.
func (v *view) variant(t *words.Token, folded string, w *word) bool {
	rest, ok := strings.CutPrefix(folded, w.folded)
	if !ok {
		return false
	}
	if rest == "" || rest == "s" {
		return true
	}
	n := words.Letters(w.folded)
	if words.Letters(rest) > maxVariant || isDigit(w.folded[len(w.folded)-1]) == isDigit(rest[0]) {
		return false // F-350, and F-35AB for F-35A
	}
	return writtenAsVariant(tailOf(withoutPossessive(v.raw(t), t.Flags&words.Possessive != 0), n))
}

// tailOf is what follows the first n letters and digits of a word.
func tailOf(raw string, n int) string {
	for i, r := range raw {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if n == 0 {
			return raw[i:]
		}
		n--
	}
	return ""
}

// writtenAsVariant distinguishes a variant from a unit, an ordinal or a time of day:
// 35A, 72B3 and 300PMU2 from 10m, 5th and 10am. Units are in small letters (T-72M is a
// tank); a variant in small letters is short.
func writtenAsVariant(tail string) bool {
	small := strings.ToLower(tail)
	letters := strings.TrimRightFunc(small, unicode.IsDigit)
	switch r, _ := utf8.DecodeRuneInString(tail); {
	case slices.Contains(ordinals, small):
		return false
	case unicode.IsUpper(r), unicode.IsDigit(r):
		return true
	case !unicode.IsLower(r) || slices.Contains(units, small):
		return false
	}
	return utf8.RuneCountInString(letters) <= 2 || slices.Contains(smallVariants, small)
}

var (
	ordinals      = []string{"th", "nd", "rd"}
	smallVariants = []string{"bis", "ter", "neo", "ceo"} // MiG-21bis, A320neo
	units         = strings.Fields(`m km cm mm nm mi ft in kg mg g t kt mt lb oz l ml w kw mw gw v kv hz h hr am pm p k x bn mn tn er re st de
м км см мм кг г т ч л й я е в х`)
)

// measures are units that a rule may write with or without a space after a number:
// 155mm and 155 mm. They have at least two letters: 5G is not 5 g.
var measures = words.Hashes(`mm cm km kg kt mt kw mw gw hp mph kmh nm bn mn tn hz ghz мм см км кг кт мвт`)

func isMeasure(folded string) bool { return measures[words.Hash(folded)] }

func notDigit(r rune) bool { return r < '0' || r > '9' }

// leads reports whether t may be the letters of the designation w, which has one or two
// before its number, or of an acronym that is also a word. With a hyphen after it, it
// is. If the number is separate, as in A 10, B 2 or С 400, it must begin with a
// capital, the number must not be an amount, and the letters must not be a word of the
// article's language here.
func (v *view) leads(t *words.Token, folded string, w *word) bool {
	if folded != w.folded || t.Flags&words.Possessive != 0 {
		return false
	}
	text := v.parts[t.Tag>>partShift].text
	rest := text[t.End:]
	if abbreviated, ok := strings.CutPrefix(rest, ". "); ok && folded == "no" {
		rest = " " + abbreviated // No. 10
	}
	number := strings.TrimLeftFunc(rest, unicode.IsSpace)
	between := rest[:len(rest)-len(number)]
	if between == "" {
		return joint(number)
	}
	raw := text[t.Start:t.End]
	first, _ := utf8.DecodeRuneInString(raw)
	if !unicode.IsUpper(first) || strings.ContainsAny(between, "\r\n") {
		return false
	}
	for _, r := range raw {
		if r >= utf8.RuneSelf && words.Latin(folded) {
			return false // À 10 heures
		}
	}
	if behind := strings.TrimLeftFunc(number, unicode.IsDigit); len(behind) < len(number) && counts(behind) {
		return false
	}
	return !v.mayBeWord(raw, folded) || v.deliberate(t, number)
}

// mayBeWord reports whether the letters before a number may be a word of the article.
func (v *view) mayBeWord(raw, folded string) bool {
	if words.Letters(folded) <= 2 {
		return inflect.Short(folded, v.languages(), v.item.Language)
	}
	return !inCapitals(raw) && v.everyday(folded)
}

// joint reports whether what follows a letter ties it to a number: F-35, F/35.
func joint(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	next, _ := utf8.DecodeRuneInString(s[size:])
	return strings.ContainsRune(hyphens+"−./", r) && unicode.IsDigit(next)
}

// counts reports whether what follows a number makes it an amount: 10,000 or 10 % or 2
// days.
func counts(behind string) bool {
	r, size := utf8.DecodeRuneInString(behind)
	next, _ := utf8.DecodeRuneInString(behind[size:])
	if (r == ',' || r == '.') && unicode.IsDigit(next) {
		return true
	}
	behind = strings.TrimLeft(behind, spaces)
	if r, _ := utf8.DecodeRuneInString(behind); strings.ContainsRune("%‰°$€£₽₴", r) && r != utf8.RuneError {
		return true
	}
	return inflect.Counted(firstWord(behind))
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// firstWord returns the letters at the beginning of s.
func firstWord(s string) string {
	if i := strings.IndexFunc(s, notLetter); i >= 0 {
		return s[:i]
	}
	return s
}

// deliberate reports whether a capital that could begin a word is there by choice: in a
// sentence with other words in small letters, as in «two A 10 jets», but neither at its
// beginning nor in a headline with capitals on every word.
func (v *view) deliberate(t *words.Token, number string) bool {
	text := v.parts[t.Tag>>partShift].text
	raw := text[t.Start:t.End]
	if raw == "I" {
		return false // always a capital in English
	}
	if n, end := words.Capitals(raw); n > 1 && end == len(raw) && strings.ContainsFunc(text, unicode.IsLower) {
		return true // AT 4 in a text that has small letters
	}
	prev := strings.TrimRight(text[:t.Start], " \u00A0")
	if i := strings.LastIndexFunc(prev, notLetter); i >= 0 {
		_, size := utf8.DecodeRuneInString(prev[i:])
		prev = prev[i+size:]
	}
	if prev == "" {
		return false
	}
	after := strings.TrimLeft(strings.TrimLeftFunc(number, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }), " \u00A0")
	return runningText(prev) || runningText(firstWord(after))
}

// runningText reports whether a word would have a capital in a headline with capitals.
func runningText(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsLower(r) && utf8.RuneCountInString(w) >= 4
}

// lookalikes are the Latin letters and the Cyrillic ones that look like them as
// capitals, folded; 0 for one that has none.
var lookalikes = makeLookalikes()

func makeLookalikes() (m [256]byte) {
	for r, other := range fromLatin {
		if r >= 'A' && r <= 'Z' {
			latin, cyrillic := words.Fold(string(r))[0][0], words.Fold(string(other))[0][0]
			m[latin], m[cyrillic] = cyrillic, latin
		}
	}
	return m
}

// inScript writes the letters of a folded word in Latin or in Cyrillic letters,
// where they look alike: Т-72 is T-72. It is empty where one has none.
func inScript(folded string, latin bool) string {
	out := []byte(folded)
	for i, c := range out {
		if isDigit(c) || words.Latin(folded[i:]) == latin && c < 0xC0 {
			continue
		}
		like := lookalikes[c]
		if like == 0 {
			return ""
		}
		out[i] = like
	}
	return string(out)
}
