package poll_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/poll"
)

// sections is a publisher with two feeds, world and business. Each story is in one of them
// or in both, with the same words.
type sections struct {
	mu sync.Mutex // both feeds may be asked for at once
	*publisher
	param string    // of links; its value names the feed, with %s or %d
	at    time.Time // of the documents
	first map[int]bool
}

var sectionNames = []string{"world", "business"}

// in reports whether a story is in a section.
func (s *sections) in(r *report, section int) bool { return r.n%4 >= 2 || r.n%4 == section }

// next returns the document of a section. Those of one hour have the same time.
func (s *sections) next(now time.Time, section int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now = now.Truncate(hour); !now.Equal(s.at) { // one host is not asked for both at once
		s.at = now
		s.publisher.next(now)
		if s.first == nil {
			s.first = map[int]bool{}
			for _, n := range s.whole {
				s.first[n.n] = true
			}
		}
	}
	var nodes []node
	for _, n := range s.whole {
		if !s.in(n.report, section) {
			continue
		}
		value := fmt.Sprintf(s.param, sectionNames[section])
		if strings.Contains(s.param, "%d") {
			value = fmt.Sprintf(s.param, 7+section)
		}
		named := n.link + "?" + value
		if base, query, ok := strings.Cut(n.link, "?"); ok {
			named = base + "?" + value + "&" + query
		}
		if n.guid == n.link {
			n.guid = named
		}
		n.link = named
		nodes = append(nodes, n)
	}
	return s.render(nodes, false, now)
}

// The same article in two feeds of a publisher, whose links differ in a parameter that
// names the feed, is alerted once, and noted to be in the other feed too. Another article
// under the same title is alerted.
func TestSectionFeeds(t *testing.T) {
	for _, test := range []struct {
		shows  string
		param  string
		habits habits
	}{
		{"the same link in both feeds", "utm_source=%s", habits{}},
		{"a name", "feed=%s", habits{}},
		{"a name in a longer value", "ref=rss-%s", habits{}},
		{"a number", "cat=%d", habits{}},
		{"the link is the guid", "feed=%s", habits{GUID: "link"}},
		{"no guid", "from=%s", habits{GUID: "none"}},
		{"other parameters say which article it is", "feed=%s", habits{GUID: "link", Link: "id"}},
		{"short texts that are all the same", "feed=%s", habits{GUID: "link", Text: "boilerplate"}},
		{"no text", "feed=%s", habits{GUID: "link", Text: "none"}},
		{"other articles have the same title", "feed=%s", habits{GUID: "link", Link: "id", Title: "serial", Text: "boilerplate"}},
		{"other articles have the same title, and texts", "feed=%s", habits{Link: "id", Title: "serial"}},
		{"articles of one page are others", "feed=%s", habits{Link: "page", Text: "none"}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			for seed := range uint64(2) {
				s := &sections{publisher: newPublisher(test.habits, 0, seed, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), param: test.param}
				told := s.live(t, 12)
				s.check(t, told)
			}
		})
	}
}

// live polls both feeds once an hour, and returns the alerts of desk.
func (s *sections) live(outer *testing.T, polls int) (told []notify.Alert) {
	outer.Helper()
	dir := outer.TempDir()
	synctest.Test(outer, func(t *testing.T) {
		w := newWeb()
		var sources []feeds.Source
		for i, name := range sectionNames {
			src := feeds.Source{ID: name, URL: "https://www.paper.example/" + name, Every: hour}
			w.serve(src.URL, func(now time.Time) answer { return answer{body: s.next(now, i)} })
			sources = append(sources, src)
		}
		plan := categoryPlan(t)
		plan.Limit = poll.HostLimit{Parallel: 2}
		n := idle(t, w, dir, plan, sources...)
		defer func() { n.must(n.store.Close()) }()
		for range polls {
			n.once()
			after(hour)
			told = append(told, n.take("desk")...)
		}
	})
	return told
}

// check counts how often each story was alerted.
func (s *sections) check(t *testing.T, alerts []notify.Alert) {
	t.Helper()
	told := map[int]int{}
	for _, a := range alerts {
		var found *report
		for _, r := range s.stories {
			own := s.linkOf(r)
			bare, _, _ := strings.Cut(own, "?")
			_, id, _ := strings.Cut(own, "id=")
			if !strings.HasPrefix(a.Item.Link, bare) || id != "" && !strings.HasSuffix(a.Item.Link, "id="+id) || s.Link == "page" && a.Item.Published.Unix() != r.date.Unix() {
				continue
			}
			found = r
		}
		if found == nil {
			t.Fatalf("an alert of what was never shown: %s %s", a.Item.Title, a.Item.Link)
		}
		if told[found.n]++; s.Link == "page" {
			continue // the page is not the article's own link, and both may be alerted
		}
		if told[found.n] > 1 {
			t.Errorf("%d is told again as %s", found.n, a.Item.Link)
		}
		if both := s.in(found, 0) && s.in(found, 1); both && len(a.AlsoIn) != 1 || !both && len(a.AlsoIn) != 0 {
			t.Errorf("%d is said to stand in %v as well", found.n, a.AlsoIn)
		}
	}
	for _, r := range s.stories[archive:] {
		if told[r.n] == 0 {
			t.Errorf("%d was not told: %v", r.n, r.title)
		}
	}
	for n := range s.first {
		if told[n] > 0 {
			t.Errorf("%d of the first document is told", n)
		}
	}
}
