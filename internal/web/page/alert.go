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
	"watcher/internal/duration"
	"watcher/internal/notify"
	"watcher/internal/web"
)

type alertPage struct {
	frame
	Row       row
	Item      notify.AlertItem
	Summary   string
	Came      moment
	Published moment
	Trouble   *notify.Trouble
	Since     moment // of the trouble
	Follows   *notify.Earlier
	Seen      *seenTo
	Undone    *seenTo // instead of Seen, where that was taken back
	At        []life
	Mutes     []muteForm
}

// seenTo is who acknowledged it, or took that back.
type seenTo struct {
	By, Note string
	At       moment
}

// life is what became of an alert at one target.
type life struct {
	ID, Target, State, Words string
	Steps                    []step
	Dead                     bool
}

// step is something that happened, or will.
type step struct {
	At    moment
	State string // which sign stands before it
	Text  string
	Quote string // the target's own words
}

// muteForm asks for a mute.
type muteForm struct {
	ID                     string // of its fields, on the page
	Root, Kind, Name, Back string
	Summary, Text          string
}

// length is one that a person may choose.
type length struct{ Value, Text string }

func (muteForm) Lengths() []length {
	return []length{{"1h", "1 hour"}, {"4h", "4 hours"}, {"1d", "1 day"}, {"3d", "3 days"}, {"7d", "a week"}, {"30d", "30 days"}}
}

func (s *site) alert(r *http.Request, f *frame) (any, error) {
	l, err := s.Desk.Alert(r.Context(), r.PathValue("id"))
	if _, unknown := errors.AsType[*desk.NotFoundError](err); unknown && r.PathValue("id") == notify.SampleID {
		return nil, &failure{http.StatusOK, sampleText}
	}
	if err != nil {
		return nil, err
	}
	p := alertPage{Came: f.Exact(l.Held), Item: l.Item, Trouble: l.Trouble, Follows: l.Follows, Row: f.row(&l.AlertRow)}
	if l.Item.Title != "" {
		p.Row.Title = wholeTitle(l.Item.Title, l.Excerpts)
	}
	for _, piece := range p.Row.Title {
		f.Title += piece.Text
	}
	if p.Item.Published != nil {
		p.Published = f.Exact(*p.Item.Published)
	} else {
		p.Published = moment{Zero: true}
	}
	if l.Trouble != nil {
		p.Since = f.Exact(l.Trouble.Since)
	}
	if a := l.Acknowledged; a != nil {
		p.Seen = &seenTo{a.By, a.Note, f.Exact(a.At)}
	}
	if a := l.Unacknowledged; a != nil {
		p.Undone = &seenTo{By: a.By, At: f.Exact(a.At)}
	}
	for i := range l.Alerts {
		t := &l.Alerts[i]
		at := life{ID: t.ID, Target: t.Target, State: string(t.State), Dead: t.State == notify.StateDead, Steps: f.steps(t)}
		if i < len(p.Row.Targets) {
			at.Words = p.Row.Targets[i].Words
		}
		p.At = append(p.At, at)
	}
	p.Mutes = f.alertMutes(&l)
	p.frame = *f
	return p, nil
}

// wholeTitle is all of a title, marked where its excerpt is.
func wholeTitle(title string, es []notify.Excerpt) []piece {
	for _, e := range es {
		if e.Field != "title" {
			continue
		}
		// What was cut off at an end of it stands as an ellipsis there.
		left := e.Text
		if !strings.HasPrefix(title, "… ") {
			left = strings.TrimPrefix(left, "… ")
		}
		cut := len(e.Text) - len(left)
		if !strings.Contains(title, left) {
			left = strings.TrimRight(strings.TrimSuffix(left, "…"), " ")
		}
		at := strings.Index(title, left)
		if at < 0 {
			break
		}
		var spans [][2]int
		for _, s := range e.Spans {
			spans = append(spans, [2]int{s[0] - cut + at, s[1] - cut + at})
		}
		return pieces(title, spans)
	}
	return pieces(title, nil)
}

// alertMutes are the mutes that an alert's page offers.
func (f frame) alertMutes(l *desk.Life) []muteForm {
	back := "alerts/" + url.PathEscape(l.ID)
	var out []muteForm
	for i, r := range l.Rules {
		out = append(out, muteForm{fmt.Sprintf("rule-%d", i), f.Root, "rule", r.Name, back, "Mute the rule " + r.Name, "What this rule alone matches is held until the mute ends. Other rules still alert."})
	}
	if l.Item.Feed != "" {
		out = append(out, muteForm{"feed", f.Root, "feed", l.Item.Feed, back, "Mute the feed " + l.Item.Feed, "Alerts of this feed are held until the mute ends. It is still read."})
	}
	if l.Story != "" {
		out = append(out, muteForm{"story", f.Root, "story", l.Story, back, "Mute this story", "Further articles that tell the same story are held until the mute ends."})
	}
	return out
}

// steps tells the life of an alert at a target, in the order of time.
func (f frame) steps(t *notify.Trace) []step {
	out := []step{{f.Exact(t.Held), "held", "alert raised", ""}}
	if t.State == notify.StateHeld {
		s := step{f.Exact(t.Until), "held", "is held", ""}
		if t.Why != "" {
			s.Text += ": " + t.Why
		}
		return append(out, s)
	}
	if !t.Composed.IsZero() {
		s := step{f.Exact(t.Composed), "", "message written", ""}
		if t.Why != "" {
			s.Text += ", after it was held: " + t.Why
		}
		out = append(out, s)
	} else if t.Why != "" {
		out = append(out, step{moment{Zero: true}, string(t.State), t.Why, ""})
	}
	for i := range t.Deliveries {
		out = append(out, f.attempts(&t.Deliveries[i])...)
	}
	if !t.Dropped.IsZero() {
		out = append(out, step{f.Exact(t.Dropped), "", "dropped", ""})
	}
	return out
}

func (f frame) attempts(d *notify.DeliveryTrace) []step {
	var out []step
	before := ""
	for i, a := range d.Attempts {
		s := step{f.Exact(a.Start), "waiting", "tried", a.Answer}
		if a.Answer != "" && a.Answer == before {
			s.Text, s.Quote = "tried, the same answer", ""
		}
		before = a.Answer
		last := i == len(d.Attempts)-1
		switch {
		case last && d.State == notify.StateSent:
			s.State, s.Text = "sent", "sent"
		case a.End.IsZero():
			s.Text = "tried, no answer yet"
		case a.Ambiguous:
			s.Text = "tried, and no answer came: it may have arrived"
		}
		out = append(out, s)
		if i == 0 && d.Tries > len(d.Attempts) {
			out = append(out, step{moment{Zero: true}, "waiting", "more tries, not listed", ""})
		}
	}
	switch d.State {
	case notify.StateDead:
		out = append(out, step{f.Exact(d.Ended), "dead", "given up", ""})
	case notify.StateWaiting:
		out = append(out, step{f.Exact(d.Due), "held", "next try", ""})
	}
	return out
}

func (s *site) retry(r *http.Request, _ web.Person) (to, done string, err error) {
	id := r.PathValue("id")
	return wayBack(r, "alerts/"+url.PathEscape(id)), "retry", conflict(s.Desk.Retry(r.Context(), id))
}

func (s *site) drop(r *http.Request, _ web.Person) (to, done string, err error) {
	id := r.PathValue("id")
	return wayBack(r, "alerts/"+url.PathEscape(id)), "drop", conflict(s.Desk.Drop(r.Context(), id))
}

// maxNote bounds what is written to an acknowledgement or a mute.
const maxNote = 500

func (s *site) acknowledge(r *http.Request, who web.Person) (to, done string, err error) {
	id, note := r.PathValue("id"), strings.TrimSpace(r.PostFormValue("note"))
	if len([]rune(note)) > maxNote {
		return "", "", wrong("a note has at most 500 characters")
	}
	return wayBack(r, "alerts/"+url.PathEscape(id)), "ack", conflict(s.Desk.Acknowledge(r.Context(), who.Name, id, note))
}

// unacknowledge takes back what was acknowledged, by whomever.
func (s *site) unacknowledge(r *http.Request, who web.Person) (to, done string, err error) {
	id := r.PathValue("id")
	return wayBack(r, "alerts/"+url.PathEscape(id)), "unack", conflict(s.Desk.Unacknowledge(r.Context(), who.Name, id))
}

// conflict words an error of a change that could not be carried out.
func conflict(err error) error {
	if err == nil {
		return nil
	}
	return &failure{http.StatusConflict, err.Error()}
}

// maxMute bounds a mute: a longer one is a rule that should go.
const maxMute = 366 * 24 * time.Hour

func (s *site) mute(r *http.Request, who web.Person) (to, done string, err error) {
	m := notify.Mute{Kind: r.PostFormValue("kind"), Name: r.PostFormValue("name"), Why: r.PostFormValue("why"), By: who.Name, Since: time.Now()}
	if len([]rune(m.Why)) > maxNote {
		return "", "", wrong("the reason for a mute has at most 500 characters")
	}
	if !slices.Contains(notify.MuteKinds, m.Kind) || m.Name == "" {
		return "", "", wrong("a mute needs a kind, which is rule, feed, target or story, and a name")
	}
	d, err := duration.Parse(r.PostFormValue("for"))
	if err != nil || d <= 0 || d > maxMute {
		return "", "", wrong("a mute lasts up to a year, such as 4h or 3d")
	}
	m.Until = m.Since.Add(d)
	return wayBack(r, "mutes"), "mute", conflict(s.Desk.Mute(r.Context(), m))
}

func (s *site) unmute(r *http.Request, who web.Person) (to, done string, err error) {
	now := time.Now()
	m := notify.Mute{Kind: r.PostFormValue("kind"), Name: r.PostFormValue("name"), Since: now, Until: now, By: who.Name}
	if !slices.Contains(notify.MuteKinds, m.Kind) || m.Name == "" {
		return "", "", wrong("the form does not say which mute to end")
	}
	return wayBack(r, "mutes"), "unmute", conflict(s.Desk.Mute(r.Context(), m))
}
