package cli_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/cli"
)

func TestTable(t *testing.T) {
	for _, c := range []struct {
		why  string
		rows [][]string
		want []string
	}{
		{"columns line up, in columns of the terminal and not bytes",
			[][]string{{"Põhjatäht", "et"}, {"中国", "zh"}, {"Wire", "en"}},
			[]string{"Põhjatäht  et", "中国       zh", "Wire       en"}},
		{"a column that nobody uses is not there", [][]string{{"", "a"}, {"", "b"}}, []string{"a", "b"}},
		{"a cell of a stranger is one clean line", [][]string{{"a\x1b\nb", "c"}}, []string{"a␛ b  c"}},
	} {
		if diff := cmp.Diff(c.want, laid(c.rows)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.why, diff)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"}, {"exact", 5, "exact"}, {"Suwałki gap", 8, "Suwałki…"}, {"", 3, ""},
	} {
		if got := cli.Clip(c.in, c.n); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		what, s string
		width   int
		want    string
	}{
		{"no terminal, no breaks", "  one two three", 0, "  one two three"},
		{"what fits stays", "  one two", 9, "  one two"},
		{"broken between words, and indented", "  one two three", 9, "  one two\n    three"},
		{"escapes have no width", "\x1b[2mone two\x1b[0m", 7, "\x1b[2mone two\x1b[0m"},
		{"a word that is too long stays whole", "one https://example.org", 8, "one\n  https://example.org"},
	} {
		if got := cli.Fold(c.s, c.width); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func laid(rows [][]string) []string {
	var s cli.Table
	for _, cells := range rows {
		s.Rows = append(s.Rows, cli.Row{Cells: cli.Plain(cells...)})
	}
	_, lines := s.Lay(new(cli.Terminal), "")
	return lines
}
