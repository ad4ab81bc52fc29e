//go:build !race

package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	o := Options{Lists: map[string][]string{"baltics": {"Estonia", "Latvia", "Lithuania"}, "corps": {"DNI", "MIT"}}}
	for _, c := range []struct {
		why   string
		rules []Rule
		want  []string // of each warning: kind, and a piece of its text
	}{
		{"quotes that were YAML's", []Rule{{Name: "efp", Match: "Enhanced Forward Presence"}}, []string{`side-by-side: for the phrase write '"Enhanced Forward Presence"'`}},
		{"an AND that is written out is meant", []Rule{{Name: "a", Match: "Enhanced AND Forward"}}, nil},
		{"US is us", []Rule{{Name: "a", Keywords: []string{"Baltic", "US"}}}, []string{"capitals: rule a: keywords[1], column 1: US also finds the word us where an article is not in English; did you mean =US?"}},
		{"WHO inside a query", []Rule{{Name: "a", Match: "vaccine AND (WHO OR UNICEF)"}}, []string{"capitals: column 14"}},
		{"acronyms that are words elsewhere, once for all rules", []Rule{{Name: "a", Keywords: []string{"NATO", "EU"}}, {Name: "b", Match: "MIT AND (ROK OR @corps)"}},
			[]string{"words: rule a: keywords[1], column 1: EU (fr, pt, ro), MIT (de, cs, da, hu), ROK (pl, cs, sl, hr, sr) and DNI (pl, sk, sl) are everyday words too: in these languages, and where nothing tells the language, they are found in capitals only; for capitals everywhere write =EU"}},
		{"one that asks for capitals", []Rule{{Name: "a", Keywords: []string{"=EU"}}}, nil},
		{"=US is meant", []Rule{{Name: "a", Keywords: []string{"=US"}}}, nil},
		{"an acronym that is no word", []Rule{{Name: "a", Keywords: []string{"NATO"}}}, nil},
		{"a contradiction", []Rule{{Name: "a", Match: "NATO AND NOT NATO"}}, []string{"never: exclude each other"}},
		{"a wider exclusion", []Rule{{Name: "a", Match: `"battle group" AND NOT group*`}}, []string{"never: exclude each other"}},
		{"an exclusion of another field", []Rule{{Name: "a", Match: "NATO AND NOT title:NATO"}}, nil},
		{"two languages", []Rule{{Name: "a", Match: "lang:et AND lang:lv AND NATO"}}, []string{"never: exclude each other"}},
		{"a language and its region", []Rule{{Name: "a", Match: "lang:en AND lang:en-GB AND NATO"}}, nil},
		{"distance over fields", []Rule{{Name: "a", Match: "title:Estonia NEAR/5 author:Kallas"}}, []string{"never: distances do not cross fields"}},
		{"a field within the default", []Rule{{Name: "a", Match: "Estonia NEAR/5 title:Latvia"}}, nil},
		{"a feed outside the scope", []Rule{{Name: "a", Match: "feed:ERR AND NATO", Feeds: []string{"LSM"}}}, []string{"never: not among the rule's feeds"}},
		{"the same twice", []Rule{{Name: "a", Match: "Estonia AND NATO"}, {Name: "b", Match: "NATO AND Estonia"}}, []string{"repeats: rule b: it repeats rule a"}},
		{"a part of another", []Rule{{Name: "a", Match: `"Estonia" AND NATO`}, {Name: "b", Keywords: []string{"Estonia"}}}, []string{"contained: rule a: rule b finds all that it finds"}},
		{"a part of a list", []Rule{{Name: "a", Keywords: []string{"Latvia"}}, {Name: "b", Match: "@baltics"}}, []string{"contained: rule a: rule b finds all"}},
		{"a part of a prefix", []Rule{{Name: "a", Keywords: []string{"brigades"}}, {Name: "b", Match: "brig*"}}, []string{"contained"}},
		{"nearer is part of near", []Rule{{Name: "a", Match: "NATO BEFORE/3 troops"}, {Name: "b", Match: "troops NEAR/5 NATO"}}, []string{"contained"}},
		{"a wider field is no part", []Rule{{Name: "a", Match: "Estonia"}, {Name: "b", Match: "title:Estonia"}}, []string{"contained: rule b"}},
		{"other feeds are no part", []Rule{{Name: "a", Match: "Estonia"}, {Name: "b", Match: "Estonia", Feeds: []string{"ERR"}}}, []string{"contained: rule b"}},
		{"different words", []Rule{{Name: "a", Match: "Estonia"}, {Name: "b", Match: "Latvia"}}, nil},
		{"a regular expression with nothing to look for", []Rule{{Name: "a", Match: `/\d+-\d+/`}}, []string{"every-article"}},
		{"one with a literal", []Rule{{Name: "a", Match: `/EFP-\d+/`}}, nil},
		{"one behind a word", []Rule{{Name: "a", Match: `/\d+-\d+/ AND missile`}}, nil},
		{"nearly everything", []Rule{{Name: "a", Match: `NATO OR NOT football`}}, []string{"every-article"}},
		{"a whole language", []Rule{{Name: "a", Match: `lang:et`}}, []string{"every-article"}},
	} {
		s, err := Compile(c.rules, o)
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		got := slices.DeleteFunc(s.Lint(), func(w Warning) bool { return w.Kind == WarnAdjective }) // TestLintAdjective
		if len(got) != len(c.want) {
			t.Errorf("%s: got %d warnings %v, want %d", c.why, len(got), got, len(c.want))
			continue
		}
		for i, w := range got {
			kind, text, _ := strings.Cut(c.want[i], ": ")
			if string(w.Kind) != kind || !strings.Contains(w.String(), text) {
				t.Errorf("%s: got %s: %s, want %s", c.why, w.Kind, w, c.want[i])
			}
		}
	}
}

// TestLintLists: a list entry that can match nothing is reported once, at the entry.
func TestLintLists(t *testing.T) {
	s, err := Compile([]Rule{{Match: "@a"}, {Match: "@a AND tank"}}, Options{Lists: map[string][]string{"a": {"Riga", "Lіthuania"}, "b": {"bri\u00ADgade"}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range s.Lint() {
		if w.Kind == WarnLetters || w.Kind == WarnInvisible {
			got = append(got, fmt.Sprint(w.Kind, " ", w.Rule, " ", w.Part, " ", w.Column))
		}
	}
	if want := "letters -1 lists.a[1] 1,invisible -1 lists.b[0] 4"; strings.Join(got, ",") != want {
		t.Errorf("got %q, want %s", got, want)
	}
}

// sameWord makes n rules with the same word, and others behind them.
func sameWord(n int, format string, more ...Rule) []Rule {
	rs := make([]Rule, 0, n+len(more))
	for i := range n {
		rs = append(rs, Rule{Name: fmt.Sprint("n", i), Match: fmt.Sprintf(format, i)})
	}
	return append(rs, more...)
}

// TestLintOneWord: a desk has hundreds of rules with the same word, and is still told which
// are parts of others.
func TestLintOneWord(t *testing.T) {
	for _, c := range []struct {
		why   string
		rules []Rule
		want  string
	}{
		{"a copy of the last", sameWord(600, "Ukraine AND w%dx", Rule{Name: "z", Match: "w599x AND Ukraine"}), "repeats: n599"},
		{"a part of the last", sameWord(600, "Ukraine AND w%dx", Rule{Name: "z", Match: "Ukraine AND w599x AND tank"}), "contained: n599"},
		{"a part by another word", sameWord(600, "Ukraine AND NOT w%dx", Rule{Name: "y", Match: "tank"}, Rule{Name: "z", Match: "Ukraine AND tank"}), "contained: y"},
		{"phrases that begin alike", sameWord(600, `"Ukraine w%dx"`, Rule{Name: "z", Match: `"in Ukraine w599x"`}), "contained: n599"},
		{"distances to one word", sameWord(600, "Ukraine NEAR/9 w%dx", Rule{Name: "z", Match: "w599x BEFORE/5 Ukraine"}), "contained: n599"},
		{"a copy among rules that nothing tells apart", sameWord(600, "Ukraine AND NOT w%dx", Rule{Name: "z", Match: "(NOT w599x) AND Ukraine"}), "repeats: n599"},
		{"a copy among too many to compare", sameWord(maxCompared+1, "Ukraine AND w%dx", Rule{Name: "z", Match: "w17x AND Ukraine"}), "repeats: n17"},
		{"another scope is no copy", sameWord(maxCompared+1, "Ukraine AND w%dx", Rule{Name: "z", Match: "w17x AND Ukraine", Feeds: []string{"ERR"}}), ""},
		{"a part by a list", sameWord(600, "Ukraine AND w%dx", Rule{Name: "y", Match: "@baltics"}, Rule{Name: "z", Match: "Ukraine AND Latvia"}), "contained: y"},
		{"a part that is a list", sameWord(600, "Ukraine AND w%dx", Rule{Name: "y", Match: "Est* OR Latvia"}, Rule{Name: "z", Match: "Ukraine AND @baltics"}), "contained: y"},
	} {
		s, err := Compile(c.rules, Options{Lists: map[string][]string{"baltics": {"Estonia", "Latvia"}}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, w := range s.Lint() {
			if w.Kind == WarnAdjective {
				continue
			}
			got += fmt.Sprintf("%s: %s", w.Kind, s.Rule(w.Other).Name)
			if w.Name != "z" {
				t.Errorf("%s: %s", c.why, w)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

// BenchmarkLint lints rules that one word tells apart, rules that none does, and rules that
// share a long list.
func BenchmarkLint(b *testing.B) {
	o := Options{Lists: map[string][]string{"long": nil}}
	for i := range 5000 {
		o.Lists["long"] = append(o.Lists["long"], fmt.Sprintf("e%dy", i))
	}
	for _, c := range []struct{ name, format string }{{"apart", "Ukraine AND w%dx"}, {"alike", "NATO AND NOT w%dx"}, {"list", "w%dx AND @long"}} {
		for _, n := range []int{10_000, 40_000} {
			s, err := Compile(sameWord(n, c.format), o)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				for b.Loop() {
					s.Lint()
				}
			})
		}
	}
}
