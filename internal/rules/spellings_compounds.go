package rules

import (
	"strings"
	"sync"
	"unicode/utf8"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// Agencies write one compound as airstrike, air-strike and air strike. The closed and
// the hyphenated form match each other for any compound, because they are unambiguous.
// Two words side by side may be a coincidence (green land is not Greenland): they match
// only if openCompounds has them.

// tie is what must stand between a word of a phrase and the next one.
type tie uint8

const (
	tieAny    tie = iota // whatever divides words
	tieHyphen            // a hyphen
	tieOpen              // a hyphen or a space
)

// firstParts are the beginnings of compounds. After a colon are the only words that may
// follow, for a beginning that many other words share; a vowel stands for any word that
// begins with one, where English uses the hyphen (co-operate).
const firstParts = `
air aero anti arms battle bio blood bomb border brain breath car cargo cease check coal coast counter court crack cross cruise cyber death drone drug dual earth
electro fighter fire flag flash flight flood fore foot front gas geo grass ground gun hand hard head heavy helicopter high home hostage hydro hyper ice infra intra
key land law life long machine macro mass mega micro mid mile mine missile money motor multi narco near neo net news night nuclear oil peace pipe power
ransom radio rail rocket round safe sand sea self semi ship shore short side sky snow south north east west space spear spokes stake stand storm strong submarine
super surface tank task tele terror thermo time torch touch town train troop truck turn ultra under vice war watch water wave weapon week wheel white wild wind wire
work world year trans para down break build draw fall fly lay look lift lock pass pull push roll run shoot shut sit spin stop take walk wash wipe
black blue double single pay policy trouble whistle bread trade joint photo psycho socio crypto
over:flight flights fly throw run rule reach power board land lap fishing sea seas hang time turn turned view whelm
out:break breaks post posts side lying going flank gun rank reach come
off:shore line load set shoot beat duty
on:line going board shore
up:grade hold rising take turn coming date
in:land bound coming door fighting flow
by:election elections pass product
non:proliferation aligned combatant combatants compliance nuclear state violent violence military member members lethal
pre:war dawn election elections vowel planned trial
post:war election elections soviet cold conflict
re:vowel arm armament supply deploy deployment build open
co:vowel ordinate founder chair pilot
de:vowel conflict mining nuclearise nuclearize
e:mail mails book voting passport commerce
sub:sea marine surface sonic unit
авиа кибер контр анти вице экс пресс спец гос нефте газо ракето мино радио теле
`

// openCompounds are compounds that are written as two words too, each with / where
// they are divided.
const openCompounds = `
air/base air/battle air/borne air/bridge air/burst air/craft air/crew air/defence air/defense air/drop air/field air/frame air/lift air/liner air/mobile air/power air/raid air/ship air/space air/strike air/strip air/war
arms/race battle/field battle/front battle/group battle/ground battle/ship battle/space battle/tank black/list black/mail bomb/maker bomb/shell border/line border/land
car/bomb cease/fire check/point check/list coal/mine coast/guard coast/line counter/attack counter/drone counter/espionage counter/insurgency counter/intelligence counter/measure counter/offensive counter/part counter/strike counter/terror counter/terrorism
court/house cross/fire cross/road cyber/attack cyber/crime cyber/criminal cyber/defence cyber/defense cyber/espionage cyber/operation cyber/security cyber/space cyber/threat cyber/war cyber/warfare cyber/weapon
drone/strike earth/quake fire/arm fire/bomb fire/fight fire/fighter fire/power flag/ship flash/point fly/past front/line
gun/boat gun/fight gun/fire gun/man gun/ship gun/point hand/gun hand/shake hard/line hard/liner head/quarters hostage/taker
ice/breaker gas/field oil/field key/note land/mine land/slide law/breaker law/maker life/boat long/range mine/field mine/layer mine/sweeper mine/hunter motor/cade news/paper news/room
pay/load peace/keeper peace/keeping peace/maker peace/making peace/time pipe/line policy/maker policy/making power/plant power/house rail/way rail/road ransom/ware road/block road/map road/side rocket/fire run/way
safe/guard sea/bed sea/board sea/borne sea/port ship/building ship/builder ship/wreck ship/yard shoot/down sky/line snow/storm space/craft space/ship spear/head spy/master stake/holder stand/off stock/pile
task/force tear/gas trade/war trip/wire troop/carrier truce/talks war/crime war/criminal war/fighter war/fighting war/game war/head war/lord war/monger war/path war/plane war/ship war/time war/zone
watch/dog watch/list watch/tower week/end whistle/blower wire/tap work/force
`

// otherJoined are hyphenated words that mean something else without the hyphen.
const otherJoined = " resign reform recover release resort retreat redress remark represent recreation reaction reserve reserves coop unionised unionized "

// first is how a compound may go on behind one of firstParts.
type first struct {
	rest  []string // nil: with anything
	vowel bool     // with a vowel too
}

// compounds are firstParts and openCompounds by how they begin, folded.
type compounds struct {
	firsts  map[string]first
	open    map[string][]string // the second parts of openCompounds
	longest int
}

var allCompounds = sync.OnceValue(readCompounds)

func readCompounds() *compounds {
	c := &compounds{firsts: map[string]first{}, open: map[string][]string{}}
	add := func(part string, f first) {
		part = words.Fold(part)[0]
		c.firsts[part] = f
		c.longest = max(c.longest, len(part))
	}
	for line := range strings.Lines(firstParts) {
		if part, rest, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			rests := strings.Fields(rest)
			vowel := len(rests) > 0 && strings.Contains(" "+rest+" ", " vowel ")
			add(part, first{rests, vowel})
			continue
		}
		for part := range strings.FieldsSeq(line) {
			add(part, first{})
		}
	}
	for pair := range strings.FieldsSeq(openCompounds) {
		a, b, _ := strings.Cut(pair, "/")
		if _, ok := c.firsts[a]; !ok {
			add(a, first{rest: []string{}})
		}
		c.open[a] = append(c.open[a], b)
	}
	return c
}

// minRest is the minimum length of the second part of a compound, unless firstParts
// names it.
const minRest = 3

// divided reports whether a compound may be divided into a and b, both folded, by a
// hyphen, and whether by a space too.
func (c *compounds) divided(a, b string) tie {
	if isAny(c.open[a], b) {
		return tieOpen
	}
	switch f, ok := c.firsts[a]; {
	case !ok || words.Letters(b) < minRest:
		return tieAny
	case f.rest == nil || f.vowel && strings.IndexByte("aeiou", b[0]) >= 0 || isAny(f.rest, b):
		return tieHyphen
	}
	return tieAny
}

// english is the language that check speaks of.
var english = inflect.Language("en")

// isAny reports whether word is a form of one of the words.
func isAny(list []string, word string) bool {
	for _, w := range list {
		if w == word || strings.HasPrefix(word, w[:min(len(w), 3)]) && inflect.NewTerm(w, w).Joins(english, word) {
			return true
		}
	}
	return false
}

// split returns the ways to write a closed compound in two words; nil if it is none.
func split(w word) []phrase {
	if p := atHalfSpace(w); p != nil {
		return []phrase{p}
	}
	if w.kind != wordInflect || w.onlyAcronym() || w.possessive || hasDigit(w.folded) || utf8.RuneCountInString(w.raw) != words.Letters(w.folded) {
		return nil
	}
	var out []phrase
	at := 0 // in folded
	for i := range w.raw {
		if i == 0 {
			continue
		}
		if at += words.FirstLetters(w.folded[at:], 1); at > allCompounds().longest {
			break
		}
		t := allCompounds().divided(w.folded[:at], w.folded[at:])
		if t == tieAny || t == tieOpen && w.name {
			continue
		}
		b := inflect.NewTerm(w.folded[at:], w.raw[i:])
		out = append(out, phrase{
			{kind: wordForm, folded: w.folded[:at], raw: w.raw[:i], tie: t, before: w.before},
			{kind: wordInflect, folded: w.folded[at:], raw: w.raw[i:], name: b.Name, after: w.after},
		})
	}
	return out
}

// halfSpace separates the parts of a Persian compound; many people write a space
// instead: رئیس‌جمهور.
const halfSpace = "\u200C"

// minHalf is the minimum length of the parts of a compound with a half-space. Shorter
// parts are endings or small words.
const minHalf = 3

// atHalfSpace writes a compound with a half-space in two words; nil where it is none.
func atHalfSpace(w word) phrase {
	a, b, ok := strings.Cut(w.raw, halfSpace)
	if !ok || w.kind != wordInflect {
		return nil
	}
	n := len(strings.Join(words.Fold(a), ""))
	if n >= len(w.folded) || words.Letters(w.folded[:n]) < minHalf || words.Letters(w.folded[n:]) < minHalf {
		return nil
	}
	return phrase{
		{kind: wordForm, folded: w.folded[:n], raw: a, before: w.before},
		{kind: wordInflect, folded: w.folded[n:], raw: b, after: w.after},
	}
}

// joins reports whether two words of a rule with between between them are also written
// as one: those with a hyphen, those of openCompounds, and in Arabic script those with
// a space, which may stand for a half-space.
func joins(a, b *spelled, between string) bool {
	switch {
	case !b.plain || b.kind != wordInflect || a.possessive || a.onlyAcronym() || b.onlyAcronym() || hasDigit(a.folded) || hasDigit(b.folded):
		return false
	case hyphen(between):
		return words.Latin(a.folded) == words.Latin(b.folded) && !strings.Contains(otherJoined, " "+a.folded+b.folded+" ")
	}
	if between == " " && words.ScriptOf(a.folded) == words.ArabicScript && words.ScriptOf(b.folded) == words.ArabicScript {
		return true
	}
	return strings.TrimSpace(between) == "" && between != "" && isAny(allCompounds().open[a.folded], b.folded)
}

// tied reports whether what follows t in its text is what w requires.
func (v *view) tied(t *words.Token, w *word) bool {
	text := v.parts[t.Tag>>partShift].text[t.End:]
	r, size := utf8.DecodeRuneInString(text)
	next, _ := utf8.DecodeRuneInString(text[size:])
	if strings.ContainsRune(hyphens, r) {
		return !notLetter(next)
	}
	return w.tie == tieOpen && len(strings.TrimLeft(text, " \t\r\n\u00A0")) < len(text)
}
