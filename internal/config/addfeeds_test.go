package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFeedList(t *testing.T) {
	const rest = "rules: []\n"
	for _, c := range []struct{ why, before, want string }{
		{"entries stand as the others do", "feeds:\n  - {url: a}\n" + rest, "feeds:\n  - {url: a}\n  - NEW\n" + rest},
		{"also at the margin", "feeds:\n- {url: a}\n" + rest, "feeds:\n- {url: a}\n- NEW\n" + rest},
		{"or far from it", "feeds:\n     - name: A\n       url: a\n" + rest, "feeds:\n     - name: A\n       url: a\n     - NEW\n" + rest},
		{"what stands between sections stays there", "feeds:\n  - {url: a} # first\n\n# rules of the desk\n" + rest, "feeds:\n  - {url: a} # first\n  - NEW\n\n# rules of the desk\n" + rest},
		{"the feeds come last", rest + "feeds:\n  - {url: a}\n", rest + "feeds:\n  - {url: a}\n  - NEW\n"},
		{"without a line end", rest + "feeds:\n  - {url: a}", rest + "feeds:\n  - {url: a}\n  - NEW\n"},
		{"a value of several lines", "feeds:\n  - url: a\n    name: >\n      A\n\n      B\n" + rest, "feeds:\n  - url: a\n    name: >\n      A\n\n      B\n  - NEW\n" + rest},
		{"no feed yet", "feeds: # none\n" + rest, "feeds: # none\n  - NEW\n" + rest},
		{"no such section", rest, rest + "feeds:\n  - NEW\n"},
		{"an empty file", "", "feeds:\n  - NEW\n"},
		{"lines that end as Windows ends them", "feeds:\r\n  - {url: a}\r\nrules: []\r\n", "feeds:\r\n  - {url: a}\r\n  - NEW\r\nrules: []\r\n"},
		{"a mark at the beginning", "\ufefffeeds:\n  - {url: a}\n" + rest, "\ufefffeeds:\n  - {url: a}\n  - NEW\n" + rest},
		{"the mark of the end", "feeds:\n  - {url: a}\n...\n", "feeds:\n  - {url: a}\n  - NEW\n...\n"},
	} {
		f, err := feedList("x.yaml", []byte(c.before))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if got := string(f.with([]string{"- NEW"})); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		if f.HasURL("a") != strings.Contains(c.before, "url: a") || f.HasURL("b") {
			t.Errorf("%s: has %v", c.why, f.urls)
		}
	}
	for why, text := range map[string]string{
		"feeds in brackets":   "feeds: [{url: a}]\n",
		"all in braces":       "{feeds: [{url: a}]}\n",
		"feeds by their name": "feeds:\n  a: {url: a}\n",
		"no YAML":             "feeds:\n  - {url: a\n",
	} {
		if _, err := feedList("x.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), "x.yaml") {
			t.Errorf("%s: %v", why, err)
		}
	}
}

// A feed whose entry would be a mistake is not written; a mistake that was there before
// keeps nothing out.
func TestFeedListAdd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.yaml")
	const text = "feeds:\n- {url: \"https://a.example.org/\"}\nrules: [{name: a, match: }]\n"
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	add := func(entry string) (string, error) {
		t.Helper()
		f, err := ReadFeedList(path)
		if err != nil {
			t.Fatal(err)
		}
		err = f.Add([]string{entry})
		data, _ := os.ReadFile(path)
		return string(data), err
	}
	if got, err := add("- {url: nonsense}"); err == nil || !strings.Contains(err.Error(), "x.yaml:3:9: feeds[1].url: ") || strings.Contains(err.Error(), "rules") || got != text {
		t.Errorf("a feed that is none: %v\n%s", err, got)
	}
	want := strings.Replace(text, "rules", "- {url: \"https://b.example.org/\"}\nrules", 1)
	if got, err := add(`- {url: "https://b.example.org/"}`); err != nil || got != want {
		t.Errorf("a good one: %v\n%s", err, got)
	}
}
