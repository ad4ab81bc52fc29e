package rules_test

import (
	"strings"
	"testing"

	"watcher/internal/rules"
)

func TestUmlauts(t *testing.T) {
	for _, c := range []struct {
		rule    string
		yes, no []string
	}{
		{"München", []string{"München", "Muenchen", "Munchen", "in Muenchens Norden"}, []string{"Mnchen"}},
		{"Muenchen", []string{"München", "Muenchen", "Mu\u0308nchen"}, []string{"Munchen"}},
		{`"Führung"`, []string{"Führung", "Fuehrung"}, nil},
		{"Fuehrung", []string{"die Führung"}, nil},
		{"Göring", []string{"Goering", "Göring"}, []string{"Gring"}},
		{"Gefäß", []string{"Gefaess", "Gefäß", "Gefäss"}, nil},
		{"Strasse", []string{"Straße"}, nil},
		{"Michael", []string{"Michael"}, []string{"Michal"}},
		{"neue", []string{"neue"}, []string{"nue"}},
		{"Bauer", []string{"Bauer"}, []string{"Baur"}},
		{"Århus", []string{"Aarhus", "Århus", "Arhus", "i A\u030Arhus", "Aarhus' borgmester"}, []string{"Ærhus"}},
		{"Aarhus", []string{"Århus", "A\u030Arhus", "ÅRHUS", "Aarhus"}, []string{"Arhus", "Ärhus"}},
		{"Tromsø", []string{"Tromsø", "Tromsö", "Tromsoe", "Tromso"}, nil},
		{"Tromsö", []string{"Tromsø", "Tromsoe"}, nil},
		{"Kjær", []string{"Kjær", "Kjaer", "Kjär"}, []string{"Kjar"}},
		{"Åland", []string{"Aaland", "Åland", "Ålands flygplats"}, []string{"Oland"}},
		{"Kaare", []string{"Kåre"}, []string{"Kare"}},
		{"Haag", []string{"Haag", "den Haag"}, []string{"hag", "häg"}},
		{"Samuel", []string{"Samuel"}, []string{"Samul"}},
	} {
		for _, text := range c.yes {
			if !matchText(t, c.rule, "de", text) {
				t.Errorf("%s does not find %q", c.rule, text)
			}
		}
		for _, text := range c.no {
			if matchText(t, c.rule, "de", text) {
				t.Errorf("%s finds %q", c.rule, text)
			}
		}
	}
}

// A word typed with two keyboard layouts counts as one of one script, and check says so.
func TestLettersOfTwoScripts(t *testing.T) {
	for _, c := range []struct{ rule, text, warning string }{
		{"Lіthuania", "Lithuania's army", "Lіthuania has letters of two alphabets that look alike: it is taken as Lithuania"},
		{"Украïна", "Армія України", "taken as Україна"},
		{"Тallinn", "Tallinn", "taken as Tallinn"},
		{"CША", "власти США", "taken as США"},
		{"НАTO", "страны НАТО", "taken as НАТО"},
		{"NA\u200BTO", "NATO", "U+200B"},
		{"bri\u00ADgade", "brigades", "U+00AD"},
		{"Lithuania", "Lithuania", ""},
		{"Т-72B3", "T-72B3", ""},
		{"Zаря", "Zаря", ""},
	} {
		s, err := rules.Compile([]rules.Rule{{Name: "m", Match: c.rule}, {Name: "k", Keywords: []string{"fine", c.rule}}}, rules.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		if !matchText(t, c.rule, "", c.text) {
			t.Errorf("%s does not find %s", c.rule, c.text)
		}
		n := 0
		for _, w := range s.Lint() {
			if w.Kind == rules.WarnLetters || w.Kind == rules.WarnInvisible {
				n++
				if c.warning == "" || !strings.Contains(w.Msg, c.warning) {
					t.Errorf("%s: %s", c.rule, w)
				}
			}
		}
		if n != 2 && c.warning != "" {
			t.Errorf("%s: %d warnings", c.rule, n)
		}
	}
}
