//go:build !race

package fetch

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"watcher/internal/feeds"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// TestPageTree shows how pages are read whose tags do not match.
func TestPageTree(t *testing.T) {
	tests := []struct{ name, page, want string }{
		{"a page as it should be", `<html><head><title>T</title></head><body><p class="a">x <b>y</b></p></body></html>`,
			`<html><head><title>T</title></head><body><p class="a">x <b>y</b></p></body></html>`},
		{"a body begins with what no head has", `<title>T</title><p>x`, `<html><title>T</title><body><p>x</p></body></html>`},
		{"text begins a body too", `<head><meta charset="utf-8"> x`, `<html><head><meta charset="utf-8"/></head><body> x</body></html>`},
		{"a body tag that comes late is left out", `x<body class="a"><body class="b">`, `<html><body>x</body></html>`},
		{"paragraphs end each other", `<body><p>x<p>y<div>z`, `<html><body><p>x</p><p>y</p><div>z</div></body></html>`},
		{"so do the entries of a list, but not those around it", `<body><ul><li>x<ul><li>y<li>z</ul><li>a`,
			`<html><body><ul><li>x<ul><li>y</li><li>z</li></ul></li><li>a</li></ul></body></html>`},
		{"and the cells and rows of a table", `<body><table><tr><td>x<td>y<tr><td>z<p>a</table>b`,
			`<html><body><table><tr><td>x</td><td>y</td></tr><tr><td>z<p>a</p></td></tr></table>b</body></html>`},
		{"a cell ends nothing outside its table", `<body><div><table><tr><td>x</div>y</table>z</div>`,
			`<html><body><div><table><tr><td>xy</td></tr></table>z</div></body></html>`},
		{"elements that overlap end with the outer one", `<body><p><b>x<i>y</b>z</i></p>`, `<html><body><p><b>x<i>y</i></b>z</p></body></html>`},
		{"inline elements end no block", `<body><b>x<div>y</b>z</div>a`, `<html><body><b>x<div>yz</div>a</b></body></html>`},
		{"end tags of nothing are left out, and part no text", `<body><p>x</div></i>y`, `<html><body><p>xy</p></body></html>`},
		{"what no reader sees is left out", `<body>x<script>a<b</script><svg><svg>b</svg>c</svg><noscript>d</noscript>y`, `<html><body>xy</body></html>`},
		{"links end each other", `<body><a href="a">x<a href="b">y`, `<html><body><a href="a">x</a><a href="b">y</a></body></html>`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc, err := pageTree(strings.NewReader(test.page))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := html.Render(&b, doc); err != nil {
				t.Fatal(err)
			}
			if b.String() != test.want {
				t.Errorf("%s\n got %s\nwant %s", test.page, b.String(), test.want)
			}
		})
	}
}

// TestPageTreeIsBounded reads pages larger than what is kept of one.
func TestPageTreeIsBounded(t *testing.T) {
	tests := []struct {
		name, page string
		large      bool // it is refused
	}{
		{"deeper than the bound", strings.Repeat("<div>", 2*maxPageDepth) + "x" + strings.Repeat("</div>", 2*maxPageDepth) + "<p>y", false},
		{"deeper than the bound, and never closed", strings.Repeat("<div>", 10*maxPageDepth) + "x", false},
		{"more inline elements open than the bound", strings.Repeat("<b><i>", maxPageDepth) + strings.Repeat("<p>x", 1000), false},
		{"more elements than the bound", strings.Repeat("<br>", maxPageNodes), true},
		{"more texts than the bound", strings.Repeat("x<br>", maxPageNodes/2), true},
		{"more text than the bound", strings.Repeat("word ", maxPageText/4), true},
		{"text that end tags of nothing are in", strings.Repeat("word</i>", 100_000), false},
		{"more attributes than are kept", "<p" + strings.Repeat(" a=b", 100*maxPageAttrs) + ">x", false},
		{"longer attributes than the bound", `<p a="` + strings.Repeat("x", maxPageText) + `">x`, true},
		{"a tag longer than the bound", "<p" + strings.Repeat(" a", maxPageToken) + ">x", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc, err := pageTree(strings.NewReader("<body>" + test.page))
			if test.large {
				if fe, ok := errors.AsType[*feeds.FetchError](err); !ok || fe.Kind != feeds.TooLarge {
					t.Errorf("read all the same: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkTree(t, doc)
		})
	}
}

// checkTree fails if a tree is larger than it may be.
func checkTree(t interface{ Errorf(string, ...any) }, doc *html.Node) {
	nodes, deepest := 0, 0
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			nodes++
			deepest = max(deepest, depth)
			if len(c.Attr) > maxPageAttrs {
				t.Errorf("%d attributes", len(c.Attr))
			}
			walk(c, depth+1)
		}
	}
	walk(doc, 1)
	if nodes > maxPageNodes || deepest > maxPageDepth+1 { // and the text in the deepest
		t.Errorf("%d nodes, %d deep", nodes, deepest)
	}
}

// TestPageTreeOfAnything checks the bound of one node for each token with tags in any
// order.
func TestPageTreeOfAnything(t *testing.T) {
	names := []string{"b", "a", "p", "div", "table", "tr", "td", "ul", "li", "h1", "svg", "script", "body", "html", "head", "x-y", "br", "button", "form", "nobr", "font"}
	rapid.Check(t, func(t *rapid.T) {
		tokens := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			name := rapid.SampledFrom(names).Draw(t, "name")
			return rapid.SampledFrom([]string{"<" + name + ">", "</" + name + ">", "<" + name + " class=c>", "x", "</", "<" + name + "/>"}).Draw(t, "token")
		}), 0, 300).Draw(t, "tokens")
		doc, err := pageTree(strings.NewReader(strings.Join(tokens, "")))
		if err != nil {
			t.Fatal(err)
		}
		checkTree(t, doc)
		n := 0
		for range doc.Descendants() {
			n++
		}
		if n > len(tokens)+2 { // html and body, which need no tags
			t.Errorf("%d nodes of %d tokens", n, len(tokens))
		}
	})
}

// TestHostilePage reads the page in bounded memory and says why it is not kept.
func TestHostilePage(t *testing.T) {
	page := "<p>" + strings.Repeat("<b><i>x</b>", 300_000)
	_, err := ArticleText([]byte(page), "text/html; charset=utf-8", &url.URL{Scheme: "https", Host: "press.example"})
	if fe, ok := errors.AsType[*feeds.FetchError](err); !ok || fe.Kind != feeds.TooLarge {
		t.Errorf("want TooLarge, got %v", err)
	}
}
