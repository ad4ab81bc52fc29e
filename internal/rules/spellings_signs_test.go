package rules_test

import (
	"slices"
	"strings"
	"testing"

	"watcher/internal/rules"
)

// TestSigns: a sign beside a word of a rule must stand beside the word in the text too.
func TestSigns(t *testing.T) {
	for _, c := range []struct {
		why, rule string
		yes, no   []string
	}{
		{"a percentage", "2%", []string{"Allies reach 2% of GDP", "2 % of GDP", "(2%)"}, []string{"2 killed in crash", "1.2% of GDP", "2.5%", "12%", "%2", "F-2"}},
		{"a decimal percentage", "2.5%", []string{"2.5% of GDP", "2,5 %"}, []string{"2.5 of", "2% 5"}},
		{"pluses", "C++", []string{"C++ is a language", "c++"}, []string{"Vitamin C is good", "C+ grade", "C", "C +"}},
		{"one plus", "OPEC+", []string{"OPEC+ cuts output", "OPEC+’s cuts"}, []string{"OPEC cuts output", "OPEC++"}},
		{"a hash behind", "C#", []string{"in C# and"}, []string{"in C and", "#C"}},
		{"money", "$5", []string{"$5 a barrel", "US$5", "5 $"}, []string{"5 killed", "$5.20", "$50", "€5"}},
		{"money with its unit", "€2bn", []string{"a €2bn fund", "€ 2bn"}, []string{"2bn people", "$2bn"}},
		{"money behind", "5 €", []string{"nur 5 € im Monat", "€5"}, []string{"5 Tote"}},
		{"a numero sign", "№ 5", []string{"закон № 5", "№5"}, []string{"5 человек", "№ 52"}},
		{"a section sign", "§ 218", []string{"der § 218 bleibt", "§218"}, []string{"218 Tote"}},
		{"a section sign behind a word", "StGB § 218", []string{"StGB § 218"}, []string{"StGB 218"}},
		{"a hashtag", "#Riga", []string{"see #Riga", "#riga"}, []string{"in Riga", "# Riga"}},
		{"a small digit above", "km²", []string{"5 km² of forest"}, []string{"5 km away", "km³"}},
		{"degrees", "40°", []string{"40° in Rome", "40 °"}, []string{"40 dead"}},
		{"more than", ">5%", []string{">5% of", "> 5 %"}, []string{"5% of"}},
		{"a sign that ties", "R+V", []string{"R+V", "R V"}, nil},
		{"with a designation", "#F-35", []string{"#F-35", "#F35"}, []string{"F-35"}},
		{"with forms", "#brigade", []string{"#brigades"}, []string{"brigades"}},
	} {
		for _, kw := range []string{c.rule, `"` + c.rule + `"`} {
			yes := c.yes
			if kw != c.rule { // quotes take one form
				yes = slices.DeleteFunc(slices.Clone(yes), func(text string) bool { return c.why == "with forms" || strings.Contains(text, "’s") })
			}
			matchTitles(t, c.why+": "+kw, []rules.Rule{{Keywords: []string{kw}}}, rules.Options{}, "", yes, c.no)
		}
	}
	for _, q := range []string{"2%", "C++", "$5", "€2bn", "№5", "§218", "#Riga", "OPEC+"} {
		if !matchText(t, q, "en", "the "+q+" of") || matchText(t, q, "en", "the "+strings.Trim(q, "%+$€№§#")+" of") {
			t.Errorf("in a query, %s is not taken with its sign", q)
		}
	}
}
