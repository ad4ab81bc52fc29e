package parse

import "testing"

// TestJunk: what XML allows before its root does not count as junk; everything else does.
func TestJunk(t *testing.T) {
	for _, c := range []struct {
		why, head string
		want      int
	}{
		{"nothing", "", 0},
		{"a declaration", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", 0},
		{"a byte order mark before it", "\ufeff<?xml version=\"1.0\"?>", 0},
		{"a stylesheet", "<?xml version=\"1.0\"?><?xml-stylesheet href=\"a.xsl\"?>", 0},
		{"a comment with a tag in it", "<?xml version=\"1.0\"?><!-- made by <b>hand</b> -->", 0},
		{"a DOCTYPE", "<!DOCTYPE rss PUBLIC \"-//Netscape//DTD RSS 0.91//EN\" \"http://example.org/rss.dtd\">", 0},
		{"a DOCTYPE with entities", "<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\">]>\n", 0},
		{"a warning of PHP", "Notice: oops\n<?xml version=\"1.0\"?>", 12},
		{"markup", "<br/><?xml version=\"1.0\"?>", 5},
	} {
		if got := junk([]byte(c.head)); got != c.want {
			t.Errorf("%s: %d bytes of junk, want %d", c.why, got, c.want)
		}
	}
}
