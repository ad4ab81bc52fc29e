package parse_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/testutil"
)

// hostileDocs are documents made to exhaust a reader. Each must be read or refused within a
// second of CPU time and 64 MB.
var hostileDocs = []struct {
	name string
	body func() []byte
	kind string // of the error; empty if the document is read
	good bool   // the honest item in it is read
}{
	{name: "namespaces declared at every level", good: true, body: func() []byte {
		var b strings.Builder
		b.WriteString(`<item><guid>bad</guid>`)
		for i := range 8000 {
			fmt.Fprintf(&b, `<a xmlns:n%d="u%d">`, i, i)
		}
		b.WriteString(strings.Repeat("</a>", 8000) + "</item>")
		return testutil.WrapRSS(testutil.HonestItem + b.String())
	}},
	{name: "namespaces declared at every level of the head", good: true, body: func() []byte {
		var b strings.Builder
		for i := range 8000 {
			fmt.Fprintf(&b, `<a xmlns:n%d="u%d">`, i, i)
		}
		return testutil.WrapRSS(b.String() + strings.Repeat("</a>", 8000) + testutil.HonestItem)
	}},
	{name: "thousands of namespaces on the root", kind: "malformed", body: func() []byte {
		var b strings.Builder
		b.WriteString("<rss")
		for i := range 2000 {
			fmt.Fprintf(&b, ` xmlns:n%d="u%d"`, i, i)
		}
		return []byte(b.String() + "><channel>" + testutil.HonestItem + "</channel></rss>")
	}},
	{name: "sixty namespaces and two hundred thousand elements", good: true, body: func() []byte {
		var b strings.Builder
		b.WriteString("<rss")
		for i := range 60 {
			fmt.Fprintf(&b, ` xmlns:n%d="u%d"`, i, i)
		}
		b.WriteString("><channel>" + testutil.HonestItem)
		for range 100 {
			b.WriteString("<item>" + strings.Repeat("<n1:a/>", 2000) + "</item>")
		}
		return []byte(b.String() + "</channel></rss>")
	}},
	{name: "a million levels", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item>" + strings.Repeat("<a>", 1_000_000) + "</item>")
	}},
	{name: "a million levels, closed", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><x:y>" + strings.Repeat("<a>", 1_000_000) + strings.Repeat("</a>", 1_000_000) + "</x:y></item>")
	}},
	{name: "a million attributes", good: true, body: func() []byte {
		var b strings.Builder
		b.WriteString("<item><a")
		for i := range 1_000_000 {
			fmt.Fprintf(&b, ` a%d=""`, i)
		}
		return testutil.WrapRSS(testutil.HonestItem + b.String() + "></a></item>")
	}},
	{name: "a million attributes on the root", kind: "not_feed", body: func() []byte {
		var b strings.Builder
		b.WriteString("<rss")
		for i := range 1_000_000 {
			fmt.Fprintf(&b, ` a%d=""`, i)
		}
		return []byte(b.String() + "><channel></channel></rss>")
	}},
	{name: "two hundred thousand items", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + strings.Repeat("<item><title>Tick</title><link>http://a.example/x</link></item>", 200_000))
	}},
	{name: "two hundred thousand entries", good: true, body: func() []byte {
		return []byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>good</id><title>Good</title></entry>` +
			strings.Repeat("<entry><id>x</id><title>Tick</title></entry>", 200_000) + "</feed>")
	}},
	{name: "two hundred thousand items of JSON", good: true, body: func() []byte {
		return []byte(`{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"good","title":"Good"}` +
			strings.Repeat(`,{"id":"x","content_text":"tick"}`, 200_000) + "]}")
	}},
	{name: "a million items that never end", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + strings.Repeat("<item>", 1_000_000))
	}},
	{name: "a million CDATA sections that never end", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><title>" + strings.Repeat("<![CDATA[", 1_000_000) + "</title></item>")
	}},
	{name: "a million comments that never end", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><title>" + strings.Repeat("<!--", 1_000_000) + "</title></item>")
	}},
	{name: "sections that only the last item closes", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + strings.Repeat("<item><![CDATA[<!--<?", 300_000) + "]]>--></item>")
	}},
	{name: "items under names in turn", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + strings.Repeat("<item><![CDATA[]]><Item><![CDATA[]]>", 300_000))
	}},
	{name: "five million opening brackets", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><title>" + strings.Repeat("<", 5_000_000) + "</title></item>")
	}},
	{name: "five million ampersands", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><title>" + strings.Repeat("&", 5_000_000) + "</title></item>")
	}},
	{name: "a million end tags of nothing", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item>" + strings.Repeat("</b>", 1_000_000) + "</item>")
	}},
	{name: "a title of ten megabytes", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><title>" + strings.Repeat("a ", 5_000_000) + "</title></item>")
	}},
	{name: "hidden elements that never close", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><title>x</title><description>" + strings.Repeat("&lt;select&gt;&lt;video&gt;", 100_000) + "</description></item>")
	}},
	{name: "entities that multiply", good: true, body: func() []byte {
		return append([]byte(`<!DOCTYPE rss [<!ENTITY a "`+strings.Repeat("x", 1000)+`"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`),
			testutil.WrapRSS(testutil.HonestItem+"<item><title>"+strings.Repeat("&a;", 1_000_000)+"&b;</title></item>")...)
	}},
	{name: "an entity in fourteen megabytes", good: true, body: func() []byte {
		return append([]byte(`<!DOCTYPE rss [<!ENTITY a "b">]>`),
			testutil.WrapRSS(testutil.HonestItem+"<item><guid>e</guid><title>&a;</title><description>"+strings.Repeat("a &amp; b ", 1_400_000)+"</description></item>")...)
	}},
	{name: "a hundred entities of each other", good: true, body: func() []byte {
		var b strings.Builder
		b.WriteString(`<!DOCTYPE rss [<!ENTITY e0 "x">`)
		for i := range 99 {
			fmt.Fprintf(&b, `<!ENTITY e%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&e%d;", i), 200))
		}
		return append([]byte(b.String()+"]>"), testutil.WrapRSS(testutil.HonestItem+"<item><title>"+strings.Repeat("&e99;", 1_000_000)+"</title></item>")...)
	}},
	{name: "one word of fourteen megabytes in no encoding", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><guid>w</guid><title>" + strings.Repeat("\xcd\xc0\xd2\xce", 3_500_000) + "</title></item>")
	}},
	{name: "markup that was escaped twice", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + "<item><guid>t</guid><description>" + strings.Repeat("&amp;lt;p&amp;gt;", 60_000) + "&amp;lt;/p&amp;gt;</description></item>")
	}},
	{name: "ten thousand authors", good: true, body: func() []byte {
		var b strings.Builder
		for i := range 9_000 {
			fmt.Fprintf(&b, "<author>a%d</author><enclosure/>", i)
		}
		return testutil.WrapRSS(testutil.HonestItem + "<item><guid>a</guid>" + b.String() + "</item>")
	}},
	{name: "groups of media", good: true, body: func() []byte {
		return []byte(`<rss xmlns:media="http://search.yahoo.com/mrss/"><channel>` + testutil.HonestItem + "<item><guid>m</guid>" +
			strings.Repeat("<media:group><media:content/></media:group>", 9_000) + "</item></channel></rss>")
	}},
	{name: "an entity for a file", good: true, body: func() []byte {
		return append([]byte(`<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>`),
			testutil.WrapRSS(testutil.HonestItem+"<item><guid>f</guid><title>&f;</title></item>")...)
	}},
	{name: "a million quotes in a tag", good: true, body: func() []byte {
		return testutil.WrapRSS(testutil.HonestItem + `<item><a ` + strings.Repeat(`"`, 1_000_001) + `></a></item>`)
	}},
	{name: "ten megabytes before the feed", good: true, body: func() []byte {
		return append([]byte("<!--"+strings.Repeat("x", 10_000_000)+"-->"), testutil.WrapRSS(testutil.HonestItem)...)
	}},
	{name: "ten megabytes of tags before the feed", good: true, body: func() []byte {
		return append(bytes.Repeat([]byte("<br/>"), 2_000_000), testutil.WrapRSS(testutil.HonestItem)...)
	}},
	{name: "brackets of JSON", kind: "malformed", body: func() []byte { return bytes.Repeat([]byte("["), 10_000_000) }},
	{name: "objects of JSON in objects", kind: "malformed", body: func() []byte { return bytes.Repeat([]byte(`{"a":`), 2_000_000) }},
	{name: "nothing but zeros", kind: "not_feed", body: func() []byte { return make([]byte, 10_000_000) }},
	{name: "Cyrillic of fifteen megabytes", good: true, body: func() []byte {
		return append([]byte(`<?xml version="1.0" encoding="windows-1251"?>`),
			testutil.WrapRSS(testutil.HonestItem+"<item><guid>c</guid><description>"+strings.Repeat("\xcd\xc0\xd2\xce ", 2_900_000)+"</description></item>")...)
	}},
}

// TestHostileDocuments reads each document in a process of its own, so that its cost is
// known and nothing of it is left for the others.
func TestHostileDocuments(t *testing.T) {
	if name := os.Getenv("WATCHER_HOSTILE"); name != "" {
		readHostile(t, name)
		return
	}
	for _, tt := range hostileDocs {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := tt.body()
			if len(body) > 15<<20 {
				t.Fatalf("the document has %d bytes, which the client never hands on", len(body))
			}
			cmd := exec.Command(os.Args[0], "-test.run", "^TestHostileDocuments$")
			// The program sets the garbage collector to the same value.
			cmd.Env = append(os.Environ(), "GOGC=50", "WATCHER_HOSTILE="+tt.name, fmt.Sprint("WATCHER_HOSTILE_BYTES=", len(body)))
			cmd.Stdin = bytes.NewReader(body)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			spent := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			peak := 0 // of the process, which includes the document
			if m := regexp.MustCompile(`peak (\d+) kB`).FindSubmatch(out); m != nil {
				peak, _ = strconv.Atoi(string(m[1]))
				peak <<= 10
			}
			t.Logf("%v, %d MiB", spent.Round(time.Millisecond), peak>>20)
			// On a quiet machine none takes a second; without the bounds they took twenty.
			if limit := 4 * time.Second; spent > limit {
				t.Errorf("it took %v of processor time, more than %v", spent, limit)
			}
			if limit := 64 << 20; peak > limit {
				t.Errorf("it took %d MiB, more than %d", peak>>20, limit>>20)
			}
		})
	}
}

// readHostile is the process that reads one document.
func readHostile(t *testing.T, name string) {
	n, err := strconv.Atoi(os.Getenv("WATCHER_HOSTILE_BYTES"))
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(os.Stdin, body); err != nil {
		t.Fatal(err)
	}
	defer func() {
		// Without such a file only the time is checked.
		if status, err := os.ReadFile("/proc/self/status"); err == nil {
			if m := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(status); m != nil {
				fmt.Printf("peak %s kB\n", m[1])
			}
		}
	}()
	for _, tt := range hostileDocs {
		if tt.name != name {
			continue
		}
		doc, err := parse.Read(body, "", feeds.Source{ID: "x", URL: "http://x.example/"})
		var fe *feeds.FetchError
		switch {
		case tt.kind == "" && err != nil:
			t.Fatal(err)
		case tt.kind != "" && (!errors.As(err, &fe) || fe.Kind.String() != tt.kind):
			t.Fatalf("the error is %v, want one of kind %s", err, tt.kind)
		}
		good := len(doc.Items) > 0 && doc.Items[0].Title == "Good" || len(doc.Items) > 0 && doc.Items[len(doc.Items)-1].Title == "Good"
		if good != tt.good {
			t.Fatalf("the honest item is read: %v, want %v (%d items, %q)", good, tt.good, len(doc.Items), doc.Warnings)
		}
		for _, w := range doc.Warnings {
			if len(w) > 300 {
				t.Errorf("a warning of %d bytes", len(w))
			}
		}
	}
}
