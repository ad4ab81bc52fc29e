package seen_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// TestOverManyPolls covers habits of feeds. Each case is a baseline and some polls, with
// the titles of what is new at each.
func TestOverManyPolls(t *testing.T) {
	at := func(n int) time.Time {
		return testutil.Noon.Add(time.Duration(n)*time.Hour + 7*time.Minute + 3*time.Second)
	}
	story := func(n int) testutil.Post {
		return testutil.Post{
			GUID: fmt.Sprint("g", n), Link: testutil.Link(n), Title: fmt.Sprintf("%c story", 'A'+n),
			Text: fmt.Sprintf("what the %c story says", 'A'+n), Date: at(n),
		}
	}
	window := func(from, to int, change func(n, place int, a *testutil.Post)) (as []testutil.Post) { // the newest first
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
	slide := func(size int, change func(poll, n, place int, a *testutil.Post)) (polls [][]testutil.Post) {
		for p := range 5 {
			polls = append(polls, window(p, p+size, func(n, place int, a *testutil.Post) { change(p, n, place, a) }))
		}
		return polls
	}
	each := func(first int) (fresh [][]string) { // what slide publishes
		for p := range 4 {
			fresh = append(fresh, []string{story(first + p).Title})
		}
		return fresh
	}
	none := func(polls int) [][]string { return make([][]string, polls) }
	for _, test := range []struct {
		shows string
		polls [][]testutil.Post
		fresh [][]string // at each poll after the baseline
	}{
		{"one page for each next report", slide(1, func(_, _, _ int, a *testutil.Post) { a.Link = testutil.Link(0) }), each(1)},
		{"one page, and no guids", slide(1, func(_, _, _ int, a *testutil.Post) { a.Link, a.GUID = testutil.Link(0), "" }), each(1)},
		{"one guid for each next report", slide(1, func(_, _, _ int, a *testutil.Post) { a.GUID = "x" }), each(1)},
		{"one guid and one page", slide(1, func(_, _, _ int, a *testutil.Post) { a.GUID, a.Link = "x", testutil.Link(0) }), each(1)},
		{"one guid, page and title, day after day", slide(1, func(p, _, _ int, a *testutil.Post) {
			a.GUID, a.Link, a.Title, a.Date = "x", testutil.Link(0), "Range warning", testutil.Noon.AddDate(0, 0, p)
		}), [][]string{{"Range warning"}, {"Range warning"}, {"Range warning"}, {"Range warning"}}},
		{"one page for a report that is a form, and no guids", [][]testutil.Post{
			{{Title: "Report of 3 March", Link: testutil.Link(0), Text: "The mission was calm on day 3. Its ships stay in the bay until further notice.", Date: testutil.Noon}},
			{{Title: "Report of 4 March", Link: testutil.Link(0), Text: "The mission was busy on day 4. Its ships stay in the bay until further notice.", Date: testutil.Noon.AddDate(0, 0, 1)}},
		}, [][]string{{"Report of 4 March"}}},
		{"one page for reports that are counted, without dates", slide(1, func(p, _, _ int, a *testutil.Post) {
			a.Link, a.Title, a.Text, a.Date = testutil.Link(0), fmt.Sprint("Bulletin no. ", p), fmt.Sprintf("Bulletin no. %d. All is calm.", p), time.Time{}
		}), [][]string{{"Bulletin no. 1"}, {"Bulletin no. 2"}, {"Bulletin no. 3"}, {"Bulletin no. 4"}}},
		{"a count that is corrected on the day, in an article of its own", [][]testutil.Post{
			{story(0)},
			{{GUID: "c", Title: "12 ships in port", Link: testutil.Link(9), Text: "Twelve ships, says the harbour.", Date: at(5)}, story(0)},
			{{GUID: "c", Title: "14 ships in port", Link: testutil.Link(9), Text: "Fourteen ships, says the harbour.", Date: at(6)}, story(0)},
		}, [][]string{{"12 ships in port"}, nil}},
		{"a column with a page of its own among others", [][]testutil.Post{
			{story(0), story(1)},
			{{GUID: "c1", Title: "First column", Link: testutil.Link(9), Text: "of Monday", Date: at(3)}, story(0), story(1)},
			{{GUID: "c2", Title: "Another one", Link: testutil.Link(9), Text: "what Tuesday brought", Date: at(30)}, story(0), story(1)},
			{{GUID: "c3", Title: "Third and last", Link: testutil.Link(9), Text: "Wednesday, too", Date: at(60)}, story(0), story(1)},
		}, [][]string{{"First column"}, {"Another one"}, {"Third and last"}}},
		{"the guid is the place in the list", slide(3, func(_, _, place int, a *testutil.Post) { a.GUID = fmt.Sprint("item-", place) }), each(3)},
		{"the guid is the place in the list, and there are no links", slide(3, func(_, _, place int, a *testutil.Post) { a.GUID, a.Link = fmt.Sprint("item-", place), "" }), each(3)},
		{"a guid that is the item's place by chance, as headline and link are corrected", [][]testutil.Post{
			{story(4)}, {{GUID: "1", Title: "One story", Link: testutil.Link(1)}, story(4)}, {{GUID: "1", Title: "Another headline", Link: testutil.Link(2)}, story(4)},
		}, [][]string{{"One story"}, nil}},
		{"the guid is the title, and a title comes again", [][]testutil.Post{
			{story(0), story(1)},
			{{GUID: "Digest", Title: "Digest", Text: "of week one", Date: at(5)}, story(0), story(1)},
			{story(0), story(1)},
			{{GUID: "Digest", Title: "Digest", Text: "quite another week", Date: at(200)}, story(0), story(1)},
		}, [][]string{{"Digest"}, nil, {"Digest"}}},
		{"a session in few guids and links", slide(4, func(p, n, _ int, a *testutil.Post) {
			a.GUID, a.Link = fmt.Sprint(n, ";", p), fmt.Sprintf("%s?sid=%d", testutil.Link(n), p)
		}), each(4)},
		{"a session in many guids and links: what was shown is held, a story is not", slide(15, func(p, n, _ int, a *testutil.Post) {
			a.GUID, a.Link = fmt.Sprint(n, ";", p), fmt.Sprintf("%s?sid=%d", testutil.Link(n), p)
		}), each(15)},
		{"a host that flips", slide(15, func(p, n, _ int, a *testutil.Post) {
			a.GUID, a.Link = fmt.Sprint(p%2, n), fmt.Sprintf("http://host%d.example/%d", p%2, n)
		}), each(15)},
		{"versions of an article, counted in its guid, twice in a document", [][]testutil.Post{
			{story(0)},
			{{GUID: "http://desk.example/5#2", Title: "Five", Link: testutil.Link(5), Text: "five", Date: at(5)}, {GUID: "http://desk.example/5#0", Title: "Five", Link: testutil.Link(5), Text: "five", Date: at(5)}, story(0)},
			{{GUID: "http://desk.example/5#4", Title: "Five", Link: testutil.Link(5), Text: "five", Date: at(5)}, {GUID: "http://desk.example/5#2", Title: "Five", Link: testutil.Link(5), Text: "five", Date: at(5)}, story(0)},
		}, [][]string{{"Five"}, nil}},
		{"a headline that is corrected, and guid and link with it", [][]testutil.Post{
			window(0, 3, nil), window(0, 4, nil),
			window(0, 4, func(n, _ int, a *testutil.Post) {
				if n == 3 {
					a.GUID, a.Link, a.Title = "g3-b", testutil.Link(33), "The corrected headline"
				}
			}),
		}, [][]string{{"D story"}, nil}},
		{"a date that is corrected, and guid and link with it", [][]testutil.Post{
			window(0, 3, nil), window(0, 4, nil),
			window(0, 4, func(n, _ int, a *testutil.Post) {
				if n == 3 {
					a.GUID, a.Link, a.Date = "g3-b", testutil.Link(33), a.Date.Add(-24*time.Hour)
				}
			}),
		}, [][]string{{"D story"}, nil}},
		{"no guid, no link, and the date is that of the poll", slide(5, func(p, _, _ int, a *testutil.Post) { a.GUID, a.Link, a.Date = "", "", at(100+p) }), each(5)},
		{"no guid, no link, no date, and an age in the text", slide(5, func(p, n, _ int, a *testutil.Post) {
			a.GUID, a.Link, a.Date, a.Text = "", "", time.Time{}, fmt.Sprintf("%d minutes ago: %s", 3+p*15, a.Text)
		}), each(5)},
		{"no guid, no link, no date, and an age is all the text", slide(3, func(p, _, place int, a *testutil.Post) {
			a.GUID, a.Link, a.Date, a.Text = "", "", time.Time{}, fmt.Sprintf("%d min ago", 3+p*15+place)
		}), each(3)},
		{"no guid, a link that is another one at each poll, and a counter in the title", [][]testutil.Post{
			window(0, 6, func(n, _ int, a *testutil.Post) {
				a.GUID, a.Link, a.Title = "", testutil.Link(n)+"?x=a", a.Title+" (1)"
			}),
			window(0, 6, func(n, _ int, a *testutil.Post) {
				a.GUID, a.Link, a.Title = "", testutil.Link(n)+"?x=b", a.Title+" (22)"
			}),
			window(0, 6, func(n, _ int, a *testutil.Post) {
				a.GUID, a.Link, a.Title = "", testutil.Link(n)+"?x=c", a.Title+" (333)"
			}),
		}, none(2)},
		{"documents without items, and then one that is dated before them", [][]testutil.Post{
			{}, {}, {}, {{GUID: "1", Title: "Late", Link: testutil.Link(1), Date: testutil.Noon.AddDate(0, -1, 0)}},
		}, [][]string{nil, nil, {"Late"}}},
		{"an item that slides back as the newest is deleted", [][]testutil.Post{window(1, 6, nil), window(0, 5, nil)}, none(1)},
		{"an old item that comes in first", [][]testutil.Post{window(1, 6, nil), slices.Concat(window(0, 1, nil), window(1, 5, nil))}, [][]string{{"A story"}}},
		{"an old item while none left", [][]testutil.Post{window(1, 6, nil), window(0, 6, nil)}, [][]string{{"A story"}}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			w := &watched{t: t}
			for p, items := range test.polls {
				v := w.poll(items...)
				if p > 0 {
					w.want(v, test.fresh[p-1], testutil.Titles(v.Changed))
				}
			}
		})
	}
}

// TestAcceptSettlesTheNextPolls shows that a person's decision on a feed that makes new
// guids, links and dates at each poll applies from then on.
func TestAcceptSettlesTheNextPolls(t *testing.T) {
	form := func(p int) (as []testutil.Post) {
		for n := range 12 {
			as = append(as, testutil.Post{
				GUID: fmt.Sprint(p, "-", n), Link: fmt.Sprintf("http://desk.example/%d/%d", p, n), Title: fmt.Sprintf("%c story", 'A'+n),
				Text: fmt.Sprintf("words of poll %c about %d", 'a'+p, n), Date: testutil.Noon.Add(time.Duration(p*100+n) * time.Minute),
			})
		}
		return as
	}
	w := &watched{t: t}
	w.poll(form(0)...)
	if v := w.poll(form(1)...); !v.Rekeyed || w.seen().Held() != 12 {
		t.Fatalf("held are %d, new %v", w.seen().Held(), testutil.Titles(v.New))
	}
	w.packed = w.seen().Accept()
	for p := 2; p < 5; p++ {
		news := testutil.Post{GUID: fmt.Sprint("news", p), Link: testutil.Link(p), Title: fmt.Sprintf("News of %c", 'p'+p), Text: fmt.Sprintf("in words %c", 'p'+p), Date: testutil.Noon}
		v := w.poll(append([]testutil.Post{news}, form(p)...)...)
		if v.Rekeyed || w.seen().Held() > 0 {
			t.Errorf("poll %d holds %d items", p, w.seen().Held())
		}
		w.want(v, []string{news.Title}, testutil.Titles(v.Changed))
	}
	if got, want := w.seen().Identity(), "its guids, links, dates and texts change at every poll; told apart by title"; got != want {
		t.Errorf("the feed has taught: %q, want %q", got, want)
	}
}
