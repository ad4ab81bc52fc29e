//go:build !race

package rules_test

import (
	"slices"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/rules/inflect"
	"watcher/internal/rules/inflect/inflecttest"
	"watcher/internal/rules/words"
)

// TestCaseFindsTheSame: for every word of the test lists, in every spelling of its forms
// and of look-alikes, the case in the rule makes no difference except for acronyms, and
// names that are also words.
func TestCaseFindsTheSame(t *testing.T) {
	var rs []rules.Rule
	var spelled []string // three rules for each word
	texts := map[string][]string{}
	seen := map[string]bool{}
	for lang, lines := range inflecttest.Words(t, "inflect") {
		for _, line := range lines {
			texts[lang] = slices.Concat(texts[lang], []string{line.Term}, line.Forms, line.Apart)
			small := strings.ToLower(line.Term)
			if seen[small] || strings.ContainsAny(small, "'’-") {
				continue
			}
			seen[small] = true
			for _, q := range []string{small, capitalised(small), strings.ToUpper(small)} {
				rs = append(rs, rules.Rule{Name: q, Keywords: []string{q}})
				spelled = append(spelled, q)
			}
		}
	}
	set, err := rules.Compile(rs, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found, n := map[int]bool{}, 0
	for lang, ws := range texts {
		for _, declared := range []string{lang, ""} {
			for _, w := range ws {
				for _, form := range []string{w, strings.ToLower(w), capitalised(strings.ToLower(w))} {
					clear(found)
					it := feeds.Item{Title: "… " + form + " …", Language: declared}
					for _, m := range set.Match(&it) {
						found[m.Rule] = true
					}
					for i := range found {
						at := i / 3 * 3
						n++
						if !isWordToo(spelled[at]) && found[at] != found[at+1] || !isWordToo(spelled[at]) && !isAcronym(spelled[at+2]) && found[at] != found[at+2] {
							t.Errorf("declared %q, %q: %s %v, %s %v, %s %v", declared, form, spelled[at], found[at], spelled[at+1], found[at+1], spelled[at+2], found[at+2])
						}
					}
				}
			}
		}
	}
	t.Logf("%d words, %d finds", len(rs)/3, n)
}

// isWordToo reports whether a word in small letters is also a name, with a capital.
func isWordToo(small string) bool {
	ws := words.Fold(small)
	return len(ws) == 1 && inflect.NewTerm(ws[0], capitalised(small)).Name && !inflect.NewTerm(ws[0], small).Name
}
