package targets

import (
	"net/url"
	"strings"
	"testing"
	"unicode"
)

func TestSafeLink(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"an ordinary link is left alone", "https://news.err.ee/1609/a_b~c(d)?x=1&y=2#top", "https://news.err.ee/1609/a_b~c(d)?x=1&y=2#top"},
		{"percent-encoding is not encoded again", "http://e.org/a%20b", "http://e.org/a%20b"},
		{"javascript is no link", "javascript:alert(1)", ""},
		{"nor is data, whatever its case", "DaTa:text/html,x", ""},
		{"nor a file", "file:///etc/passwd", ""},
		{"nor a path", "/news/1", ""},
		{"nor a host without a scheme", "//evil.example/x", ""},
		{"what ends Slack's link is encoded", "https://e.org/a|b>c<d", "https://e.org/a%7Cb%3Ec%3Cd"},
		{"and in the query too", "https://e.org/?q=a|b>c\"d e", "https://e.org/?q=a%7Cb%3Ec%22d%20e"},
		{"line breaks make it no link", "https://e.org/a\r\nb", ""},
		{"a user that looks like a host is dropped", "https://nato.int@evil.example/x", "https://evil.example/x"},
		{"a host in another script is shown as what is looked up", "https://nаto.example/", "https://xn--nto-6cd.example/"},
		{"a path in another script is encoded", "https://e.org/õ", "https://e.org/%C3%B5"},
		{"a link that nobody needs is dropped", "https://e.org/" + strings.Repeat("x", 5000), ""},
		{"spaces around it are not its", " https://e.org/ ", "https://e.org/"},
		{"an IPv6 host keeps its brackets", "http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := safeLink(tt.in); got != tt.want {
				t.Errorf("safeLink(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func FuzzSafeLink(f *testing.F) {
	for _, s := range []string{"https://e.org/a|b>c", "http://õ.ee:80/?q=<x>", "javascript:x", "https://[::1]/", "https://e.org/%zz", "https://a@b@c/\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := safeLink(in)
		if got == "" {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			t.Errorf("safeLink(%q) = %q", in, got)
		}
		if strings.ContainsAny(got, "<>|\"`\\{}^ ") || !isASCII(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("safeLink(%q) = %q", in, got)
		}
		if again := safeLink(got); again != got {
			t.Errorf("safeLink(%q) = %q, and of that %q", in, got, again)
		}
	})
}

func TestUnlink(t *testing.T) {
	const j = "\u2060"
	for _, tt := range []struct{ name, in, want string }{
		{"a domain", "see evil.example now", "see evil" + j + ".example now"},
		{"an address", "https://e.org/", "https" + j + "://" + j + "e" + j + ".org/"},
		{"mail", "write to a@e.org", "write to a@" + j + "e" + j + ".org"},
		{"mailto", "mailto:a", "mailto:" + j + "a"},
		{"a mention", "@everyone", "@" + j + "everyone"},
		{"a tag and a command", "#nato /start", "#" + j + "nato /" + j + "start"},
		{"sentences, numbers and times stay", "The end. 3.5 % at 12:30, and/or 24/7", "The end. 3.5 % at 12:30, and/or 24/7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := unlink(tt.in); got != tt.want {
				t.Errorf("unlink(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}
