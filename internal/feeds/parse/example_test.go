package parse_test

import (
	"fmt"
	"os"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
)

// A document is read into items of plain text, with links made absolute.
func ExampleRead() {
	body := `<rss version="2.0"><channel><title>Desk</title><link>https://desk.example/</link>
		<item><guid>1</guid><title>Talks &amp;amp; tea</title><link>/1</link>
		<description>&lt;p&gt;They &lt;b&gt;met&lt;/b&gt; in Tallinn.&lt;/p&gt;</description></item>
	</channel></rss>`
	doc, err := parse.Read([]byte(body), "application/rss+xml", feeds.Source{ID: "desk", URL: "https://desk.example/feed"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(doc.Head.Format, "of", doc.Head.Title)
	for _, it := range doc.Items {
		fmt.Printf("%s | %s | %s\n", it.Title, it.Link, it.Text())
	}
	// Output:
	// RSS 2.0 of Desk
	// Talks & tea | https://desk.example/1 | They met in Tallinn.
}

// An item that is broken costs itself alone, and a warning.
func ExampleRead_damage() {
	body := `<rss version="2.0"><channel><title>Desk</title>
		<item><title>One</title></item>
		<item><title>Two</title><pubDate>03/04/26</pubDate></item>
	</channel></rss>`
	doc, err := parse.Read([]byte(body), "", feeds.Source{ID: "desk", URL: "https://desk.example/feed"})
	fmt.Println(len(doc.Items), "items,", err)
	for _, w := range doc.Warnings {
		fmt.Println(w)
	}
	// Output:
	// 2 items, <nil>
	// a date cannot be read with certainty: "03/04/26"
}

// A list of feeds becomes sources, with the folders they are in as tags.
func ExampleParseOPML() {
	list := `<opml version="2.0"><body><outline text="Baltic">
		<outline type="rss" text="Desk" xmlUrl="https://desk.example/feed"/>
		<outline text="No feed" type="rss"/>
	</outline></body></opml>`
	sources, warnings, err := parse.ParseOPML([]byte(list))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range sources {
		fmt.Println(s.ID, s.URL, s.Tags)
	}
	for _, w := range warnings {
		fmt.Println(w)
	}
	// Output:
	// Desk https://desk.example/feed [Baltic]
	// No feed is left out: it has no xmlUrl, and so is no feed
}

func ExampleWriteOPML() {
	sources := []feeds.Source{{ID: "Desk", URL: "https://desk.example/feed?token=s3cret", Tags: []string{"Baltic"}}}
	if err := parse.WriteOPML(os.Stdout, "watcher", sources); err != nil {
		fmt.Println(err)
	}
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <opml version="2.0">
	//   <head><title>watcher</title></head>
	//   <body>
	//     <outline type="rss" text="Desk" title="Desk" xmlUrl="https://desk.example/feed?token=***" category="Baltic"/>
	//   </body>
	// </opml>
}
