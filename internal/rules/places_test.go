package rules

import (
	"slices"
	"strings"
	"testing"

	"watcher/internal/feeds"
)

// TestPlaces: each name and adjective leads to one line, and no name of a country finds the
// adjective of its line, otherwise the line would be useless.
func TestPlaces(t *testing.T) {
	seen := map[string]string{}
	for line := range strings.Lines(placeLines) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		names, adjectives, _ := strings.Cut(line, ": ")
		for _, n := range append(strings.Split(names, ", "), strings.Split(adjectives, ", ")...) {
			if other := seen[n]; other != "" && !slices.Contains(twice, n) {
				t.Errorf("%s stands in %q and %q", n, other, line)
			}
			if n != "" {
				seen[n] = line
			}
		}
	}
	for _, c := range []struct{ term, name, adjective string }{
		{"Estonia", "Estonia", "Estonian"}, {"Netherlands", "Netherlands", "Dutch"}, {"Turkiye", "Turkey", "Turkish"}, {"Türkiye", "Turkey", "Turkish"},
		{"British", "United Kingdom", "British"}, {"Poles", "", ""}, {"Switzerland", "Switzerland", "Swiss"}, {"Baltic", "Baltics", "Baltic"}, {"Odessa", "Odesa", ""},
	} {
		n, err := (&env{}).keyword(c.term)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := placeOf(n.alts[0])
		switch {
		case p == nil:
			if c.name != "" {
				t.Errorf("%s is no place", c.term)
			}
		case p.names[0] != c.name || c.adjective != "" && p.adjectives[0] != c.adjective:
			t.Errorf("%s is %v", c.term, p)
		}
	}
}

// twice are words that are in two lines.
var twice = []string{"Palestinian", "Arctic"}

// TestLintAdjective: check reports once for which countries the adjective is not found,
// except if a rule covers it or asks for the country alone.
func TestLintAdjective(t *testing.T) {
	o := Options{Lists: map[string][]string{
		"baltics": {"Estonia", "Latvia", "Lithuania", "Baltic"}, "both": {"Estonia", "Estonian", "Latvi*", "Poland", "Polish"},
		"adjectives": {"Estonian", "Latvian", "Lithuanian"},
	}}
	const fix = `; write (Estonia OR Estonian), in lists and keywords both, or "Estonia" in quotes if the country alone is meant`
	for _, c := range []struct {
		shows string
		rules []Rule
		want  string
	}{
		{"a keyword", []Rule{{Name: "a", Keywords: []string{"NATO", "Estonia"}}}, "rule a: keywords[1], column 1: Estonia does not find its adjective (Estonian)" + fix},
		{"a list, once for all rules", []Rule{{Name: "a", Match: "NATO AND @baltics"}, {Name: "b", Match: "Estonia AND (tanks OR Poland)"}},
			"rule a: match, column 10: Estonia, Latvia, Lithuania and Poland do not find their adjectives (Estonian, Latvian, Lithuanian, Polish)" + fix},
		{"in another language", []Rule{{Name: "a", Keywords: []string{"Eesti", "Полша"}}}, ""},
		{"both in the list", []Rule{{Name: "a", Match: "@both AND NATO"}}, ""},
		{"adjectives in a list of their own", []Rule{{Name: "a", Match: "(@baltics OR @adjectives) AND NATO"}}, ""},
		{"a prefix", []Rule{{Name: "a", Match: "(Estonia OR Eston*) AND NATO"}}, ""},
		{"a regular expression", []Rule{{Name: "a", Match: `(Estonia OR /\bestonian/) AND NATO`}}, ""},
		{"the country alone", []Rule{{Name: "a", Keywords: []string{`"Estonia"`, "=Latvia"}}}, ""},
		{"an exclusion", []Rule{{Name: "a", Match: "NATO NOT Estonia"}}, ""},
		{"a field that is no text", []Rule{{Name: "a", Match: "category:Estonia"}}, ""},
		{"a country in capitals", []Rule{{Name: "a", Keywords: []string{"UK", "UAE"}}}, ""},
		{"a country of two words", []Rule{{Name: "a", Keywords: []string{"South Korea"}}}, "South Korea does not find its adjective (South Korean); write"},
		{"many", []Rule{{Name: "a", Keywords: strings.Fields("Estonia Latvia Lithuania Poland Ukraine Russia Romania Bulgaria Turkey Georgia")}}, "Romania, Bulgaria and 2 more do not find their adjectives (Estonian, Latvian,"},
	} {
		s, err := Compile(c.rules, o)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.DeleteFunc(s.Lint(), func(w Warning) bool { return w.Kind != WarnAdjective })
		switch {
		case c.want == "" && len(got) > 0:
			t.Errorf("%s: %s", c.shows, got)
		case c.want != "" && (len(got) != 1 || !strings.Contains(got[0].String(), c.want)):
			t.Errorf("%s: %s\nwant %s", c.shows, got, c.want)
		}
	}
}

// TestAdviceHolds: the advice of the warning and of --why finds the people too.
func TestAdviceHolds(t *testing.T) {
	s, err := Compile([]Rule{{Match: "Poland OR Polish"}, {Match: "Estonia OR Estonian"}, {Match: "Denmark OR Danish"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for text, rule := range map[string]int{"Polish tanks": 0, "Estonians vote": 1, "Danish jets": 2} {
		if got := s.Match(&feeds.Item{Title: text}); len(got) != 1 || got[0].Rule != rule {
			t.Errorf("%s: %v", text, got)
		}
	}
}
