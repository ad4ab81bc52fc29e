package rules_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/testutil"
)

// corpus returns articles of about 400 words in mixed scripts.
func corpus(tb testing.TB, n int) []*feeds.Item {
	tb.Helper()
	c, err := testutil.ReadCorpus("../../../shared/corpus/ud")
	if err != nil {
		tb.Skipf("the corpus is not beside the checkout: %v", err)
	}
	items := make([]*feeds.Item, n)
	for i := range items {
		it := c.Article(i)
		items[i] = &it
	}
	return items
}

// benchRules makes n rules: 40% an inflecting word, 25% a phrase, 15% AND, 10% OR in AND,
// 5% NEAR, 5% a prefix. Like real rules they watch an entity, alone or in a context.
// Entities are names; half of the context is everyday words.
func benchRules(n int) []rules.Rule {
	rng := rand.New(rand.NewPCG(5, 6))
	v := testutil.NewVocabulary()
	entity := func(cyr bool) string { return v.Names[cyr][rng.IntN(len(v.Names[cyr]))] }
	context := func(cyr bool) string {
		if rng.IntN(2) == 0 {
			return v.Small[cyr][rng.IntN(len(v.Small[cyr]))]
		}
		return v.Large[cyr][rng.IntN(len(v.Large[cyr]))]
	}
	rs := make([]rules.Rule, n)
	for i := range rs {
		r := &rs[i]
		r.Name = fmt.Sprintf("r%d", i)
		cyr := rng.IntN(4) == 0
		switch x := rng.IntN(100); {
		case x < 40:
			r.Keywords = []string{entity(cyr)}
		case x < 65:
			words := []string{context(cyr) + " " + entity(cyr), entity(cyr) + " " + context(cyr), context(cyr) + " " + context(cyr)}[rng.IntN(3)]
			if rng.IntN(2) == 0 {
				r.Match = `"` + words + `"`
			} else {
				r.Keywords = []string{words}
			}
		case x < 80:
			r.Match = entity(cyr) + " AND " + context(cyr)
		case x < 90:
			r.Match = "(" + entity(cyr) + " OR " + entity(cyr) + ") AND " + context(cyr)
		case x < 95:
			r.Match = fmt.Sprintf("%s NEAR/10 %s", entity(cyr), context(cyr))
		default:
			w := []rune(entity(cyr))
			r.Match = string(w[:min(len(w), 6)]) + "*"
		}
	}
	return rs
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkMatch is the figure of docs/rules.md: how many articles a second of
// processor time matches against a number of rules, beside what a user would
// write without a query language for the plain terms of the same rules, which
// finds substrings, no forms, no distances: a loop of regular expressions, and
// lower-cased text searched for each term. The plot there is drawn by
//
//	go test ./internal/rules -run '^$' -bench Match -plot ../../docs/rules-scale.svg
func BenchmarkMatch(b *testing.B) {
	items := corpus(b, 5000)
	words := 0
	for _, it := range items {
		words += strings.Count(it.Content, " ")
	}
	b.Logf("%d articles of %d words", len(items), words/len(items))
	var drawn curves
	for _, n := range []int{10, 100, 1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("watcher/rules=%d", n), func(b *testing.B) {
			rs := benchRules(n)
			before := heap()
			s, err := rules.Compile(rs, rules.Options{})
			if err != nil {
				b.Fatal(err)
			}
			size := float64(heap()-before) / float64(n)
			for _, it := range items[:500] {
				s.Match(it) // the first articles read the tables of their languages
			}
			matches := 0
			b.ReportAllocs()
			drawn.add("watcher", n, perArticle(b, items, func(it *feeds.Item) { matches += len(s.Match(it)) }))
			b.ReportMetric(float64(matches)/float64(b.N), "matches/article")
			b.ReportMetric(size, "B/rule")
			runtime.KeepAlive(rs)
		})
	}
	for _, n := range []int{10, 100, 1_000} {
		terms := plainTerms(benchRules(n))
		b.Run(fmt.Sprintf("regexp/rules=%d", n), func(b *testing.B) {
			var exprs []*regexp.Regexp
			for _, t := range terms {
				exprs = append(exprs, regexp.MustCompile(`(?i)\b`+regexp.QuoteMeta(t)+`\b`))
			}
			drawn.add("a loop of regular expressions", n, perArticle(b, items, func(it *feeds.Item) {
				for _, e := range exprs {
					_ = e.MatchString(it.Title) || e.MatchString(it.Content)
				}
			}))
		})
	}
	for _, n := range []int{10, 100, 1_000, 10_000} {
		terms := plainTerms(benchRules(n))
		b.Run(fmt.Sprintf("contains/rules=%d", n), func(b *testing.B) {
			for i, t := range terms {
				terms[i] = strings.ToLower(t)
			}
			drawn.add("a loop of strings.Contains", n, perArticle(b, items, func(it *feeds.Item) {
				title, content := strings.ToLower(it.Title), strings.ToLower(it.Content)
				for _, t := range terms {
					_ = strings.Contains(title, t) || strings.Contains(content, t)
				}
			}))
		})
	}
	if *plotFile != "" {
		if err := os.WriteFile(*plotFile, []byte(drawn.svg()), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

// perArticle reports articles per second of CPU time, and returns its inverse.
func perArticle(b *testing.B, items []*feeds.Item, match func(*feeds.Item)) time.Duration {
	began, i := testutil.CPU(), 0
	for b.Loop() {
		match(items[i%len(items)])
		i++
	}
	used := testutil.CPU() - began
	b.ReportMetric(float64(b.N)/used.Seconds(), "articles/CPU-s")
	return used / time.Duration(b.N)
}

// plainTerms returns the terms of rules as a user would search for them.
func plainTerms(rs []rules.Rule) []string {
	var terms []string
	for _, r := range rs {
		terms = append(terms, strings.Trim(strings.Join(append(r.Keywords, r.Match), " "), " \"*"))
	}
	return terms
}

// BenchmarkNoMatch shows that an article that matches nothing allocates nothing.
func BenchmarkNoMatch(b *testing.B) {
	s, err := rules.Compile(benchRules(1000), rules.Options{})
	if err != nil {
		b.Fatal(err)
	}
	it := &feeds.Item{Title: "Nothing to see", Content: strings.Repeat("a plain sentence without any of the names that rules look for. ", 33), Language: "en"}
	if len(s.Match(it)) != 0 {
		b.Fatal("it matches")
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Match(it)
	}
}

func BenchmarkCompile(b *testing.B) {
	rs := benchRules(1_000_000)
	began := testutil.CPU()
	for b.Loop() {
		if _, err := rules.Compile(rs, rules.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((testutil.CPU()-began).Seconds()/float64(b.N), "CPU-s/op")
}
