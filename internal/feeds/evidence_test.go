//go:build !race

package feeds

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestOverManyPolls goes through habits of feeds. Each case is a baseline and then
// some polls, with the titles of what is new at each.
func TestOverManyPolls(t *testing.T) {
	at := func(n int) time.Time { return noon.Add(time.Duration(n)*time.Hour + 7*time.Minute + 3*time.Second) }
	story := func(n int) art {
		return art{
			guid: fmt.Sprint("g", n), link: link(n), title: fmt.Sprintf("%c story", 'A'+n),
			text: fmt.Sprintf("what the %c story says", 'A'+n), date: at(n),
		}
	}
	window := func(from, to int, change func(n, place int, a *art)) (as []art) { // the newest first
		for n := to - 1; n >= from; n-- {
			a := story(n)
			if change != nil {
				change(n, len(as), &a)
			}
			as = append(as, a)
		}
		return as
	}
	// slide is a feed of so many items that publishes one at each of four polls.
	slide := func(size int, change func(poll, n, place int, a *art)) (polls [][]art) {
		for p := range 5 {
			polls = append(polls, window(p, p+size, func(n, place int, a *art) { change(p, n, place, a) }))
		}
		return polls
	}
	each := func(first int) (fresh [][]string) { // what slide brings
		for p := range 4 {
			fresh = append(fresh, []string{story(first + p).title})
		}
		return fresh
	}
	none := func(polls int) [][]string { return make([][]string, polls) }
	for _, test := range []struct {
		shows string
		polls [][]art
		fresh [][]string // at each poll after the baseline
	}{
		{"one page for each next report", slide(1, func(_, _, _ int, a *art) { a.link = link(0) }), each(1)},
		{"one page, and no guids", slide(1, func(_, _, _ int, a *art) { a.link, a.guid = link(0), "" }), each(1)},
		{"one guid for each next report", slide(1, func(_, _, _ int, a *art) { a.guid = "x" }), each(1)},
		{"one guid and one page", slide(1, func(_, _, _ int, a *art) { a.guid, a.link = "x", link(0) }), each(1)},
		{"one guid, page and title, day after day", slide(1, func(p, _, _ int, a *art) {
			a.guid, a.link, a.title, a.date = "x", link(0), "Range warning", noon.AddDate(0, 0, p)
		}), [][]string{{"Range warning"}, {"Range warning"}, {"Range warning"}, {"Range warning"}}},
		{"one page for a report that is a form, and no guids", [][]art{
			{{title: "Report of 3 March", link: link(0), text: "The mission was calm on day 3. Its ships stay in the bay until further notice.", date: noon}},
			{{title: "Report of 4 March", link: link(0), text: "The mission was busy on day 4. Its ships stay in the bay until further notice.", date: noon.AddDate(0, 0, 1)}},
		}, [][]string{{"Report of 4 March"}}},
		{"one page for reports that are counted, without dates", slide(1, func(p, _, _ int, a *art) {
			a.link, a.title, a.text, a.date = link(0), fmt.Sprint("Bulletin no. ", p), fmt.Sprintf("Bulletin no. %d. All is calm.", p), time.Time{}
		}), [][]string{{"Bulletin no. 1"}, {"Bulletin no. 2"}, {"Bulletin no. 3"}, {"Bulletin no. 4"}}},
		{"a count that is corrected on the day, in an article of its own", [][]art{
			{story(0)},
			{{guid: "c", title: "12 ships in port", link: link(9), text: "Twelve ships, says the harbour.", date: at(5)}, story(0)},
			{{guid: "c", title: "14 ships in port", link: link(9), text: "Fourteen ships, says the harbour.", date: at(6)}, story(0)},
		}, [][]string{{"12 ships in port"}, nil}},
		{"a column with a page of its own among others", [][]art{
			{story(0), story(1)},
			{{guid: "c1", title: "First column", link: link(9), text: "of Monday", date: at(3)}, story(0), story(1)},
			{{guid: "c2", title: "Another one", link: link(9), text: "what Tuesday brought", date: at(30)}, story(0), story(1)},
			{{guid: "c3", title: "Third and last", link: link(9), text: "Wednesday, too", date: at(60)}, story(0), story(1)},
		}, [][]string{{"First column"}, {"Another one"}, {"Third and last"}}},
		{"the guid is the place in the list", slide(3, func(_, _, place int, a *art) { a.guid = fmt.Sprint("item-", place) }), each(3)},
		{"the guid is the place in the list, and there are no links", slide(3, func(_, _, place int, a *art) { a.guid, a.link = fmt.Sprint("item-", place), "" }), each(3)},
		{"a guid that is the item's place by chance, as headline and link are corrected", [][]art{
			{story(4)}, {{guid: "1", title: "One story", link: link(1)}, story(4)}, {{guid: "1", title: "Another headline", link: link(2)}, story(4)},
		}, [][]string{{"One story"}, nil}},
		{"the guid is the title, and a title comes again", [][]art{
			{story(0), story(1)},
			{{guid: "Digest", title: "Digest", text: "of week one", date: at(5)}, story(0), story(1)},
			{story(0), story(1)},
			{{guid: "Digest", title: "Digest", text: "quite another week", date: at(200)}, story(0), story(1)},
		}, [][]string{{"Digest"}, nil, {"Digest"}}},
		{"a session in few guids and links", slide(4, func(p, n, _ int, a *art) {
			a.guid, a.link = fmt.Sprint(n, ";", p), fmt.Sprintf("%s?sid=%d", link(n), p)
		}), each(4)},
		{"a session in many guids and links: what was shown is held, a story is not", slide(15, func(p, n, _ int, a *art) {
			a.guid, a.link = fmt.Sprint(n, ";", p), fmt.Sprintf("%s?sid=%d", link(n), p)
		}), each(15)},
		{"a host that flips", slide(15, func(p, n, _ int, a *art) {
			a.guid, a.link = fmt.Sprint(p%2, n), fmt.Sprintf("http://host%d.example/%d", p%2, n)
		}), each(15)},
		{"versions of an article, counted in its guid, twice in a document", [][]art{
			{story(0)},
			{{guid: "http://desk.example/5#2", title: "Five", link: link(5), text: "five", date: at(5)}, {guid: "http://desk.example/5#0", title: "Five", link: link(5), text: "five", date: at(5)}, story(0)},
			{{guid: "http://desk.example/5#4", title: "Five", link: link(5), text: "five", date: at(5)}, {guid: "http://desk.example/5#2", title: "Five", link: link(5), text: "five", date: at(5)}, story(0)},
		}, [][]string{{"Five"}, nil}},
		{"a headline that is corrected, and guid and link with it", [][]art{
			window(0, 3, nil), window(0, 4, nil),
			window(0, 4, func(n, _ int, a *art) {
				if n == 3 {
					a.guid, a.link, a.title = "g3-b", link(33), "The corrected headline"
				}
			}),
		}, [][]string{{"D story"}, nil}},
		{"a date that is corrected, and guid and link with it", [][]art{
			window(0, 3, nil), window(0, 4, nil),
			window(0, 4, func(n, _ int, a *art) {
				if n == 3 {
					a.guid, a.link, a.date = "g3-b", link(33), a.date.Add(-24*time.Hour)
				}
			}),
		}, [][]string{{"D story"}, nil}},
		{"no guid, no link, and the date is that of the poll", slide(5, func(p, _, _ int, a *art) { a.guid, a.link, a.date = "", "", at(100+p) }), each(5)},
		{"no guid, no link, no date, and an age in the text", slide(5, func(p, n, _ int, a *art) {
			a.guid, a.link, a.date, a.text = "", "", time.Time{}, fmt.Sprintf("%d minutes ago: %s", 3+p*15, a.text)
		}), each(5)},
		{"no guid, no link, no date, and an age is all the text", slide(3, func(p, _, place int, a *art) {
			a.guid, a.link, a.date, a.text = "", "", time.Time{}, fmt.Sprintf("%d min ago", 3+p*15+place)
		}), each(3)},
		{"no guid, a link that is another one at each poll, and a counter in the title", [][]art{
			window(0, 6, func(n, _ int, a *art) { a.guid, a.link, a.title = "", link(n)+"?x=a", a.title+" (1)" }),
			window(0, 6, func(n, _ int, a *art) { a.guid, a.link, a.title = "", link(n)+"?x=b", a.title+" (22)" }),
			window(0, 6, func(n, _ int, a *art) { a.guid, a.link, a.title = "", link(n)+"?x=c", a.title+" (333)" }),
		}, none(2)},
		{"documents without items, and then one that is dated before them", [][]art{
			{}, {}, {}, {{guid: "1", title: "Late", link: link(1), date: noon.AddDate(0, -1, 0)}},
		}, [][]string{nil, nil, {"Late"}}},
		{"an item that slides back as the newest is deleted", [][]art{window(1, 6, nil), window(0, 5, nil)}, none(1)},
		{"an old item that comes in first", [][]art{window(1, 6, nil), slices.Concat(window(0, 1, nil), window(1, 5, nil))}, [][]string{{"A story"}}},
		{"an old item while none left", [][]art{window(1, 6, nil), window(0, 6, nil)}, [][]string{{"A story"}}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			w := &watched{t: t}
			for p, items := range test.polls {
				v := w.poll(items...)
				if p > 0 {
					w.want(v, test.fresh[p-1], titles(v.Changed))
				}
			}
		})
	}
}

// TestAcceptSettlesTheNextPolls shows that what a person has said of a feed that makes
// new guids, links and dates at each poll holds from then on.
func TestAcceptSettlesTheNextPolls(t *testing.T) {
	form := func(p int) (as []art) {
		for n := range 12 {
			as = append(as, art{
				guid: fmt.Sprint(p, "-", n), link: fmt.Sprintf("http://desk.example/%d/%d", p, n), title: fmt.Sprintf("%c story", 'A'+n),
				text: fmt.Sprintf("words of poll %c about %d", 'a'+p, n), date: noon.Add(time.Duration(p*100+n) * time.Minute),
			})
		}
		return as
	}
	w := &watched{t: t}
	w.poll(form(0)...)
	if v := w.poll(form(1)...); !v.Rekeyed || w.seen().Held() != 12 {
		t.Fatalf("held are %d, new %v", w.seen().Held(), titles(v.New))
	}
	w.packed = w.seen().Accept()
	for p := 2; p < 5; p++ {
		news := art{guid: fmt.Sprint("news", p), link: link(p), title: fmt.Sprintf("News of %c", 'p'+p), text: fmt.Sprintf("in words %c", 'p'+p), date: noon}
		v := w.poll(append([]art{news}, form(p)...)...)
		if v.Rekeyed || w.seen().Held() > 0 {
			t.Errorf("poll %d holds %d items", p, w.seen().Held())
		}
		w.want(v, []string{news.title}, titles(v.Changed))
	}
	if got, want := w.seen().Habit(), "its guids, links, dates and texts change at every poll; told apart by title"; got != want {
		t.Errorf("the feed has taught: %q, want %q", got, want)
	}
}
