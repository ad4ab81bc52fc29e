package syndicate

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/text"
)

// document is a feed, before it is written in a format.
type document struct {
	id      string // a URN
	title   string
	self    string // where it was asked for
	page    string // where a person sees the same
	version string // of the program
	updated time.Time
	entries []entry // the newest first
}

// entry is an article in it. Its texts are plain, but for html.
type entry struct {
	id         string // a URN, of the article
	title      string // never empty
	link       string // of the article; empty if it has none that is safe
	page       string // of the alert; empty for what a search found
	authors    []string
	feed       string
	language   string // as feeds write it; empty if it is none
	categories []string
	published  time.Time // zero if the feed did not say
	updated    time.Time // when it was alerted, or seen
	html       string
}

// document gathers what a source has now.
func (f *Feeds) document(r *http.Request, s *source) (*document, error) {
	base := f.base(r)
	d := &document{
		id: urn("feed", f.Instance, s.key()), self: base + self(r), page: base + s.key(), version: f.Version,
		updated: started, title: "watcher: alerts",
	}
	var err error
	switch {
	case s.path == "/search":
		d.title = "watcher: " + text.Short(s.query.Get("q"), longTitle)
		d.entries, err = f.found(r.Context(), s)
	case s.rule != "":
		d.title = "watcher: " + text.Short(s.rule, longTitle)
		if _, err = f.Desk.Rule(r.Context(), s.rule); err == nil {
			d.entries, err = f.alerts(r.Context(), desk.Filter{Rule: s.rule}, base)
		}
	default:
		d.entries, err = f.alerts(r.Context(), s.filter(), base)
	}
	for i := range d.entries {
		if at := d.entries[i].updated; i == 0 || at.After(d.updated) {
			d.updated = at
		}
	}
	return d, err
}

// started is the time of a feed that has had no entry.
var started = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// longTitle is how many characters a title may have.
const longTitle = 250

// base is what addresses of ours begin with.
func (f *Feeds) base(r *http.Request) string {
	if at := f.Config().HTTP.PageURL; at != "" {
		return strings.TrimRight(at, "/")
	}
	if at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr); at != nil && at.Network() == "unix" {
		return "http://" + f.Config().HTTP.Listen // which no admin socket is
	}
	return "http://" + r.Host
}

// self is the path and query that were asked for, without the path of page_url. The
// token that is in it is the one who asks sent: readers subscribe to what stands here.
func self(r *http.Request) string { return withQuery(r.URL.EscapedPath(), r.URL.Query()) }

func (s *source) filter() desk.Filter {
	return desk.Filter{
		Rule: s.query.Get("rule"), Feed: s.query.Get("feed"), Tag: s.query.Get("tag"),
		Severity: s.query.Get("severity"), Target: s.query.Get("target"),
	}
}

// maxPages is how many pages of alerts are looked at for those that a filter lets
// pass.
const maxPages = 20

// alerts returns the newest articles that pass the filter, each once.
func (f *Feeds) alerts(ctx context.Context, of desk.Filter, base string) ([]entry, error) {
	var entries []entry
	known := make(map[string]bool)
	cursor := ""
	for range maxPages {
		page, err := f.Desk.Alerts(ctx, of, cursor, maxEntries)
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			row := &page.Items[i]
			if row.Trouble != nil || row.Follows != nil {
				continue // is no article, or was one before
			}
			if e := alertEntry(row, base); !known[e.id] {
				known[e.id] = true
				entries = append(entries, e)
			}
			if len(entries) == maxEntries {
				return entries, nil
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return entries, nil
}

var errBusy = errors.New("other searches are under way")

// found returns the newest articles that a query finds.
func (f *Feeds) found(ctx context.Context, s *source) ([]entry, error) {
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	select {
	case f.searches <- struct{}{}:
		defer func() { <-f.searches }()
	case <-ctx.Done():
		return nil, errBusy
	}
	var entries []entry
	known := make(map[string]bool)
	q := past.Query{Rule: rules.Rule{Match: s.query.Get("q")}, Language: f.Config().Language()}
	for a, err := range f.Past.Newest(ctx, q, "") {
		if err != nil {
			return nil, err
		}
		if e := foundEntry(&a); !known[e.id] {
			known[e.id] = true
			entries = append(entries, e)
		}
		if len(entries) == maxEntries {
			break
		}
	}
	return entries, nil
}

// alertEntry is an alert's article as an entry.
func alertEntry(row *desk.AlertRow, base string) entry {
	e := itemEntry(&row.Item, row.ID)
	e.updated, e.page = row.Held.UTC(), base+"/alerts/"+url.PathEscape(row.ID)
	story := content{Feed: row.Item.Feed, Summary: row.Item.Summary, Rules: row.Rules, Page: e.page}
	for _, x := range row.Excerpts {
		story.excerpt(notify.Excerpt(x))
	}
	for _, l := range row.AlsoIn {
		story.Also = append(story.Also, notify.Location{Feed: l.Feed, Link: safe(l.Link)})
	}
	for _, hit := range row.Rules {
		e.categories = append(e.categories, text.Short(hit.Name, longTitle))
	}
	e.html = story.html()
	return e
}

// foundEntry is an article that was found as an entry.
func foundEntry(a *past.Found) entry {
	item := poll.TellItem(&a.Item)
	e := itemEntry(&item, a.ID)
	e.updated = a.Seen.UTC()
	story := content{Feed: item.Feed, Summary: item.Summary}
	for _, x := range poll.Excerpts(&a.Item, a.Spans) {
		story.excerpt(x)
	}
	for _, c := range item.Categories {
		if c = text.Short(c, longTitle); c != "" {
			e.categories = append(e.categories, c)
		}
	}
	e.html = story.html()
	return e
}

// itemEntry is what an article says of itself. The same article is the same entry in
// all feeds, and stays it where it is alerted again.
func itemEntry(it *notify.AlertItem, id string) entry {
	e := entry{title: text.Short(it.Title, longTitle), link: safe(it.Link), feed: text.Short(it.Feed, longTitle), language: language(it.Language)}
	if e.id = urn("article", id); it.ID != "" {
		e.id = urn("item", it.FeedURL, it.ID)
	}
	if e.title == "" {
		e.title = text.Short(it.Summary, longTitle)
	}
	if e.title == "" {
		e.title = "(no title)"
	}
	for _, a := range it.Authors {
		if a = text.Short(a, longTitle); a != "" {
			e.authors = append(e.authors, a)
		}
	}
	if p := it.Published; p != nil && p.Year() > 1970 && p.Year() < 10000 {
		e.published = p.UTC()
	}
	return e
}

// urn is a UUID (RFC 9562, version 8) that is made of texts, as a URN: readers take it
// for what it is, whatever the addresses of ours and others become.
func urn(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// safe is an address that may be followed, written as URIs are; empty for all else.
func safe(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(link) > 2000 {
		return ""
	}
	u.User = nil
	return u.String()
}

// language is a tag as BCP 47 has it; empty for what is none.
func language(tag string) string {
	for i, part := range strings.Split(tag, "-") {
		if part == "" || len(part) > 8 || strings.ContainsFunc(part, func(r rune) bool {
			digit := '0' <= r && r <= '9'
			return !('a' <= r|0x20 && r|0x20 <= 'z') && !(digit && i > 0)
		}) {
			return ""
		}
	}
	return tag
}

// content is what stands in an entry for people.
type content struct {
	Excerpts [][]piece
	Summary  string // where there are no excerpts
	Feed     string
	Rules    []notify.RuleHit
	Also     []notify.Location
	Page     string
}

// piece is a run of text that matched, or did not.
type piece struct {
	Text string
	Hit  bool
}

func (c *content) excerpt(x notify.Excerpt) {
	if x.Field == "title" {
		return // it is the entry's
	}
	whole, spans := text.CleanSpans(x.Text, text.TidySpans(x.Text, x.Spans))
	var ps []piece
	at := 0
	for _, s := range spans {
		ps = append(ps, piece{whole[at:s[0]], false}, piece{whole[s[0]:s[1]], true})
		at = s[1]
	}
	c.Excerpts = append(c.Excerpts, append(ps, piece{whole[at:], false}))
}

// page is what an entry shows. What feeds said is text in it.
var page = template.Must(template.New("entry").Parse(
	`{{range .Excerpts}}<p>{{range .}}{{if .Hit}}<mark>{{.Text}}</mark>{{else}}{{.Text}}{{end}}{{end}}</p>{{else}}{{with .Summary}}<p>{{.}}</p>{{end}}{{end -}}
<p>{{.Feed}}{{range $i, $r := .Rules}}{{if $i}}, {{else}} · matched {{end}}<b>{{$r.Name}}</b>{{range $j, $t := $r.Terms}}{{if $j}}, {{else}} ({{end}}{{$t}}{{end}}{{if $r.Terms}}){{end}}{{end}}</p>
{{- with .Also}}<p>Also in {{range $i, $a := .}}{{if $i}}, {{end}}{{if $a.Link}}<a href="{{$a.Link}}">{{or $a.Feed $a.Link}}</a>{{else}}{{$a.Feed}}{{end}}{{end}}</p>{{end}}
{{- with .Page}}<p><a href="{{.}}">Open in watcher</a></p>{{end}}`))

func (c *content) html() string {
	c.Summary, c.Feed = text.Short(c.Summary, 1000), text.Short(c.Feed, longTitle)
	var b strings.Builder
	if err := page.Execute(&b, c); err != nil {
		return template.HTMLEscapeString(c.Summary) // of no type that it does not know
	}
	return b.String()
}

// Instance names what no other watcher has: this machine, and the store that is a file of
// it; or the database, as whichever machine of it answers, a reader must know what it has.
func Instance(store config.StoreOptions) string {
	if store.Path == "" {
		return store.Place()
	}
	host, _ := os.Hostname() // without it the store's path has to do
	return host + " " + store.Path
}
