package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"watcher/internal/testutil"
)

var allPublishers = flag.Bool("publishers", false, "run all publishing software, not three of it, for a whole day by the clock")

// publisher is real software that makes a feed of stories.
type publisher struct {
	name  string
	quick bool // it also runs in make test
	open  func(*testing.T) press
	// differs is what is known to go wrong with it, as docs/publishers.md explains.
	differs tally
}

// press is a running publisher. Publish makes the feed have these stories, the newest
// first, at an hour of the simulated day. Site is the address that it calls its own.
type press struct {
	feed    string
	publish func(hour time.Time, site string, stories []story)
}

var publishers = []publisher{
	{name: "npm rss", quick: true, open: openNodeRSS, differs: tally{twice: 1}},
	{name: "gitweb", quick: true, open: openGitweb, differs: tally{twice: 2, late: 4}},
	{name: "Hugo", quick: true, open: openHugo, differs: tally{twice: 1}},
	{name: "cgit", open: openCgit, differs: tally{twice: 1}},
	{name: "hgweb", open: openHgweb, differs: tally{twice: 3}},
	{name: "jekyll-feed", open: openJekyll},
	{name: "Pelican", open: openPelican, differs: tally{twice: 1}},
	{name: "Hexo", open: openHexo},
	{name: "eleventy-plugin-rss", open: openEleventy, differs: tally{twice: 1}},
	{name: "Hugo on Apache with mod_deflate", open: openHugoOnApache, differs: tally{twice: 1}},
	{name: "WordPress", open: openWordPress, differs: tally{late: 4}},
	{name: "WordPress behind nginx with gzip", open: openWordPressBehindNginx, differs: tally{late: 4}},
}

// tally is what became of the stories of a day.
type tally struct {
	lost, twice int
	late        int // the most hours that a story stood in the feed before it was alerted
	misdated    int // alerts with another date than the story's
}

// TestPublishers lives through a day with real publishing software, polls its feed every
// hour, and compares the alerts with the stories.
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
			got, want := newDay(t, p.open(t)).live(), p.differs
			if !*allPublishers { // the hours do not pass for watcher
				got.late, want.late = 0, 0
			}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// dayOf is a day with a publisher.
type dayOf struct {
	t       *testing.T
	press   press
	meter   *meter
	told    *ear
	watcher *world

	now     time.Time
	hours   int // that are over
	site    string
	stories []story
	since   map[string]int // since which hour a story has been in the feed
	counts  map[string]int // of alerts
	result  tally
}

func newDay(t *testing.T, p press) *dayOf {
	t.Helper()
	told := &ear{}
	s := httptest.NewServer(told)
	t.Cleanup(s.Close)
	d := &dayOf{
		t: t, press: p, meter: newMeter(t, p.feed), told: told, site: oldSite,
		watcher: &world{t: t, dir: t.TempDir()},
		now:     time.Now().UTC().Truncate(24 * time.Hour).Add(opening),
		since:   map[string]int{}, counts: map[string]int{},
	}
	if *allPublishers {
		d.watcher.bin = buildWithClock(t)
	} else {
		d.watcher.bin = buildWatcher(t)
	}
	testutil.WriteFile(t, filepath.Join(d.watcher.dir, "watcher.yaml"), fmt.Sprintf(publisherConfig, d.meter.url, s.URL), 0o600)
	return d
}

// live lives through the day. In make test its hours pass at once for watcher.
func (d *dayOf) live() tally {
	for _, h := range day {
		if h.night && !*allPublishers {
			continue
		}
		d.publish(h)
		if out, err := d.command("once").CombinedOutput(); err != nil {
			d.t.Fatalf("%s: %v\n%s", h.what, err, out)
		}
		d.hear(h.what)
		d.now = d.now.Add(time.Hour)
		d.hours++
	}
	return d.count()
}

func (d *dayOf) publish(h hour) {
	if h.do == nil {
		return
	}
	if h.site != "" {
		d.site = h.site
	}
	d.stories = h.do(d.now, d.stories)
	d.press.publish(d.now, d.site, d.stories)
	for _, s := range d.stories {
		if _, known := d.since[s.place]; !known {
			d.since[s.place] = d.hours
		}
	}
}

// command is watcher at the hour of the simulated day.
func (d *dayOf) command(args ...string) *exec.Cmd {
	cmd := d.watcher.command(args...)
	if *allPublishers {
		cmd.Env = append(cmd.Environ(), fmt.Sprintf("WATCHER_CLOCK=%d@0", int64(time.Until(d.now)/time.Second)))
	}
	return cmd
}

// hear counts the alerts since the last hour.
func (d *dayOf) hear(what string) {
	alerts := d.told.take()
	d.t.Logf("%s %s: %v", d.now.Format("15:04"), what, alerts)
	for _, a := range alerts {
		d.counts[a.place]++
		i := slices.IndexFunc(d.stories, func(s story) bool { return s.place == a.place })
		if i >= 0 && !a.date.Equal(d.stories[i].date.Truncate(time.Minute)) {
			d.t.Logf("%s is dated %s, not %s", a.place, a.date, d.stories[i].date)
			d.result.misdated++
		}
		if since := d.since[a.place]; since > 0 && d.counts[a.place] == 1 {
			d.result.late = max(d.result.late, d.hours-since)
		}
	}
}

func (d *dayOf) count() tally {
	news, alerts := 0, 0
	for place, since := range d.since {
		if since > 0 {
			news++
		}
		if since > 0 && d.counts[place] == 0 {
			d.result.lost++
			d.t.Logf("lost: %s", place)
		}
	}
	for place, n := range d.counts {
		alerts += n
		again := n
		if d.since[place] > 0 {
			again--
		}
		d.result.twice += again
		if again > 0 {
			d.t.Logf("told again: %s, %d alerts", place, n)
		}
	}
	d.t.Logf("%d stories, %d alerts, %+v, %d polls, %d of them got the whole document", news, alerts, d.result, d.meter.asked.Load(), d.meter.whole.Load())
	if out, err := d.command("feeds", "Gazette").CombinedOutput(); err == nil {
		d.t.Logf("watcher feeds Gazette:\n%s", out)
	}
	return d.result
}

const publisherConfig = `poll: {every: 1s}
network: {allow: [127.0.0.0/8]}
feeds: [{name: Gazette, url: "%s"}]
rules: [{name: nato, keywords: [NATO]}]
notify: {hook: {type: webhook, url: "%s"}}
ops: {notify: [hook]}
`

// meter stands in front of a publisher and counts its answers.
type meter struct {
	url          string
	asked, whole atomic.Int64
}

func newMeter(t *testing.T, feed string) *meter {
	t.Helper()
	target, err := url.Parse(feed)
	if err != nil {
		t.Fatal(err)
	}
	m := &meter{}
	s := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: target.Scheme, Host: target.Host})
			r.Out.URL.RawQuery = r.In.URL.RawQuery // gitweb's has semicolons
		},
		ModifyResponse: func(r *http.Response) error {
			m.asked.Add(1)
			if r.StatusCode == http.StatusOK {
				m.whole.Add(1)
			}
			if m.asked.Load() == 1 {
				t.Logf("the first answer: %v", r.Header)
			}
			return nil
		},
	})
	t.Cleanup(s.Close)
	m.url = s.URL + target.RequestURI()
	return m
}

// heard is an alert: its story, and the date that it gives, to the minute.
type heard struct {
	place string
	date  time.Time
}

func (h heard) String() string { return h.place }

// ear is a webhook receiver that notes the story of each alert.
type ear struct {
	mu     sync.Mutex
	alerts []heard
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var doc struct {
		Data struct {
			Text   string
			Alerts []struct {
				Item struct {
					Title, Summary string
					Published      time.Time
				}
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
		e.alerts = append(e.alerts, heard{place, a.Item.Published.UTC().Truncate(time.Minute)})
	}
	if doc.Data.Text != "" {
		e.alerts = append(e.alerts, heard{place: "trouble: " + doc.Data.Text})
	}
	w.WriteHeader(http.StatusNoContent)
}

// take returns the alerts since the last call.
func (e *ear) take() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	alerts := e.alerts
	e.alerts = nil
	return alerts
}
