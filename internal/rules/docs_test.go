package rules_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// The examples of the page for analysts do what the page says.
func TestDocumentedExamples(t *testing.T) {
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "## Twenty examples")
	text, _, _ = strings.Cut(text, "## You know this")
	examples := regexp.MustCompile("(?s)\\*\\*(\\d+)\\.(.*?)```\n(.*?)\n```\n(.*?)(?:\n\n|$)").FindAllStringSubmatch(text, -1)
	if len(examples) != 20 {
		t.Fatalf("%d examples", len(examples))
	}
	line := regexp.MustCompile("- (finds|not): `(.*)`")
	o := rules.Options{Lists: map[string][]string{"baltics": {"Estonia", "Estonian", "Latvia", "Latvian", "Lithuania", "Lithuanian", "Eesti", "Latvija", "Lietuva"}}}
	for _, ex := range examples {
		s, err := rules.Compile([]rules.Rule{{Name: ex[1], Match: ex[3]}}, o)
		if err != nil {
			t.Error(err)
			continue
		}
		cases := line.FindAllStringSubmatch(ex[4], -1)
		if len(cases) < 2 {
			t.Errorf("example %s has %d cases", ex[1], len(cases))
		}
		for _, c := range cases {
			it := &feeds.Item{Title: c[2]}
			if got := len(s.Match(it)) == 1; got != (c[1] == "finds") {
				t.Errorf("example %s: %s on %q: %v\n%s", ex[1], ex[3], c[2], got, strings.Join(s.Explain(0, it).Lines, "\n"))
			}
		}
	}
}

// What a word does not find according to the page it does not find, and the remedy finds
// it; --why shows what was there.
func TestDocumentedMisses(t *testing.T) {
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "### What a word does not find")
	text, _, _ = strings.Cut(text, "\n## ")
	rows := regexp.MustCompile("(?m)^\\| `(.*?)` \\| (.*?) \\| `(.*?)`").FindAllStringSubmatch(text, -1)
	if len(rows) < 12 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		s, err := rules.Compile([]rules.Rule{{Match: row[1]}, {Match: row[3]}}, rules.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		own, _, _ := strings.Cut(row[2], ";")
		for _, said := range regexp.MustCompile(`\*([^*]+)\*`).FindAllStringSubmatch(own, -1) {
			it := &feeds.Item{Title: said[1]}
			if got := s.Match(it); len(got) != 1 || got[0].Rule != 1 {
				t.Errorf("%s and %s on %q: %v", row[1], row[3], said[1], got)
			}
			why := strings.Join(s.Explain(0, it).Lines, "\n")
			if strings.HasSuffix(why, ": no") && !strings.Contains(own, "Калининград") {
				t.Errorf("%q is not shown: %s", said[1], why)
			}
		}
	}
}

// The output of --why on the page is the real one.
func TestDocumentedWhy(t *testing.T) {
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	s, err := rules.Compile([]rules.Rule{{Match: `NATO AND (@baltics OR Kaliningrad) AND "F-35"`}}, rules.Options{Lists: map[string][]string{"baltics": {"Estonia", "Latvia", "Lithuania"}}})
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(s.Explain(0, &feeds.Item{Title: "NATO lends F-35A jets to Estonian pilots"}).Lines, "\n"); !strings.Contains(string(page), "```\n"+said+"\n```") {
		t.Errorf("it says\n%s", said)
	}
}

// What the tables give as the way to write something here is valid.
func TestDocumentedTranslations(t *testing.T) {
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "## You know this")
	text, _, _ = strings.Cut(text, "## It never guesses")
	n := 0
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "¦"), "|")
		if len(cells) != 4 {
			continue
		}
		for _, q := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[2], -1) {
			query := q[1]
			if strings.HasPrefix(query, "NEAR/") {
				query = "a " + query + " b"
			}
			if _, err := rules.Parse(query, rules.Options{}); err != nil {
				t.Errorf("%s: %v", query, err)
			}
			n++
		}
	}
	if n < 30 {
		t.Errorf("only %d translations", n)
	}
}

// A query of another language is refused, or means the same here: it is never taken for
// plain words.
func TestDocumentedOriginsAreNotGuessed(t *testing.T) {
	page, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "## You know this")
	text, _, _ = strings.Cut(text, "## It never guesses")
	// Queries that look the same and do not mean quite the same, with the reason why that
	// is not an error.
	alike := map[string]string{
		"nato troops":     "words side by side mean AND; the table says so",
		`"the * brigade"`: "a sign in a phrase stands for nothing, as in any text",
		"deter*":          "the same",
		"/brig.*/":        "a pattern; the table says what is different",
	}
	refused := 0
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "¦"), "|")
		if len(cells) != 4 || strings.Contains(cells[2], "the same") {
			continue
		}
		for _, q := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			query := strings.ReplaceAll(q[1], "¦", "|")
			if query == "same" || query == "w/p" {
				query = "nato " + query + " troops"
			}
			if _, err := rules.Parse(query, rules.Options{}); err != nil {
				refused++
			} else if alike[query] == "" {
				t.Errorf("%s is taken as it stands", query)
			}
		}
	}
	if refused < 25 {
		t.Errorf("only %d are refused", refused)
	}
}
