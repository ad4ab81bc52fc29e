package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var allPublishers = flag.Bool("publishers", false, "run all publishing software, not three of it")

// publisher is real software that makes a feed of stories.
type publisher struct {
	name  string
	quick bool // runs in make test
	open  func(*testing.T) press
	// differs is what is known to go wrong with it, for the reason that
	// docs/publishers.md states.
	differs tally
}

// press is a publisher that runs. Publish makes the feed have these stories, the
// newest first, at an hour of the day that is played. Site is the address that it
// names as its own.
type press struct {
	feed    string
	publish func(hour time.Time, site string, stories []story)
}

var publishers = []publisher{
	{name: "npm rss", quick: true, open: openNodeRSS, differs: tally{twice: 1}},
	{name: "gitweb", quick: true, open: openGitweb, differs: tally{twice: 2}},
	{name: "Hugo", quick: true, open: openHugo, differs: tally{twice: 1}},
	{name: "hgweb", open: openHgweb, differs: tally{twice: 6}},
	{name: "jekyll-feed", open: openJekyll, differs: tally{twice: 1}},
	{name: "Pelican", open: openPelican, differs: tally{twice: 1}},
}

// story is what a newsroom publishes. Its place stands in its text and nowhere
// else, so that an alert can be told to be of it whatever becomes of the rest.
type story struct {
	place, title, more string
	date               time.Time
}

func (s story) body() string {
	return strings.TrimSpace("NATO ministers are expected in " + s.place + " on Thursday. " + s.more)
}

// slug is the name of a story's page: its title, and a number where another of that
// name came before.
func slug(stories []story, of story) string {
	name, same := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(of.title, ",", ""), " ", "-")), 1
	for _, s := range stories {
		if s.title == of.title && s.date.Before(of.date) {
			same++
		}
	}
	if same == 1 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, same)
}

// tally is what became of the stories of a day.
type tally struct{ lost, twice int }

// hour is one of the day: what the newsroom does to its stories, the newest first.
type hour struct {
	what string
	site string // where it moves to
	do   func(now time.Time, stories []story) []story
}

const oldSite, newSite = "http://gazette.example", "https://www.gazette.example"

// day has a story of each place told once: whichever is published after the first
// hour is news, and nothing else that a newsroom does to it.
var day = []hour{
	{what: "open", do: func(now time.Time, _ []story) []story {
		var all []story
		for i, place := range []string{"Vilnius", "Ankara", "Oslo", "Madrid"} {
			all = append(all, story{place: place, title: "Talks number " + fmt.Sprint(9-i) + " prepared", date: now.Add(-time.Duration(i*3+1) * time.Hour)})
		}
		return all
	}},
	{what: "publish", do: publishing("Grain deal holds", "Odesa")},
	{what: "correct a headline", do: editing("Odesa", func(s *story) { s.title = "Grain agreement holds, for now" })},
	{what: "publish two", do: func(now time.Time, stories []story) []story {
		return publishing("Port reopens", "Gdansk")(now, publishing("Strike ends", "Antwerp")(now.Add(-time.Minute), stories))
	}},
	{what: "correct a date", do: editing("Gdansk", func(s *story) { s.date = s.date.Add(-26 * time.Hour) })},
	{what: "edit a text", do: editing("Antwerp", func(s *story) { s.more = "The unions have agreed." })},
	{what: "publish a column", do: publishing("Weekly digest", "Tallinn")},
	{what: "delete", do: deleting("Odesa")},
	{what: "publish a column of the same name", do: publishing("Weekly digest", "Skopje")},
	{what: "rebuild", do: func(_ time.Time, stories []story) []story { return stories }},
	{what: "put an old one first", do: func(now time.Time, stories []story) []story {
		i := slices.IndexFunc(stories, func(s story) bool { return s.place == "Oslo" })
		old := stories[i]
		old.date = now
		return slices.Insert(slices.Delete(stories, i, i+1), 0, old)
	}},
	{what: "publish while another leaves", do: func(now time.Time, stories []story) []story {
		return publishing("Border crossing closes", "Narva")(now, deleting("Madrid")(now, stories))
	}},
	{what: "publish one of two hours ago", do: func(now time.Time, stories []story) []story {
		return publishing("Convoy turns back", "Pristina")(now.Add(-2*time.Hour), stories)
	}},
	{what: "move, and publish", site: newSite, do: publishing("Embassy reopens", "Tirana")},
	{what: "publish after the move", do: publishing("Bridge repaired", "Mostar")},
	{what: "correct headline and text", do: editing("Tirana", func(s *story) { s.title, s.more = "Embassy opens again", "A flag was raised." })},
	{what: "publish the last", do: publishing("Night talks begin", "Valletta")},
}

func publishing(title, place string) func(time.Time, []story) []story {
	return func(now time.Time, stories []story) []story {
		return slices.Insert(slices.Clone(stories), 0, story{place: place, title: title, date: now})
	}
}

func editing(place string, edit func(*story)) func(time.Time, []story) []story {
	return func(_ time.Time, stories []story) []story {
		stories = slices.Clone(stories)
		for i := range stories {
			if stories[i].place == place {
				edit(&stories[i])
			}
		}
		return stories
	}
}

func deleting(place string) func(time.Time, []story) []story {
	return func(_ time.Time, stories []story) []story {
		return slices.DeleteFunc(slices.Clone(stories), func(s story) bool { return s.place == place })
	}
}

// TestPublishers lives a day with real publishing software, polls what it makes of
// it every hour, and holds the alerts against the stories.
func TestPublishers(t *testing.T) {
	if testing.Short() {
		t.Skip("runs publishing software")
	}
	for _, p := range publishers {
		t.Run(p.name, func(t *testing.T) {
			if !p.quick && !*allPublishers {
				t.Skip("make publishers runs it")
			}
			t.Parallel()
			got := liveDay(t, p.open(t))
			if got != p.differs {
				t.Errorf("%d lost and %d twice, want %d and %d", got.lost, got.twice, p.differs.lost, p.differs.twice)
			}
		})
	}
}

func liveDay(t *testing.T, p press) tally {
	t.Helper()
	told := &ear{}
	s := httptest.NewServer(told)
	t.Cleanup(s.Close)
	w := &world{t: t, bin: buildWatcher(t), dir: t.TempDir()}
	writeFile(t, filepath.Join(w.dir, "watcher.yaml"), fmt.Sprintf(publisherConfig, p.feed, s.URL), 0o600)

	now := time.Now().UTC().Truncate(time.Hour).Add(-24 * time.Hour)
	site, stories, alerts := oldSite, []story(nil), 0
	expected := map[string]bool{}
	for i, h := range day {
		if h.site != "" {
			site = h.site
		}
		stories = h.do(now, stories)
		p.publish(now, site, stories)
		if i > 0 {
			for _, s := range stories {
				expected[s.place] = expected[s.place] || !hasStory(day[0].do(now, nil), s.place)
			}
		}
		out, err := w.command("once").CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", h.what, err, out)
		}
		places := told.places()
		t.Logf("%s: %q", h.what, places[alerts:])
		alerts = len(places)
		now = now.Add(time.Hour)
	}

	var result tally
	counts := map[string]int{}
	for _, place := range told.places() {
		counts[place]++
	}
	news := 0
	for place, is := range expected {
		if is {
			news++
			if counts[place] == 0 {
				result.lost++
				t.Logf("lost: %s", place)
			}
		}
	}
	for place, n := range counts {
		again := n
		if expected[place] {
			again--
		}
		result.twice += again
		if again > 0 {
			t.Logf("told again: %s, %d alerts", place, n)
		}
	}
	t.Logf("%d stories, %d alerts, %d lost, %d twice", news, alerts, result.lost, result.twice)
	if out, err := w.command("feeds", "Gazette").CombinedOutput(); err == nil {
		t.Logf("watcher feeds Gazette:\n%s", out)
	}
	return result
}

func hasStory(stories []story, place string) bool {
	return slices.ContainsFunc(stories, func(s story) bool { return s.place == place })
}

const publisherConfig = `poll: {every: 1s}
network: {allow: [127.0.0.0/8]}
feeds: [{name: Gazette, url: "%s"}]
rules: [{name: nato, keywords: [NATO]}]
notify: {hook: {type: webhook, url: "%s"}}
ops: {notify: [hook]}
`

// ear is a receiver of webhooks that notes which story each alert is of.
type ear struct {
	mu    sync.Mutex
	heard []string
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var doc struct {
		Data struct {
			Text   string
			Alerts []struct {
				Item     struct{ Title, Summary string }
				Excerpts []struct{ Text string }
			}
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &doc) != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range doc.Data.Alerts {
		_, rest, _ := strings.Cut(fmt.Sprint(a), "expected in ")
		place, _, _ := strings.Cut(rest, " ")
		if place == "" {
			place = a.Item.Title
		}
		e.heard = append(e.heard, place)
	}
	if doc.Data.Text != "" {
		e.heard = append(e.heard, "trouble: "+doc.Data.Text)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (e *ear) places() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

// unpacked is the folder of a Debian package and all that it needs, unpacked.
func unpacked(t *testing.T, name string) string {
	t.Helper()
	debs := fetchDebs(t, name)
	files, err := filepath.Glob(filepath.Join(debs, "*.deb"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no packages in %s: %v", debs, err)
	}
	root := t.TempDir()
	for _, f := range files {
		tell(t, exec.Command("dpkg-deb", "-x", f, root))
	}
	return root
}

// tell runs a command, and fails the test with what it said if it fails.
func tell(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

// serveFolder serves files as web servers do: with the time of the file.
func serveFolder(t *testing.T, dir string) string {
	t.Helper()
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(s.Close)
	return s.URL
}

// touch gives a file the time of the day that is played, so that two builds
// within a second have two times.
func touch(t *testing.T, path string, now time.Time) {
	t.Helper()
	if err := os.Chtimes(path, now, now); err != nil {
		t.Fatal(err)
	}
}
