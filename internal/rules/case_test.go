package rules_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/words"
)

// TestCaseOfTheRule: people who fill a YAML list write capitals. A word in small letters,
// with a capital and in capitals finds the same.
func TestCaseOfTheRule(t *testing.T) {
	for _, c := range []struct{ lang, word, text string }{
		{"en", "cyberattack", "A wave of cyberattacks hit banks"},
		{"en", "attack", "Rebels attacked the convoy at dawn"},
		{"en", "hijack", "Gunmen hijacked a tanker"},
		{"en", "truck", "Aid trucks reach the border"},
		{"en", "drone", "Drones over the port"},
		{"en", "tank", "Two tanks were left behind"},
		{"en", "war", "After two wars there is peace"},
		{"en", "spy", "He spied for them"},
		{"en", "strike", "The drones struck a depot"},
		{"en", "guard", "The bridge is guarded by marines"},
		{"en", "patrol", "Frigates patrolled the strait"},
		{"en", "deny", "The ministry denied it"},
		{"pl", "wojna", "Kraj przygotowuje się na wojnę"},
		{"pl", "wojna", "Po dwóch latach wojen nie ma nic"},
		{"pl", "rakieta", "Spadło dziesięć rakiet"},
		{"pl", "rakieta", "Rakiet spadło dziesięć"},
		{"pl", "broń", "Nowa partia broni dotarła na miejsce"},
		{"pl", "lotnisko", "Zamknięto trzy lotniska"},
		{"pl", "pokój", "Rozmowy o pokoju trwają"},
		{"pl", "granica", "Na wschodzie granic pilnuje wojsko"},
		{"pl", "wojsko", "Do miasta weszło kilkaset wojsk"},
		{"cs", "válka", "O válce a o konci válek se mluví"},
		{"cs", "zbraň", "Dodávky zbraní pokračují"},
		{"cs", "raketa", "Na město dopadlo deset raket"},
		{"lt", "karas", "Kalbėjo apie karą"},
		{"lt", "taika", "Ilgas kelias į taiką"},
		{"lt", "sprogimas", "Girdėti sprogimai, po sprogimų kilo gaisras"},
		{"lv", "karš", "Par karu nerunā"},
		{"lv", "jauns", "Tika atklāta jaunā bāze"},
		{"et", "sõda", "Sõja lõpp ei ole lähedal, sõjas hukkus palju"},
		{"et", "lennujaam", "Lennujaamas oodati"},
		{"de", "angriff", "Nach den Angriffen brannte das Depot"},
		{"de", "russisch", "Ein russischer Soldat und zwei russische Panzer"},
		{"fr", "attaquer", "Les rebelles attaquent le convoi"},
		{"fr", "français", "La ministre française est arrivée"},
		{"ru", "война", "О конце войн не говорят"},
		{"ru", "ракета", "Выпущено десять ракет"},
		{"uk", "війна", "Не говорять про кінець війни"},
		{"uk", "ракета", "Випущено десять ракет"},
		{"bg", "нов", "Новият самолет кацна"},
	} {
		for _, lang := range []string{c.lang, ""} {
			for _, q := range []string{c.word, capitalised(c.word), strings.ToUpper(c.word)} {
				if isAcronym(q) {
					continue
				}
				if !matchText(t, q, lang, c.text) {
					t.Errorf("%s, declared %q, not found in: %s", q, lang, c.text)
				}
			}
		}
	}
}

// TestCapitalsThatMayBeWords: capitals that are no known acronym may be one, and take
// suffixes too.
func TestCapitalsThatMayBeWords(t *testing.T) {
	for _, c := range []struct {
		word, lang, text string
		want             bool
	}{
		{"PESCO", "fi", "Suomi on PESCOn jäsen", true},
		{"PESCO", "en", "Pesco projects", true},
		{"PARIS", "en", "Paris’s mayor", true},
		{"AIRSTRIKE", "en", "Two air-strikes", true},
		{"LETA", "lv", "Viņš lēta un lētā prece", false},
		{"NATO", "ru", "НАТО и НАТОвский", false},
		{"НАТО", "ru", "Это НАТОвский план", true},
		{"OPEC", "en", "Opecs", false},
	} {
		if got := matchText(t, c.word, c.lang, c.text); got != c.want {
			t.Errorf("%s in %q: %v", c.word, c.text, got)
		}
	}
}

// TestNamesThatAreWords: for a word that is also a name, a capital means the name.
func TestNamesThatAreWords(t *testing.T) {
	for _, c := range []struct{ lang, word, text string }{
		{"en", "Polish", "A polished performance"},
		{"en", "March", "Protesters marched through the capital"},
		{"en", "Spike", "Prices spiked"},
		{"en", "Shield", "He shielded the minister"},
		{"en", "Trump", "The court threw out trumped-up charges"},
		{"en", "Bush", "Dogs went ambushing in the bushing"},
		{"en", "Truss", "He was found trussed"},
		{"en", "Gates", "The gate was shut"},
		{"pl", "Rada", "Był rad z wyniku"},
		{"pl", "Łódź", "Kupili dwie łodzie i lodzę"},
		{"cs", "Rada", "Stála tam řada lidí"},
		{"en", "Split", "The party splits"},
		{"en", "Spike", "Two spikes in prices"},
		{"en", "Bush", "He hid in the bushes"},
	} {
		if matchText(t, c.word, c.lang, c.text) {
			t.Errorf("%s found in: %s", c.word, c.text)
		}
		if !matchText(t, c.word, c.lang, "x "+c.word+" y") {
			t.Errorf("%s does not find itself", c.word)
		}
	}
	for _, c := range []struct{ word, text string }{
		{"march", "Protesters marched through the capital"}, {"spike", "Prices spiked"}, {"shield", "He shielded the minister"}, {"polish", "A polished performance"},
		{"March", "The March’s end"}, {"Spike", "Two Spikes were fired"}, {"Trump", "The Trumps arrive"},
	} {
		if !matchText(t, c.word, "en", c.text) {
			t.Errorf("%s not found in: %s", c.word, c.text)
		}
	}
}

func capitalised(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

func isAcronym(s string) bool { return inflect.NewTerm(words.Fold(s)[0], s).OnlyAcronym() }
