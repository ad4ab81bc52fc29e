//go:build !race

package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// A query written by a program or a prankster is refused, or answered in bounded time and
// memory. The limits here are ten times what it takes.
func TestHostileQueries(t *testing.T) {
	or := func(n int, word func(int) string) string {
		ws := make([]string, n)
		for i := range ws {
			ws[i] = word(i)
		}
		return strings.Join(ws, " OR ")
	}
	numbered := func(i int) string { return fmt.Sprintf("word%d", i) }
	it := &feeds.Item{Title: "word1 word2", Content: strings.Repeat("word7 a nato ", 1_500)}
	for _, c := range []struct {
		why, query string
		refused    string
	}{
		{"deep parentheses", strings.Repeat("(", 10_000) + "a" + strings.Repeat(")", 10_000), "levels inside one another"},
		{"deep NOT", strings.Repeat("NOT ", 10_000) + "a", "levels inside one another"},
		{"deep ATLEAST", strings.Repeat("ATLEAST/1 ", 10_000) + "a", "levels inside one another"},
		{"open parentheses only", strings.Repeat("(", 200_000), "levels inside one another"},
		{"a huge phrase", `"` + strings.Repeat("word ", 10_000) + `"`, "a phrase of more than 100 words"},
		{"a huge word", strings.Repeat("x", 100_000), "a word of more than 500 letters"},
		{"a huge query", or(100_000, numbered), "the query is longer"},
		{"10,000 ORs", or(10_000, numbered), "more than 5000 terms"},
		{"5,000 ORs", or(5_000, numbered), ""},
		{"5,000 ANDs", strings.ReplaceAll(or(5_000, numbered), "OR", "AND"), ""},
		{"5,000 times the same", or(5_000, func(int) string { return "word7" }), ""},
		{"500 NEARs over a text of nothing else", or(500, func(int) string { return "(word7 NEAR/500 nato)" }), ""},
		{"NEAR between large groups", "(" + or(2000, numbered) + ") NEAR/500 (" + or(2000, numbered) + ")", ""},
		{"many regexes", or(200, func(i int) string { return fmt.Sprintf(`/(a+)+%d/`, i) }), ""},
		{"a regex that backtracks elsewhere", `/(a*)*(a*)*\bb/`, ""},
		{"a large repeat", `/(a{500}){500}/`, "invalid repeat count"},
		{"null bytes and the like", "a\x00b OR \ufeff c", ""},
		{"signs that show nothing", "a OR \u202e", "there is no word in it"},
		{"not UTF-8", "a \xff\xfe b", "not UTF-8"},
	} {
		began := time.Now()
		s, err := rules.Compile([]rules.Rule{{Name: "r", Match: c.query}}, rules.Options{})
		switch {
		case c.refused != "" && err == nil:
			t.Errorf("%s: not refused", c.why)
		case c.refused != "" && !strings.Contains(err.Error(), c.refused):
			t.Errorf("%s: %.200s", c.why, err)
		case c.refused == "" && err != nil:
			t.Errorf("%s: %.200s", c.why, err)
		case err == nil:
			s.Match(it)
			s.Explain(0, it)
			s.Lint()
		}
		t.Logf("%s: %v", c.why, time.Since(began).Round(time.Millisecond))
	}
}

// A list that uses another one twice, and so on, has no more entries than were written.
func TestListsDoNotExplode(t *testing.T) {
	lists := map[string][]string{"l0": {"a", "b"}}
	for i := 1; i < 60; i++ {
		lists[fmt.Sprintf("l%d", i)] = []string{fmt.Sprintf("@l%d", i-1), fmt.Sprintf("@l%d", i-1), fmt.Sprintf("w%d", i)}
	}
	s, err := rules.Compile([]rules.Rule{{Match: "@l59"}, {Match: "@l59 NEAR/5 @l58"}}, rules.Options{Lists: lists})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(s.Match(&feeds.Item{Title: "w3 and b"})); got != 2 {
		t.Errorf("%d rules match, want 2", got)
	}
}

// Under the race detector a sync.Pool sometimes drops a value on purpose.
func TestMatchAllocatesNothingWithoutAMatch(t *testing.T) {
	rs := []rules.Rule{
		{Match: "Estonia AND Latvia"}, {Match: `"battle group~" OR Tallinn`}, {Match: "NATO NEAR/2 missing"}, {Match: "troops AND NOT (NATO NEAR/9 troops)"},
		{Match: "deter* AND absent"}, {Match: "@list AND absent"}, {Match: "ATLEAST/99 NATO"}, {Match: `/EFP-\d+/`}, {Keywords: []string{"Enhanced Forward Presence"}},
		{Match: "feed:x AND NATO"}, {Match: "forces AND absent"}, {Match: "NATO", Feeds: []string{"x"}},
	}
	s, err := rules.Compile(rs, rules.Options{Lists: testLists})
	if err != nil {
		t.Fatal(err)
	}
	it := &feeds.Item{
		Title: "NATO and its troops", Language: "en",
		Content: strings.Repeat("NATO troops of the alliance attacked, invading forces were planning; deterrence of the Baltics’ enemies in Estonia. EFP Äöü ", 20),
	}
	if got := s.Match(it); len(got) != 0 {
		t.Fatalf("something matches: %v", got)
	}
	if n := testing.AllocsPerRun(100, func() { s.Match(it) }); n >= 1 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzQuery(f *testing.F) {
	for _, q := range []string{"Baltic", `"a b~" AND NOT (c OR =D)`, "a NEAR/3 (b OR c)", "ATLEAST/2 @list", `/x\/y/ title:(a b)`, "feed:(a OR \"b c\")", "F-35*", "“x”~", "a AND b OR c", "п'ять", "日本*"} {
		f.Add(q, "a b c NATO F-35")
	}
	o := rules.Options{Lists: testLists}
	f.Fuzz(func(t *testing.T, q, text string) {
		s, err := rules.Compile([]rules.Rule{{Name: "r", Match: q}, {Name: "k", Keywords: []string{"fine"}}}, o)
		if err != nil {
			for _, e := range rules.AsErrors(err) {
				if e.Offset < 0 || e.Offset > len(e.Source) || e.Msg == "" {
					t.Fatalf("%q: %+v", q, e)
				}
				e.Caret()
			}
			return
		}
		it := &feeds.Item{Title: text, Content: text + " " + q}
		got := len(s.Match(it))
		if x := s.Explain(0, it); x.Matched != (got > 0 && s.Match(it)[0].Rule == 0) {
			t.Fatalf("%q on %q: Explain says %v", q, text, x.Matched)
		}
		s.Lint()
		parsed, err := rules.Parse(q, o)
		if err != nil {
			t.Fatalf("%q compiles and does not parse: %v", q, err)
		}
		again, err := rules.Parse(parsed.String(), o)
		if err != nil || again.String() != parsed.String() {
			t.Fatalf("%q prints as %q: %v", q, parsed, err)
		}
	})
}

func FuzzKeyword(f *testing.F) {
	for _, k := range []string{"Enhanced Forward Presence", `=US "x y" z*`, "@list", "A & B", "C++", "a~ b"} {
		f.Add(k)
	}
	f.Fuzz(func(t *testing.T, k string) {
		s, err := rules.Compile([]rules.Rule{{Name: "r", Keywords: []string{k}}}, rules.Options{Lists: testLists})
		if err == nil {
			s.Match(&feeds.Item{Title: k, Content: k})
		}
	})
}
