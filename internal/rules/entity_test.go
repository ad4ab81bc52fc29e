package rules_test

import (
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/rules/entity"
)

// BenchmarkEntity compares the cost of a group of 32 states with that of a rule of ten
// words, over the same articles in one run. Most of the difference is what matches
// cost: the group matches many more of the articles.
func BenchmarkEntity(b *testing.B) {
	items := corpus(b, 500)
	for _, c := range []struct{ name, query string }{
		{"ten words", "Estonia OR Latvia OR Lithuania OR Poland OR Germany OR France OR Finland OR Sweden OR Norway OR Turkey"},
		{"@@nato-members", "@@nato-members"},
		{"@@Estonia", "@@Estonia"},
	} {
		b.Run(c.name, func(b *testing.B) {
			s, err := rules.Compile([]rules.Rule{{Name: "r", Match: c.query}}, rules.Options{})
			if err != nil {
				b.Fatal(err)
			}
			for _, it := range items {
				s.Match(it) // the first articles read the tables of their languages
			}
			matches := 0
			perArticle(b, items, func(it *feeds.Item) { matches += len(s.Match(it)) })
			b.ReportMetric(float64(matches)/float64(b.N), "matches/article")
		})
	}
}

// TestEveryEntityCompiles compiles each entity as a rule, as the parser relies on sound
// data.
func TestEveryEntityCompiles(t *testing.T) {
	for _, x := range entity.All() {
		for _, name := range []string{x.Name, x.Name + ".capital"} {
			if _, err := entity.Lookup(name); err != nil {
				continue // no state
			}
			if _, err := rules.Parse("@@"+name, rules.Options{}); err != nil {
				t.Errorf("@@%s: %v", name, err)
			}
		}
	}
}

func TestEntitiesFind(t *testing.T) {
	for _, c := range []struct {
		query, lang, text string
		want              bool
		why               string
	}{
		{"@@Estonia", "en", "Estonia closes a border crossing", true, "the name"},
		{"@@EE", "en", "Estonian soldiers train", true, "the adjective, by the code"},
		{"@@Estonia", "de", "Die estnischen Soldaten üben", true, "a form of the German adjective"},
		{"@@US", "en", "US sends troops", true, "initials in capitals"},
		{"@@US", "en", "U.S. sends troops", true, "initials with dots"},
		{"@@US", "en", "He told us so", false, "a word in small letters"},
		{"@@Turkey", "en", "How to roast a turkey", false, "the bird"},
		{"@@Turkey", "en", "Turkey blocks the vote", true, "the state"},
		{"@@Georgia", "en", "Voters in Atlanta, Georgia, queue", false, "the state of the USA"},
		{"@@Georgia", "en", "Georgia's government in Tbilisi", true, "the country"},
		{"@@Sudan", "en", "South Sudan votes", false, "another state"},
		{"@@Sudan", "en", "South Sudan and Sudan talk", true, "both"},
		{"@@India", "zh", "印度尼西亚总统访问", false, "Indonesia has India in it"},
		{"@@Indonesia", "zh", "印度尼西亚总统访问", true, "no word bounds in Chinese"},
		{"@@Ukraine.capital", "fi", "Räjähdyksiä Kiovassa", true, "a form of the Finnish name of Kyiv"},
		{"@@Ukraine.capital", "en", "Blasts in Kyiv", true, ""},
		{"@@NATO", "ru", "Учения НАТО начались", true, ""},
		{"@@US", "zh", "美军在波斯湾演习", true, "a headline's short word"},
		{"@@US", "ja", "米軍が沖縄で訓練", true, "the same in Japanese"},
		{"@@France", "zh", "在方法方面有进展", false, "two other words have the signs of a short one where they meet"},
		{"@@Estonia", "ko", "에스토니아인 세 명이 체포됐다", true, "a people is the state's name with a syllable"},
		{"@@Estonia", "ur", "ایسٹونیائی فوجی مشق کر رہے ہیں", true, "an Urdu adjective"},
		{"@@Russia", "fi", "Venäläisjoukot etenivät Harkovassa", true, "a Finnish compound of the adjective"},
		{"@@Russia", "fi", "Valkovenäläisjoukot harjoittelivat", false, "that of another state"},
		{"@@US", "is", "Bandaríkjaforseti hótar tollum", true, "an Icelandic compound of the name"},
		{"@@Russia", "is", "Her Hvíta-Rússlands æfir", false, "another state has the name in its own"},
		{"@@Italy", "ru", "Задержаны две итальянки", true, "women of the people"},
		{"@@Poland", "sr", "Пољакиње су победиле", true, "women, in Cyrillic"},
		{"@@North-Macedonia", "hr", "Makedonija i Bugarska pregovaraju", true, "the name that news writes"},
		{"@@Saudi-Arabia", "fa", "سفر وزیر خارجه به عربستان", true, "a name without its adjective"},
		{"@@UAE", "en", "BAE Systems wins a contract", false, "the initials of Turkish alone"},
		{"@@Mexico", "hy", "Մեքսիկացի նախարարը ժամանեց", true, "an Armenian people"},
		{"@@baltics AND @@NATO", "en", "NATO brigade trains with Estonian and Latvian soldiers", true, "a group and an organisation"},
		{"title:@@Estonia", "en", "Estonia votes", true, "a field"},
		{"ATLEAST/2 @@baltics", "en", "Estonia and Lithuania vote", true, "a count"},
		{"@@Estonia NEAR/3 @@NATO", "en", "Estonia hosts NATO", true, "a distance"},
		{"link:@@Estonia", "en", "x", true, "links have no capitals"},
	} {
		it := &feeds.Item{Title: c.text, Language: c.lang, Link: "https://example.org/estonia-votes"}
		s, err := rules.Compile([]rules.Rule{{Name: "r", Match: c.query}}, rules.Options{})
		if err != nil {
			t.Fatalf("%s: %v", c.query, err)
		}
		if got := len(s.Match(it)) > 0; got != c.want {
			t.Errorf("%s in %q (%s): %v, want %v: %s", c.query, c.text, c.lang, got, c.want, c.why)
		}
		if got := s.Explain(0, it).Matched; got != c.want {
			t.Errorf("%s in %q: the plain evaluator says %v, want %v: %s", c.query, c.text, got, c.want, c.why)
		}
	}
}
