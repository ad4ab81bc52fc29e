package poll_test

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/testutil"
)

// kind is an item of a feed of some kind.
type kind struct {
	guid, link, title, text string
	date                    time.Time
}

// kinds of feeds start here; no two dates are an hour apart by chance.
var kindsStart = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// plainKind is story n as it should be.
func plainKind(n int) kind {
	name := []string{"Alpine", "Baltic", "Caspian", "Danube", "Elbe", "Fjord", "Gulf", "Harbour", "Isthmus", "Jutland", "Kola", "Levant", "Meuse", "Narva", "Oder", "Pripet", "Quay", "Rhine", "Sound", "Tisza"}[n%20]
	return kind{
		guid: fmt.Sprint("id-of-", strings.ToLower(name)), link: fmt.Sprint("https://wire.example/news/", 1000+n), title: name + " brigade arrives",
		text: fmt.Sprintf("The %s brigade has crossed the border. Its %s command said so on a quiet morning.", name, strings.ToLower(name)),
		date: kindsStart.Add(time.Duration(n)*17*time.Minute + time.Duration(n*7%60)*time.Second),
	}
}

// rolling returns a document of the newest stories, size of them, with one more at each
// poll.
func rolling(poll, size int, change func(n int, k *kind)) (doc []kind) {
	for n := poll + size - 1; n >= poll; n-- {
		k := plainKind(n)
		change(n, &k)
		doc = append(doc, k)
	}
	return doc
}

func writeKinds(doc []kind) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>`)
	for _, k := range doc {
		b.WriteString("<item><category>NATO</category>")
		for _, f := range [][2]string{{"guid", k.guid}, {"link", k.link}, {"title", k.title}, {"description", k.text}} {
			if f[1] != "" {
				fmt.Fprintf(&b, "<%s>", f[0])
				_ = xml.EscapeText(&b, []byte(f[1]))
				fmt.Fprintf(&b, "</%s>", f[0])
			}
		}
		if !k.date.IsZero() {
			fmt.Fprintf(&b, "<pubDate>%s</pubDate>", k.date.Format(time.RFC1123Z))
		}
		b.WriteString("</item>")
	}
	return b.String() + "</channel></rss>"
}

// TestKindsOfFeeds polls feeds as they occur, once an hour. Each has the number of polls,
// what each poll shows, and which titles are alerted in all.
func TestKindsOfFeeds(t *testing.T) {
	base := func(ks ...kind) []kind { // what is always there, below the others
		return append(ks, plainKind(2), plainKind(1), plainKind(0))
	}
	// edited returns a change of story 7, which comes with the second poll and is edited
	// from the third on.
	edited := func(edit func(k *kind)) func(int) []kind {
		return func(p int) []kind {
			k := plainKind(7)
			if p > 1 {
				edit(&k)
			}
			return base(k)[1-min(p, 1):]
		}
	}
	weekly := func(guid, link string) func(int) []kind {
		return func(p int) []kind {
			if p == 0 {
				return base()
			}
			k := plainKind(9 + p)
			k.title, k.guid, k.link = "Weekly digest", guid, link
			k.date = kindsStart.Add(time.Duration(p) * 7 * day)
			return base(k)
		}
	}
	token := func(p, n int) string { return fmt.Sprintf("%016x", uint64(p*100+n+1)*0x9e3779b97f4a7c15) }
	arrives := func(from, to int) (titles []string) {
		for n := from; n < to; n++ {
			titles = append(titles, plainKind(n).title)
		}
		return titles
	}
	for _, test := range []struct {
		shows string
		polls int
		doc   func(p int) []kind
		told  []string
	}{
		{"the guid is the link, with another utm_campaign at each poll", 6, func(p int) []kind {
			return rolling(p, 4, func(_ int, k *kind) { k.link += fmt.Sprint("?utm_source=rss&utm_campaign=", p); k.guid = k.link })
		}, arrives(4, 9)},
		{"the guid is the date of the item", 5, func(p int) []kind {
			return rolling(p, 4, func(_ int, k *kind) { k.guid = k.date.Format(time.RFC3339) })
		}, arrives(4, 8)},
		{"the guid is the date, and one date is corrected", 4, func(p int) []kind {
			k := plainKind(5)
			if p > 1 {
				k.date = k.date.Add(-40 * minute)
			}
			k.guid = k.date.Format(time.RFC3339)
			return base(k)[1-min(p, 1):]
		}, arrives(5, 6)},
		{"a session in the path, no guid", 6, func(p int) []kind {
			return rolling(p, 5, func(_ int, k *kind) {
				k.link, k.guid = strings.Replace(k.link, "/news", "/s/"+token(p, 0)+"/news", 1), ""
			})
		}, arrives(5, 10)},
		{"PHPSESSID in link and guid, and no dates", 6, func(p int) []kind {
			return rolling(p, 5, func(_ int, k *kind) { k.link += "?PHPSESSID=" + token(p, 1); k.guid, k.date = k.link, time.Time{} })
		}, arrives(5, 10)},
		{"PHPSESSID in the link, no guid, all have one title and text and none a date", 6, func(p int) []kind {
			return rolling(p, 5, func(_ int, k *kind) {
				*k = kind{link: k.link + "?PHPSESSID=" + token(p, 1), title: "Report", text: "Read it on our page."}
			})
		}, []string{"Report", "Report", "Report", "Report", "Report"}},
		{"http becomes https, and www. comes and goes", 6, func(p int) []kind {
			return rolling(p, 12, func(_ int, k *kind) {
				k.link = strings.Replace(k.link, "https://", []string{"http://", "https://", "https://www."}[p%3], 1)
				k.guid = k.link
			})
		}, arrives(12, 17)},
		{"two hosts take turns", 7, func(p int) []kind {
			return rolling(p, 5, func(_ int, k *kind) {
				k.link = strings.Replace(k.link, "wire", []string{"m.wire", "amp.wire"}[p%2], 1)
				k.guid = k.link
			})
		}, arrives(5, 11)},
		{"an id with a version, and a text that is edited with each", 6, func(p int) []kind {
			k := plainKind(7)
			k.guid = fmt.Sprintf("tag:wire.example,2026:article-7:v%d", p)
			k.text += fmt.Sprintf(" Version %s adds a line.", []string{"", "one", "two", "three", "four", "five"}[p])
			return base(k)[1-min(p, 1):]
		}, arrives(7, 8)},
		{"a ticker: one item with a guid and link for good, all else is another story", 5, func(p int) []kind {
			k := plainKind(10 + p)
			k.guid, k.link = "breaking", "https://wire.example/breaking"
			k.date = kindsStart.Add(time.Duration(p) * 61 * minute)
			return base(k)
		}, arrives(11, 15)},
		{"a live blog: one link for good, no guid, each time another title and text", 5, func(p int) []kind {
			k := plainKind(10 + p)
			k.guid, k.link = "", "https://wire.example/live"
			k.date = kindsStart.Add(time.Duration(p) * 61 * minute)
			return base(k)
		}, arrives(11, 15)},
		{"a live blog whose entries have anchors, all at once", 5, func(p int) []kind {
			return rolling(p, 3, func(n int, k *kind) { k.guid, k.link = "", fmt.Sprint("https://wire.example/live#p", n) })
		}, arrives(3, 7)},
		{"a digest with the same title each week, its title is its guid", 4, weekly("Weekly digest", ""), []string{"Weekly digest", "Weekly digest", "Weekly digest"}},
		{"a digest with the same title each week and one page for all", 4, weekly("", "https://wire.example/digest"), []string{"Weekly digest", "Weekly digest", "Weekly digest"}},
		{"a digest with the same title each week, all in the feed, with links of their own and no guid", 4, func(p int) []kind {
			doc := base()
			for n := 1; n <= p; n++ {
				k := plainKind(9 + n)
				k.title, k.guid = "Weekly digest", ""
				k.date = kindsStart.Add(time.Duration(n) * 7 * day)
				doc = append([]kind{k}, doc...)
			}
			return doc
		}, []string{"Weekly digest", "Weekly digest", "Weekly digest"}},
		{"UPDATE: before the headline, with a new guid and link", 4, edited(func(k *kind) {
			k.title, k.guid, k.link = "UPDATE: "+k.title, "id-of-update", k.link+"-update"
		}), arrives(7, 8)},
		{"CORRECTED: before the headline, a paragraph more, and all under new names", 4, edited(func(k *kind) {
			k.title, k.guid, k.link = "CORRECTED: "+k.title, "id-of-correction", k.link+"-corrected"
			k.text += " An earlier version named the wrong river."
		}), arrives(7, 8)},
		{"another headline and a longer text at once, and id and link with them", 4, edited(func(k *kind) {
			k.title, k.guid, k.link = "Crossing delayed", "id-of-crossing-delayed", "https://wire.example/crossing-delayed"
			k.text += " The crossing took all night"
		}), arrives(7, 8)},
		{"another headline, and a word in a short text, and id and link with them", 4, func(p int) []kind {
			k := plainKind(7)
			k.text = "The brigade has crossed"
			if p > 1 {
				k.title, k.guid, k.link = "Crossing delayed", "id-of-crossing-delayed", "https://wire.example/crossing-delayed"
				k.text = "The brigade has crossed the Elbe at night"
			}
			return base(k)[1-min(p, 1):]
		}, arrives(7, 8)},
		{"a story takes the place of another of the same midnight", 4, func(p int) []kind {
			k := plainKind(7 + min(p, 2))
			k.date = kindsStart.Truncate(day)
			return base(k)[1-min(p, 1):]
		}, arrives(8, 10)},
		{"a story takes the place of another of the same second", 4, func(p int) []kind {
			k := plainKind(7 + min(p, 2))
			k.date = plainKind(7).date
			return base(k)[1-min(p, 1):]
		}, arrives(8, 10)},
		{"guids are left out from one poll on", 6, func(p int) []kind {
			return rolling(p, 6, func(_ int, k *kind) {
				if p > 2 {
					k.guid = ""
				}
			})
		}, arrives(6, 11)},
		{"guids are there from one poll on, and links become others", 6, func(p int) []kind {
			return rolling(p, 6, func(_ int, k *kind) {
				if p < 3 {
					k.guid = ""
				} else {
					k.link = strings.Replace(k.link, "news", "world/report", 1)
				}
			})
		}, arrives(6, 11)},
		{"links that are counted at another address each poll, and guids that stay", 6, func(p int) []kind {
			return rolling(p, 5, func(n int, k *kind) { k.link = "https://click.example/" + token(p, n) })
		}, arrives(5, 10)},
		{"comments are counted in the title, and no guid", 6, func(p int) []kind {
			return rolling(p, 5, func(n int, k *kind) { k.guid, k.title = "", fmt.Sprintf("%s (%d comments)", k.title, p*3+n) })
		}, func() (told []string) {
			for p := 1; p < 6; p++ {
				told = append(told, fmt.Sprintf("%s (%d comments)", plainKind(p+4).title, p*3+p+4))
			}
			return told
		}()},
		{"all dates are an hour off from one poll on, without guids and links", 6, func(p int) []kind {
			return rolling(p, 5, func(_ int, k *kind) {
				if k.guid, k.link = "", ""; p > 2 {
					k.date = k.date.Add(hour)
				}
			})
		}, arrives(5, 10)},
		{"all is dated to the poll, on one page, without guids", 6, func(p int) []kind {
			return rolling(p, 5, func(_ int, k *kind) {
				k.guid, k.link, k.date = "", "https://wire.example/all", kindsStart.Add(time.Duration(p)*hour)
			})
		}, arrives(5, 10)},
		{"a guid that is given to another story days later", 4, edited(func(k *kind) {
			guid := k.guid
			*k = plainKind(11)
			k.guid = guid
		}), []string{plainKind(7).title, plainKind(11).title}},
		{"a story is taken out, and comes back with a new date", 5, func(p int) []kind {
			k := plainKind(7)
			if p > 2 {
				k.date = k.date.Add(5 * hour)
			}
			if p == 0 || p == 2 {
				return base()
			}
			return base(k)
		}, arrives(7, 8)},
		{"a story is told, and another with its text and date under another title an hour later", 4, func(p int) []kind {
			k := plainKind(7)
			other := plainKind(11)
			switch p {
			case 0:
				return base()
			case 1:
				return base(k)
			}
			return base(other, k)
		}, []string{plainKind(7).title, plainKind(11).title}},
		{"the link has a suffix for readers at some polls, and there is no guid", 6, func(p int) []kind {
			return rolling(p, 5, func(_ int, k *kind) {
				if k.guid = ""; p%2 == 1 {
					k.link += "/amp"
				}
			})
		}, arrives(5, 10)},
	} {
		t.Run(test.shows, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				told := pollKinds(t, dir, test.polls, test.doc)
				slices.Sort(told)
				want := slices.Clone(test.told)
				slices.Sort(want)
				testutil.Equal(t, "what was told", told, want)
			})
		})
	}
}

// pollKinds polls documents once an hour, and returns the alerted titles. It accepts what
// is held.
func pollKinds(t *testing.T, dir string, polls int, doc func(int) []kind) (told []string) {
	w := newWeb()
	src := source("wire", hour)
	p := 0
	w.serve(src.URL, func(time.Time) answer { return answer{body: writeKinds(doc(p))} })
	plan := categoryPlan(t)
	plan.EachArticle = map[string]bool{"desk": true}
	n := idle(t, w, dir, plan, src)
	defer func() { n.must(n.store.Close()) }()
	for ; p < polls; p++ {
		n.once()
		after(hour)
		for _, a := range n.take("desk") {
			told = append(told, a.Item.Title)
		}
		if n.entry("wire").State.Held > 0 {
			_, err := n.poll.Accept(ctx, "wire")
			n.must(err)
		}
	}
	return told
}
