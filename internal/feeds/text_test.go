package feeds

import (
	"strings"
	"testing"
	"unicode/utf8"
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
		if got := PlainText(tt.in); got != tt.want {
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
		if got := CleanText(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func FuzzPlainText(f *testing.F) {
	for _, s := range []string{"<p>a</p>b", "&amp;lt;", "<select><script></select>", "a\u0092\xff<b", "<![CDATA[x]]>", "<plaintext>a<b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := PlainText(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if got != "" && line == "" || CleanText(line) != line {
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
		if got := Shorten(tt.in, tt.n); got != tt.want {
			t.Errorf("%q is %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestCanonicalLink(t *testing.T) {
	same := [][]string{
		{"http://desk.example/a", "https://www.desk.example/a/", "HTTPS://Desk.Example:443/a#comments", "http://desk.example:80/a?utm_source=x&UTM_medium=y&fbclid=z", " http://desk.example./a "},
		{"http://desk.example/a?b=1&c=2", "http://desk.example/a?c=2&b=1&&gclid=x"},
		{"http://desk.example/#!/story/1", "https://www.desk.example#!/story/1"},
		{"http://desk.example/", "http://desk.example", "https://www.desk.example/?utm_source=x"},
		{"http://desk.example/%C5%A1", "http://desk.example/š"},
	}
	all := map[string]int{}
	for i, links := range same {
		for _, l := range links {
			c := CanonicalLink(l)
			if c == "" || c != CanonicalLink(links[0]) {
				t.Errorf("%q is %q, and %q is %q", l, c, links[0], CanonicalLink(links[0]))
			}
			if j, ok := all[c]; ok && j != i {
				t.Errorf("%q is the same as %q", l, same[j][0])
			}
			all[c] = i
		}
	}
	distinct := []string{"http://desk.example/a", "http://desk.example/A", "http://desk.example:8080/a", "http://b.desk.example/a", "http://www.example/a", "http://example/a", "http://desk.example/a?id=1", "http://desk.example/#a", "http://desk.example/a#/b"}
	have := map[string]string{}
	for _, l := range distinct {
		c := CanonicalLink(l)
		if other, ok := have[c]; ok {
			t.Errorf("%q and %q are both %q", l, other, c)
		}
		have[c] = l
	}
	for _, l := range []string{"", "mailto:a@b", "javascript:x", "/a", "http://", "http://[bad", "http://.#x"} {
		if c := CanonicalLink(l); c != "" {
			t.Errorf("%q is %q", l, c)
		}
	}
}

func FuzzCanonicalLink(f *testing.F) {
	for _, s := range []string{"http://www.a.b/c?d=e&utm_x=y#f", "https://a/?&&=", "http://a.b./#!x", "http://0? #00000000", "http://0?b=1 &a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c := CanonicalLink(s); c != "" {
			if again := CanonicalLink("https://" + c); again != c && !strings.HasPrefix(c, "www.") {
				t.Fatalf("%q is %q, and that is %q", s, c, again)
			}
		}
	})
}

func TestStrippedGUID(t *testing.T) {
	for in, want := range map[string]string{
		"http://www.desk.example/?p=1": "desk.example/?p=1", "HTTPS://desk.example/?p=1": "desk.example/?p=1",
		"tag:desk,2026:1": "tag:desk,2026:1", "http://": "http://", "www.x": "x", "": "",
	} {
		if got := strippedGUID(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
