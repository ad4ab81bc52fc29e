package page

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"watcher/internal/notify"
	"watcher/internal/text"
	"watcher/internal/web"
)

// frame is what every page has round its own content. The models of pages embed it.
type frame struct {
	Title   string
	Here    string // the path of the room in the navigation that the page belongs to
	Root    string // leads from the page's address to the root: "./", "../"
	Back    string // the page's own path and query, from the root
	Done    string // what was just done; empty if nothing was
	Look    string // the reader's choice of colours, or "auto"
	Person  web.Person
	Login   bool // there is one
	Version string
	Editing bool // who looks may edit files of rules

	assets assets
	zone   *time.Location
	now    time.Time
}

// navigation are the rooms, in the order of the page's head.
var navigation = []struct{ Path, Name string }{
	{"alerts", "Alerts"}, {"search", "Search"}, {"rules", "Rules"}, {"feeds", "Feeds"},
	{"targets", "Targets"}, {"mutes", "Mutes"}, {"status", "Status"},
}

// SignedOut reports whether who asks has yet to sign in: all but the login is closed.
func (f frame) SignedOut() bool { return f.Login && f.Person.Name == "" }

func (frame) Nav() []struct{ Path, Name string } { return navigation }

// Looks are the choices of colours; auto is the browser's.
func (frame) Looks() []string { return []string{"auto", "light", "dark"} }

// Theme is the choice that overrides the browser's, or empty.
func (f frame) Theme() string {
	if f.Look == "auto" {
		return ""
	}
	return f.Look
}

// Asset is the address of a file that the page loads.
func (f frame) Asset(name string) string { return f.Root + "assets/" + f.assets.named[name] }

// ZoneName is how the zone is called at the moment.
func (f frame) ZoneName() string {
	abbreviation, _ := f.now.In(f.zone).Zone()
	if f.zone == time.UTC {
		return "UTC"
	}
	return fmt.Sprintf("%s (%s)", f.zone, abbreviation)
}

// moment is a time as it is shown.
type moment struct {
	Zero  bool
	RFC   string // for datetime=
	Short string // what stands there
	Full  string // what a pointer over it shows
}

// fullTime is how a time is written where nothing of it may be left out.
const fullTime = "Monday 2 January 2006, 15:04:05 MST"

func (f frame) moment(t time.Time, format string) moment {
	if t.IsZero() {
		return moment{Zero: true}
	}
	t = t.In(f.zone)
	return moment{RFC: t.Format(time.RFC3339), Short: t.Format(format), Full: t.Format(fullTime)}
}

// Clock shows the hour and minute of a time, where its day stands above.
func (f frame) Clock(t time.Time) moment { return f.moment(t, "15:04") }

// At shows a time in the form that is the shortest that is clear today.
func (f frame) At(t time.Time) moment { return f.at(t, "15:04") }

func (f frame) at(t time.Time, clock string) moment {
	local, now := t.In(f.zone), f.now.In(f.zone)
	switch {
	case local.Format(time.DateOnly) == now.Format(time.DateOnly):
		return f.moment(t, clock)
	case local.Year() == now.Year():
		return f.moment(t, "2 Jan "+clock)
	}
	return f.moment(t, "2 Jan 2006 "+clock)
}

// Exact shows a time to the second, with its day where that is not today.
func (f frame) Exact(t time.Time) moment { return f.at(t, "15:04:05") }

// Ago shows a time as how long ago it was, or how soon it will be.
func (f frame) Ago(t time.Time) moment {
	m := f.moment(t, "15:04")
	switch d := f.now.Sub(t); {
	case t.IsZero():
	case d > -time.Second && d < time.Second:
		m.Short = "now"
	case d >= 0:
		m.Short = span(d) + " ago"
	default:
		m.Short = "in " + span(-d)
	}
	return m
}

// For shows a time as how long something has been so since then.
func (f frame) For(t time.Time) moment {
	m := f.moment(t, "15:04")
	if !m.Zero {
		m.Short = "for " + span(max(f.now.Sub(t), 0))
	}
	return m
}

// Day names the day of a time.
func (f frame) Day(t time.Time) string {
	day := t.In(f.zone)
	switch today := f.now.In(f.zone); day.Format(time.DateOnly) {
	case today.Format(time.DateOnly):
		return "Today, " + day.Format("2 January")
	case today.AddDate(0, 0, -1).Format(time.DateOnly):
		return "Yesterday, " + day.Format("2 January")
	}
	return day.Format("Monday, 2 January 2006")
}

// RulePath is the link to a rule's page, whatever the rule is called.
func (f frame) RulePath(name string) string { return f.Root + "rules/" + url.PathEscape(name) }

// FeedPath is the link to a feed's page, whatever the feed is called.
func (f frame) FeedPath(name string) string { return f.Root + "feeds/" + url.PathEscape(name) }

// webLink is a link that may stand on a page: empty unless it leads to the web.
func webLink(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return link
}

// hostOf is the host of a link, as a reader knows it.
func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// span writes a length of time in its largest unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return text.Number(int(d.Hours()/24)) + " days"
}

// piece is a part of a text, which matched or did not.
type piece struct {
	Text string
	Hit  bool
}

// pieces takes a text apart at the spans, which are in order and do not overlap; what
// of them lies outside the text is left out.
func pieces(s string, spans [][2]int) []piece {
	var out []piece
	at := 0
	add := func(to int, hit bool) {
		if to > at {
			out = append(out, piece{strings.ToValidUTF8(s[at:to], "\ufffd"), hit})
			at = to
		}
	}
	for _, span := range spans {
		from, to := max(span[0], at), min(span[1], len(s))
		if from >= to {
			continue
		}
		add(from, false)
		add(to, true)
	}
	add(len(s), false)
	return out
}

// excerpt is a piece of an article's field.
type excerpt struct {
	Field  string
	Pieces []piece
}

func excerptsOf(es []notify.Excerpt) (title []piece, rest []excerpt) {
	for _, e := range es {
		if e.Field == "title" && title == nil {
			title = pieces(e.Text, e.Spans)
			continue
		}
		rest = append(rest, excerpt{e.Field, pieces(e.Text, e.Spans)})
	}
	return title, rest
}

// safePath is what may stand behind the root in a way back: a room of ours, never
// another site.
var safePath = regexp.MustCompile(`^(alerts|search|rules|feeds|targets|mutes|status|subscribe)([/?][^\\\x00-\x20\x7f]*)?$`)

// wayBack returns where a form leads after it was carried out: the path from the root
// that it names itself, or else otherwise.
func wayBack(r *http.Request, otherwise string) string {
	back := r.PostFormValue("back")
	if !safePath.MatchString(back) || strings.Contains(back, "//") || strings.Contains(back, "..") {
		return otherwise
	}
	return back
}
