package page

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"watcher/internal/desk"
	"watcher/internal/poll"
	"watcher/internal/text"
	"watcher/internal/web"
)

// feedsShown is how many feeds a page has.
const feedsShown = 60

// farthest is how many feeds one can page through; who looks for one writes a part of its
// name.
const farthest = 100_000

type feedsPage struct {
	frame
	Name, State string // the filters
	Counts      []stateCount
	All, Found  int
	Rows        []feedRow
	More        string
}

// stateCount is how many feeds are in a state.
type stateCount struct {
	State, Class string
	Count        int
}

type feedRow struct {
	Name, URL, Host string
	State, Class    string
	Since           moment
	Text            string
	Next, Changed   moment
	Held            int
	Spark           *spark
}

// stateClass is how a condition is shown.
func stateClass(c poll.Condition) string {
	switch c {
	case poll.Well:
		return "ok"
	case poll.Unpolled:
		return "off"
	case poll.Moved, poll.Stale, poll.Overran, poll.Guidless, poll.Changing, poll.Rekeyed:
		return "warn"
	}
	return "bad"
}

func (s *site) feeds(r *http.Request, f *frame) (any, error) {
	f.Title = "Feeds"
	q := r.URL.Query()
	p := feedsPage{Name: strings.TrimSpace(q.Get("name")), State: q.Get("state")}
	from, _ := strconv.Atoi(q.Get("from")) // what is no number is the beginning
	from = min(max(from, 0), farthest)
	list, err := s.Desk.FeedList(r.Context(), desk.FeedFilter{Words: p.Name, State: poll.Condition(p.State)}, from, feedsShown)
	if err != nil {
		return nil, err
	}
	p.All, p.Found = list.All, list.Found
	for _, c := range slices.Backward(poll.Conditions[:]) {
		if n := list.Counts[c]; n > 0 {
			p.Counts = append(p.Counts, stateCount{string(c), stateClass(c), n})
		}
	}
	for i := range list.Feeds {
		row := f.feedRow(&list.Feeds[i])
		row.Spark = feedSpark(list.Feeds[i].Days)
		p.Rows = append(p.Rows, row)
	}
	if to := from + len(p.Rows); to < p.Found && to < farthest {
		rest := kept(q, []string{"name", "state"})
		rest.Set("from", strconv.Itoa(to))
		p.More = f.Root + "feeds" + query(rest)
	}
	p.frame = *f
	return p, nil
}

func (f frame) feedRow(r *desk.FeedReport) feedRow {
	return feedRow{
		Name: r.Name, URL: r.URL, Host: hostOf(r.URL), State: string(r.State), Class: stateClass(r.State), Since: f.For(r.Since),
		Text: r.Text, Next: f.Ago(r.Next), Changed: f.Ago(r.Changed), Held: r.Held,
	}
}

// feedSpark draws what a feed brought; nil where nothing was counted.
func feedSpark(days []desk.FeedDay) *spark {
	if len(days) == 0 {
		return nil
	}
	counts := make([]int, len(days))
	for i, d := range days {
		counts[i] = d.New
	}
	s := sparkOf(counts, "new items")
	return &s
}

type feedPage struct {
	frame
	Feed  desk.FeedReport
	Class string
	Facts []fact
	Held  []heldItem
	Mute  muteForm
	Spark *spark
}

// fact is something that is known, in words or as a time.
type fact struct {
	Name, Text string
	At         moment // Zero where there is only Text
}

type heldItem struct {
	ID, Title, Link string
	Published       moment
	Rules, Targets  string
	TooOld          bool
}

func (s *site) feed(r *http.Request, f *frame) (any, error) {
	report, err := s.Desk.Feed(r.Context(), r.PathValue("name"))
	if err != nil {
		return nil, err
	}
	f.Title = report.Name
	p := feedPage{Spark: feedSpark(report.Days), Feed: report, Class: stateClass(report.State), Facts: f.feedFacts(&report)}
	var held []desk.HeldItem
	if report.Held > 0 {
		if held, err = s.Desk.Held(r.Context(), report.Name); err != nil {
			return nil, err
		}
	}
	for _, h := range held {
		p.Held = append(p.Held, heldItem{h.ID, h.Title, webLink(h.Link), f.Exact(h.Published), strings.Join(h.Rules, ", "), strings.Join(h.Targets, ", "), h.TooOld})
	}
	p.Mute = muteForm{"feed", f.Root, "feed", report.Name, "feeds/" + url.PathEscape(report.Name), "Mute this feed", "Its alerts are held until the mute ends. It is still read."}
	p.frame = *f
	return p, nil
}

// feedFacts are all that is known of a feed and is worth a line.
func (f frame) feedFacts(r *desk.FeedReport) []fact {
	none := moment{Zero: true}
	var out []fact
	at := func(name string, m moment, text string) {
		if !m.Zero {
			out = append(out, fact{name, text, m})
		}
	}
	say := func(name, text string) {
		if text != "" {
			out = append(out, fact{name, text, none})
		}
	}
	at("Next poll", f.Ago(r.Next), "")
	at("Last poll", f.Ago(r.Polled), "")
	at("Last new item", f.Ago(r.Changed), "")
	if r.Gap > 0 {
		say("Publishes", "about every "+span(seconds(r.Gap)))
	}
	say("Items", text.Number(r.Items)+" in its last document")
	say("Last error", r.Error)
	if r.Failures > 0 {
		say("Failures", text.Number(r.Failures)+" in a row")
	}
	at("Not asked before", f.Ago(r.Barred), barredBy(r))
	say("Moved to", r.MovedTo)
	say("Identity", r.Identity)
	if r.Warnings > 0 {
		say("Repairs", text.Number(r.Warnings)+" in its last document")
	}
	if r.TooOld > 0 {
		say("Too old", text.Number(r.TooOld)+" items matched and were too old to alert")
	}
	if r.SlidBack > 0 {
		say("Slid back", text.Number(r.SlidBack)+" items matched, came in at the old end and did not alert")
	}
	if r.NoText > 0 {
		say("Without full text", text.Number(r.NoText)+" articles: "+r.NoTextError)
	}
	if r.Push != nil {
		say("Hub", fmt.Sprintf("%s, %s", r.Push.Hub, r.Push.State))
	}
	return out
}

func barredBy(r *desk.FeedReport) string {
	if r.BarredBy != "" {
		return "the server told " + r.BarredBy + " so"
	}
	return "the server said so"
}

// decide carries out a decision about a feed.
func (s *site) decide(r *http.Request, _ web.Person) (to, done string, err error) {
	feed, what := r.PostFormValue("feed"), desk.FeedAction(r.PostFormValue("do"))
	done = map[desk.FeedAction]string{desk.Accept: "accept", desk.Release: "release", desk.ReleaseSome: "release", desk.PollNow: "poll"}[what]
	if done == "" || feed == "" {
		return "", "", wrong("what is to be done with which feed was not said")
	}
	ids := r.PostForm["item"]
	if what == desk.ReleaseSome && len(ids) == 0 {
		return "", "", wrong("tick the items that are to be released")
	}
	_, err = s.Desk.Decide(r.Context(), what, feed, ids)
	return wayBack(r, "feeds/"+url.PathEscape(feed)), done, conflict(err)
}
