package strict

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// scalarAt parses text, a mapping with the key q, and returns the scalar of q.
func scalarAt(t interface{ Fatalf(string, ...any) }, text string) (*SourceText, *yaml.Node) {
	src := NewSourceText("test.yaml", []byte(text))
	root, bad := Parse(src, []byte(text), &Lexicon{})
	if bad != nil {
		t.Fatalf("%v in:\n%s", bad, text)
	}
	n, found := Locate(root, (*Path)(nil).Child("q"))
	if !found {
		t.Fatalf("no q in:\n%s", text)
	}
	return src, n
}

// In every style the place of the § in the value is its place in the file, however YAML
// folded, indented and escaped what stands before it.
func TestPlaceInsideAScalar(t *testing.T) {
	tests := []struct{ shows, text string }{
		{"plain", "q: NATO § Baltic\n"},
		{"plain, with letters of several bytes", "q: Šiauliai, Tõrva § õ\n"},
		{"plain over lines", "q: NATO\n   AND\n\n   Baltic §\n"},
		{"single quotes", "q: 'NATO §'\n"},
		{"a quote inside single quotes is written twice", "q: 'Baltic''s ''§'\n"},
		{"single quotes over lines", "q: 'NATO   \n\n  AND §'\n"},
		{"double quotes", "q: \"NATO §\"\n"},
		{"escapes", `q: "a \"b\" \\ \x41 \u00e9 \U0001F600 \t \n §"` + "\n"},
		{"a literal block", "q: |\n  NATO AND\n    (Baltic OR\n     §)\n"},
		{"a literal block with a blank line and an indicator", "q: |2-\n   NATO\n\n  §\n"},
		{"a folded block", "q: >-\n  NATO AND\n  Baltic\n\n  §\n"},
		{"in a flow mapping", "{a: 1, q: 'x §'}\n"},
		{"JSON", "{\"a\": 1, \"q\": \"x \\/ §\"}\n"},
		{"after an anchor", "q: &anchor 'x §'\n"},
		{"after a tag", "q: !!str x §\n"},
		{"line ends of an old Mac", "a: 1\rq: x\r  §\r"},
		{"line ends that only YAML knows", "a: 1\u2028b: 2\u0085q: §\u2029"},
		{"Windows line ends", "a: 1\r\nq: |\r\n  NATO\r\n  §\r\n"},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			src, n := scalarAt(t, test.text)
			at := src.Inside(n, strings.Index(n.Value, "§"))
			if got := charAt(src, at); got != '§' {
				t.Errorf("line %d, column %d is %q", at.Line, at.Col, got)
			}
		})
	}
}

func charAt(src *SourceText, at Position) rune {
	line := []rune(string(src.lines[at.Line-1]))
	if at.Col > len(line) {
		return -1
	}
	return line[at.Col-1]
}

// A scalar that cannot be aligned is placed at its start, and an offset at the very end
// stays in the scalar.
func TestPlaceFallsBack(t *testing.T) {
	src, n := scalarAt(t, "q: \"one \\\n  two §\"\nz: 1\n")
	if at := src.Inside(n, strings.Index(n.Value, "§")); at != (Position{1, 4}) {
		t.Errorf("a line continued with a backslash: %v, want the start", at)
	}
	src, n = scalarAt(t, "q: |\n  one\n  two\nz: 1\n")
	if at := src.Inside(n, len(n.Value)); at != (Position{3, 6}) {
		t.Errorf("the end of a block: %v, want the end of its last line", at)
	}
	for _, offset := range []int{-1, 1000} {
		if at := src.Inside(n, offset); at != (Position{1, 4}) {
			t.Errorf("offset %d: %v, want the start", offset, at)
		}
	}
	long := "{\"a\": \"" + strings.Repeat("x", longLine) + "\", \"q\": \"x §\"}"
	src, n = scalarAt(t, long)
	if at := src.Inside(n, 2); at != Start(n) {
		t.Errorf("in a file of one long line: %v, want %v", at, Start(n))
	}
}

// Every scalar that the library writes, in any style, can be aligned.
func TestPlaceInsideWhatALibraryWrote(t *testing.T) {
	word := rapid.StringMatching(`[a-zõš"'()@*:#\\-]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(word, 1, 40).Draw(t, "words")
		i := rapid.IntRange(0, len(words)-1).Draw(t, "mark")
		words[i] = "§" + words[i]
		sep := rapid.SampledFrom([]string{" ", "\n", "  "}).Draw(t, "sep")
		style := rapid.SampledFrom([]yaml.Style{0, yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}).Draw(t, "style")
		value := strings.Join(words, sep)
		text, err := yaml.Dump(map[string]*yaml.Node{"q": {Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: style}}, yaml.WithLineWidth(40), yaml.WithUnicode())
		if err != nil {
			t.Skip(err)
		}
		src, n := scalarAt(t, string(text))
		if n.Value != value {
			t.Skip("does not survive a round trip")
		}
		at := src.Inside(n, strings.Index(value, "§"))
		if at == Start(n) && strings.Contains(string(text), "\\\n") {
			return // a double-quoted line broken by a backslash falls back
		}
		if got := charAt(src, at); got != '§' {
			t.Fatalf("line %d, column %d is %q in:\n%s", at.Line, at.Col, got, text)
		}
	})
}

func TestSnippetPointsAtTheCharacter(t *testing.T) {
	tests := []struct {
		shows, text string
		offset      int
		want        string
	}{
		{"the start", "NATO", 0, "NATO\n^"},
		{"characters, not bytes", "Tõrva )", len("Tõrva "), "Tõrva )\n      ^"},
		{"the line that has it", "NATO AND\n(Baltic", len("NATO AND\n"), "(Baltic\n^"},
		{"past the end", "NATO", 99, "NATO\n    ^"},
		{"a terminal escape is not printed", "a\x1b[31m )", 7, "a [31m )\n       ^"},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			if got := Snippet(test.text, test.offset); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	t.Run("a long query is cut around it", func(t *testing.T) {
		text := strings.Repeat("a", 5000) + "§" + strings.Repeat("b", 5000)
		line, caret, _ := strings.Cut(Snippet(text, 5000), "\n")
		if n := len([]rune(line)); n > snippetWidth+2 {
			t.Errorf("the line has %d characters", n)
		}
		if at := strings.Index(caret, "^"); []rune(line)[at] != '§' {
			t.Errorf("the caret is not below the §:\n%s\n%s", line, caret)
		}
	})
}
