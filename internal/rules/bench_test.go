package rules

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"watcher/internal/feeds"
)

// corpus are articles of about 400 words in mixed scripts: sentences of the UD
// files and text of our own, in the proportion of 1:1:2.
func corpus(tb testing.TB, n int) []*feeds.Item {
	tb.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var pools [][]string
	langs := []string{"lt", "lv"}
	for _, f := range []string{"lt_alksnis-ud-dev.conllu", "lv_lvtb-ud-dev.conllu"} {
		var texts []string
		for _, s := range readUD(tb, "../../../shared/corpus/ud/"+f) {
			texts = append(texts, s.text)
		}
		pools = append(pools, texts)
	}
	voc := newVocabulary()
	items := make([]*feeds.Item, n)
	for i := range items {
		kind := rng.IntN(5)
		var b strings.Builder
		it := &feeds.Item{Feed: "bench"}
		words := 0
		for words < 400 {
			var s string
			switch kind {
			case 0, 1:
				s = pools[kind][rng.IntN(len(pools[kind]))]
				it.Language = langs[kind]
			default:
				s = voc.sentence(rng, kind == 4)
				it.Language = map[bool]string{true: "ru", false: "en"}[kind == 4]
			}
			words += strings.Count(s, " ") + 1
			if it.Title == "" {
				it.Title = s
				continue
			}
			b.WriteString(s)
			b.WriteByte(' ')
		}
		it.Content = b.String()
		items[i] = it
	}
	return items
}

// vocabulary makes sentences whose words are as unevenly common as in news: a
// few hundred everyday words, thousands of others, names made of syllables.
type vocabulary struct {
	function, small, large, names map[bool][]string
}

const englishText = `the of and to in a that is for on with as by at from it was be are has have this said not which will its after been more than new their
would could about up two we they one all when into over other who were had his her but or an he she | year week day month government minister president
country security military forces troops exercise alliance border region eastern northern coast sea island port navy frigate submarine brigade battalion division
artillery missile drone radar aircraft fighter base runway command headquarters summit meeting talks agreement treaty sanctions exports energy pipeline cable
election parliament party coalition opposition vote law court budget spending industry factory ammunition production contract delivery aid support package
statement official spokesman ambassador envoy visit delegation officials analysts experts report intelligence service police arrest attack strike explosion
casualties civilians refugees humanitarian corridor ceasefire peace plan proposal negotiation pressure threat warning response deterrence presence readiness
reinforcement rotation deployment withdrawal offensive defence line village town city river bridge road railway power grid station water winter summer`

const russianText = `и в не на что с по он как его из это за от но для был была были к же так или она они все бы только со | страна страны правительство министр
президент безопасность военный силы войска учения альянс граница регион восточный северный побережье море остров порт флот фрегат подводная лодка бригада батальон
дивизия артиллерия ракета беспилотник радар самолет истребитель база командование штаб саммит встреча переговоры соглашение договор санкции экспорт энергия
газопровод кабель выборы парламент партия коалиция оппозиция голосование закон суд бюджет расходы промышленность завод боеприпасы производство контракт поставка
помощь поддержка пакет заявление представитель посол посланник визит делегация чиновники аналитики эксперты доклад разведка служба полиция арест атака удар взрыв
потери гражданские беженцы гуманитарный коридор перемирие мир план предложение давление угроза предупреждение ответ сдерживание присутствие готовность`

func newVocabulary() *vocabulary {
	v := &vocabulary{function: map[bool][]string{}, small: map[bool][]string{}, large: map[bool][]string{}, names: map[bool][]string{}}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, cyr := range []bool{false, true} {
		text, syl := englishText, "ba be bi bo ca ce co da de di do fa fe ga go ha he ja ka ke ki ko la le li lo lu ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to tu va ve vi vo za ze"
		if cyr {
			text, syl = russianText, "ба бе би бо ва ве ви во га го да де ди до за зе ка ке ки ко ла ле ли ло ма ме ми мо на не ни но па пе по ра ре ри ро са се си со та те ти то ту фа ха ча ша"
		}
		function, content, _ := strings.Cut(text, "|")
		v.function[cyr], v.small[cyr] = strings.Fields(function), strings.Fields(content)
		syls := strings.Fields(syl)
		make1 := func(n int) string {
			var b strings.Builder
			for range n {
				b.WriteString(syls[rng.IntN(len(syls))])
			}
			if rng.IntN(2) == 0 {
				b.WriteString([]string{"n", "r", "s", "l", "t", "k"}[rng.IntN(6)])
			}
			return b.String()
		}
		for range 20_000 {
			v.large[cyr] = append(v.large[cyr], make1(2+rng.IntN(3)))
		}
		for range 400_000 {
			w := make1(3 + rng.IntN(2))
			v.names[cyr] = append(v.names[cyr], strings.ToUpper(w[:len(syls[0])/2])+w[len(syls[0])/2:])
		}
	}
	return v
}

// zipf picks an index below n, low ones far more often.
func zipf(rng *rand.Rand, n int) int {
	x := rng.Float64()
	return int(float64(n) * x * x * x)
}

func (v *vocabulary) sentence(rng *rand.Rand, cyr bool) string {
	var b strings.Builder
	n := 8 + rng.IntN(20)
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch x := rng.IntN(100); {
		case x < 40:
			b.WriteString(v.function[cyr][zipf(rng, len(v.function[cyr]))])
		case x < 65:
			b.WriteString(v.small[cyr][zipf(rng, len(v.small[cyr]))])
		case x < 95:
			b.WriteString(v.large[cyr][zipf(rng, len(v.large[cyr]))])
		default:
			b.WriteString(v.names[cyr][zipf(rng, len(v.names[cyr]))])
		}
		if i%9 == 8 {
			b.WriteByte(',')
		}
	}
	b.WriteByte('.')
	return b.String()
}

// benchRules makes n rules: 40% an inflecting word, 25% a phrase, 15% AND, 10%
// OR in AND, 5% NEAR, 5% a prefix. They watch what rules watch: an entity,
// alone or in a context. Entities are names, context is half everyday words.
func benchRules(n int) []Rule {
	rng := rand.New(rand.NewPCG(5, 6))
	v := newVocabulary()
	entity := func(cyr bool) string { return v.names[cyr][rng.IntN(len(v.names[cyr]))] }
	context := func(cyr bool) string {
		if rng.IntN(2) == 0 {
			return v.small[cyr][rng.IntN(len(v.small[cyr]))]
		}
		return v.large[cyr][rng.IntN(len(v.large[cyr]))]
	}
	rs := make([]Rule, n)
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

// cpu is the processor time of this process. The machine may be shared, and
// then the clock on the wall says little.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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
			s, err := Compile(rs, Options{})
			if err != nil {
				b.Fatal(err)
			}
			size := float64(heap()-before) / float64(n)
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

// perArticle reports articles a second of processor time, and gives its inverse.
func perArticle(b *testing.B, items []*feeds.Item, match func(*feeds.Item)) time.Duration {
	began, i := cpu(), 0
	for b.Loop() {
		match(items[i%len(items)])
		i++
	}
	used := cpu() - began
	b.ReportMetric(float64(b.N)/used.Seconds(), "articles/CPU-s")
	return used / time.Duration(b.N)
}

// plainTerms are the terms of rules as a user would search for them.
func plainTerms(rs []Rule) []string {
	var terms []string
	for _, r := range rs {
		terms = append(terms, strings.Trim(strings.Join(append(r.Keywords, r.Match), " "), " \"*"))
	}
	return terms
}

// BenchmarkNoMatch shows that an article that matches nothing allocates nothing.
func BenchmarkNoMatch(b *testing.B) {
	s, err := Compile(benchRules(1000), Options{})
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
	began := cpu()
	for b.Loop() {
		if _, err := Compile(rs, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpu()-began).Seconds()/float64(b.N), "CPU-s/op")
}
