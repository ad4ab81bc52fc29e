package rules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/rules/entity"
)

// TestEntitiesOfParallelTexts searches the same sentences in each language for all states:
// a state must be found where the sentence names it, its people or its adjective, and
// nowhere else. The sentences are our own, so they show that forms are found, not that
// newsrooms use these words.
func TestEntitiesOfParallelTexts(t *testing.T) {
	s, states := everyState(t)
	for _, file := range []string{"testdata/parallel.txt", "testdata/parallel-headlines.txt", "testdata/parallel-desk.txt"} {
		t.Run(filepath.Base(file), func(t *testing.T) { findStates(t, s, states, file) })
	}
}

// everyState returns a rule for each state.
func everyState(t *testing.T) (*rules.Set, []*entity.Entity) {
	t.Helper()
	var states []*entity.Entity
	var all []rules.Rule
	for _, e := range entity.All() {
		if e.Kind == entity.State {
			states = append(states, e)
			all = append(all, rules.Rule{Name: e.Name, Match: "@@" + e.Name})
		}
	}
	s, err := rules.Compile(all, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s, states
}

// TestWhatLooksLikeAState checks which states are found in headlines with words that look
// like one: Jordan the player, Georgia the state of the USA.
func TestWhatLooksLikeAState(t *testing.T) {
	s, states := everyState(t)
	data, err := os.ReadFile("testdata/apart-headlines.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		if line[0] == '#' {
			continue
		}
		n++
		lang, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		text, codes, ok := strings.Cut(rest, " |")
		if !ok {
			t.Fatalf("%q has no codes", line)
		}
		var got, want []string
		for _, m := range s.Match(&feeds.Item{Title: text, Language: lang}) {
			got = append(got, states[m.Rule].Name)
		}
		for code := range strings.FieldsSeq(codes) {
			e, err := entity.Lookup(code)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, e.Name)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q: found %v, want %v", lang, text, got, want)
		}
	}
	if n < 50 {
		t.Fatalf("%d headlines", n)
	}
}

// findStates compares what the rules of states find with what a file says.
func findStates(t *testing.T, s *rules.Set, states []*entity.Entity, file string) {
	const enough = .85
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, data2, _ := strings.Cut(string(data), "\nstates: ")
	head, body, _ := strings.Cut(data2, "\n")
	var want [][]string
	for sentence := range strings.SplitSeq(head, "|") {
		var names []string
		for code := range strings.FieldsSeq(sentence) {
			e, err := entity.Lookup(code)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, e.Name)
		}
		want = append(want, names)
	}
	for block := range strings.SplitSeq(strings.TrimSpace(body), "\n\n") {
		lines := strings.Split(block, "\n")
		lang, lines := lines[0], lines[1:]
		if len(lines) != len(want) {
			t.Fatalf("%s: %d sentences, want %d", lang, len(lines), len(want))
		}
		there, found, wrong := 0, 0, 0
		for i, text := range lines {
			var got []string
			for _, m := range s.Match(&feeds.Item{Title: text, Language: lang}) {
				got = append(got, states[m.Rule].Name)
			}
			for _, name := range want[i] {
				there++
				if slices.Contains(got, name) {
					found++
				} else {
					t.Logf("%s: %s is not found in %q", lang, name, text)
				}
			}
			for _, name := range got {
				if !slices.Contains(want[i], name) {
					wrong++
					t.Logf("%s: %s is found in %q", lang, name, text)
				}
			}
		}
		recall, precision := float64(found)/float64(there), float64(found)/float64(max(1, found+wrong))
		t.Logf("%s: recall %.2f, precision %.2f", lang, recall, precision)
		if !rules.FormsKnown(lang) && !slices.Contains([]string{"zh", "ja"}, lang) {
			continue // words in their dictionary form are found
		}
		if recall < enough || precision < enough {
			t.Errorf("%s: recall %.2f, precision %.2f, want %v of each", lang, recall, precision, enough)
		}
	}
}
