package rules

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
)

// Each compound of the list is found in its three spellings, by each of the two that are
// one word.
func TestOpenCompounds(t *testing.T) {
	n := 0
	for pair := range strings.FieldsSeq(openCompounds) {
		a, b, _ := strings.Cut(pair, "/")
		n++
		for _, rule := range []string{a + b, a + "-" + b} {
			s, err := Compile([]Rule{{Match: rule}}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{a + b, a + "-" + b, a + " " + b, strings.ToUpper(a[:1]) + a[1:] + b} {
				if len(s.Match(&feeds.Item{Title: text, Language: "en"})) == 0 {
					t.Errorf("%s does not find %q", rule, text)
				}
			}
			for _, text := range []string{a + ", " + b, a + " a " + b, b + " " + a, a, b} {
				if len(s.Match(&feeds.Item{Title: text, Language: "en"})) != 0 && rule == a+b {
					t.Errorf("%s finds %q", rule, text)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("%d compounds", n)
	}
}
