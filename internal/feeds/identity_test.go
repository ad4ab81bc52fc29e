package feeds

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// watched is a feed under watch: what it has shown is packed and unpacked
// between polls, as a store does.
type watched struct {
	t      testing.TB
	packed []byte
	now    time.Time
	all    bool // poll: {first: alert}
}

func (w *watched) seen() *Seen {
	w.t.Helper()
	s, err := UnpackSeen(w.packed)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// poll judges a document. It is read as a fetch does, known items not at all,
// and once more in full: both must say the same.
func (w *watched) poll(items ...art) Verdict {
	w.t.Helper()
	if w.now.IsZero() {
		w.now = noon
	}
	w.now = w.now.Add(15 * time.Minute)
	src := Source{ID: "desk", URL: "http://desk.example/feed"}
	body := []byte(rssFeed(items...))
	doc, err := read(body, "", &src, parseBase(src.URL), w.seen().known)
	if err != nil {
		w.t.Fatal(err)
	}
	full, err := Read(body, "", src)
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
func (w *watched) want(v Verdict, fresh, changed []string) {
	w.t.Helper()
	if diff := cmp.Diff(fresh, titles(v.New)); diff != "" {
		w.t.Errorf("new items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(changed, titles(v.Changed)); diff != "" {
		w.t.Errorf("changed items (-want +got):\n%s", diff)
	}
}

// TestJudge goes through what feeds do to the identity of their items. Each case
// is a baseline and then one poll.
func TestJudge(t *testing.T) {
	d := noon.Add(-time.Hour)
	base := []art{
		{guid: "http://desk.example/?p=1", title: "One", link: link(1), text: "first", date: d},
		{guid: "http://desk.example/?p=2", title: "Two", link: link(2), text: "second", date: d},
		{guid: "http://desk.example/?p=3", title: "Three", link: link(3), text: "third", date: d},
	}
	with := func(change func([]art) []art) []art { return change(slices.Clone(base)) }
	tests := []struct {
		name           string
		base, then     []art
		fresh, changed []string
	}{
		{name: "the same document brings nothing", then: base},
		{name: "an order of its own brings nothing", then: []art{base[2], base[0], base[1]}},
		{
			name: "an unknown guid is new", fresh: []string{"Four"},
			then: append([]art{{guid: "4", title: "Four", link: link(4)}}, base...),
		},
		{
			name: "an old date hides nothing: dates are the feed's own affair", fresh: []string{"Four"},
			then: append([]art{{guid: "4", title: "Four", link: link(4), date: d.AddDate(-3, 0, 0)}}, base...),
		},
		{
			name: "a guid that moves to https and www. is known",
			then: with(func(as []art) []art {
				as[0].guid = "https://www.desk.example/?p=1"
				as[0].link = "https://www.desk.example/1/?utm_source=rss"
				return as
			}),
		},
		{
			name: "a guid of another host is not: planets share paths", fresh: []string{"Four"},
			then: append([]art{{guid: "http://other.example/?p=1", title: "Four", link: "http://other.example/x"}}, base...),
		},
		{
			name: "an edited text is a change", changed: []string{"Two"},
			then: with(func(as []art) []art { as[1].text = "second, with more"; return as }),
		},
		{
			name: "an edited title is a change", changed: []string{"Two!"},
			then: with(func(as []art) []art { as[1].title = "Two!"; return as }),
		},
		{
			name: "another date alone is no change",
			then: with(func(as []art) []art { as[1].date = d.Add(time.Minute); return as }),
		},
		{
			name: "a new guid for a link that no other item has, the old one gone, is the same item",
			then: with(func(as []art) []art { as[1].guid = "tag:2"; return as }),
		},
		{
			name: "that item's edit is a change", changed: []string{"Two"},
			then: with(func(as []art) []art { as[1].guid, as[1].text = "tag:2", "edited"; return as }),
		},
		{
			name: "a new guid beside the old one is a new item, whatever its link", fresh: []string{"Two, again"},
			then: append([]art{{guid: "tag:2", title: "Two, again", link: link(2)}}, base...),
		},
		{
			name: "a new guid and a new link, title and date as before, the old one gone, is the same item",
			then: with(func(as []art) []art { as[1].guid, as[1].link = "tag:2", link(22); return as }),
		},
		{
			name: "but beside the old one it is a new item", fresh: []string{"Two"},
			then: append([]art{{guid: "tag:2", title: "Two", link: link(22), text: "second", date: d}}, base...),
		},
		{
			name: "and if its date was corrected as well, and it left from among the others",
			then: with(func(as []art) []art {
				as[1].guid, as[1].link, as[1].date = "tag:2", link(22), d.Add(time.Minute)
				return as
			}),
		},
		{
			name: "two new guids with one link are two items", fresh: []string{"A", "B"},
			then: with(func(as []art) []art {
				return append(as[:1], art{guid: "a", title: "A", link: link(2)}, art{guid: "b", title: "B", link: link(2)})
			}),
		},
		{
			name: "a link to the home page is no article's", fresh: []string{"B"},
			base: []art{{guid: "a", title: "A", link: "http://desk.example/"}},
			then: []art{{guid: "b", title: "B", link: "https://www.desk.example"}},
		},
		{
			name: "a guid that returns under another guid's title is still itself", fresh: nil,
			then: with(func(as []art) []art { as[0].title, as[0].text = as[1].title, as[1].text; return as[:2] }), changed: []string{"Two"},
		},
		{
			name: "one guid for all: links tell the items apart", fresh: []string{"C"},
			base: []art{{guid: "x", title: "A", link: link(1)}, {guid: "x", title: "B", link: link(2)}},
			then: []art{{guid: "x", title: "C", link: link(3)}, {guid: "x", title: "A", link: link(1)}, {guid: "x", title: "B", link: link(2)}},
		},
		{
			name: "one guid for all, seen alone later, still says nothing", fresh: []string{"C"},
			base: []art{{guid: "x", title: "A", link: link(1)}, {guid: "x", title: "B", link: link(2)}},
			then: []art{{guid: "x", title: "C", link: link(3)}},
		},
		{
			name: "one guid and one link for all: title and date tell the items apart", fresh: []string{"C"},
			base: []art{{guid: "x", title: "A", link: link(1), date: d}, {guid: "x", title: "B", link: link(1), date: d}},
			then: []art{{guid: "x", title: "C", link: link(1), date: d}, {guid: "x", title: "A", link: link(1), date: d, text: "edited"}}, changed: []string{"A"},
		},
		{
			name: "without guids the link decides", fresh: []string{"C"}, changed: []string{"A, edited"},
			base: []art{{title: "A", link: link(1)}, {title: "B", link: link(2)}},
			then: []art{{title: "A, edited", link: link(1)}, {title: "C", link: link(3)}},
		},
		{
			name: "without guids and links, title and date decide", fresh: []string{"B"}, changed: []string{"A"},
			base: []art{{title: "A", date: d}},
			then: []art{{title: "A", date: d, text: "edited"}, {title: "B", date: d}},
		},
		{
			name: "without dates either, a daily title with another text is new", fresh: []string{"Briefing"},
			base: []art{{title: "Briefing", text: "Monday"}},
			then: []art{{title: "Briefing", text: "Tuesday"}},
		},
		{
			name: "an item twice in a document is one", fresh: []string{"Four"},
			then: append([]art{{guid: "4", title: "Four", link: link(4)}, {guid: "4", title: "Four", link: link(4)}}, base...),
		},
		{
			name: "without guids, two items of one title and date are two", fresh: []string{"A"},
			base: []art{{title: "A", link: link(1), date: d}},
			then: []art{{title: "A", link: link(1), date: d}, {title: "A", link: link(2), date: d}},
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

// TestFlipFlop shows that a host which serves its guids in two forms, from two
// machines, alerts nothing however often it changes.
func TestFlipFlop(t *testing.T) {
	w := &watched{t: t}
	form := func(host string) []art {
		var as []art
		for i := range 20 {
			as = append(as, art{guid: host + fmt.Sprint(i), title: fmt.Sprint("T", i), link: link(i)})
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
	later := noon.Add(24 * time.Hour)
	old := art{guid: "old", title: "Old", date: noon.Add(-time.Hour)}
	dated := art{guid: "dated", title: "Dated", date: later}
	undated := art{guid: "undated", title: "Undated"}
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
			next := art{guid: "next", title: "Next", date: noon.Add(-time.Hour)}
			w.want(w.poll(next, old, dated, undated), []string{"Next"}, nil)
		})
	}
}

// TestSuddenlyEmpty shows that a feed which loses all its items for a while, and
// gets them back, brings nothing new.
func TestSuddenlyEmpty(t *testing.T) {
	w := &watched{t: t}
	items := []art{{guid: "1", title: "One"}, {guid: "2", title: "Two"}}
	w.poll(items...)
	if v := w.poll(); v.Packed != nil || v.Baseline {
		t.Errorf("an empty document brings %+v", v)
	}
	w.want(w.poll(items...), nil, nil)
}

func TestForgetting(t *testing.T) {
	w := &watched{t: t}
	w.poll(art{guid: "old", title: "Old"}, art{guid: "stays", title: "Stays"})
	w.poll(art{guid: "stays", title: "Stays"})
	w.now = w.now.Add(89 * 24 * time.Hour)
	w.want(w.poll(art{guid: "stays", title: "Stays"}, art{guid: "old", title: "Old"}), nil, nil)
	w.poll(art{guid: "stays", title: "Stays"})
	w.now = w.now.Add(92 * 24 * time.Hour)
	w.want(w.poll(art{guid: "stays", title: "Stays"}, art{guid: "next", title: "Next"}), []string{"Next"}, nil)
	if n := w.seen().Len(); n != 2 {
		t.Errorf("%d items are remembered: what left 92 days ago should be forgotten", n)
	}
	w.want(w.poll(art{guid: "stays", title: "Stays"}, art{guid: "next", title: "Next"}, art{guid: "old", title: "Old"}), []string{"Old"}, nil)
}

func TestForgetIsBounded(t *testing.T) {
	var recs []record
	for i := range 10 {
		recs = append(recs, record{Entry: Entry{GUID: uint64(i + 1)}, gone: uint16(i)})
	}
	recs[5].held = true
	got := forget(recs, 4)
	var left []uint64
	for _, r := range got {
		left = append(left, r.GUID)
	}
	if want := []uint64{1, 6, 7, 8, 9, 10}; !slices.Equal(left, want) {
		t.Errorf("left are %v, want %v: the one in the document, the held one, and the latest to go", left, want)
	}
}

// TestKey shows when the same article in two feeds is one, and when not.
func TestKey(t *testing.T) {
	key := func(feed string, items ...art) uint64 {
		doc, err := Read([]byte(rssFeed(items...)), "", Source{ID: feed, URL: "http://desk.example/feed"})
		if err != nil {
			t.Fatal(err)
		}
		return (*Seen)(nil).Judge(&doc, noon, true).New[0].Entry.Key
	}
	article := art{guid: "1", title: "A", link: "https://wire.example/a?utm_campaign=x"}
	syndicated := art{guid: "other", title: "A, they say", link: "http://www.wire.example/a/"}
	if key("one", article) != key("two", syndicated) {
		t.Error("one link in two feeds should be one article")
	}
	sibling := art{guid: "2", title: "B", link: article.link}
	if key("one", article, sibling) == key("two", syndicated) {
		t.Error("a link that another item of the document shares is no article's own")
	}
	if home := (art{guid: "1", title: "A", link: "http://desk.example/"}); key("one", home) == key("two", home) {
		t.Error("the home page is no article's own link")
	}
	if a, b := key("one", art{guid: "1", title: "A"}), key("two", art{guid: "1", title: "A"}); a == b {
		t.Error("one guid in two feeds is two articles")
	}

	w := &watched{t: t, all: true}
	before := w.poll(article).New[0].Entry.Key
	article.link, article.text = "https://wire.example/a-new-slug", "edited"
	if after := w.poll(article).Changed[0].Entry.Key; after != before {
		t.Error("an item whose link is edited must keep its key")
	}
}

// TestUnreadItems shows that what was too costly to read is read at a later
// poll, and that the baseline holds for it.
func TestUnreadItems(t *testing.T) {
	doc := Document{Entries: []Entry{{Raw: 7}, {Raw: 8}}, Unread: 2}
	v := (&Seen{}).Judge(&doc, noon, false)
	s, err := UnpackSeen(v.Packed)
	if err != nil || s.Len() != 2 || !v.Baseline {
		t.Fatalf("%v, %d remembered, %+v", err, s.Len(), v)
	}
	later := Document{Entries: []Entry{{Raw: 7}, {Raw: 8}, {Raw: 9}}, Unread: 1}
	if v := s.Judge(&later, noon, false); len(v.New) > 0 || v.Packed != nil {
		t.Errorf("an item that was not read was judged: %+v", v)
	}
}

// TestUnreadItemsChange shows that such an item is known when it is read at last,
// though its bytes have changed since the baseline.
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
	seen, err := UnpackSeen((*Seen)(nil).Judge(&first, noon, false).Packed)
	if err != nil {
		t.Fatal(err)
	}
	const last = `<item><title>The last one, reworded</title><guid>http://www.desk.example/59</guid></item>`
	const fresh = `<item><title>Fresh</title><guid>https://desk.example/60</guid></item>`
	next, err := read([]byte(doc(last+fresh)), "", &longDesk, nil, seen.known)
	if err != nil {
		t.Fatal(err)
	}
	v := seen.Judge(&next, noon, false)
	if got := titles(v.New); !slices.Equal(got, []string{"Fresh"}) || len(v.Changed) > 0 {
		t.Fatalf("new are %q, changed %q", got, titles(v.Changed))
	}
	// From then on it is an item like all others.
	if seen, err = UnpackSeen(v.Packed); err != nil {
		t.Fatal(err)
	}
	next, err = read([]byte(doc(strings.Replace(last, "reworded", "corrected", 1)+fresh)), "", &longDesk, nil, seen.known)
	if err != nil {
		t.Fatal(err)
	}
	v = seen.Judge(&next, noon, false)
	if len(v.New) > 0 || len(v.Changed) != 1 || v.Changed[0].Entry.Key == 0 {
		t.Fatalf("new are %q, changed %+v", titles(v.New), v.Changed)
	}
}

// TestUnpackScheme2 shows that what was packed before the cores of names and texts were
// known is read, and judged as it was.
func TestUnpackScheme2(t *testing.T) {
	const packed = "AgGA76uaDQEAAQABAAEAAQAAAAPdFTNI0h2mtJzbQ4qox1w4lfl1DkVXwHulab+ew4jydlPFjYFPul5pfM/xCXs63R2Zo+s0BvyVVn/NPD02IsehHeiDRtCJpWnlheRbVnaP2Cqfykf5pPyRY3U1KK84H+xkb5Uq3TUP5P/aQnWwJKyCCSg6zBUjnaTmNeCXpWkJJZWuosAj/M1Ngl24g6AJSDOpFyJQ"
	story := func(n int, guid, link string) art {
		return art{
			guid: guid, link: link, title: fmt.Sprintf("%c story", 'A'+n),
			text: fmt.Sprintf("What the %c story says. In %d words", 'A'+n, n), date: noon.Add(time.Duration(n) * time.Hour),
		}
	}
	stored, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		t.Fatal(err)
	}
	poll := func(items ...art) Verdict {
		s, err := UnpackSeen(stored)
		if err != nil {
			t.Fatal(err)
		}
		src := Source{ID: "desk", URL: "http://desk.example/feed"}
		doc, err := read([]byte(rssFeed(items...)), "", &src, parseBase(src.URL), s.known)
		if err != nil {
			t.Fatal(err)
		}
		v := s.Judge(&doc, noon.Add(time.Hour), false)
		if v.Packed != nil {
			stored = v.Packed
		}
		return v
	}
	w := &watched{t: t}
	shown := []art{story(0, "g0b", link(0)), story(1, "g1", link(31))}
	if v := poll(shown...); len(v.New)+len(v.Changed) > 0 || v.Packed != nil {
		t.Errorf("the same document again brings %v, changes %v", titles(v.New), titles(v.Changed))
	}
	shown[0].title = "Another headline"
	w.want(poll(append(shown, story(3, "g3", link(3)))...), []string{"D story"}, []string{"Another headline"})
	if stored[0] != seenVersion {
		t.Errorf("it is packed by scheme %d again", stored[0])
	}
	w.want(poll(append(shown, story(3, "g3", link(3)))...), nil, nil)
}

func TestUnpackDamaged(t *testing.T) {
	w := &watched{t: t}
	w.poll(rekey(20, "a")...)
	w.poll(rekey(20, "b")...)
	for n := range len(w.packed) {
		s, err := UnpackSeen(w.packed[:n])
		if err != nil {
			continue
		}
		// What is cut off inside the held items can only be told on release.
		if _, _, err := s.Release(); err == nil && n > 0 && s.Held() > 0 {
			t.Fatalf("%d of %d bytes are taken for whole", n, len(w.packed))
		}
	}
	if _, err := UnpackSeen([]byte{99, 0}); err == nil || !strings.Contains(err.Error(), "another version") {
		t.Errorf("an unknown scheme gives %v", err)
	}
}

func FuzzUnpackSeen(f *testing.F) {
	w := &watched{t: f}
	w.poll(rekey(12, "a")...)
	w.poll(rekey(12, "b")...)
	f.Add(w.packed)
	f.Add([]byte{1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := UnpackSeen(b)
		if err != nil {
			return
		}
		again, err := UnpackSeen(s.pack())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.records, again.records, cmp.AllowUnexported(record{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestNoRepeats lets a feed do what it likes and checks the two promises: every
// article is new once, and what is in two consecutive documents is never new in
// the second.
func TestNoRepeats(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := &watched{t: t}
		told := map[string]int{}
		var shown []art
		w.poll(art{guid: "first", title: "first", link: link(0)})
		n := 0
		for range rapid.IntRange(1, 8).Draw(rt, "polls") {
			for range rapid.IntRange(0, 5).Draw(rt, "published") {
				n++
				shown = append(shown, art{guid: fmt.Sprint("g", n), title: fmt.Sprint("t", n), link: link(n), date: noon.Add(time.Duration(n) * time.Minute)})
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
						shown[i].text += "."
					}
				}
			case 2: // moves to https
				for i := range shown {
					shown[i].link = strings.Replace(shown[i].link, "http://", "https://www.", 1)
				}
			}
			for _, title := range titles(w.poll(shown...).New) {
				told[title]++
			}
			for _, a := range shown {
				if told[a.title] != 1 {
					rt.Fatalf("%s was new %d times", a.title, told[a.title])
				}
			}
		}
	})
}

// longDesk is the source of long documents.
var longDesk = Source{ID: "Desk", URL: "https://desk.example/news/feed.xml", Tags: []string{"analysis"}}

func readDocument(t *testing.T, body string) Document {
	t.Helper()
	doc, err := Read([]byte(body), "", longDesk)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
