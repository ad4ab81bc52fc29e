//go:build !race

package rules

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"watcher/internal/feeds"
)

func compiledPattern(t testing.TB, expr string) *pattern {
	t.Helper()
	n, err := parseRegex("/"+expr+"/", lexeme{text: expr, inner: 1, end: len(expr) + 2})
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return n.re
}

func TestLiterals(t *testing.T) {
	for _, c := range []struct {
		expr string
		want []string
		why  string
	}{
		{`EFP-\d+`, []string{"efp-"}, "a literal before what varies"},
		{`\d+ troops`, []string{" troops"}, "and behind it"},
		{`(brigade|battalion)s?`, []string{"battalion", "brigade"}, "every branch of an alternation"},
		{`bri(gade|dge)`, []string{"bridge", "brigade"}, "a common beginning"},
		{`gr[ae]y`, []string{"gray", "grey"}, "a small class"},
		{`(NATO)+ x`, []string{"nato"}, "once at least"},
		{`(NATO)* summit`, []string{" summit"}, "perhaps never"},
		{`НАТО`, []string{"НАТО"}, "folded to the least letter of its case"},
		{`\d+-\d+`, nil, "nothing that does not vary"},
		{`ab\d`, []string{"ab0", "ab1", "ab2", "ab3", "ab4", "ab5", "ab6", "ab7", "ab8", "ab9"}, "few digits are few texts"},
		{`ab.`, nil, "too short"},
		{`foo|\d+`, nil, "a branch without"},
	} {
		if got := compiledPattern(t, c.expr).needed; !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q: %s", c.expr, got, c.want, c.why)
		}
	}
}

// Without \b our matcher and Go's give the same matches.
func TestPropertyMachineIsRE2(t *testing.T) {
	pieces := []string{"a", "b", "é", ".", "[ab]", "(a|ab)", "(?:b|)", "a*", "b+?", "a?", "^", "$", "a{2,3}", "(a|b)*?", "Z"}
	rapid.Check(t, func(t *rapid.T) {
		expr := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 5).Draw(t, "expr"), "")
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "É", "z", " ", "\n"}), 0, 12).Draw(t, "text"), "")
		want := regexp.MustCompile("(?i:" + expr + ")").FindStringIndex(text)
		p := mustMachine(t, expr)
		start, end, ok := p.run(text, 0)
		if ok != (want != nil) || ok && (start != want[0] || end != want[1]) {
			t.Fatalf("%s on %q: %d %d %v, want %v", expr, text, start, end, ok, want)
		}
	})
}

// Every match of a pattern contains one of its literals.
func TestPropertyLiteralsAreNeeded(t *testing.T) {
	pieces := []string{"nato", "bri", "(gade|dge)", "[kK]", "s?", `\d+`, "(ten|two|six)", "x{2}", "é", ".", `\b`}
	rapid.Check(t, func(t *rapid.T) {
		expr := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 5).Draw(t, "expr"), "")
		s, err := Compile([]Rule{{Match: "/" + expr + "/"}}, Options{})
		if err != nil {
			return
		}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"NATO", "bri", "gade", "dge", "K", "K", "s", "ſ", "12", "ten", "six", "xx", "É", " "}), 0, 10).Draw(t, "text"), "")
		want := regexp.MustCompile("(?i)" + strings.ReplaceAll(expr, `\b`, "")).MatchString(text)
		got := len(s.Match(&feeds.Item{Title: text})) == 1
		if got && !want || want && !got && !strings.Contains(expr, `\b`) {
			t.Fatalf("%s on %q: %v, want %v", expr, text, got, want)
		}
	})
}

func mustMachine(t *rapid.T, expr string) *pattern {
	tree, err := syntax.Parse(expr, syntax.Perl|syntax.FoldCase)
	if err != nil {
		t.Skip("not a pattern")
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		t.Fatal(err)
	}
	return &pattern{prog: prog}
}

// A pattern may read to the end of a long line for each of its matches. What is read for
// all of them is bounded, and one match is always found.
func TestRegexReadsNoMoreThanItsBudget(t *testing.T) {
	for _, expr := range []string{`/EFP-\d+(.*brigade)?/`, `/\bEFP-\d+(.*brigade)?/`} {
		s, err := Compile([]Rule{{Match: expr}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ times, want int }{{1, 1}, {100, 100}, {1200, 1000}, {100_000, regexBudget / 600_000}} {
			got := s.Match(&feeds.Item{Title: "t", Content: strings.Repeat("EFP-1 ", c.times)})
			if len(got) != 1 || len(got[0].Spans) != c.want {
				t.Errorf("%s on %d of them: %d rules match, %d spans, want %d", expr, c.times, len(got), len(got[0].Spans), c.want)
			}
		}
	}
}
