package desk

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/rules"
	"watcher/internal/suggest"
)

// Filter says which alerts are wanted. What is empty lets all pass.
type Filter struct {
	Rule     string
	Feed     string // the article's, or one where it stands too
	Tag      string // of the feed, by the config in force
	Severity string // low, normal or high
	Target   string
	State    notify.AlertState
	Query    string // of the rule language, on what the alert tells
	From, To time.Time
}

// AlertRow is an article that was alerted, or a trouble of watcher's own, and how far its
// alerts are: one for each target.
type AlertRow struct {
	ID       string            `json:"id"` // of the first of Targets
	Held     time.Time         `json:"held"`
	State    notify.AlertState `json:"state"` // of those at its targets the one that needs most attention
	Severity notify.Severity   `json:"severity"`
	Rules    []notify.RuleHit  `json:"rules"`
	Item     notify.AlertItem  `json:"item"`
	Tags     []string          `json:"tags,omitempty"` // of its feed
	// Excerpts are what matched; their spans are byte offsets.
	Excerpts []notify.Excerpt  `json:"excerpts,omitempty"`
	Story    string            `json:"story,omitempty"` // the same for all articles of a story
	AlsoIn   []notify.Location `json:"also_in,omitempty"`
	Trouble  *notify.Trouble   `json:"trouble,omitempty"`
	Follows  *notify.Earlier   `json:"follows,omitempty"`
	Targets  []AtTarget        `json:"targets"`
	// Acknowledged is the last acknowledgement. Unacknowledged takes its place once that
	// was taken back.
	Acknowledged   *notify.Acknowledgement `json:"acknowledged,omitempty"`
	Unacknowledged *notify.Acknowledgement `json:"unacknowledged,omitempty"`
}

// AtTarget is how far an alert is at a target.
type AtTarget struct {
	ID     string            `json:"id"`
	Target string            `json:"target"`
	State  notify.AlertState `json:"state"`
	Until  time.Time         `json:"held_until,omitzero"`
	Why    string            `json:"why,omitempty"`    // it waits, or was not sent
	Answer string            `json:"answer,omitempty"` // the target's last one
	Tries  int               `json:"tries,omitempty"`
	Next   time.Time         `json:"next,omitzero"` // try
}

// Life is all that became of an article's alerts.
type Life struct {
	AlertRow
	Alerts []notify.Trace `json:"alerts"` // one for each target, as in Targets
}

// urgency orders states: what asks for a look comes first.
var urgency = []notify.AlertState{
	notify.StateDead, notify.StateWaiting, notify.StateHeld, notify.StateSending, notify.StateSent,
	notify.StateDropped, notify.StateSkipped,
}

// maxLooks bounds how often a request looks into the log for alerts that pass. Each
// look is bounded by itself.
const maxLooks = 4

// Alerts returns at most n of the alerts that pass, newest first, from a place on; an
// empty one begins. What it costs does not grow with the store. A query that is wrong
// is a rules.Errors, and what else is wrong with the filter a *FilterError.
func (d *Desk) Alerts(ctx context.Context, f Filter, after string, n int) (Page[AlertRow], error) {
	p := Page[AlertRow]{Items: make([]AlertRow, 0, n)}
	s, err := d.sought(f)
	if err != nil {
		return p, err
	}
	behind, err := hex.DecodeString(after)
	if err != nil {
		return p, &FilterError{"cursor", fmt.Sprintf("the cursor %q is not one of a list of alerts: begin without one", after)}
	}
	if len(behind) == 0 {
		behind = nil
	}
	for range maxLooks {
		found, next, reached, err := d.runs.Store.Newest(ctx, s.AlertFilter, behind, n-len(p.Items))
		if err != nil {
			return p, err
		}
		passed := found[:0]
		for _, l := range found {
			if s.passes(l.Alerts) {
				passed = append(passed, l)
			}
		}
		if err := d.explain(ctx, passed); err != nil {
			return p, err
		}
		for _, l := range passed {
			p.Items = append(p.Items, d.row(l.Alerts))
		}
		behind, p.Next, p.Reached = next, hex.EncodeToString(next), reached
		if next == nil {
			p.Reached = time.Time{}
		}
		if next == nil || len(p.Items) == n {
			break
		}
	}
	newestFirst(p.Items)
	return p, nil
}

// newestFirst puts right the alerts of one poll, which came up at the same instant in the
// order in which the feed has them, and so are read the last first: as they were
// published, or where that is not known of all, as the feed has them.
func newestFirst(rows []AlertRow) {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Held.Equal(rows[0].Held) {
			n++
		}
		poll := rows[:n]
		slices.Reverse(poll)
		if !slices.ContainsFunc(poll, func(r AlertRow) bool { return r.Item.Published == nil }) {
			slices.SortStableFunc(poll, func(a, b AlertRow) int { return b.Item.Published.Compare(*a.Item.Published) })
		}
		rows = rows[n:]
	}
}

// FilterError is what is wrong with a value of a filter.
type FilterError struct {
	Key  string // as in the API: "severity", "state", …
	Text string
}

func (e *FilterError) Error() string { return e.Text }

// sought is a Filter by which the store is asked, and the part of it that the store
// cannot tell.
type sought struct {
	notify.AlertFilter
	state notify.AlertState
	query *rules.Set
	tags  func(feed string) []string
}

func (d *Desk) sought(f Filter) (s sought, err error) {
	s.state, s.From, s.To = f.State, f.From, f.To
	one := func(name string) []string {
		if name == "" {
			return nil
		}
		return []string{name}
	}
	s.Rules, s.Feeds, s.Targets = one(f.Rule), one(f.Feed), one(f.Target)
	if f.Severity != "" {
		var severity notify.Severity
		if severity.UnmarshalText([]byte(f.Severity)) != nil {
			return s, &FilterError{"severity", fmt.Sprintf("no alert has the severity %q, write low, normal or high", f.Severity)}
		}
		s.Severities = []notify.Severity{severity}
	}
	if f.State != "" && !slices.Contains(urgency, f.State) {
		return s, &FilterError{"state", fmt.Sprintf("no alert is %q%s", f.State, suggest.For(string(f.State), states()))}
	}
	s.Dead = f.State == notify.StateDead
	cfg := d.runs.Config()
	s.tags = d.tags
	if f.Tag != "" {
		tagged := []string{}
		for src := range cfg.Feeds.All() {
			if slices.Contains(src.Tags, f.Tag) && (f.Feed == "" || src.ID == f.Feed) {
				tagged = append(tagged, src.ID)
			}
		}
		s.Feeds = tagged
	}
	if f.Query != "" {
		s.query, err = rules.Compile([]rules.Rule{{Name: "query", Match: f.Query}}, cfg.Language())
	}
	return s, err
}

func states() []string {
	names := make([]string, len(urgency))
	for i, s := range urgency {
		names[i] = string(s)
	}
	return names
}

// passes reports whether one of an article's alerts is what is sought.
func (s *sought) passes(alerts []notify.Trace) bool {
	return slices.ContainsFunc(alerts, func(t notify.Trace) bool {
		return s.Wants(&t) && (s.state == "" || t.State == s.state)
	}) && (s.query == nil || len(s.query.Match(itemOf(&alerts[0], s.tags))) > 0)
}

// itemOf is what an alert tells of its article, to be matched: the text of it is no
// more than what the alert has.
func itemOf(t *notify.Trace, tags func(feed string) []string) *feeds.Item {
	a := t.Item
	it := &feeds.Item{
		Feed: a.Feed, FeedURL: a.FeedURL, Title: a.Title, Summary: a.Summary, Link: a.Link,
		Authors: a.Authors, Categories: a.Categories, Language: a.Language, Tags: tags(a.Feed),
	}
	for _, e := range t.Excerpts {
		if e.Field == "content" {
			it.Content += e.Text + "\n"
		}
	}
	if t.Trouble != nil {
		it.Title, it.Summary = t.Trouble.Text, t.Trouble.Kind
	}
	return it
}

// Alert returns the life of an article's alerts; id is that of one of them, or enough
// of its beginning, or a delivery's.
func (d *Desk) Alert(ctx context.Context, id string) (Life, error) {
	traces, err := d.runs.Store.Beside(ctx, id)
	if err != nil {
		return Life{}, known(err)
	}
	if err := d.explain(ctx, []notify.Logged{{Alerts: traces}}); err != nil {
		return Life{}, err
	}
	return Life{AlertRow: d.row(traces), Alerts: traces}, nil
}

// row is made of the alerts of one article.
func (d *Desk) row(traces []notify.Trace) AlertRow {
	first := &traces[0]
	r := AlertRow{
		ID: first.ID, Held: first.Held, Severity: first.Severity, Item: first.Item, Story: first.Story,
		AlsoIn: first.AlsoIn, Trouble: first.Trouble, Follows: first.Follows, Tags: d.tags(first.Item.Feed),
	}
	states := make([]notify.AlertState, len(traces))
	var said *notify.Acknowledgement // last
	for i := range traces {
		t := &traces[i]
		states[i] = t.State
		if t.Held.Before(r.Held) {
			r.Held = t.Held
		}
		r.Severity = max(r.Severity, t.Severity)
		r.Targets = append(r.Targets, atTarget(t))
		for _, e := range t.Excerpts {
			if !slices.ContainsFunc(r.Excerpts, func(have notify.Excerpt) bool { return have.Field == e.Field && have.Text == e.Text }) {
				r.Excerpts = append(r.Excerpts, e)
			}
		}
		for _, hit := range t.Rules {
			if !slices.ContainsFunc(r.Rules, func(h notify.RuleHit) bool { return h.Name == hit.Name }) {
				r.Rules = append(r.Rules, hit)
			}
		}
		if a := cmp.Or(t.Acknowledged, t.Unacknowledged); a != nil && (said == nil || a.At.After(said.At)) {
			said, r.Acknowledged, r.Unacknowledged = a, t.Acknowledged, t.Unacknowledged
		}
	}
	r.State = slices.MinFunc(states, func(a, b notify.AlertState) int {
		return cmp.Compare(slices.Index(urgency, a), slices.Index(urgency, b))
	})
	return r
}

func atTarget(t *notify.Trace) AtTarget {
	at := AtTarget{ID: t.ID, Target: t.Target, State: t.State, Until: t.Until, Why: t.Why}
	for _, d := range t.Deliveries {
		at.Tries += d.Tries
		if n := len(d.Attempts); n > 0 && (at.Answer == "" || d.State == t.State) {
			at.Answer = d.Attempts[n-1].Answer
		}
		if d.State == notify.StateWaiting && (at.Next.IsZero() || d.Due.Before(at.Next)) {
			at.Next = d.Due
		}
	}
	return at
}

// Traces calls yield with what became of each alert since then, the oldest first,
// until it returns false; with dead, of the dead letters alone.
func (d *Desk) Traces(ctx context.Context, since time.Time, dead bool, yield func(notify.Trace) bool) error {
	if !dead {
		waits, err := d.waits()
		if err != nil {
			return err
		}
		var failed error
		err = d.runs.Store.Traces(ctx, since, func(t notify.Trace) bool {
			failed = waits.explain(ctx, &t)
			return failed == nil && yield(t)
		})
		return errors.Join(err, failed)
	}
	return d.runs.Store.DeadTraces(ctx, since, yield)
}

// Trace returns the life of one alert.
func (d *Desk) Trace(ctx context.Context, id string) (notify.Trace, error) {
	t, err := d.runs.Store.Trace(ctx, id)
	if err != nil {
		return t, known(err)
	}
	waits, err := d.waits()
	if err != nil {
		return t, err
	}
	return t, waits.explain(ctx, &t)
}

// known makes an NotFoundError of an id that no alert has.
func known(err error) error {
	if no, ok := errors.AsType[*notify.NoAlertError](err); ok {
		return &NotFoundError{no.Text}
	}
	return err
}

// waits are what held alerts wait for, as the policies of their targets say.
type waits struct {
	desk     *Desk
	policies map[string]deliver.Policy
	of       map[string]map[string]deliver.Wait // by target, of those that were asked, and alert
}

func (d *Desk) waits() (*waits, error) {
	policies, err := d.runs.Config().Policies()
	return &waits{d, policies, make(map[string]map[string]deliver.Wait)}, err
}

// maxDecided is how many held alerts of a target a policy is asked about: as many as it
// decides on at a time. They are only read: another machine may compose for the target.
const maxDecided = 20_000

// explain adds to the trace of an alert that is held what it waits for.
func (w *waits) explain(ctx context.Context, t *notify.Trace) error {
	if t.State != notify.StateHeld {
		return nil
	}
	if w.of[t.Target] == nil {
		h, err := w.desk.runs.Store.Oldest(ctx, t.Target, maxDecided)
		if err != nil {
			return err
		}
		p := w.policies[t.Target]
		w.of[t.Target] = p.Decide(h).Waits
	}
	wait := w.of[t.Target][t.ID]
	t.Until, t.Why = wait.Until.UTC(), wait.Why
	return nil
}

// maxAsked is how many held alerts of a target are read to say what some of them
// wait for. Where there are more, the others are not looked at, and what depends on
// those before them may be later than is said.
const maxAsked = 1000

// explain does so for some alerts, at a cost that does not grow with what is held.
func (d *Desk) explain(ctx context.Context, articles []notify.Logged) error {
	held := make(map[string][]*notify.Trace)
	for _, a := range articles {
		for i := range a.Alerts {
			if t := &a.Alerts[i]; t.State == notify.StateHeld {
				held[t.Target] = append(held[t.Target], t)
			}
		}
	}
	if len(held) == 0 {
		return nil
	}
	policies, err := d.runs.Config().Policies()
	if err != nil {
		return err
	}
	for target, traces := range held {
		h, err := d.runs.Store.Oldest(ctx, target, maxAsked)
		if err != nil {
			return err
		}
		if len(h.Alerts) == maxAsked {
			h.Alerts = nil
			for _, t := range slices.Backward(traces) { // they are newest first
				h.Alerts = append(h.Alerts, heldOf(t))
			}
		}
		policy := policies[target]
		waits := policy.Decide(h).Waits
		for _, t := range traces {
			w := waits[t.ID]
			t.Until, t.Why = w.Until.UTC(), w.Why
		}
	}
	return nil
}

// heldOf is what a policy knows of an alert that is held.
func heldOf(t *notify.Trace) notify.HeldAlert {
	h := notify.HeldAlert{
		ID: t.ID, Since: t.Held, Severity: t.Severity, Feed: t.Item.Feed, Trouble: t.Trouble != nil, Follows: t.Follows != nil, Story: t.Story,
	}
	for _, hit := range t.Rules {
		h.Rules = append(h.Rules, hit.Name)
	}
	return h
}
