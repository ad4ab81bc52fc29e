package poll_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// habits are how a publisher makes its feed. The zero value of each is the ideal: a guid,
// link, title, date and text of its own for each story, for good.
type habits struct {
	GUID, Link, Title, Date, Text string // one of those below
	Order                         string
	Window                        int // how many items a document has; 0 is 12

	Headlines bool // headlines are corrected now and then
	Words     bool // texts are corrected too
	Redates   bool // dates are corrected too
	Once      string

	Pinned   bool // one item always stays at the top
	Deletes  bool // items are deleted, and nothing comes in their place
	Refills  bool // items are deleted, and older ones come in their place
	Empties  bool // some documents are empty
	Late     bool // the first three documents are empty, and there was nothing before
	Nodes    bool // some documents are those of the poll before: another server's
	Cut      bool // some documents end after some of their items
	Doubled  bool // some documents have one item twice
	Shuffled bool // the order is another one at each poll
	Stamped  bool // the document says when it was made, so that its bytes are never the same
}

// The values of habits; the first of each, the zero value, is "own".
var (
	guids = []string{
		"", "none", "constant", "counter", "place", "session", "fresh", "title", "link",
		"host flips", "scheme flips", "slug",
	}
	links  = []string{"", "none", "page", "home", "session", "tracker", "utm", "parameter", "host flips", "slug", "dated", "id", "anchor"}
	titles = []string{"", "none", "constant", "serial", "numbered", "counter", "newest marked"}
	dates  = []string{"", "none", "now", "edited", "day", "newest's"}
	texts  = []string{"", "none", "boilerplate", "minutes ago", "block"}
	orders = []string{"", "oldest first"}
	onces  = []string{"", "guids", "dates"} // what is given to all items anew, once
)

// change is what happens to an item that was shown, between two documents. Two
// never happen at the same time.
type change int

const (
	nothing    change = iota
	headline          // the headline is corrected
	words             // the text is
	redated           // the date is, of one item or all
	guidsAnew         // all items get new guids
	allChanges        // how many there are
)

// happens reports whether a publisher with these habits makes the change c.
func (h *habits) happens(c change) bool {
	switch c {
	case headline:
		return h.Headlines
	case words:
		return h.Words
	case redated:
		return h.Redates || h.Once == "dates"
	case guidsAnew:
		return h.Once == "guids"
	}
	return true
}

// seeThrough says whether a person who lays each document beside those before could
// tell which items are new. That is so if, whatever happens between two documents,
// something of each item stays that no other item has: it says which item it is,
// and that all others are others. What changes by a rule, for all items alike (a
// session, a host, a counter, "3 minutes ago"), a person does not see as a change.
// Where a document has one item only, no two are ever seen side by side: if one thing
// alone is another one, it may as well have been corrected, and two must be.
//
// It asks for less than people can do: they also see that a text is the same but for a
// word, and that one item came in the place of one that left.
func (h *habits) seeThrough() bool {
	for c := range allChanges {
		if h.happens(c) && h.staying(c) == 0 {
			return false
		}
	}
	return h.Window != 1 || h.staying(nothing) > 1
}

// asked reports whether the judgement must see through the habits.
func (h *habits) asked() bool {
	for _, t := range tooHard {
		if t.is(h) {
			return false
		}
	}
	return h.seeThrough()
}

// staying counts what still tells items apart, and which they are, after c. What is derived
// from another property does not count twice.
func (h *habits) staying(c change) (n int) {
	guid := h.guidStays(c) && (h.GUID != "link" || !h.linkStays(c)) && (h.GUID != "title" || !h.titleStays(c))
	for _, stays := range [...]bool{guid, h.linkStays(c), h.titleStays(c), h.dateStays(c), h.textStays(c)} {
		if stays {
			n++
		}
	}
	return n
}

// tooHard are habits that a person sees through but the judgement need not, each with the
// reason.
var tooHard = []struct {
	why string
	is  func(h *habits) bool
}{
	{"a number that is another one in a document of one item may count comments or issues; only who understands the words can tell, and there are no others", func(h *habits) bool {
		return h.Window == 1 && h.Title == "numbered" && !h.textStays(nothing)
	}},
}

// guidStays reports whether guids still tell items apart, and which they are, after c.
func (h *habits) guidStays(c change) bool {
	switch h.GUID {
	case "none", "constant":
		return false // says nothing
	case "place":
		return false // says something else: the first item is never the same for long
	case "fresh":
		return false // none is ever seen twice
	case "title":
		return h.titleStays(c)
	case "link":
		return h.linkStays(c)
	case "slug":
		return c != headline && c != guidsAnew
	}
	return c != guidsAnew // its session, counter, host and scheme are recognised as such
}

func (h *habits) linkStays(c change) bool {
	switch h.Link {
	case "none", "page", "home":
		return false // says nothing
	case "tracker":
		return false // the same item has another at each poll, and nothing of it stays
	case "slug":
		return c != headline
	case "dated":
		return c != redated
	}
	return true
}

func (h *habits) titleStays(c change) bool {
	switch h.Title {
	case "none", "constant":
		return false
	case "serial":
		return false // "Open thread" is another one each time
	}
	return c != headline // a number in "Weekly digest 41" is known to stay, and one of comments to change
}

func (h *habits) dateStays(c change) bool {
	switch h.Date {
	case "none", "now", "newest's":
		return false
	case "day":
		return false // that of all items of the day
	case "edited":
		return c == nothing || c == guidsAnew
	}
	return c != redated
}

func (h *habits) textStays(c change) bool {
	switch h.Text {
	case "none", "boilerplate":
		return false
	}
	return c != words
}

// oldOnesAreKnown reports whether a late item that is older than everything that was shown
// can be recognised as such: it has a date of its own, and the document shows that it came
// in at the old end as another left.
func (h *habits) oldOnesAreKnown() bool {
	return h.Refills && (h.Date == "" || h.Date == "edited") && h.Order == "" && h.Once != "dates" && !h.Redates &&
		!h.Shuffled && !h.Pinned && !h.Empties && !h.Nodes && !h.Cut
}

// String names what is not ideal.
func (h habits) String() string {
	var odd []string
	v := reflect.ValueOf(h)
	for i := range v.NumField() {
		name := strings.ToLower(v.Type().Field(i).Name)
		switch f := v.Field(i).Interface().(type) {
		case string:
			if f != "" {
				odd = append(odd, name+" "+f)
			}
		case bool:
			if f {
				odd = append(odd, name)
			}
		case int:
			if f != 0 {
				odd = append(odd, fmt.Sprint(name, " ", f))
			}
		}
	}
	if odd == nil {
		return "all as one wishes"
	}
	return strings.Join(odd, ", ")
}

// nondescript is a publisher whose items do not say which they are.
var nondescript = habits{GUID: "none", Link: "page", Title: "constant", Date: "now", Text: "boilerplate"}

// eachHabit returns publishers with one habit that is not ideal, publishers with only one
// property that identifies items, and some real ones.
func eachHabit() []habits {
	var all []habits
	vary := func(base habits, kind string, values []string) {
		for _, v := range values {
			h := base
			reflect.ValueOf(&h).Elem().FieldByName(kind).SetString(v)
			all = append(all, h)
		}
	}
	for _, base := range []habits{{}, nondescript} {
		vary(base, "GUID", guids)
		vary(base, "Link", links)
		vary(base, "Title", titles)
		vary(base, "Date", dates)
		vary(base, "Text", texts)
	}
	vary(habits{}, "Order", orders)
	vary(habits{}, "Once", onces)
	all = append(all, met...)
	odd := []habits{
		{Headlines: true}, {Words: true}, {Redates: true}, {Pinned: true}, {Deletes: true}, {Refills: true}, {Empties: true},
		{Late: true}, {Nodes: true}, {Cut: true}, {Doubled: true}, {Shuffled: true}, {Stamped: true}, {Window: 1}, {Window: 3}, {Window: 30},
	}
	all = append(all, odd...)
	for _, h := range odd { // known only by the title and the text
		h.GUID, h.Link, h.Date = "none", "page", "now"
		all = append(all, h)
	}
	all = slices.DeleteFunc(all, func(h habits) bool { return !h.asked() })
	var once []habits
	for _, h := range all {
		if !slices.Contains(once, h) {
			once = append(once, h)
		}
	}
	return once
}

// met are real publishers, which people described or whose software was tried.
var met = []habits{
	// A situation report: only the newest is there, all on one page.
	{Link: "page", Window: 1},
	{GUID: "none", Link: "page", Window: 1},
	{GUID: "constant", Link: "page", Window: 1},
	{GUID: "constant", Window: 1},
	{GUID: "fresh", Link: "page", Window: 1},
	// Sessions, counters and hosts in the guid and in the link.
	{GUID: "session", Link: "session"},
	{GUID: "session", Link: "session", Window: 5},
	{GUID: "session", Link: "session", Title: "serial", Text: "boilerplate"},
	{GUID: "host flips", Link: "host flips"},
	{GUID: "host flips", Link: "host flips", Window: 30, Nodes: true},
	{GUID: "fresh", Link: "tracker"},
	{GUID: "fresh", Link: "tracker", Date: "now"},
	{GUID: "fresh", Link: "tracker", Title: "constant"},
	{GUID: "counter", Doubled: true},
	{GUID: "counter", Link: "page", Doubled: true},
	{GUID: "link", Link: "parameter"},
	// No guid, no link, and dates or texts that move.
	{GUID: "none", Link: "none", Date: "now"},
	{GUID: "none", Link: "none", Date: "none", Text: "minutes ago"},
	{GUID: "none", Link: "page", Date: "now", Text: "minutes ago"},
	{GUID: "none", Link: "page", Date: "now", Text: "minutes ago", Window: 6},
	{GUID: "none", Link: "parameter", Title: "counter"},
	// The guid is the place in the list.
	{GUID: "place", Deletes: true},
	{GUID: "place", Link: "page", Window: 3},
	// A headline or date is corrected, and guid and link with it.
	{GUID: "slug", Link: "slug", Headlines: true},
	{GUID: "title", Link: "slug", Headlines: true, Date: "edited"},
	{GUID: "link", Link: "dated", Redates: true},
	{GUID: "link", Link: "dated", Once: "dates"},
	// The title is the guid.
	{GUID: "title", Link: "none", Title: "serial"},
	{GUID: "title", Link: "none", Title: "serial", Window: 3},
	// Items that come late, or come back.
	{Late: true, Date: "day", Stamped: true},
	{Late: true, Date: "none", Stamped: true},
	{Late: true, Date: "day"},
	{Late: true, Date: "none"},
	{Late: true, GUID: "none", Link: "none", Date: "day"},
	{Refills: true, GUID: "none"},
	{Refills: true, Once: "guids"},
	{Deletes: true, Once: "guids", Window: 30},
	// Edits of what is shown since the baseline.
	{Words: true, Headlines: true, Date: "edited"},
	{Words: true, Headlines: true, Text: "block", Title: "newest marked"},
	{Text: "block", GUID: "none", Link: "page"},
	{GUID: "fresh", Link: "slug", Headlines: true},
}
