package parse

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shape is the layout of a document in readable form: its pieces as text.
type shape struct {
	root, channel string
	items         []string
	open          int // items whose end tag is missing
	complete      bool
}

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		want       shape
	}{
		{
			"RSS", `<?xml version="1.0"?><rss version="2.0"><channel><title>a</title><item>1</item><item a="b">2</item></channel></rss>`,
			shape{`<rss version="2.0">`, "<channel>", []string{"<item>1</item>", `<item a="b">2</item>`}, 0, true},
		},
		{
			"RSS 1.0: items beside the channel, and a list of them in it",
			`<rdf:RDF xmlns="x"><channel rdf:about="u"><items><rdf:li/></items></channel><item rdf:about="v">1</item></rdf:RDF>`,
			shape{`<rdf:RDF xmlns="x">`, `<channel rdf:about="u">`, []string{`<item rdf:about="v">1</item>`}, 0, true},
		},
		{
			"Atom", `<feed><id>x</id><entry>1</entry><link/><entry/></feed>`,
			shape{"<feed>", "", []string{"<entry>1</entry>", "<entry/>"}, 0, true},
		},
		{
			"a prefix bound to Atom", `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry>1</a:entry><b:entry>2</b:entry></a:feed>`,
			shape{`<a:feed xmlns:a="http://www.w3.org/2005/Atom">`, "", []string{"<a:entry>1</a:entry>"}, 0, true},
		},
		{
			"capitals", `<RSS><Channel><ITEM>1</ITEM></Channel></RSS>`,
			shape{"<RSS>", "<Channel>", []string{"<ITEM>1</ITEM>"}, 0, true},
		},
		{
			"what only looks like an item", `<rss><channel><!-- <item>0</item> --><items/><itemx>0</itemx><title><![CDATA[<item>0</item>]]></title><item>1</item></channel></rss>`,
			shape{"<rss>", "<channel>", []string{"<item>1</item>"}, 0, true},
		},
		{
			"brackets and quotes in attributes", `<rss a="x>y" b='"'><channel><item a="</item>">1</item></channel></rss>`,
			shape{`<rss a="x>y" b='"'>`, "<channel>", []string{`<item a="</item>">1</item>`}, 0, true},
		},
		{
			"an end that was forgotten", `<rss><channel><item>1<item>2</item></channel></rss>`,
			shape{"<rss>", "<channel>", []string{"<item>1", "<item>2</item>"}, 1, true},
		},
		{
			"the last end forgotten", `<rss><channel><item>1</channel></rss>`,
			shape{"<rss>", "<channel>", []string{"<item>1</channel>"}, 1, true},
		},
		{
			"cut off", `<rss><channel><item>1</item><item>2`,
			shape{"<rss>", "<channel>", []string{"<item>1</item>", "<item>2"}, 1, false},
		},
		{
			"a section left open in one item and closed in another", `<rss><channel><item><![CDATA[1</item><item><![CDATA[2]]></item></channel></rss>`,
			shape{"<rss>", "<channel>", []string{"<item><![CDATA[1</item>", "<item><![CDATA[2]]></item>"}, 0, true},
		},
		{
			"a section that speaks of items", `<rss><channel><item><![CDATA[write </item> and <item>]]></item></channel></rss>`,
			shape{"<rss>", "<channel>", []string{"<item><![CDATA[write </item> and <item>]]></item>"}, 0, true},
		},
		{"nothing in it", `<rss/>`, shape{"<rss/>", "", nil, 0, true}},
		{
			"a DOCTYPE with declarations", `<!DOCTYPE rss [<!ENTITY a "<item>">]><rss><item>1</item></rss>`,
			shape{"<rss>", "", []string{"<item>1</item>"}, 0, true},
		},
		{
			"something behind the end", `<feed><entry>1</entry></feed><entry>2</entry>`,
			shape{"<feed>", "", []string{"<entry>1</entry>"}, 0, true},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, ok := split([]byte(tt.text))
			if !ok {
				t.Fatal("no feed was found")
			}
			got := shape{root: tt.text[l.root.start:l.root.end], channel: tt.text[l.channel.start:l.channel.end], complete: l.complete}
			for _, c := range l.items {
				got.items = append(got.items, tt.text[c.start:c.end])
				if c.open {
					got.open++
				}
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(shape{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSplitNoFeed(t *testing.T) {
	for _, text := range []string{
		"", "<", "words", "<html><rss></rss></html>", "<!DOCTYPE html><html>", "<opml/>", "<rss", `<rss a="`, "<rs/>", "<rssx/>", "<1rss/>", "< rss/>",
	} {
		if l, ok := split([]byte(text)); ok {
			t.Errorf("%q is taken for a feed: %+v", text, l)
		}
	}
}

func TestAttributes(t *testing.T) {
	tests := []struct {
		tag  string
		want []string
	}{
		{`<a>`, nil},
		{`<a b="c" d='e'>`, []string{"b=c", "d=e"}},
		{`<a b = "c"/>`, []string{"b=c"}},
		{`<a b=c d=e/f>`, []string{"b=c", "d=e/f"}},
		{`<a b checked c="">`, []string{"b=", "checked=", "c="}},
		{`<a b="c>d"e='"'>`, []string{"b=c>d", `e="`}},
		{`<a b="c>`, []string{"b=c"}},
		{`<a xmlns:x="y" x:z="1">`, []string{"xmlns:x=y", "x:z=1"}},
		{`<a ??? b="c">`, []string{"b=c"}},
		{`<`, nil},
		{``, nil},
	}
	for _, tt := range tests {
		var got []string
		for _, a := range attributes([]byte(tt.tag)) {
			got = append(got, string(a.name)+"="+string(a.value))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.tag, diff)
		}
	}
	if got := attr([]byte(`<a href="?x=1&amp;y=2&copy=3">`), "href"); got != "?x=1&y=2&copy=3" {
		t.Errorf("entities of an attribute: %q", got)
	}
}

func TestTagEnd(t *testing.T) {
	for text, want := range map[string]string{
		`<a>b`: "<a>", `<a b="c>d">e`: `<a b="c>d">`, `<a b='"'>e'`: `<a b='"'>`,
		`<a b="c>text<d e="">`: `<a b="c>`, // a quote that was not closed
		`<a <b>`:               "", `<a`: "", `<a b="`: "",
		`<a ` + strings.Repeat("x", maxTagBytes) + ">": "",
	} {
		end, ok := tagEnd([]byte(text), 0)
		if ok != (want != "") || ok && text[:end] != want {
			t.Errorf("%.40q ends at %d, %v; want %q", text, end, ok, want)
		}
	}
}

func TestChildren(t *testing.T) {
	xml := `<item a="b"> x <guid isPermaLink="false">g</guid><a:b/><Title>t <b>u</b> <title>v</title></Title><!-- <c/> --><![CDATA[<d/>]]>
<e><e>1</e><e/></e> <3 <f>2</item>`
	var got []string
	for _, c := range children([]byte(xml)) {
		got = append(got, c.name+"|"+string(c.tag)+"|"+string(c.inner))
	}
	want := []string{
		`guid|<guid isPermaLink="false">|g`, "a:b|<a:b/>|", "title|<Title>|t <b>u</b> <title>v</title>", "e|<e>|<e>1</e><e/>", "f|<f>|2</item>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, broken := range []string{"", "<", "<a", "x", "<a><b"} {
		if cs := children([]byte(broken)); len(cs) != 0 {
			t.Errorf("%q has the children %+v", broken, cs)
		}
	}
}

func TestChildText(t *testing.T) {
	for inner, want := range map[string]string{
		" a ": "a", "a &amp; b&#33;": "a & b!", "<![CDATA[a &amp; b]]>": "a &amp; b", "a<![CDATA[<b>]]>&lt;c<![CDATA[d]]>": "a<b><cd", "<![CDATA[a": "a",
	} {
		c := child{inner: []byte(inner)}
		if got := c.text(); got != want {
			t.Errorf("%q is %q, want %q", inner, got, want)
		}
	}
}

func TestDecodeEntities(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a": "a", "&amp;": "&", "&amp;lt;": "&lt;", "&eacute;&Eacute;": "éÉ", "&#233;&#xe9;&#XE9;": "ééé", "&#59;&semi;": ";;",
		"?a=1&copy=2&reg;=3": "?a=1&copy=2®=3", "&bogus;": "&bogus;", "&": "&", "&;": "&;", "a & b; c": "a & b; c", "&#x110000;": "\ufffd",
		"&CounterClockwiseContourIntegral;": "∳", "&amp": "&amp",
	} {
		if got := decodeEntities(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

func TestExpandEntities(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"one", `<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;&a;</rss>`, "<rss>bb</rss>"},
		{"in single quotes, with blanks", "<?xml?><!-- x --><!DOCTYPE rss [ <!ENTITY\n a\t'b' > ]><rss>&a;</rss>", "<rss>b</rss>"},
		{"none declared", `<!DOCTYPE rss><rss>&a;</rss>`, `<!DOCTYPE rss><rss>&a;</rss>`},
		{"one in another file is left", `<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "c">]><rss>&a;&b;</rss>`, "<rss>&a;c</rss>"},
		{"a parameter entity is left", `<!DOCTYPE rss [<!ENTITY % a "b">]><rss>&a;</rss>`, `<!DOCTYPE rss [<!ENTITY % a "b">]><rss>&a;</rss>`},
		{"one of others is left", `<!DOCTYPE rss [<!ENTITY a "&b;&b;"><!ENTITY b "c">]><rss>&a;&b;</rss>`, "<rss>&a;c</rss>"},
		{"one of others that went before", `<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c "&a;&a; &#38; &amp;">]><rss>&c;</rss>`, "<rss>bb &#38; &amp;</rss>"},
		{"one of itself is left", `<!DOCTYPE rss [<!ENTITY a "&a;">]><rss>&a;</rss>`, `<!DOCTYPE rss [<!ENTITY a "&a;">]><rss>&a;</rss>`},
		{"behind the root it is text", `<rss><!DOCTYPE x [<!ENTITY a "b">]>&a;</rss>`, `<rss><!DOCTYPE x [<!ENTITY a "b">]>&a;</rss>`},
		{"nothing", "", ""},
	} {
		if got := string(expandEntities([]byte(tt.in))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	laughs := "<!DOCTYPE rss [<!ENTITY l0 \"lol\">"
	for i := range 20 {
		laughs += fmt.Sprintf(`<!ENTITY l%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&l%d;", i), 10))
	}
	if got := expandEntities([]byte(laughs + "]><rss>&l20;&l2;</rss>")); len(got) > 1000 {
		t.Errorf("a billion laughs have become %d bytes", len(got))
	}
	bomb := `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", maxEntityBytes) + `">]><rss>` + strings.Repeat("&a;", 1000) + "</rss>"
	if got := expandEntities([]byte(bomb)); len(got) > len(bomb) {
		t.Errorf("%d bytes have become %d", len(bomb), len(got))
	}
}

func TestRepair(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing to do", `<a b="c">d<e/></a>`, `<a b="c">d<e/></a>`},
		{"less than", "<a>1 < 2 <3 << </a>", "<a>1 &lt; 2 &lt;3 &lt;&lt; </a>"},
		{"an element left open", "<a><b>x</a>", "<a><b>x</b></a>"},
		{"all left open", "<a><b>x", "<a><b>x</b></a>"},
		{"ends crossed", "<a><b><c>x</b></c></a>", "<a><b><c>x</c></b></a>"},
		{"an end of nothing", "<a></b></a>", "<a></a>"},
		{"attributes without quotes or value", "<a b=c d>x</a>", `<a b="c" d="">x</a>`},
		{"an attribute with quotes of the other kind", `<a b='"<'>x</a>`, `<a b="&quot;&lt;">x</a>`},
		{"an attribute that is none", `<a 1="b" -="c">x</a>`, `<a>x</a>`},
		{"elements that HTML never closes", "<a>x<br>y<img src=z></a>", `<a>x<br/>y<img src="z"/></a>`},
		{"sections", "<a><![CDATA[<b>]]><!-- x --><?y?></a>", "<a><![CDATA[<b>]]></a>"},
		{"sections left open", "<a><![CDATA[x</a>", "<a>x</a>"},
		{"comments left open", "<a><!-- x</a>", "<a> x</a>"},
		{"references to no character", "<a>&#27;&#x1b;&#0;&#xD800;&#xFFFF;&#233;&#xE9;&#x;&#12", "<a>&#233;&#xE9;&amp;#12</a>"},
		{"a name with two prefixes", "<a><b:c:d>x</a>", "<a>&lt;b:c:d>x</a>"},
		{"a tag cut off", "<a>x<b c=", "<a>x&lt;b c=</a>"},
		{"a bracket at the end", "<a>x<", "<a>x&lt;</a>"},
	} {
		if got := string(repair([]byte(tt.in))); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// FuzzRepair shows that what was repaired is XML in which every element is
// closed, however it was before.
func FuzzRepair(f *testing.F) {
	for _, s := range []string{"<a b=c>x</a>", "<a><![CDATA[", "<a><b></a></b>&#0;", "<a\xff>", "<:a><a:/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, c := range b {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return // the parser filters it
			}
		}
		d := xml.NewDecoder(strings.NewReader("<r>" + strings.ToValidUTF8(string(repair(b)), "") + "</r>"))
		d.Strict = false
		d.AutoClose = nil
		depth := 0
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				// repair does not deal with characters that XML does not have.
				if strings.Contains(err.Error(), "illegal character code") || strings.Contains(err.Error(), "]]>") {
					return
				}
				t.Fatalf("%q is repaired to %q: %v", b, repair(b), err)
			}
			switch tok.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			}
		}
		if depth != 0 {
			t.Fatalf("%q is repaired to %q, which leaves %d open", b, repair(b), depth)
		}
	})
}

func TestSplitJSON(t *testing.T) {
	tests := []struct {
		name, in string
		fields   map[string]string
		items    []string
		broken   bool
	}{
		{"a feed", `{"version":"1","items":[{"a":[1,{"b":"]}"}]},2 , "x\"],"],"title" : {"t":1}}`, map[string]string{"version": `"1"`, "title": `{"t":1}`}, []string{`{"a":[1,{"b":"]}"}]}`, "2", `"x\"],"`}, false},
		{"nothing", `{}`, nil, nil, false},
		{"no items", ` { "items" : [ ] } `, nil, nil, false},
		{"items that are no list", `{"items":{"a":1}}`, map[string]string{"items": `{"a":1}`}, nil, false},
		{"cut off in an item", `{"a":1,"items":[{"b":2},{"c":`, map[string]string{"a": "1"}, []string{`{"b":2}`}, true},
		{"cut off in a string", `{"a":"b\`, nil, nil, true},
		{"a comma missing", `{"a":1 "b":2}`, nil, nil, true},
		{"a list", `[1]`, nil, nil, true},
		{"empty", ``, nil, nil, true},
		{"a field that is broken inside", `{"a":[1}`, nil, nil, true},
	}
	for _, tt := range tests {
		p, err := splitJSON([]byte(tt.in))
		var fields map[string]string
		for k, v := range p.fields {
			if fields == nil {
				fields = map[string]string{}
			}
			fields[k] = strings.TrimSpace(string(v))
		}
		var items []string
		for _, it := range p.items {
			items = append(items, strings.TrimSpace(string(it)))
		}
		if (err != nil) != tt.broken || !cmp.Equal(fields, tt.fields) || !cmp.Equal(items, tt.items) {
			t.Errorf("%s: %v, fields %q, items %q", tt.name, err, fields, items)
		}
	}
}

// TestMask shows that masking and unmasking the long texts of an item decodes its entities
// once and changes nothing else.
func TestMask(t *testing.T) {
	long := strings.Repeat("lang ", 50)
	for _, tt := range []struct{ name, in, hidden string }{
		{"a long text", "<a>" + long + "&amp;lt;</a>", "<a>\ue0000\ue001</a>"},
		{"a long section", "<a>x<![CDATA[" + long + "&amp;]]></a>", "<a>x<![CDATA[\ue0000\ue001]]></a>"},
		{"two", "<a>" + long + "<b/>" + long + "</a>", "<a>\ue0000\ue001<b/>\ue0001\ue001</a>"},
		{"short ones stay", "<a>x</a><b>" + strings.Repeat("<c/>", 60) + "</b>", "<a>x</a><b>" + strings.Repeat("<c/>", 60) + "</b>"},
		{"comments stay", "<a>x<!-- " + long + " --></a>", "<a>x<!-- " + long + " --></a>"},
		{"what is broken stays", "<a>" + long + "<![CDATA[</a>", "<a>" + long + "<![CDATA[</a>"},
	} {
		var s masks
		got := string(s.mask([]byte(tt.in)))
		if got != tt.hidden {
			t.Errorf("%s: %q", tt.name, got)
		}
		if back := s.unmask(got); !strings.Contains(tt.hidden, maskOpen) && back != tt.in {
			t.Errorf("%s: restored to %q", tt.name, back)
		}
	}
	var s masks
	v := s.unmask(string(s.mask([]byte("<a>" + long + "&amp;lt;</a><b><![CDATA[" + long + "&amp;]]></b>"))))
	if want := "<a>" + long + "&lt;</a><b><![CDATA[" + long + "&amp;]]></b>"; v != want {
		t.Errorf("restored to %q", v)
	}
	for _, odd := range []string{"\ue000", "\ue00099\ue001", "\ue000x\ue001", "a\ue0001"} {
		if got := s.unmask(odd); strings.Contains(got, "lang") {
			t.Errorf("%q is restored to %q", odd, got)
		}
	}
}
