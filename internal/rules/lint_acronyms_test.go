package rules_test

import (
	"os"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/rules/inflect"
)

// TestAcronymsThatAreWords: an acronym that is an everyday word of the language is found
// only in capitals; so is one where the language is unknown.
func TestAcronymsThatAreWords(t *testing.T) {
	for _, c := range []struct{ lang, acronyms, never string }{
		{"fr", "EU", "Le sommet a eu lieu hier."},
		{"fr", "EU", "Il y a eu des blessés."},
		{"fr", "AI", "« J'ai confiance », a dit le ministre. Ai-je tort ?"},
		{"fr", "EST CES SUR", "Est-ce que ces hommes sont sur la table ? Ces mots, c'est sur eux"},
		{"es", "SER SIN ERA", "Era difícil ser así, sin nada. Sin embargo, no lo era"},
		{"lt", "KAM TAI", "Tai kam nors bus sunku, kam tai sakyti"},
		{"fr", "LU VU PU TU", "Tu as lu et vu ce qu'il a pu dire"},
		{"pl", "ROK DNI KU MY", "Rok temu my szliśmy ku granicy, siedem dni później nie było nikogo"},
		{"cs", "KU TY MY", "My a ty jsme šli ku hranici, ale nebylo tam nic"},
		{"de", "MIT", "Mit dem Minister sprach sie nicht, und mit der Bundeswehr auch nicht"},
		{"de", "DEM", "Dem Gericht und dem Minister ist das nicht bekannt"},
		{"sv", "VI HUR", "Vi vet inte hur det har gått, sade statsministern. Hur ska vi göra?"},
		{"it", "TU IO AI UNO", "Tu e io non siamo contrari ai negoziati, uno dei ministri ha detto di no"},
		{"ro", "EU AI VA", "Eu nu știu ce ai spus, dar va fi bine, a declarat ministrul"},
		{"pt", "EU", "Eu não sei, disse o ministro, mas eu vou"},
		{"en", "WHO US IT", "Who told us that it is over? The minister did not say who it was"},
		{"ru", "КТО", "Кто это сделал, не знают. Тот, кто был на месте, ничего не сказал"},
	} {
		for _, declared := range []string{c.lang, ""} {
			for a := range strings.FieldsSeq(c.acronyms) {
				if matchText(t, a, declared, c.never) {
					t.Errorf("%s, declared %q, found in: %s", a, declared, c.never)
				}
				if said := c.never + " – " + a; !matchText(t, a, declared, said) {
					t.Errorf("%s, declared %q, not found in: %s", a, declared, said)
				}
			}
		}
	}
	for _, c := range []struct{ lang, acronym, text string }{
		{"en", "EU", "The eu and the Eu are not in this that was said"},
		{"en", "ROK", "The Rok army has said that it will not take part"},
		{"fr", "MIT", "Le Mit a dit que ce n'est pas dans les accords"},
		{"it", "NATO", "La Nato non è d'accordo con gli altri governi"},
		{"en", "NATO", "nato"},
		{"de", "EU", "EUs Haushalt"},
	} {
		if !matchText(t, c.acronym, c.lang, c.text) {
			t.Errorf("%s, declared %q, not found in: %s", c.acronym, c.lang, c.text)
		}
	}
}

// TestAcronymsOfTheField: each acronym finds itself, and in an article in a language in
// which it is a word it does not find the word.
func TestAcronymsOfTheField(t *testing.T) {
	text, err := os.ReadFile("inflect/acronyms.txt")
	if err != nil {
		t.Fatal(err)
	}
	all, both := 0, 0
	for line := range strings.Lines(string(text)) {
		if line[0] == '#' {
			continue
		}
		for a := range strings.FieldsSeq(line) {
			s, err := rules.Compile([]rules.Rule{{Name: a, Keywords: []string{a}}}, rules.Options{})
			if err != nil {
				t.Fatal(err)
			}
			small := strings.ToLower(a)
			langs := inflect.Everyday(small).Codes()
			if r := []rune(small); r[0] > 0x400 {
				continue // folded in another alphabet: above
			}
			all++
			for _, lang := range append([]string{""}, langs...) {
				if len(s.Match(&feeds.Item{Title: a, Language: lang})) != 1 {
					t.Errorf("%s, declared %q, does not find itself", a, lang)
				}
				if langs == nil {
					continue
				}
				both++
				for _, w := range []string{small, capitalised(small)} {
					if len(s.Match(&feeds.Item{Title: w, Language: lang})) != 0 {
						t.Errorf("%s, declared %q, finds %s", a, lang, w)
					}
				}
			}
		}
	}
	if all < 400 || both < 100 {
		t.Errorf("only %d acronyms, %d languages of words", all, both)
	}
}
