package rules

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"watcher/internal/feeds"
)

// udSentence is a sentence of a CoNLL-U file: its text and its proper nouns,
// surface forms by lemma.
type udSentence struct {
	text   string
	lemmas map[string][]string // lemma of a proper noun to forms
}

func readUD(tb testing.TB, path string) []udSentence {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Skipf("the corpus is not beside the checkout: %v", err)
	}
	defer f.Close()
	var out []udSentence
	cur := udSentence{lemmas: map[string][]string{}}
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		line := sc.Text()
		switch {
		case line == "":
			if cur.text != "" {
				out = append(out, cur)
			}
			cur = udSentence{lemmas: map[string][]string{}}
		case strings.HasPrefix(line, "# text = "):
			cur.text = strings.TrimPrefix(line, "# text = ")
		case line[0] >= '0' && line[0] <= '9':
			c := strings.Split(line, "\t")
			if c[3] == "PROPN" && !strings.ContainsAny(c[0], "-.") {
				cur.lemmas[c[2]] = append(cur.lemmas[c[2]], c[1])
			}
		}
	}
	return out
}

type score struct{ rules, found, mentions, right, wrong int }

func (s score) recall() float64    { return float64(s.found) / float64(max(1, s.mentions)) }
func (s score) precision() float64 { return float64(s.right) / float64(max(1, s.right+s.wrong)) }

// scoreUD takes the lemmas seen three times or more, but initials, as rules and
// the sentences as articles.
func scoreUD(tb testing.TB, sents []udSentence, lang string, quote bool, detail bool) score {
	count := map[string]int{}
	for _, s := range sents {
		for l, fs := range s.lemmas {
			count[l] += len(fs)
		}
	}
	var lemmas []string
	for l, n := range count {
		if n >= 3 && utf8.RuneCountInString(strings.TrimSuffix(l, ".")) > 1 { // an initial is no name
			lemmas = append(lemmas, l)
		}
	}
	sort.Strings(lemmas)
	var rs []Rule
	var names []string
	for _, l := range lemmas {
		kw := l
		if quote {
			kw = `"` + l + `"`
		}
		r := Rule{Name: l, Keywords: []string{kw}}
		if _, err := Compile([]Rule{r}, Options{}); err != nil {
			continue
		}
		rs = append(rs, r)
		names = append(names, l)
	}
	set, err := Compile(rs, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	sc := score{rules: len(rs)}
	missed, wrong := map[string]int{}, map[string]int{}
	for _, s := range sents {
		it := &feeds.Item{Title: s.text, Language: lang}
		matched := map[string]bool{}
		for _, m := range set.Match(it) {
			l := names[m.Rule]
			matched[l] = true
			if len(s.lemmas[l]) > 0 {
				sc.right++
			} else {
				sc.wrong++
				for _, sp := range m.Spans {
					wrong[l+" ~ "+s.text[sp.Start:sp.End]]++
				}
			}
		}
		for _, l := range names {
			if len(s.lemmas[l]) == 0 {
				continue
			}
			sc.mentions++
			if matched[l] {
				sc.found++
			} else {
				missed[l+" ~ "+strings.Join(s.lemmas[l], ",")]++
			}
		}
	}
	if detail {
		for name, m := range map[string]map[string]int{"missed": missed, "wrong": wrong} {
			var keys []string
			for k := range m {
				keys = append(keys, k)
			}
			sort.Slice(keys, func(i, j int) bool { return m[keys[i]] > m[keys[j]] })
			for _, k := range keys[:min(40, len(keys))] {
				fmt.Println(name, m[k], k)
			}
		}
	}
	return sc
}

func TestQualityUD(t *testing.T) {
	for _, c := range []struct {
		file, lang        string
		recall, precision float64
	}{
		{"lt_alksnis-ud-dev.conllu", "lt", 0.98, 0.95},
		{"lv_lvtb-ud-dev.conllu", "lv", 0.97, 0.90},
	} {
		sents := readUD(t, filepath.Join("../../../shared/corpus/ud", c.file))
		for _, lang := range []string{c.lang, "", "en"} {
			for _, quote := range []bool{false, true} {
				s := scoreUD(t, sents, lang, quote, lang == c.lang && quote && testing.Verbose())
				if quote && s.precision() < 0.99 {
					t.Errorf("%s declared %q, quoted: precision %.3f, want 0.99", c.file, lang, s.precision())
				}
				if !quote && (s.recall() < c.recall || s.precision() < c.precision) {
					t.Errorf("%s declared %q: recall %.3f precision %.3f, want %.2f and %.2f", c.file, lang, s.recall(), s.precision(), c.recall, c.precision)
				}
				t.Logf("%s declared %q quoted %v: %d rules, %d mentions, recall %.3f precision %.3f", c.file, lang, quote, s.rules, s.mentions, s.recall(), s.precision())
			}
		}
	}
}
