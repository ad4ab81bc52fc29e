package seen_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/feeds/seen"
	"watcher/internal/testutil"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// watched is a feed that is polled. What it has shown is packed and unpacked between polls,
// as by a store.
type watched struct {
	t      testing.TB
	packed []byte
	now    time.Time
	all    bool // poll: {first: alert}
}

func (w *watched) seen() *seen.Index {
	w.t.Helper()
	s, err := seen.Unpack(w.packed)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// poll judges a document. It is read as by a fetch, which does not parse known items, and
// once more in full: both must lead to the same verdict.
func (w *watched) poll(items ...testutil.Post) seen.Verdict {
	w.t.Helper()
	if w.now.IsZero() {
		w.now = testutil.Noon
	}
	w.now = w.now.Add(15 * time.Minute)
	src := feeds.Source{ID: "desk", URL: "http://desk.example/feed"}
	body := []byte(testutil.RSS(items...))
	doc, err := parse.ReadNew(body, "", &src, feeds.ParseURL(src.URL), w.seen().Known)
	if err != nil {
		w.t.Fatal(err)
	}
	full, err := parse.Read(body, "", src)
	if err != nil {
		w.t.Fatal(err)
	}
	v := w.seen().Judge(&doc, w.now, w.all)
	if other := w.seen().Judge(&full, w.now, w.all); !cmp.Equal(v, other) {
		w.t.Errorf("read in part and read in full differ: %s", cmp.Diff(v, other))
	}
	if v.Packed != nil {
		w.packed = v.Packed
	}
	return v
}

// want checks which items are new and which changed.
func (w *watched) want(v seen.Verdict, fresh, changed []string) {
	w.t.Helper()
	if diff := cmp.Diff(fresh, testutil.Titles(v.New)); diff != "" {
		w.t.Errorf("new items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(changed, testutil.Titles(v.Changed)); diff != "" {
		w.t.Errorf("changed items (-want +got):\n%s", diff)
	}
}

// TestJudge covers what feeds do to the identity of their items. Each case is a baseline
// and one poll.
func TestJudge(t *testing.T) {
	d := testutil.Noon.Add(-time.Hour)
	base := []testutil.Post{
		{GUID: "http://desk.example/?p=1", Title: "One", Link: testutil.Link(1), Text: "first", Date: d},
		{GUID: "http://desk.example/?p=2", Title: "Two", Link: testutil.Link(2), Text: "second", Date: d},
		{GUID: "http://desk.example/?p=3", Title: "Three", Link: testutil.Link(3), Text: "third", Date: d},
	}
	with := func(change func([]testutil.Post) []testutil.Post) []testutil.Post {
		return change(slices.Clone(base))
	}
	tests := []struct {
		name           string
		base, then     []testutil.Post
		fresh, changed []string
	}{
		{name: "the same document brings nothing", then: base},
		{name: "an order of its own brings nothing", then: []testutil.Post{base[2], base[0], base[1]}},
		{
			name: "an unknown guid is new", fresh: []string{"Four"},
			then: append([]testutil.Post{{GUID: "4", Title: "Four", Link: testutil.Link(4)}}, base...),
		},
		{
			name: "an old date hides nothing: dates are the feed's own affair", fresh: []string{"Four"},
			then: append([]testutil.Post{{GUID: "4", Title: "Four", Link: testutil.Link(4), Date: d.AddDate(-3, 0, 0)}}, base...),
		},
		{
			name: "a guid that moves to https and www. is known",
			then: with(func(as []testutil.Post) []testutil.Post {
				as[0].GUID = "https://www.desk.example/?p=1"
				as[0].Link = "https://www.desk.example/1/?utm_source=rss"
				return as
			}),
		},
		{
			name: "a guid of another host is not: planets share paths", fresh: []string{"Four"},
			then: append([]testutil.Post{{GUID: "http://other.example/?p=1", Title: "Four", Link: "http://other.example/x"}}, base...),
		},
		{
			name: "an edited text is a change", changed: []string{"Two"},
			then: with(func(as []testutil.Post) []testutil.Post { as[1].Text = "second, with more"; return as }),
		},
		{
			name: "an edited title is a change", changed: []string{"Two!"},
			then: with(func(as []testutil.Post) []testutil.Post { as[1].Title = "Two!"; return as }),
		},
		{
			name: "another date alone is no change",
			then: with(func(as []testutil.Post) []testutil.Post { as[1].Date = d.Add(time.Minute); return as }),
		},
		{
			name: "a new guid for a link that no other item has, the old one gone, is the same item",
			then: with(func(as []testutil.Post) []testutil.Post { as[1].GUID = "tag:2"; return as }),
		},
		{
			name: "that item's edit is a change", changed: []string{"Two"},
			then: with(func(as []testutil.Post) []testutil.Post { as[1].GUID, as[1].Text = "tag:2", "edited"; return as }),
		},
		{
			name: "a new guid beside the old one is a new item, whatever its link", fresh: []string{"Two, again"},
			then: append([]testutil.Post{{GUID: "tag:2", Title: "Two, again", Link: testutil.Link(2)}}, base...),
		},
		{
			name: "a new guid and a new link, title and date as before, the old one gone, is the same item",
			then: with(func(as []testutil.Post) []testutil.Post {
				as[1].GUID, as[1].Link = "tag:2", testutil.Link(22)
				return as
			}),
		},
		{
			name: "but beside the old one it is a new item", fresh: []string{"Two"},
			then: append([]testutil.Post{{GUID: "tag:2", Title: "Two", Link: testutil.Link(22), Text: "second", Date: d}}, base...),
		},
		{
			name: "and if its date was corrected as well, and it left from among the others",
			then: with(func(as []testutil.Post) []testutil.Post {
				as[1].GUID, as[1].Link, as[1].Date = "tag:2", testutil.Link(22), d.Add(time.Minute)
				return as
			}),
		},
		{
			name: "two new guids with one link are two items", fresh: []string{"A", "B"},
			then: with(func(as []testutil.Post) []testutil.Post {
				return append(as[:1], testutil.Post{GUID: "a", Title: "A", Link: testutil.Link(2)}, testutil.Post{GUID: "b", Title: "B", Link: testutil.Link(2)})
			}),
		},
		{
			name: "a link to the home page is no article's", fresh: []string{"B"},
			base: []testutil.Post{{GUID: "a", Title: "A", Link: "http://desk.example/"}},
			then: []testutil.Post{{GUID: "b", Title: "B", Link: "https://www.desk.example"}},
		},
		{
			name: "a guid that returns under another guid's title is still itself", fresh: nil,
			then: with(func(as []testutil.Post) []testutil.Post {
				as[0].Title, as[0].Text = as[1].Title, as[1].Text
				return as[:2]
			}), changed: []string{"Two"},
		},
		{
			name: "one guid for all: links tell the items apart", fresh: []string{"C"},
			base: []testutil.Post{{GUID: "x", Title: "A", Link: testutil.Link(1)}, {GUID: "x", Title: "B", Link: testutil.Link(2)}},
			then: []testutil.Post{{GUID: "x", Title: "C", Link: testutil.Link(3)}, {GUID: "x", Title: "A", Link: testutil.Link(1)}, {GUID: "x", Title: "B", Link: testutil.Link(2)}},
		},
		{
			name: "one guid for all, seen alone later, still says nothing", fresh: []string{"C"},
			base: []testutil.Post{{GUID: "x", Title: "A", Link: testutil.Link(1)}, {GUID: "x", Title: "B", Link: testutil.Link(2)}},
			then: []testutil.Post{{GUID: "x", Title: "C", Link: testutil.Link(3)}},
		},
		{
			name: "one guid and one link for all: title and date tell the items apart", fresh: []string{"C"},
			base: []testutil.Post{{GUID: "x", Title: "A", Link: testutil.Link(1), Date: d}, {GUID: "x", Title: "B", Link: testutil.Link(1), Date: d}},
			then: []testutil.Post{{GUID: "x", Title: "C", Link: testutil.Link(1), Date: d}, {GUID: "x", Title: "A", Link: testutil.Link(1), Date: d, Text: "edited"}}, changed: []string{"A"},
		},
		{
			name: "without guids the link decides", fresh: []string{"C"}, changed: []string{"A, edited"},
			base: []testutil.Post{{Title: "A", Link: testutil.Link(1)}, {Title: "B", Link: testutil.Link(2)}},
			then: []testutil.Post{{Title: "A, edited", Link: testutil.Link(1)}, {Title: "C", Link: testutil.Link(3)}},
		},
		{
			name: "without guids and links, title and date decide", fresh: []string{"B"}, changed: []string{"A"},
			base: []testutil.Post{{Title: "A", Date: d}},
			then: []testutil.Post{{Title: "A", Date: d, Text: "edited"}, {Title: "B", Date: d}},
		},
		{
			name: "without dates either, a daily title with another text is new", fresh: []string{"Briefing"},
			base: []testutil.Post{{Title: "Briefing", Text: "Monday"}},
			then: []testutil.Post{{Title: "Briefing", Text: "Tuesday"}},
		},
		{
			name: "an item twice in a document is one", fresh: []string{"Four"},
			then: append([]testutil.Post{{GUID: "4", Title: "Four", Link: testutil.Link(4)}, {GUID: "4", Title: "Four", Link: testutil.Link(4)}}, base...),
		},
		{
			name: "without guids, two items of one title and date are two", fresh: []string{"A"},
			base: []testutil.Post{{Title: "A", Link: testutil.Link(1), Date: d}},
			then: []testutil.Post{{Title: "A", Link: testutil.Link(1), Date: d}, {Title: "A", Link: testutil.Link(2), Date: d}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &watched{t: t}
			first := tt.base
			if first == nil {
				first = base
			}
			if v := w.poll(first...); !v.Baseline || len(v.New) > 0 {
				t.Fatalf("the baseline is %+v", v)
			}
			v := w.poll(tt.then...)
			w.want(v, tt.fresh, tt.changed)
			if again := w.poll(tt.then...); again.Packed != nil || len(again.New)+len(again.Changed) > 0 {
				t.Errorf("the same document again brings %+v", again)
			}
		})
	}
}

// TestFlipFlop shows that a host whose two machines serve different forms of its guids
// causes no alerts, however often it alternates.
func TestFlipFlop(t *testing.T) {
	w := &watched{t: t}
	form := func(host string) []testutil.Post {
		var as []testutil.Post
		for i := range 20 {
			as = append(as, testutil.Post{GUID: host + fmt.Sprint(i), Title: fmt.Sprint("T", i), Link: testutil.Link(i)})
		}
		return as
	}
	w.poll(form("a")...)
	for range 3 {
		v := w.poll(form("b")...)
		if v.Renamed != 20 || v.Rekeyed {
			t.Errorf("%d renamed, rekeyed %v", v.Renamed, v.Rekeyed)
		}
		w.want(v, nil, nil)
		w.want(w.poll(form("a")...), nil, nil)
	}
	if n := w.seen().Len(); n != 20 {
		t.Errorf("%d items are remembered, not 20", n)
	}
}

func TestBaseline(t *testing.T) {
	later := testutil.Noon.Add(24 * time.Hour)
	old := testutil.Post{GUID: "old", Title: "Old", Date: testutil.Noon.Add(-time.Hour)}
	dated := testutil.Post{GUID: "dated", Title: "Dated", Date: later}
	undated := testutil.Post{GUID: "undated", Title: "Undated"}
	tests := []struct {
		name  string
		empty int // documents without items before
		all   bool
		fresh []string
	}{
		{name: "nothing of the first document is new"},
		{name: "unless the config asks for it", all: true, fresh: []string{"Old", "Dated", "Undated"}},
		{name: "after an empty one what is dated later is new", empty: 1, fresh: []string{"Dated"}},
		{name: "after two all is new: it was not there, whatever its date says", empty: 2, fresh: []string{"Old", "Dated", "Undated"}},
		{name: "a third changes nothing", empty: 3, fresh: []string{"Old", "Dated", "Undated"}},
		{name: "after an empty one, asked for all, all is new", empty: 1, all: true, fresh: []string{"Old", "Dated", "Undated"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &watched{t: t, all: tt.all}
			for i := range tt.empty {
				if v := w.poll(); v.Baseline != (i == 0 && !tt.all) {
					t.Errorf("empty document %d: baseline is %v", i, v.Baseline)
				}
			}
			v := w.poll(old, dated, undated)
			w.want(v, tt.fresh, nil)
			if v.Baseline != (tt.empty == 0 && !tt.all) {
				t.Errorf("baseline is %v", v.Baseline)
			}
			next := testutil.Post{GUID: "next", Title: "Next", Date: testutil.Noon.Add(-time.Hour)}
			w.want(w.poll(next, old, dated, undated), []string{"Next"}, nil)
		})
	}
}

// TestSuddenlyEmpty shows that a feed that loses all its items for a while, and gets them
// back, brings nothing new.
func TestSuddenlyEmpty(t *testing.T) {
	w := &watched{t: t}
	items := []testutil.Post{{GUID: "1", Title: "One"}, {GUID: "2", Title: "Two"}}
	w.poll(items...)
	if v := w.poll(); v.Packed != nil || v.Baseline {
		t.Errorf("an empty document brings %+v", v)
	}
	w.want(w.poll(items...), nil, nil)
}

func TestForgetting(t *testing.T) {
	w := &watched{t: t}
	w.poll(testutil.Post{GUID: "old", Title: "Old"}, testutil.Post{GUID: "stays", Title: "Stays"})
	w.poll(testutil.Post{GUID: "stays", Title: "Stays"})
	w.now = w.now.Add(89 * 24 * time.Hour)
	w.want(w.poll(testutil.Post{GUID: "stays", Title: "Stays"}, testutil.Post{GUID: "old", Title: "Old"}), nil, nil)
	w.poll(testutil.Post{GUID: "stays", Title: "Stays"})
	w.now = w.now.Add(92 * 24 * time.Hour)
	w.want(w.poll(testutil.Post{GUID: "stays", Title: "Stays"}, testutil.Post{GUID: "next", Title: "Next"}), []string{"Next"}, nil)
	if n := w.seen().Len(); n != 2 {
		t.Errorf("%d items are remembered: what left 92 days ago should be forgotten", n)
	}
	w.want(w.poll(testutil.Post{GUID: "stays", Title: "Stays"}, testutil.Post{GUID: "next", Title: "Next"}, testutil.Post{GUID: "old", Title: "Old"}), []string{"Old"}, nil)
}

// TestKey shows when articles in two feeds are the same, and when not.
func TestKey(t *testing.T) {
	key := func(feed string, items ...testutil.Post) uint64 {
		doc, err := parse.Read([]byte(testutil.RSS(items...)), "", feeds.Source{ID: feed, URL: "http://desk.example/feed"})
		if err != nil {
			t.Fatal(err)
		}
		return (*seen.Index)(nil).Judge(&doc, testutil.Noon, true).New[0].Entry.Key
	}
	article := testutil.Post{GUID: "1", Title: "A", Link: "https://wire.example/a?utm_campaign=x"}
	syndicated := testutil.Post{GUID: "other", Title: "A, they say", Link: "http://www.wire.example/a/"}
	if key("one", article) != key("two", syndicated) {
		t.Error("one link in two feeds should be one article")
	}
	sibling := testutil.Post{GUID: "2", Title: "B", Link: article.Link}
	if key("one", article, sibling) == key("two", syndicated) {
		t.Error("a link that another item of the document shares is no article's own")
	}
	if home := (testutil.Post{GUID: "1", Title: "A", Link: "http://desk.example/"}); key("one", home) == key("two", home) {
		t.Error("the home page is no article's own link")
	}
	if a, b := key("one", testutil.Post{GUID: "1", Title: "A"}), key("two", testutil.Post{GUID: "1", Title: "A"}); a == b {
		t.Error("one guid in two feeds is two articles")
	}

	w := &watched{t: t, all: true}
	before := w.poll(article).New[0].Entry.Key
	article.Link, article.Text = "https://wire.example/a-new-slug", "edited"
	if after := w.poll(article).Changed[0].Entry.Key; after != before {
		t.Error("an item whose link is edited must keep its key")
	}
}

// TestUnreadItems shows that items that were too costly to read are read at a later poll,
// and that those of the baseline are not new then.
func TestUnreadItems(t *testing.T) {
	doc := feeds.Document{Entries: []feeds.Fingerprint{{Raw: 7}, {Raw: 8}}, Unread: 2}
	v := (&seen.Index{}).Judge(&doc, testutil.Noon, false)
	s, err := seen.Unpack(v.Packed)
	if err != nil || s.Len() != 2 || !v.Baseline {
		t.Fatalf("%v, %d remembered, %+v", err, s.Len(), v)
	}
	later := feeds.Document{Entries: []feeds.Fingerprint{{Raw: 7}, {Raw: 8}, {Raw: 9}}, Unread: 1}
	if v := s.Judge(&later, testutil.Noon, false); len(v.New) > 0 || v.Packed != nil {
		t.Errorf("an item that was not read was judged: %+v", v)
	}
}

// TestUnreadItemsChange shows that such an item is known when it is finally read, although
// its bytes have changed since the baseline.
func TestUnreadItemsChange(t *testing.T) {
	var items strings.Builder
	padding := strings.Repeat("<x:a/>", 15_000)
	for i := range 60 {
		fmt.Fprintf(&items, `<item><title>%d</title><guid>https://desk.example/%[1]d</guid>%s</item>`, i, padding)
	}
	doc := func(items string) string {
		return `<rss version="2.0" xmlns:x="urn:x"><channel><title>F</title>` + items + `</channel></rss>`
	}
	first := readDocument(t, doc(items.String()))
	if first.Unread == 0 {
		t.Fatal("all was read")
	}
	index, err := seen.Unpack((*seen.Index)(nil).Judge(&first, testutil.Noon, false).Packed)
	if err != nil {
		t.Fatal(err)
	}
	const last = `<item><title>The last one, reworded</title><guid>http://www.desk.example/59</guid></item>`
	const fresh = `<item><title>Fresh</title><guid>https://desk.example/60</guid></item>`
	next, err := parse.ReadNew([]byte(doc(last+fresh)), "", &longDesk, nil, index.Known)
	if err != nil {
		t.Fatal(err)
	}
	v := index.Judge(&next, testutil.Noon, false)
	if got := testutil.Titles(v.New); !slices.Equal(got, []string{"Fresh"}) || len(v.Changed) > 0 {
		t.Fatalf("new are %q, changed %q", got, testutil.Titles(v.Changed))
	}
	// From then on it is an item like all others.
	if index, err = seen.Unpack(v.Packed); err != nil {
		t.Fatal(err)
	}
	next, err = parse.ReadNew([]byte(doc(strings.Replace(last, "reworded", "corrected", 1)+fresh)), "", &longDesk, nil, index.Known)
	if err != nil {
		t.Fatal(err)
	}
	v = index.Judge(&next, testutil.Noon, false)
	if len(v.New) > 0 || len(v.Changed) != 1 || v.Changed[0].Entry.Key == 0 {
		t.Fatalf("new are %q, changed %+v", testutil.Titles(v.New), v.Changed)
	}
}

// TestUnpackScheme2 shows that a record from before the cores of names and texts were
// stored is read, and judged as it was.
func TestUnpackScheme2(t *testing.T) {
	const packed = "AgGA76uaDQEAAQABAAEAAQAAAAPdFTNI0h2mtJzbQ4qox1w4lfl1DkVXwHulab+ew4jydlPFjYFPul5pfM/xCXs63R2Zo+s0BvyVVn/NPD02IsehHeiDRtCJpWnlheRbVnaP2Cqfykf5pPyRY3U1KK84H+xkb5Uq3TUP5P/aQnWwJKyCCSg6zBUjnaTmNeCXpWkJJZWuosAj/M1Ngl24g6AJSDOpFyJQ"
	story := func(n int, guid, link string) testutil.Post {
		return testutil.Post{
			GUID: guid, Link: link, Title: fmt.Sprintf("%c story", 'A'+n),
			Text: fmt.Sprintf("What the %c story says. In %d words", 'A'+n, n), Date: testutil.Noon.Add(time.Duration(n) * time.Hour),
		}
	}
	stored, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		t.Fatal(err)
	}
	poll := func(items ...testutil.Post) seen.Verdict {
		s, err := seen.Unpack(stored)
		if err != nil {
			t.Fatal(err)
		}
		src := feeds.Source{ID: "desk", URL: "http://desk.example/feed"}
		doc, err := parse.ReadNew([]byte(testutil.RSS(items...)), "", &src, feeds.ParseURL(src.URL), s.Known)
		if err != nil {
			t.Fatal(err)
		}
		v := s.Judge(&doc, testutil.Noon.Add(time.Hour), false)
		if v.Packed != nil {
			stored = v.Packed
		}
		return v
	}
	w := &watched{t: t}
	shown := []testutil.Post{story(0, "g0b", testutil.Link(0)), story(1, "g1", testutil.Link(31))}
	if v := poll(shown...); len(v.New)+len(v.Changed) > 0 || v.Packed != nil {
		t.Errorf("the same document again brings %v, changes %v", testutil.Titles(v.New), testutil.Titles(v.Changed))
	}
	shown[0].Title = "Another headline"
	w.want(poll(append(shown, story(3, "g3", testutil.Link(3)))...), []string{"D story"}, []string{"Another headline"})
	if stored[0] != seen.Version {
		t.Errorf("it is packed by scheme %d again", stored[0])
	}
	w.want(poll(append(shown, story(3, "g3", testutil.Link(3)))...), nil, nil)
}

func TestUnpackDamaged(t *testing.T) {
	w := &watched{t: t}
	w.poll(rekey(20, "a")...)
	w.poll(rekey(20, "b")...)
	for n := range len(w.packed) {
		s, err := seen.Unpack(w.packed[:n])
		if err != nil {
			continue
		}
		// Truncation inside the held items shows only on release.
		if _, _, err := s.Release(); err == nil && n > 0 && s.Held() > 0 {
			t.Fatalf("%d of %d bytes are taken for whole", n, len(w.packed))
		}
	}
	if _, err := seen.Unpack([]byte{99, 0}); err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("an unknown scheme gives %v", err)
	}
}

func FuzzUnpack(f *testing.F) {
	w := &watched{t: f}
	w.poll(rekey(12, "a")...)
	w.poll(rekey(12, "b")...)
	f.Add(w.packed)
	f.Add([]byte{1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := seen.Unpack(b)
		if err != nil {
			return
		}
		again, err := seen.Unpack(s.Pack())
		if err != nil {
			t.Fatal(err)
		}
		if diff := seen.Differ(s, again); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestNoRepeats has a feed do anything and checks two promises: every article is new once,
// and what is in two consecutive documents is never new in the second.
func TestNoRepeats(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := &watched{t: t}
		told := map[string]int{}
		var shown []testutil.Post
		w.poll(testutil.Post{GUID: "first", Title: "first", Link: testutil.Link(0)})
		n := 0
		for range rapid.IntRange(1, 8).Draw(rt, "polls") {
			for range rapid.IntRange(0, 5).Draw(rt, "published") {
				n++
				shown = append(shown, testutil.Post{GUID: fmt.Sprint("g", n), Title: fmt.Sprint("t", n), Link: testutil.Link(n), Date: testutil.Noon.Add(time.Duration(n) * time.Minute)})
			}
			if len(shown) > 12 {
				shown = shown[len(shown)-12:]
			}
			switch rapid.IntRange(0, 3).Draw(rt, "whim") {
			case 0: // reorders
				shown = rapid.Permutation(shown).Draw(rt, "order")
			case 1: // edits
				for i := range shown {
					if rapid.Bool().Draw(rt, "edit") {
						shown[i].Text += "."
					}
				}
			case 2: // moves to https
				for i := range shown {
					shown[i].Link = strings.Replace(shown[i].Link, "http://", "https://www.", 1)
				}
			}
			for _, title := range testutil.Titles(w.poll(shown...).New) {
				told[title]++
			}
			for _, a := range shown {
				if told[a.Title] != 1 {
					rt.Fatalf("%s was new %d times", a.Title, told[a.Title])
				}
			}
		}
	})
}

// longDesk is the source of long documents.
var longDesk = feeds.Source{ID: "Desk", URL: "https://desk.example/news/feed.xml", Tags: []string{"analysis"}}

func readDocument(t *testing.T, body string) feeds.Document {
	t.Helper()
	doc, err := parse.Read([]byte(body), "", longDesk)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
