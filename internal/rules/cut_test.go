//go:build !race

package rules

import (
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
)

func TestCut(t *testing.T) {
	for _, c := range []struct {
		why  string
		item feeds.Item
		want []string // those of the title with a ^
	}{
		{"what belongs to a word is a part of it", feeds.Item{Title: "NATO's U.S. envoy", Content: "in Łódź"}, []string{"^NATO's", "^U.S.", "^envoy", "in", "Łódź"}},
		{"a summary alone is the text", feeds.Item{Title: "Riga", Summary: "old Riga"}, []string{"^Riga", "old", "Riga"}},
		{"a summary beside content is not", feeds.Item{Title: "Riga", Summary: "old Riga", Content: "new"}, []string{"^Riga", "new", Beside + "old"}},
		{"author, category and link are beside the text", feeds.Item{Title: "Riga", Authors: []string{"Jan Kok"}, Categories: []string{"riga"}, Link: "https://example.org/riga"},
			[]string{"^Riga", Beside + "Jan", Beside + "Kok", Beside + "riga", Beside + "https", Beside + "example", Beside + "org", Beside + "riga"}},
	} {
		var got []string
		Cut(&c.item, func(raw string, title bool) {
			if title {
				raw = "^" + raw
			}
			got = append(got, raw)
		})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
	langs, code := Cut(&feeds.Item{Title: "Kas uudiseid ei ole, või on neid vähe"}, func(string, bool) {})
	if code != "et" || langs == 0 {
		t.Errorf("languages %b, code %q of a sentence in Estonian", langs, code)
	}
}

// The scanner makes the same of a single word as of the word in its text, because an index
// has nothing but the word.
func TestWordByItself(t *testing.T) {
	var in, alone words.Buffer
	for _, text := range cutTexts(t) {
		in.Reset()
		in.Scan(text, 0)
		for i := range in.Tokens {
			tok := &in.Tokens[i]
			raw := text[tok.Start:tok.End]
			for _, raw := range []string{raw, Beside + raw} {
				alone.Reset()
				alone.Scan(raw, 0)
				if len(alone.Tokens) != 1 || alone.Folded(&alone.Tokens[0]) != in.Folded(tok) || alone.Tokens[0].Flags != tok.Flags {
					t.Fatalf("%q of %q is cut otherwise by itself", raw, text)
				}
			}
		}
	}
}

// cutTexts returns texts in all languages.
func cutTexts(t *testing.T) []string {
	t.Helper()
	texts := slices.Clone(vocab)
	for _, name := range []string{"inflect/testdata/headlines.txt", "inflect/testdata/sentences.txt", "testdata/parallel.txt"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, slices.Collect(strings.Lines(string(data)))...)
	}
	return texts
}

// Stored indexes consist of what Cut yields. A change that fails this test changes them:
// increase the version, and update its fingerprint.
func TestCutVersions(t *testing.T) {
	scanner, language := fnv.New64a(), fnv.New64a()
	var b words.Buffer
	data, err := os.ReadFile("testdata/cut.txt")
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range strings.Split(string(data), "\n") {
		it := &feeds.Item{Title: text, Content: text, Language: []string{"", "en", "lt"}[i%3]}
		langs, code := Cut(it, func(raw string, _ bool) {
			b.Reset()
			b.Scan(raw, 0)
			fmt.Fprintf(scanner, "%s %s %d\n", raw, b.Folded(&b.Tokens[0]), b.Tokens[0].Flags)
		})
		fmt.Fprintln(language, langs, code)
	}
	for _, v := range []struct {
		name        string
		is, was     int
		fingerprint string
		got         uint64
	}{
		{"ScannerVersion", ScannerVersion, 1, "27e448925af455bd", scanner.Sum64()},
		{"LanguageVersion", LanguageVersion, 2, "b41268b1d9e5d110", language.Sum64()},
	} {
		if got := fmt.Sprintf("%016x", v.got); v.is != v.was || got != v.fingerprint {
			t.Errorf("%s is %d with the fingerprint %s, was %d with %s", v.name, v.is, got, v.was, v.fingerprint)
		}
	}
}
