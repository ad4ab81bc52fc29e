//go:build !race

package rules

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
)

// plainIndex is the simplest WordIndex.
type plainIndex struct {
	items []*feeds.Item
	words []indexedWord
	told  []toldOf // by article
}

type toldOf struct {
	langs uint64
	code  string
}

type indexedWord struct {
	folded, raw string
	title       map[int]bool // by article
}

func newPlainIndex(items ...*feeds.Item) *plainIndex {
	x := &plainIndex{items: items}
	at := map[string]int{}
	var b words.Buffer
	for i, it := range items {
		langs, code := Cut(it, func(raw string, title bool) {
			k, ok := at[raw]
			if !ok {
				b.Reset()
				b.Scan(raw, 0)
				k = len(x.words)
				at[raw] = k
				x.words = append(x.words, indexedWord{strings.Clone(b.Folded(&b.Tokens[0])), raw, map[int]bool{}})
			}
			x.words[k].title[i] = x.words[k].title[i] || title
		})
		x.told = append(x.told, toldOf{langs, code})
	}
	slices.SortFunc(x.words, func(a, b indexedWord) int { return strings.Compare(a.folded+"\x00"+a.raw, b.folded+"\x00"+b.raw) })
	return x
}

func (x *plainIndex) Len() int { return len(x.items) }
func (x *plainIndex) Words(from, to string, use func(raw, folded string, stands Stands) error) error {
	first := sort.Search(len(x.words), func(i int) bool { return x.words[i].folded >= from })
	for _, w := range x.words[first:] {
		if to != "" && w.folded >= to {
			break
		}
		err := use(w.raw, w.folded, func(article func(int, bool)) error {
			for i, title := range w.title {
				article(i, title)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
func (x *plainIndex) Origins() int                    { return len(x.items) }
func (x *plainIndex) Origin(k int) (string, []string) { return x.items[k].Feed, x.items[k].Tags }
func (x *plainIndex) OriginOf(i int) int              { return i }
func (x *plainIndex) Speeches() int                   { return len(x.items) }
func (x *plainIndex) Speech(k int) (string, uint64, string) {
	return x.items[k].Language, x.told[k].langs, x.told[k].code
}
func (x *plainIndex) SpeechOf(i int) int { return i }

// searched returns how a search of the rule in the index differs from what the rule
// matches; empty if it does not. open is the number of articles that it leaves undecided.
func searched(s *Set, rule int, x *plainIndex) (wrong string, open int) {
	q := s.Search(rule)
	sure, perhaps, err := q.Bounds(x)
	if err != nil {
		return err.Error(), 0
	}
	for i, it := range x.items {
		matches := slices.ContainsFunc(s.Match(it), func(m Match) bool { return m.Rule == rule })
		if matches && !perhaps.Has(i) || !matches && sure.Has(i) || sure.Has(i) && !perhaps.Has(i) {
			return fmt.Sprintf("%s on %+v: matches %v, surely %v, perhaps %v", s.rules[rule].Match, *it, matches, sure.Has(i), perhaps.Has(i)), 0
		}
		if matches && q.Refutes(it) {
			return fmt.Sprintf("%s matches %+v, which is refuted", s.rules[rule].Match, *it), 0
		}
	}
	return "", perhaps.Count() - sure.Count()
}

// Whatever the query and the articles: what an index calls a sure match is one, and what it
// does not call a possible match is none.
func TestPropertySearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Rule{Name: "r", Match: drawQuery(t, rapid.IntRange(0, 3).Draw(t, "depth"))}
		if rapid.IntRange(0, 9).Draw(t, "scoped") == 0 {
			r.Feeds = []string{rapid.SampledFrom([]string{"A", "tag:y"}).Draw(t, "scope")}
		}
		s, err := Compile([]Rule{r}, Options{Lists: drawnLists, Exact: rapid.Bool().Draw(t, "exact")})
		if err != nil {
			t.Skip(err)
		}
		var items []*feeds.Item
		for range rapid.IntRange(1, 6).Draw(t, "articles") {
			items = append(items, drawItem(t))
		}
		if wrong, _ := searched(s, 0, newPlainIndex(items...)); wrong != "" {
			t.Fatal(wrong)
		}
	})
}

// Queries that an index answers by itself, without a text.
func TestSearchWithoutText(t *testing.T) {
	items := []*feeds.Item{
		{Title: "NATO frigate in Riga", Content: "The minister said so.", Feed: "A", Tags: []string{"x"}, Language: "en", Link: "https://example.org/frigate"},
		{Title: "Fishing quotas", Content: "A frigate of the US Navy, and Lithuania's airstrikes.", Feed: "B", Language: "en"},
		{Title: "Lietuvos kariai", Content: "Lietuvoje prasidėjo pratybos", Feed: "B", Language: "lt"},
		{Title: "Quotas", Content: "Nothing of note.", Feed: "B", Language: "en", Link: "https://example.org/frigate"},
	}
	x := newPlainIndex(items...)
	for _, c := range []struct {
		query string
		open  int
		why   string
	}{
		{"frigate", 0, "a word; in a link alone it does not count"},
		{`"minister"`, 0, "a quoted word"},
		{"=US", 0, "as written"},
		{"frig*", 0, "a beginning"},
		{"Lietuva", 0, "forms, by language"},
		{"title:frigate", 0, "the title"},
		{"feed:A OR tag:x OR lang:lt", 0, "where it is from"},
		{"(frigate OR @list) AND NOT minister", 0, "groups of these"},
		{"quotas AND NOT frigate", 0, "the others"},
		{"lead:frigate", 1, "what stands in the title is in the lead, too"},
		{"link:frigate", 3, "what field it is in, but for the title"},
		{`"US Navy"`, 1, "neighbours"},
		{"frigate NEAR/5 minister", 1, "both are in one article"},
		{"/frig\\w+/", 2, "a piece of a word"},
		{"/Riga$/ AND feed:A", 1, "a part of it is certain"},
		{"/\\$5/", 4, "no word"},
		{"feed:A AND NOT (frigate NEAR/5 minister)", 1, "under NOT what is open stays open"},
	} {
		s, err := Compile([]Rule{{Name: "r", Match: c.query}}, Options{Lists: map[string][]string{"list": {"Estonia", "minister"}}})
		if err != nil {
			t.Fatal(err)
		}
		if wrong, open := searched(s, 0, x); wrong != "" || open != c.open {
			t.Errorf("%s leaves %d articles open, want %d: %s %s", c.query, open, c.open, c.why, wrong)
		}
	}
}

// Texts that are refuted without being cut into words, and texts that are not.
func TestRefutes(t *testing.T) {
	far := strings.Repeat("and so on ", 5)
	items := []*feeds.Item{
		{Title: "Frigates", Content: "The minister said so. " + far + "A frigate's crew " + far + "waits for the ministers of defence."},
		{Title: "Frigates", Content: "The minister of defence, whose frigate it is, said 'the US" + far + "Navy' and US-Navy."},
		{Title: "Frigate of the minister", Content: "The Navy of the US"},
		{Title: "Фрегат", Content: "Фрегат у берега, а министр и его люди в столице со вчерашнего дня. Министерство."},
	}
	x := newPlainIndex(items...)
	for _, c := range []struct {
		query string
		want  []bool
		why   string
	}{
		{"frigate NEAR/5 minister", []bool{true, false, false, true}, "some are far apart, and title and text are not one"},
		{"frigate NEAR/12 minister", []bool{true, false, false, true}, "twelve are not enough"},
		{"frigate NEAR/30 minister", []bool{false, false, false, true}, "thirty are"},
		{"minister BEFORE/5 frigate", []bool{true, false, true, true}, "the other way round in the title"},
		{"(frigate OR ship) NEAR/3 minister", []bool{true, true, false, true}, "any of a group"},
		{`"US Navy"`, []bool{true, false, true, true}, "neighbours, a sign between them"},
		{`"minister of defence" NEAR/2 frigate`, []bool{true, false, true, true}, "the end of a phrase may be near where its beginning is not"},
		{"фрегат NEAR/4 министр", []bool{true, true, true, false}, "letters of two bytes"},
		{"фрегат NEAR/3 министр", []bool{true, true, true, true}, "letters of two bytes, too far"},
		{"/frigate, [a-z]+ of/", []bool{true, true, true, true}, "a pattern that is nowhere"},
		{"/frigate it/", []bool{true, false, true, true}, "a pattern"},
		{"frigate OR (frigate NEAR/2 minister)", []bool{false, false, false, false}, "it matches for another reason"},
		{"feed:A AND NOT (frigate NEAR/5 minister)", []bool{false, false, false, false}, "what is refuted under NOT is not"},
		{"author:(frigate NEAR/5 minister)", []bool{false, false, false, false}, "texts that are not looked at"},
	} {
		s, err := Compile([]Rule{{Name: "r", Match: c.query}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if wrong, _ := searched(s, 0, x); wrong != "" {
			t.Error(wrong)
		}
		q := s.Search(0)
		if _, _, err := q.Bounds(x); err != nil {
			t.Fatal(err)
		}
		for i, it := range items {
			if got := q.Refutes(it); got != c.want[i] {
				t.Errorf("%s: article %d is refuted: %v, %s", c.query, i, got, c.why)
			}
		}
	}
}

// A literal is found in every spelling of a text that folds to it.
func TestPropertyContainsFolded(t *testing.T) {
	letters := []string{"a", "S", "s", "\u017f", "K", "k", "\u212a", "\u00df", "Ж", "ж", " ", "1", "\xff", "É", "é"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(letters), 0, 12).Draw(t, "text"), "")
		literal := foldLiteral([]rune(strings.Join(rapid.SliceOfN(rapid.SampledFrom(letters), 1, 3).Draw(t, "literal"), "")))
		if got, want := containsFolded(text, literal), strings.Contains(foldLiteral([]rune(text)), literal); got != want {
			t.Fatalf("%q has %q: %v, want %v", text, literal, got, want)
		}
	})
}

// TestSearchInEveryLanguage searches the headlines and sentences of all languages for the
// words of other sentences, in articles that declare their language, another one or none:
// both forms and look-alikes.
func TestSearchInEveryLanguage(t *testing.T) {
	var items []*feeds.Item
	sought := map[string]bool{}
	for i, text := range cutTexts(t) {
		text = strings.TrimSpace(text)
		code, headline, isHeadline := strings.Cut(text, "\t")
		if !isHeadline {
			code, headline = "", text
		}
		if parts := strings.Split(text, " | "); len(parts) == 4 {
			code, headline = parts[0], parts[1]
			for w := range strings.FieldsSeq(parts[2] + " " + parts[3]) {
				sought[w] = true
			}
		}
		for k, w := range strings.Fields(headline) {
			if (i+k)%60 == 0 {
				sought[strings.Trim(w, ".,;:!?()\"'«»„“”’")] = true
			}
		}
		items = append(items, &feeds.Item{Title: headline, Language: []string{code, "", "en"}[i%3]})
		if i%5 == 0 {
			items = append(items, &feeds.Item{Title: "Новости", Content: headline, Language: code, Authors: []string{headline}})
		}
	}
	var rs []Rule
	for w := range sought {
		for _, match := range []string{w, "@@" + w, `"` + w + `"`, "author:" + w} {
			if _, err := Compile([]Rule{{Name: w, Match: match}}, Options{}); err == nil {
				rs = append(rs, Rule{Name: match, Match: match})
			}
		}
	}
	for _, e := range []string{"@@nato", "@@estonia", "@@russia", "@@us", "@@serbia", "@@israel", "@@korea"} {
		if _, err := Compile([]Rule{{Name: e, Match: e}}, Options{}); err == nil {
			rs = append(rs, Rule{Name: e, Match: e})
		}
	}
	s, err := Compile(rs, Options{})
	if err != nil {
		t.Fatal(err)
	}
	matched := make([][]bool, len(rs))
	for k := range rs {
		matched[k] = make([]bool, len(items))
	}
	found := 0
	for i, it := range items {
		for _, m := range s.Match(it) {
			matched[m.Rule][i] = true
			found++
		}
	}
	x := newPlainIndex(items...)
	for k, r := range rs {
		sure, perhaps, err := s.Search(k).Bounds(x)
		if err != nil {
			t.Fatal(err)
		}
		for i, it := range items {
			if m := matched[k][i]; m && !perhaps.Has(i) || !m && sure.Has(i) {
				t.Errorf("%s on %q, declared %q: matches %v, surely %v, perhaps %v", r.Match, it.Title, it.Language, m, sure.Has(i), perhaps.Has(i))
			}
		}
	}
	t.Logf("%d rules, %d articles, %d matches", len(rs), len(items), found)
	if found < len(items) {
		t.Errorf("%d matches in %d articles: do the rules still find anything?", found, len(items))
	}
}
