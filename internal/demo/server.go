package demo

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"sync"
	"time"
)

// server serves the demo's feeds, in which articles appear as time goes
// by, and receives the webhook that counts what was alerted.
type server struct {
	length time.Duration // in which the articles appear
	opened time.Time     // dates what stood in the feeds before

	mu     sync.Mutex
	asked  map[string]int  // how often each path was asked for
	last   map[string]int  // the same, since all articles have met their fate
	start  time.Time       // when the articles begin to appear; zero before
	alerts map[string]bool // by title
}

func newServer(length time.Duration) *server {
	return &server{
		length: length,
		opened: time.Now(),
		asked:  map[string]int{},
		last:   map[string]int{},
		alerts: map[string]bool{},
	}
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	for _, f := range sampleFeeds {
		mux.HandleFunc("GET "+f.path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, f) })
	}
	mux.HandleFunc("POST /tally", s.tally)
	return mux
}

// ask notes that a feed was asked for and returns the articles it shows now.
func (s *server) ask(f feed) []item {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[f.path]++
	if s.start.IsZero() && s.remembered() {
		s.start = time.Now()
	}
	now := 0.0
	if !s.start.IsZero() {
		now = float64(time.Since(s.start)) / float64(s.length)
	}
	var items []item
	for _, a := range articles {
		if a.feed != f.name || a.at > now || a.fate == repeated && !s.told(a.slug) {
			continue
		}
		items = append(items, s.item(a, now))
	}
	if now >= 1 && s.allTold() {
		s.last[f.path]++
	}
	return items
}

// remembered reports whether every feed was asked for twice: then the first
// answer of each, its baseline, is on disk. The caller holds mu, here and below.
func (s *server) remembered() bool {
	for _, f := range sampleFeeds {
		if s.asked[f.path] < 2 {
			return false
		}
	}
	return true
}

// told reports whether the article with that slug was alerted. What depends on
// it waits for that: a repetition that a poll happens to see first would be the
// original.
func (s *server) told(slug string) bool {
	for _, a := range articles {
		if a.slug == slug && a.fate == alerted {
			return s.alerts[a.title]
		}
	}
	return false
}

func (s *server) allTold() bool {
	for _, a := range articles {
		if a.fate == alerted && !s.alerts[a.title] {
			return false
		}
	}
	return true
}

// over reports whether every article was alerted that must be, and every feed
// was polled to the end after that. The second such request of a feed says that
// what the first one brought is on disk.
func (s *server) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range sampleFeeds {
		if s.last[f.path] < 2 {
			return false
		}
	}
	return true
}

// serve writes a feed as it stands, and 304 to who knows it.
func (s *server) serve(w http.ResponseWriter, r *http.Request, f feed) {
	kinds := map[string]struct {
		render func(feed, []item) ([]byte, error)
		media  string
	}{
		"rss":  {renderRSS, "application/rss+xml; charset=utf-8"},
		"atom": {renderAtom, "application/atom+xml"},
		"json": {renderJSON, "application/feed+json"},
	}
	body, err := kinds[f.kind].render(f, s.ask(f))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	sum := fnv.New64a()
	sum.Write(body)
	etag := fmt.Sprintf(`"%x"`, sum.Sum64())
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", kinds[f.kind].media)
	_, _ = w.Write(body) // a client that left asks again
}

// item is an article as it stands in a feed.
type item struct {
	guid, link, title, text string
	published               time.Time
}

func (s *server) item(a article, now float64) item {
	link := "https://" + hostOf(a.feed) + "/" + a.slug
	guid := link
	appeared := s.opened
	if a.at > 0 {
		appeared = s.start.Add(time.Duration(a.at * float64(s.length)))
	}
	switch {
	case a.fate == repeated:
		// The wire links to the review's article, and counts the clicks.
		link = "https://" + hostOf("Baltic Security Review") + "/" + a.slug + "?utm_source=wire"
	case a.slug == rekeyed.slug && now >= rekeyed.at && s.told(a.slug):
		guid = "urn:docket:" + a.slug
	}
	return item{guid, link, a.title, a.text, appeared.Add(-a.age).UTC().Truncate(time.Second)}
}

func hostOf(feed string) string {
	fold := strings.NewReplacer(" ", "-", "õ", "o", "ä", "a", "ž", "z")
	return fold.Replace(strings.ToLower(feed)) + ".example"
}

type rssItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	GUID        string `xml:"guid"`
	Date        string `xml:"pubDate"`
	Description string `xml:"description"`
}

func renderRSS(f feed, items []item) ([]byte, error) {
	doc := struct {
		XMLName  xml.Name  `xml:"rss"`
		Version  string    `xml:"version,attr"`
		Title    string    `xml:"channel>title"`
		Link     string    `xml:"channel>link"`
		Language string    `xml:"channel>language"`
		Items    []rssItem `xml:"channel>item"`
	}{Version: "2.0", Title: f.name, Link: "https://" + hostOf(f.name) + "/", Language: f.language}
	for _, it := range items {
		doc.Items = append(doc.Items, rssItem{it.title, it.link, it.guid, it.published.Format(time.RFC1123Z), "<p>" + it.text + "</p>"})
	}
	return xml.Marshal(doc)
}

type atomLink struct {
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Link      atomLink `xml:"link"`
	Published string   `xml:"published"`
	Updated   string   `xml:"updated"`
	Summary   string   `xml:"summary"`
}

func renderAtom(f feed, items []item) ([]byte, error) {
	doc := struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Entries []atomEntry `xml:"entry"`
	}{Lang: f.language, ID: "https://" + hostOf(f.name) + "/", Title: f.name}
	for _, it := range items {
		at := it.published.Format(time.RFC3339)
		doc.Entries = append(doc.Entries, atomEntry{it.guid, it.title, atomLink{it.link}, at, at, it.text})
	}
	return xml.Marshal(doc)
}

func renderJSON(f feed, items []item) ([]byte, error) {
	list := []map[string]any{}
	for _, it := range items {
		list = append(list, map[string]any{
			"id": it.guid, "url": it.link, "title": it.title, "content_text": it.text, "date_published": it.published.Format(time.RFC3339),
		})
	}
	return json.Marshal(map[string]any{
		"version": "https://jsonfeed.org/version/1.1", "title": f.name, "language": f.language, "items": list,
	})
}

// tally is the webhook target that knows what was alerted.
func (s *server) tally(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Data struct {
			Alerts []struct {
				Item struct{ Title string }
			}
		}
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	for _, a := range body.Data.Alerts {
		s.alerts[a.Item.Title] = true
	}
	s.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}
