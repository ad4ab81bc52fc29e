package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"watcher/internal/text"
)

func TestPlainText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain words", "Brigade arrives", "Brigade arrives"},
		{"white space is one blank", "  Brigade \n\t arrives  ", "Brigade arrives"},
		{"paragraphs are lines", "<p>One</p><p>Two</p>", "One\nTwo"},
		{"a break is a line", "One<br/>Two<BR>Three", "One\nTwo\nThree"},
		{"inline elements part no words", "B<b>alti</b>c <i>states</i>", "Baltic states"},
		{"cells and pictures do", "<td>One</td><td>Two</td>a<img src=x>b", "One Two a b"},
		{"lists", "<ul><li>One<li>Two</ul>Three", "One\nTwo\nThree"},
		{"entities once", "AT&amp;amp;T &lt;b&gt; &eacute; &#8217; &#x2014;", "AT&amp;T <b> é ’ —"},
		{"scripts and styles are gone", "a<script>if (a<b) {}</script><style>p{}</style>b", "ab"},
		{"comments are gone", "a<!-- b -->c", "ac"},
		{"less than", "if a < b and 1<2 I <3 you", "if a < b and 1<2 I <3 you"},
		{"what is no tag of HTML stays", "Vec<String> and <sarcasm>", "Vec<String> and <sarcasm>"},
		{"XHTML under a prefix", "<xh:div><xh:p>One</xh:p><xh:p>Two</xh:p></xh:div>", "One\nTwo"},
		{"custom elements are gone", "<x-embed>One</x-embed> <o:p>Two</o:p>", "One Two"},
		{"a tag that is cut off", "One <b", "One <b"},
		{"a hidden element that never closes hides nothing", "One <select>Two <p>Three", "One Two\nThree"},
		{"direction marks are gone", "a\u202eb\u2066c\u200ed", "abcd"},
		{"soft hyphens and zero-width spaces are gone", "Bal\u00adtic\u200b states\ufeff", "Baltic states"},
		{"joiners stay", "می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"},
		{"controls are gone", "a\x00b\x1b[31mc\x7f", "ab[31mc"},
		{"Windows quotes in the place of controls", "don\u0092t \u0093so\u0094", "don’t “so”"},
		{"no-break spaces are blanks", "a\u00a0\u2003b&nbsp;c", "a b c"},
		{"broken UTF-8 is gone", "a\xffb", "ab"},
		{"nothing", "", ""},
		{"nothing to see", "<p> </p><br>", ""},
	}
	for _, tt := range tests {
		if got := text.PlainText(tt.in); got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"a <b> &amp; c":   "a <b> &amp; c",
		" a  b\n":         "a b",
		"a":               "a",
		"":                "",
		" ":               "",
		"a\u202eb\x1bc":   "abc",
		"Šiauliai\u00a0x": "Šiauliai x",
	} {
		if got := text.CleanText(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func FuzzPlainText(f *testing.F) {
	for _, s := range []string{"<p>a</p>b", "&amp;lt;", "<select><script></select>", "a\u0092\xff<b", "<![CDATA[x]]>", "<plaintext>a<b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := text.PlainText(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if got != "" && line == "" || text.CleanText(line) != line {
				t.Fatalf("%q has the line %q, which is not clean", s, line)
			}
		}
	})
}

func TestShorten(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"Šiauliai", 3, "Šia…"},
		{"a\n\tb\x1b[0m\u202ec", 20, "a b [0mc"},
		{"  ", 5, ""},
		{"a b", 2, "a b"},
	} {
		if got := text.Shorten(tt.in, tt.n); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.in, got, tt.want)
		}
	}
}
