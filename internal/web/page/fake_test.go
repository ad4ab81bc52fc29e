package page_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watcher/internal/config"
	"watcher/internal/desk"
	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store"
	"watcher/internal/web"
	"watcher/internal/web/page"
	"watcher/internal/web/syndicate"
)

// fakeDesk answers as a desk would, and records what it is told to do.
type fakeDesk struct {
	alerts  []desk.AlertRow
	lives   map[string]desk.Life
	mutes   []desk.MuteReport
	rules   []desk.RuleReport
	feeds   []desk.FeedReport
	held    map[string][]desk.HeldItem
	targets []desk.TargetReport
	status  desk.Status
	tokens  []syndicate.ListedToken

	mu   sync.Mutex
	did  []string
	fail error // the error of changes
}

func (d *fakeDesk) do(format string, args ...any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.did = append(d.did, fmt.Sprintf(format, args...))
	return d.fail
}

func (d *fakeDesk) Alerts(_ context.Context, f desk.Filter, after string, n int) (desk.Page[desk.AlertRow], error) {
	var p desk.Page[desk.AlertRow]
	if f.Query != "" {
		if _, err := rules.Parse(f.Query, rules.Options{}); err != nil {
			return p, err
		}
	}
	skip := after != ""
	for _, a := range d.alerts {
		if skip {
			skip = a.ID != after
			continue
		}
		if f.Feed != "" && a.Item.Feed != f.Feed || f.State != "" && a.State != f.State || f.Severity != "" && a.Severity.String() != f.Severity {
			continue
		}
		if len(p.Items) == n {
			p.Next = p.Items[n-1].ID
			break
		}
		p.Items = append(p.Items, a)
	}
	return p, nil
}

func (d *fakeDesk) Alert(_ context.Context, id string) (desk.Life, error) {
	if l, ok := d.lives[id]; ok {
		return l, nil
	}
	for _, a := range d.alerts {
		if a.ID == id {
			return desk.Life{AlertRow: a}, nil
		}
	}
	return desk.Life{}, &desk.NotFoundError{Text: "no alert is called " + id}
}

func (d *fakeDesk) Retry(_ context.Context, id string) error { return d.do("retry %s", id) }
func (d *fakeDesk) Drop(_ context.Context, id string) error  { return d.do("drop %s", id) }
func (d *fakeDesk) Acknowledge(_ context.Context, by, id, note string) error {
	return d.do("ack %s by %s: %s", id, by, note)
}
func (d *fakeDesk) Unacknowledge(_ context.Context, by, id string) error {
	return d.do("unack %s by %s", id, by)
}
func (d *fakeDesk) Again(_ context.Context, target string) (desk.Tried, error) {
	return desk.Tried{}, d.do("try %s", target)
}
func (d *fakeDesk) Mutes(context.Context) ([]desk.MuteReport, error) { return d.mutes, nil }
func (d *fakeDesk) Mute(_ context.Context, m notify.Mute) error {
	return d.do("mute %s %q for %s by %s: %s", m.Kind, m.Name, m.Until.Sub(m.Since), m.By, m.Why)
}
func (d *fakeDesk) Rules(context.Context) ([]desk.RuleReport, error) { return d.rules, nil }
func (d *fakeDesk) Rule(_ context.Context, name string) (desk.RuleReport, error) {
	for _, r := range d.rules {
		if r.Name == name {
			return r, nil
		}
	}
	return desk.RuleReport{}, &desk.NotFoundError{Text: "no rule is called " + name}
}
func (d *fakeDesk) FeedList(_ context.Context, filter desk.FeedFilter, from, n int) (desk.ListedFeeds, error) {
	list := desk.ListedFeeds{All: len(d.feeds), Counts: make(map[poll.Condition]int)}
	var found []desk.FeedReport
	for k, f := range d.feeds {
		list.Counts[f.State]++
		if filter.State != "" && filter.State != f.State || !strings.Contains(strings.ToLower(f.Name+" "+f.URL), strings.ToLower(filter.Words)) {
			continue
		}
		for i := range 30 {
			f.Days = append(f.Days, desk.FeedDay{Day: fmt.Sprint(i), New: (i*7 + k*3) % 11})
		}
		found = append(found, f)
	}
	slices.SortStableFunc(found, func(a, b desk.FeedReport) int {
		return slices.Index(poll.Conditions[:], b.State) - slices.Index(poll.Conditions[:], a.State)
	})
	list.Found = len(found)
	list.Feeds = found[min(from, len(found)):min(from+n, len(found))]
	return list, nil
}
func (d *fakeDesk) Feed(_ context.Context, name string) (desk.FeedReport, error) {
	for _, f := range d.feeds {
		if f.Name == name {
			return f, nil
		}
	}
	return desk.FeedReport{}, &desk.NotFoundError{Text: "no feed is called " + name}
}
func (d *fakeDesk) Make(_ *http.Request, by, feed string) (syndicate.MadeToken, error) {
	return syndicate.MadeToken{Atom: "https://desk.example.org" + feed + ".atom?token=t-1", JSON: "https://desk.example.org" + feed + ".json?token=t-1"}, d.do("token of %s by %s", feed, by)
}
func (d *fakeDesk) List(context.Context) ([]syndicate.ListedToken, error) { return d.tokens, nil }
func (d *fakeDesk) Revoke(_ context.Context, id string) error             { return d.do("revoke %s", id) }
func (d *fakeDesk) Held(_ context.Context, feed string) ([]desk.HeldItem, error) {
	return d.held[feed], nil
}
func (d *fakeDesk) Decide(_ context.Context, what desk.FeedAction, feed string, ids []string) (poll.Settled, error) {
	return poll.Settled{}, d.do("%s %q %v", what, feed, ids)
}
func (d *fakeDesk) Targets(context.Context) ([]desk.TargetReport, error) { return d.targets, nil }
func (d *fakeDesk) Status(context.Context) (desk.Status, error)          { return d.status, nil }

// fakePast is articles, newest first.
type fakePast []past.Found

func (p fakePast) Newest(_ context.Context, q past.Query, after string) iter.Seq2[past.Found, error] {
	return func(yield func(past.Found, error) bool) {
		set, err := rules.Compile([]rules.Rule{q.Rule}, q.Language)
		if err != nil {
			yield(past.Found{}, err)
			return
		}
		for _, f := range p {
			ms := set.Match(&f.Item)
			if len(ms) == 0 || f.ID >= after && after != "" {
				continue
			}
			f.Spans = ms[0].Spans
			if !yield(f, nil) {
				return
			}
		}
	}
}

func (p fakePast) Count(_ context.Context, q past.Query, zone *time.Location, known *rules.Set, _ func(past.Counts, int, int)) (past.Counts, error) {
	n := past.Counts{PerDay: map[string]int{}, ByRule: map[string]int{}, Articles: len(p)}
	set, err := rules.Compile([]rules.Rule{q.Rule}, q.Language)
	if err != nil {
		return n, err
	}
	for _, f := range p {
		if len(set.Match(&f.Item)) == 0 {
			continue
		}
		n.Found++
		day := f.Seen.In(zone).Format(time.DateOnly)
		n.PerDay[day]++
		n.First = day
		ms := known.Match(&f.Item)
		if len(ms) > 0 {
			n.Caught++
		}
		for _, m := range ms {
			n.ByRule[known.Rule(m.Rule).Name]++
		}
	}
	return n, nil
}

func (p fakePast) Article(_ context.Context, id string) (past.Found, error) {
	for _, f := range p {
		if f.ID == id {
			return f, nil
		}
	}
	return past.Found{}, past.ErrNotKept
}

// newsroom returns a page with much to see on it. Anna may edit; anonymous readers may
// read.
func newsroom(t testing.TB, now time.Time) (http.Handler, *fakeDesk) {
	t.Helper()
	cfg, err := config.Parse("watcher.yaml", []byte(newsroomConfig), config.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	d := newsDesk(now, cfg)
	o := page.Options{
		Desk: d, Subscriptions: d, Past: newsPast(now), Config: func() *config.Config { return cfg }, Version: "1.4.0", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	return page.New(o), d
}

// as serves requests as if a person had signed in.
func as(p web.Person, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(web.WithPerson(r.Context(), p)))
	})
}

const newsroomConfig = `
timezone: Europe/Tallinn
feeds:
  - {name: Baltic Wire, url: "https://wire.example.org/feed", tags: [news]}
  - {name: Nordic Defence Review, url: "https://review.example.org/rss", tags: [analysis]}
  - {name: Põhjatäht, url: "https://pohjataht.example.ee/rss", tags: [news]}
lists:
  baltics: [Estonia, Latvia, Lithuania]
rules:
  - {name: baltic-brigades, match: '@@baltics AND (brigade OR division)', severity: high, notify: [desk]}
  - {name: cables, match: 'cable NEAR/6 (damaged OR repair)', notify: [desk, mail]}
  - {name: forward-presence, keywords: [Enhanced Forward Presence, NATO], notify: [desk]}
notify:
  desk: {type: console}
  mail: {type: console}
`

// headlines are made up, and repeated with each hour back in time.
var headlines = []struct {
	feed, title, text string
	rule              int // which rule matches it
	terms             []string
	severity          notify.Severity
}{
	{"Baltic Wire", "Estonia and NATO agree on a permanent brigade at Tapa", "TALLINN – The government and the alliance signed a memorandum on Monday under which NATO will keep a full brigade at the Tapa base. Estonia is to pay for barracks and ranges, the framework nation for the heavy equipment.", 0, []string{"Estonia", "brigade"}, notify.High},
	{"Nordic Defence Review", "Repair ship leaves Turku for a damaged Baltic cable", "The cable between Finland and Estonia lost contact on Friday night. Traffic takes another route; divers are to look at the break when the wind drops.", 1, []string{"cable", "damaged", "Repair"}, notify.Normal},
	{"Nordic Defence Review", "What ten years of Enhanced Forward Presence taught planners", "Three lessons stand out. The first is that Enhanced Forward Presence worked as a tripwire long before it could work as a defence; the second, that rail gauges decide more than budgets do.", 2, []string{"Enhanced Forward Presence"}, notify.Normal},
	{"Põhjatäht", "NATO lahingugrupp harjutab Tapal koos diviisiga", "Tapa linnakus algas esmaspäeval õppus, milles osaleb üle tuhande sõduri. NATO lahingugrupp harjutab üksuste kiiret ümberpaigutamist.", 2, []string{"NATO"}, notify.Low},
	{"Baltic Wire", "Canadian-led battle group in Latvia grows into a brigade", "A tank company from Denmark, rocket launchers from Spain and a headquarters of fourteen nations: what was a battle group of a thousand is now called a brigade, and exercises as one.", 0, []string{"Latvia", "brigade"}, notify.High},
}

func excerptsFor(title, text string, terms []string) []notify.Excerpt {
	spans := func(s string) (out [][2]int) {
		for _, term := range terms {
			for at := 0; ; {
				i := strings.Index(s[at:], term)
				if i < 0 {
					break
				}
				out = append(out, [2]int{at + i, at + i + len(term)})
				at += i + len(term)
			}
		}
		slices.SortFunc(out, func(a, b [2]int) int { return a[0] - b[0] })
		return out
	}
	return []notify.Excerpt{notify.MakeExcerpt("title", title, spans(title)), notify.MakeExcerpt("content", text, spans(text))}
}

func newsDesk(now time.Time, cfg *config.Config) *fakeDesk {
	d := &fakeDesk{lives: map[string]desk.Life{}, held: map[string][]desk.HeldItem{}}
	for i := range 130 {
		h := headlines[i%len(headlines)]
		at := now.Add(-time.Duration(i*i*3+7*i+4) * time.Minute)
		published := at.Add(-5 * time.Minute)
		id := fmt.Sprintf("a%06d", 999999-i)
		row := desk.AlertRow{
			ID: id, Held: at, State: notify.StateSent, Severity: h.severity, Rules: []notify.RuleHit{{Name: cfg.Rules[h.rule].Name, Terms: h.terms}},
			Item: notify.AlertItem{ID: id, Title: h.title, Link: fmt.Sprintf("https://wire.example.org/%d", i), Feed: h.feed, FeedURL: "https://wire.example.org/feed", Published: &published, Summary: h.text, Language: "en"},
			Tags: []string{"news"}, Excerpts: excerptsFor(h.title, h.text, h.terms), Story: "s" + id,
			Targets: []desk.AtTarget{{ID: id, Target: "desk", State: notify.StateSent, Tries: 1}},
		}
		switch i {
		case 0:
			row.AlsoIn = []notify.Location{{Feed: "Nordic Defence Review", Link: "https://review.example.org/tapa"}, {Feed: "Põhjatäht", Link: "https://pohjataht.example.ee/tapa"}}
			row.Targets = append(row.Targets, desk.AtTarget{ID: id + "m", Target: "mail", State: notify.StateHeld, Until: now.Add(3 * time.Hour), Why: "quiet until 07:00"})
		case 1:
			row.State = notify.StateDead
			row.Targets = append(row.Targets, desk.AtTarget{ID: id + "m", Target: "mail", State: notify.StateDead, Tries: 3, Answer: "550 5.1.1 no such user"})
		case 2:
			row.Acknowledged = &notify.Acknowledgement{By: "jan", At: at.Add(9 * time.Minute), Note: "goes into the weekly brief"}
		case 4:
			row.Unacknowledged = &notify.Acknowledgement{By: "jan", At: at.Add(9 * time.Minute)}
			row.Targets = append(row.Targets, desk.AtTarget{ID: id + "m", Target: "mail", State: notify.StateWaiting, Tries: 2, Next: now.Add(4 * time.Minute), Answer: "421 try again later"})
		}
		d.alerts = append(d.alerts, row)
	}
	d.alerts[3].Trouble = &notify.Trouble{Kind: "feed_failing", Feed: "Põhjatäht", Text: "The feed Põhjatäht has failed since 09:12: the server answers 503.", Since: now.Add(-3 * time.Hour)}
	d.alerts[3].Excerpts, d.alerts[3].Rules, d.alerts[3].Item = nil, nil, notify.AlertItem{}
	d.lives[d.alerts[1].ID] = deadLife(d.alerts[1])
	d.tokens = []syndicate.ListedToken{{ID: "t", Feed: "/rules/cables", By: "anna", Made: now.Add(-99 * time.Hour), Used: now.Add(-time.Hour)}}
	d.mutes = []desk.MuteReport{
		{Mute: notify.Mute{Kind: "rule", Name: "cables", Since: now.Add(-time.Hour), Until: now.Add(23 * time.Hour), By: "anna", Why: "the repair is followed by hand"}, Held: 4},
		{Mute: notify.Mute{Kind: "feed", Name: "Old Feed", Since: now.Add(-time.Hour), Until: now.Add(5 * time.Hour)}, Stray: true},
	}
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		report := desk.RuleReport{Rule: r.Rule, Severity: r.Severity.String(), Notify: r.Notify, LastMatch: now.Add(-time.Duration(i+1) * 37 * time.Minute)}
		for day := range 30 {
			n := (day*7 + i*5) % 9 * (2 - i%2)
			report.Days = append(report.Days, desk.RuleDay{Day: now.AddDate(0, 0, day-29).Format(time.DateOnly), Matches: n, Alerts: n, Alone: n / 2})
		}
		d.rules = append(d.rules, report)
	}
	d.rules[1].Silent = now.Add(-50 * time.Hour)
	d.rules[1].Expect = "1d"
	d.rules[2].Lint = []string{"NATO is found inside no other word; write NATO* to find its compounds"}
	d.rules[0].Examples = rules.Examples{Match: []string{"Canadian-led battle group in Latvia grows into a brigade"}, Miss: []string{"Estonia opens a museum"}}
	for i, name := range []string{"Baltic Wire", "Nordic Defence Review", "Põhjatäht", "AC/DC? News & more"} {
		f := desk.FeedReport{Name: name, URL: "https://feed.example.org/" + fmt.Sprint(i), State: poll.Well, Next: now.Add(5 * time.Minute), Polled: now.Add(-10 * time.Minute), Changed: now.Add(-time.Hour), Gap: 5400, Items: 25}
		switch i {
		case 1:
			f.State, f.Held, f.Text, f.Since = poll.Rekeyed, 2, "2 items under new ids are held: accept or release them", now.Add(-2*time.Hour)
		case 2:
			f.State, f.Failures, f.Error, f.Text, f.Since = poll.Failing, 12, "503 Service Unavailable", "the server answers 503", now.Add(-3*time.Hour)
		}
		d.feeds = append(d.feeds, f)
	}
	d.held["Nordic Defence Review"] = []desk.HeldItem{
		{ID: "k1", Title: "Suwałki is a logistics problem first", Link: "https://review.example.org/s", Published: now.Add(-50 * time.Hour), Rules: []string{"forward-presence"}, Targets: []string{"desk"}},
		{ID: "k2", Title: "How to read the new Arctic ice charts", Published: now.Add(-90 * time.Hour)},
	}
	d.targets = []desk.TargetReport{
		{Name: "desk", Kind: "slack", State: "ok", Sent: 412},
		{Name: "mail", Kind: "email", State: "failing", Held: 3, Waiting: 2, Dead: 1, Since: now.Add(-40 * time.Minute), Error: "421 4.7.0 mail.example.org: too many connections, try again later", Failures: 4, Next: now.Add(4 * time.Minute), Sent: 96, Failed: 5},
		{Name: "duty-officers", Kind: "webhook", State: "refusing", Dead: 1204, Since: now.Add(-26 * time.Hour), Error: "webhook answered 400: unknown field blocks", Refused: 1204, Sent: 81234, Failed: 1204},
	}
	d.status = desk.Status{
		Machines: []store.Machine{
			{Name: "desk-1", Started: now.Add(-time.Hour), Seen: now, Live: true, Self: true, Shards: 22, Targets: []string{"desk"}},
			{Name: "desk-2:/srv/watcher.yaml", Started: now.Add(-time.Hour), Seen: now, Live: true, Shards: 42},
			{Name: "desk-3", Started: now.Add(-time.Hour), Seen: now.Add(-time.Hour)},
		},
		Differing: []string{"desk-2:/srv/watcher.yaml"},
		Risks:     []string{"a failover can lose what was acknowledged"},
		Version:   "1.4.0", PID: 4711, Config: "/etc/watcher/watcher.yaml", Started: now.Add(-76 * time.Hour), Alive: true, Healthy: true, Feeds: 4,
		States: map[poll.Condition]int{poll.Well: 2, poll.Failing: 1, poll.Rekeyed: 1}, Rules: 3, Targets: 2, Polls: 81234, Failed: 77, Sent: 508, Unsent: 5,
		Outbox:  notify.OutboxTally{Held: 3, Waiting: 2, Dead: 1},
		History: desk.HistorySize{Bytes: 321 << 20, Max: 2 << 30}, Reloaded: now.Add(-5 * time.Hour),
		Failing: []desk.FailingTarget{{Target: "mail", State: "failing", Since: now.Add(-40 * time.Minute), Error: "421 try again later", Failures: 4, Next: now.Add(4 * time.Minute)},
			{Target: "duty-officers", State: "refusing", Since: now.Add(-26 * time.Hour), Error: "webhook answered 400: unknown field blocks", Refused: 1204}},
	}
	return d
}

// deadLife returns the life of an alert that a target refused.
func deadLife(row desk.AlertRow) desk.Life {
	at := row.Held
	return desk.Life{AlertRow: row, Alerts: []notify.Trace{
		{ID: row.ID, Target: "desk", State: notify.StateSent, Held: at, Composed: at.Add(time.Second), Deliveries: []notify.DeliveryTrace{
			{ID: "m1", State: notify.StateSent, Alerts: 1, Tries: 1, Attempts: []notify.Attempt{{Start: at.Add(2 * time.Second), End: at.Add(3 * time.Second), Answer: "ok"}}, Ended: at.Add(3 * time.Second)}}},
		{ID: row.ID + "m", Target: "mail", State: notify.StateDead, Held: at, Composed: at.Add(time.Minute), Why: "digest at 07:00", Deliveries: []notify.DeliveryTrace{
			{ID: "m2", State: notify.StateDead, Alerts: 3, Tries: 3, Attempts: []notify.Attempt{
				{Start: at.Add(time.Minute), End: at.Add(61 * time.Second), Answer: "421 4.7.0 try again later"},
				{Start: at.Add(3 * time.Minute), Ambiguous: true, End: at.Add(4 * time.Minute)},
				{Start: at.Add(9 * time.Minute), End: at.Add(9*time.Minute + time.Second), Answer: "550 5.1.1 <nobody@example.org>: no such user here"},
			}, Ended: at.Add(9*time.Minute + time.Second)}}},
	}}
}

func newsPast(now time.Time) fakePast {
	var p fakePast
	for i := range 200 {
		h := headlines[i%len(headlines)]
		p = append(p, past.Found{ID: fmt.Sprintf("p%06d", 999999-i), Seen: now.Add(-time.Duration(i*i+3*i) * time.Minute),
			Item: feeds.Item{Feed: h.feed, Title: h.title, Content: h.text, Link: fmt.Sprintf("https://wire.example.org/%d", i), Language: "en", Tags: []string{"news"}}})
	}
	return p
}
