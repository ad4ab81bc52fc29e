package rules_test

import (
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// TestAdjectiveOfName: forms of a country or a town that are also forms of an adjective
// count only if the article writes them with a capital; in a phrase and in small letters
// the rule's word is the adjective.
func TestAdjectiveOfName(t *testing.T) {
	for _, c := range []struct {
		lang, rule, text string
		want             bool
		shows            string
	}{
		{"pl", "Polska", "Żołnierze wracają do Polski", true, "a form of the country"},
		{"pl", "Polska", "Spotkali się polscy i czescy oficerowie, a polskie czołgi ruszyły", false, "adjectives that the country never looks like"},
		{"pl", "Polska", "Tak ocenił to polski rząd i niemiecki dziennik", false, "an adjective that looks like its genitive"},
		{"pl", "Polska", "POLSKI RZĄD", true, "capitals all over say nothing"},
		{"pl", "Polska", "polska", true, "the rule's own word in any case"},
		{"pl", "Gdańsk", "Statek dopłynął do Gdańska", true, "a town"},
		{"pl", "Gdańsk", "Protestowała gdańska stocznia oraz gdański port", false, "its adjective"},
		{"pl", "Polska armia", "Według polskiej armii nie ma zagrożenia", true, "a phrase of small words"},
		{"pl", "Komisja Europejska", "Rzecznik Komisji Europejskiej nie chciał tego oceniać", true, "an institution"},
		{"pl", "Kowalska", "Rozmawiali z Anną Kowalską", true, "a woman's surname"},
		{"cs", "Česko", "Velvyslanec se vrátil do Česka", true, "a country"},
		{"cs", "Česko", "Podle vlády je česká armáda připravena a ruská také", false, "its adjective"},
		{"cs", "Ruská armáda", "Ztráty ruské armády jsou podle zprávy velké", true, "a phrase of small words"},
		{"cs", "Zelenský", "Kancelář potvrdila cestu Zelenského", true, "a surname"},
		{"lv", "Zelenskis", "Latvijas prezidents tikās ar Zelenski", true, "a surname that is no adjective"},
		{"ru", "Зеленский", "Об этом сообщили в офисе Зеленского", true, "a surname in Cyrillic"},
		{"en", "Gdansk", "The port of Gdansk's mayor", true, "a possessive"},
	} {
		set, err := rules.Compile([]rules.Rule{{Name: "r", Keywords: []string{c.rule}}}, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{c.lang, ""} {
			it := &feeds.Item{Title: c.text, Language: lang}
			if got := len(set.Match(it)) == 1; got != c.want {
				t.Errorf("%s: %q, declared %q, in %q: %v, want %v", c.shows, c.rule, lang, c.text, got, c.want)
			}
		}
	}
}
