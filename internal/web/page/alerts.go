package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/rules"
	"watcher/internal/text"
)

// alertsShown is how many alerts a page has.
const alertsShown = 50

// maxSuggested bounds the names that a page suggests for a field.
const maxSuggested = 200

type alertsPage struct {
	frame
	Open     bool // the filters are
	Filter   desk.Filter
	From, To string // as they were typed
	Chips    []chip
	Mistake  *mistake
	Days     []day
	Older    string // the query of the next page; empty on the last
	Reached  moment
	Targets  []string
	Rules    []string
	Events   string // where the script hears of new alerts; empty where they would not stand on top
}

func (alertsPage) Severities() []string { return []string{"high", "normal", "low"} }

func (alertsPage) States() []string {
	return []string{"held", "waiting", "sending", "sent", "dead", "skipped", "dropped"}
}

// State is that of the filter, as a template compares it.
func (p alertsPage) State() string { return string(p.Filter.State) }

// chip is a filter in force, and the query without it.
type chip struct{ Text, Without string }

// day has the alerts of one day.
type day struct {
	Name string
	Rows []row
}

// row is an alert in a list.
type row struct {
	Root         string
	ID           string
	Clock        moment
	Severity     string
	Title        []piece
	Link, Host   string
	Feed         string
	Excerpts     []excerpt
	Rules        []notify.RuleHit
	AlsoIn       []place
	Targets      []at
	Answer       string // of the target whose dead letters are listed; empty elsewhere
	Acknowledged string
}

// place is where an article stands too.
type place struct{ Name, Link string }

// at is how far an alert is at a target.
type at struct{ Target, State, Words string }

func (f frame) row(r *desk.AlertRow) row {
	out := row{
		Root: f.Root, ID: r.ID, Clock: f.Clock(r.Held), Severity: r.Severity.String(),
		Link: webLink(r.Item.Link), Host: hostOf(r.Item.Link), Feed: r.Item.Feed, Rules: r.Rules,
	}
	var title []piece
	title, out.Excerpts = excerptsOf(r.Excerpts)
	switch {
	case r.Trouble != nil:
		out.Title, out.Feed = pieces(r.Trouble.Text, nil), r.Trouble.Feed
	case title != nil:
		out.Title = title
	case r.Item.Title != "":
		out.Title = pieces(r.Item.Title, nil)
	default:
		out.Title = pieces("(without a title)", nil)
	}
	if len(out.Excerpts) == 0 && r.Trouble == nil {
		out.Excerpts = summaryOf(&r.Item)
	}
	for _, l := range r.AlsoIn {
		out.AlsoIn = append(out.AlsoIn, placeOf(l))
	}
	for _, t := range r.Targets {
		out.Targets = append(out.Targets, at{t.Target, string(t.State), f.stateWords(&t)})
	}
	if r.Acknowledged != nil {
		out.Acknowledged = r.Acknowledged.By
	}
	return out
}

// summaryOf is the beginning of the summary, for an alert that only its title matched;
// nothing where it says no more than the title.
func summaryOf(it *notify.AlertItem) []excerpt {
	e := notify.MakeExcerpt("summary", it.Summary, nil)
	if e.Text == "" || strings.EqualFold(strings.TrimSpace(e.Text), strings.TrimSpace(it.Title)) {
		return nil
	}
	return []excerpt{{e.Field, pieces(e.Text, nil)}}
}

func placeOf(l notify.Location) place {
	p := place{l.Feed, webLink(l.Link)}
	if p.Name == "" {
		p.Name = hostOf(l.Link)
	}
	return p
}

// stateWords says how far an alert is at a target, and what it waits for.
func (f frame) stateWords(t *desk.AtTarget) string {
	words := map[notify.AlertState]string{
		notify.StateDead: "given up", notify.StateSkipped: "not wanted", notify.StateWaiting: "waiting", notify.StateSending: "being sent",
	}[t.State]
	if words == "" {
		words = string(t.State)
	}
	switch {
	case t.State == notify.StateHeld && !t.Until.IsZero():
		words += " until " + f.At(t.Until).Short
	case t.State == notify.StateWaiting && t.Tries > 0 && !t.Next.IsZero():
		words = fmt.Sprintf("failed %s×, next try %s", text.Number(t.Tries), f.At(t.Next).Short)
	}
	return words
}

// days parts rows, newest first, by their days.
func (f frame) days(rows []desk.AlertRow) []day {
	var days []day
	for i := range rows {
		name := f.Day(rows[i].Held)
		if len(days) == 0 || days[len(days)-1].Name != name {
			days = append(days, day{Name: name})
		}
		d := &days[len(days)-1]
		d.Rows = append(d.Rows, f.row(&rows[i]))
	}
	return days
}

// filterKeys are the filters of alerts, in the order in which they are shown.
var filterKeys = []string{"q", "rule", "feed", "tag", "severity", "target", "state", "from", "to"}

// filterOf reads the filters of a query.
func (f frame) filterOf(q url.Values) (desk.Filter, error) {
	out := desk.Filter{
		Rule: q.Get("rule"), Feed: q.Get("feed"), Tag: q.Get("tag"), Severity: q.Get("severity"),
		Target: q.Get("target"), State: notify.AlertState(q.Get("state")), Query: strings.TrimSpace(q.Get("q")),
	}
	if s := out.Severity; s != "" && !slices.Contains(alertsPage{}.Severities(), s) {
		return out, wrong("severity is high, normal or low")
	}
	if s := string(out.State); s != "" && !slices.Contains(alertsPage{}.States(), s) {
		return out, wrong("state is one of " + strings.Join(alertsPage{}.States(), ", "))
	}
	var err error
	if out.From, err = f.date(q, "from"); err != nil {
		return out, err
	}
	if out.To, err = f.date(q, "to"); err != nil {
		return out, err
	}
	if !out.To.IsZero() {
		out.To = out.To.AddDate(0, 0, 1) // the day itself is meant, too
	}
	return out, nil
}

// date reads a date, which is the beginning of that day for the reader.
func (f frame) date(q url.Values, key string) (time.Time, error) {
	s := q.Get(key)
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, f.zone)
	if err != nil {
		return t, wrong(key + " is no date; write one like 2026-11-29")
	}
	return t, nil
}

// chips are the filters of q, each with what is left without it.
func chips(q url.Values, keys []string) []chip {
	var out []chip
	for _, key := range keys {
		if q.Get(key) == "" {
			continue
		}
		rest := kept(q, keys)
		rest.Del(key)
		text := key + ": " + q.Get(key)
		if key == "q" {
			text = "words: " + q.Get(key)
		}
		out = append(out, chip{text, query(rest)})
	}
	return out
}

// kept are the parameters of these keys alone.
func kept(q url.Values, keys []string) url.Values {
	out := make(url.Values)
	for _, key := range keys {
		if v := q.Get(key); v != "" {
			out.Set(key, v)
		}
	}
	return out
}

// query writes parameters as the end of an address.
func query(q url.Values) string {
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (s *site) alerts(r *http.Request, f *frame) (any, error) {
	f.Title = "Alerts"
	q := r.URL.Query()
	p := alertsPage{From: q.Get("from"), To: q.Get("to"), Chips: chips(q, filterKeys), Open: len(kept(q, filterKeys[1:])) > 0}
	var err error
	if p.Filter, err = f.filterOf(q); err != nil {
		return nil, err
	}
	after := q.Get("after")
	found, err := s.Desk.Alerts(r.Context(), p.Filter, after, alertsShown)
	if m := mistakeOf(err); m != nil {
		p.Mistake = m
	} else if err != nil {
		return nil, err
	}
	p.Days, p.Reached = f.days(found.Items), f.At(found.Reached)
	if found.Next != "" {
		rest := kept(q, filterKeys)
		rest.Set("after", found.Next)
		p.Older = query(rest)
	}
	if after == "" {
		p.Events = f.Root + "api/v1/events"
	}
	cfg := s.Config()
	for _, t := range cfg.Targets {
		p.Targets = append(p.Targets, t.Name)
	}
	for _, rule := range cfg.Rules[:min(len(cfg.Rules), maxSuggested)] {
		p.Rules = append(p.Rules, rule.Name)
	}
	p.frame = *f
	return p, nil
}

// mistake is what is wrong in what a person typed, and where.
type mistake struct{ Text, Place string }

// mistakeOf words an error of a query; nil if it is no such error.
func mistakeOf(err error) *mistake {
	es, ok := errors.AsType[rules.Errors](err)
	if !ok || len(es) == 0 {
		return nil
	}
	return &mistake{es[0].Text(), es[0].Caret()}
}
