//go:build !race

package rules_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestQualityUD takes the dictionary form of each proper noun of a treebank as a rule and
// the sentences as articles. -v prints recall and precision beside those of quoted words,
// of Snowball and of substrings, and what was missed and wrongly found.
func TestQualityUD(t *testing.T) {
	for _, c := range treebanks {
		t.Run(c.lang, func(t *testing.T) {
			sents := readUD(t, filepath.Join("../../../shared/corpus/ud", c.file))
			names := namesIn(sents)
			measure(t, c.lang, sents, names, bounds{c.recall, c.drop})
		})
	}
}

// TestQualityOwn does the same with sentences that were written for it: news of this field,
// in languages without a treebank beside the checkout, or without one that may be used.
func TestQualityOwn(t *testing.T) {
	files, err := filepath.Glob("testdata/own/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sentences: %v", err)
	}
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(lang, func(t *testing.T) {
			sents, names := readOwn(t, file)
			i := slices.IndexFunc(ownSentences, func(o ownBounds) bool { return o.lang == lang })
			if i < 0 {
				t.Fatalf("ownSentences has no bounds for %s", lang)
			}
			measure(t, lang, sents, names, ownSentences[i].bounds)
		})
	}
}

// measure compares what rules find with what they should, and with other ways.
func measure(t *testing.T, lang string, sents []udSentence, names []string, at bounds) {
	quoted := byRules(t, names, lang, true).score(sents, names, false)
	say := func(how string, s score) {
		t.Logf("%s %-16s recall %.3f precision %.3f", lang, how, s.recall(), s.precision())
	}
	say("quoted", quoted)
	say("substring", bySubstring(names).score(sents, names, false))
	if stem := stemmers[lang]; stem != nil {
		say("Snowball", bySnowball(names, stem).score(sents, names, false))
	}
	for _, declared := range []string{lang, "", "en"} {
		s := byRules(t, names, declared, false).score(sents, names, declared == lang && testing.Verbose())
		t.Logf("%s declared %-7q recall %.3f precision %.3f, %d rules, %d mentions", lang, declared, s.recall(), s.precision(), s.rules, s.mentions)
		precision := quoted.precision() - at.drop
		if declared != lang {
			precision -= undeclared[lang]
		}
		if at.recall > 0 && (s.recall() < at.recall || s.precision() < precision) {
			t.Errorf("declared %q: want recall %.2f and precision %.3f", declared, at.recall, precision)
		}
	}
}
