package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
	"watcher/internal/text"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ why, in, want string }{
		{"text of any script stays as it is", "Põhjatäht · Suwałki · НАТО · 中国", "Põhjatäht · Suwałki · НАТО · 中国"},
		{"lines and tabs stay", "a\n\tb", "a\n\tb"},
		{"an escape cannot start a sequence", "\x1b]0;owned\x07", "␛]0;owned "},
		{"nor can its one-byte form", "\u009b31mred", " 31mred"},
		{"a carriage return cannot overwrite the line", "good\rbad", "good bad"},
		{"a backspace cannot take back", "good\b\b", "good  "},
		{"an override cannot reorder the line", "\u202egpj.exe\u202c", "gpj.exe"},
		{"an isolate neither", "a\u2066b\u2069c", "abc"},
		{"a line separator is no line of ours", "a\u2028b", "a b"},
		{"what is not UTF-8 is marked", "a\xffb", "a\uFFFDb"},
		{"raw C1 bytes are not UTF-8 either", "a\x9b31m", "a\uFFFD31m"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: clean(%q) = %q, want %q", c.why, c.in, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("NATO \x1b[31m\u009b \u202e \xff\xc2")
	f.Fuzz(func(t *testing.T, s string) {
		out := Clean(s)
		if !utf8.ValidString(out) {
			t.Errorf("clean(%q) is not UTF-8", s)
		}
		for _, r := range out {
			if r != '\n' && r != '\t' && text.Unseen(r) && !text.Spells(r) {
				t.Errorf("clean(%q) keeps %U", s, r)
			}
		}
		if again := Clean(out); again != out {
			t.Errorf("clean(%q) is %q, and clean of that %q", s, out, again)
		}
		if l := Line(s); strings.ContainsAny(l, "\n\t\r") || l != strings.TrimSpace(l) {
			t.Errorf("line(%q) = %q", s, l)
		}
	})
}

// TestPlainWhereNobodyLooks: a file or a pipe is not a terminal, whatever the environment
// says.
func TestPlainWhereNobodyLooks(t *testing.T) {
	t.Setenv("TERM", "xterm-256color")
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	term := NewTerminal(strings.NewReader(""), f, &strings.Builder{})
	if term.Color || term.ErrColor || term.progress != nil || term.Width != 0 {
		t.Errorf("a file and a buffer are taken for a terminal: %+v", term)
	}
	if got := term.Paint(Red, "x"); got != "x" {
		t.Errorf("painted %q", got)
	}
	advance, finish := term.Progress("working")
	advance(1, 2)
	finish()
}

func TestMarked(t *testing.T) {
	color := &Terminal{Color: true}
	for _, c := range []struct {
		why   string
		spans [][2]int
		want  string
	}{
		{"what matched stands out", [][2]int{{0, 4}}, "\x1b[1;33mNATO\x1b[0m␛[31m meets"},
		{"terms that overlap are painted once", [][2]int{{0, 4}, {2, 4}}, "\x1b[1;33mNATO\x1b[0m␛[31m meets"},
		{"nothing matched here", nil, "NATO␛[31m meets"},
	} {
		if got := color.Marked("NATO\x1b[31m meets", c.spans, ""); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

// TestAtOnceShowsItself: a person sees what is waited for before any of it answers.
func TestAtOnceShowsItself(t *testing.T) {
	var drawn bytes.Buffer
	term := &Terminal{Stdout: io.Discard, Stderr: io.Discard, screen: &drawn, progress: new(progress)}
	Parallel(t.Context(), term, "fetching feeds", 1, func(context.Context, int) {
		if !strings.Contains(drawn.String(), "fetching feeds") {
			t.Errorf("before the first answer there is %q", drawn.String())
		}
	})
}
