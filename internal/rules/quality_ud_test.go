//go:build !race

package rules

import (
	"path/filepath"
	"testing"
)

// TestQualityUD takes the dictionary form of each proper noun of a treebank as a
// rule and the sentences as articles. -v prints recall and precision beside those of
// quoted words, and what was missed and wrongly found.
func TestQualityUD(t *testing.T) {
	for _, c := range treebanks {
		t.Run(c.lang, func(t *testing.T) {
			sents := readUD(t, filepath.Join("../../../shared/corpus/ud", c.file))
			quoted := scoreUD(t, sents, c.lang, true, false)
			t.Logf("%s quoted:          recall %.3f precision %.3f", c.lang, quoted.recall(), quoted.precision())
			for _, lang := range []string{c.lang, "", "en"} {
				s := scoreUD(t, sents, lang, false, lang == c.lang && testing.Verbose())
				t.Logf("%s declared %-5q: recall %.3f precision %.3f, %d rules, %d mentions", c.lang, lang, s.recall(), s.precision(), s.rules, s.mentions)
				if c.recall > 0 && (s.recall() < c.recall || s.precision() < quoted.precision()-c.drop) {
					t.Errorf("declared %q: want recall %.2f and precision %.3f", lang, c.recall, quoted.precision()-c.drop)
				}
			}
		})
	}
}
