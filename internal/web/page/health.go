package page

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/text"
	"watcher/internal/web"
)

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

type targetsPage struct {
	frame
	Rows []targetRow
}

type targetRow struct {
	Name, Kind, State, Class string // State is that of desk.TargetReport
	Held, Waiting, Dead      int
	Since, Next              moment
	Error                    string
	Failures, Refused        int
	Sent, Failed             int64
	Letters                  []row // the last of the dead ones
}

// lettersShown is how many dead letters of a target its page has.
const lettersShown = 5

func (s *site) targets(r *http.Request, f *frame) (any, error) {
	f.Title = "Targets"
	all, err := s.Desk.Targets(r.Context())
	if err != nil {
		return nil, err
	}
	p := targetsPage{}
	for _, t := range all {
		row := targetRow{
			Name: t.Name, Kind: t.Kind, State: string(t.State), Class: "ok", Held: t.Held, Waiting: t.Waiting, Dead: t.Dead,
			Since: f.At(t.Since), Next: f.Ago(t.Next), Error: t.Error, Failures: t.Failures, Refused: t.Refused, Sent: t.Sent, Failed: t.Failed,
		}
		if t.State != "ok" {
			row.Class = "bad"
		}
		if t.Dead > 0 {
			dead, err := s.Desk.Alerts(r.Context(), desk.Filter{Target: t.Name, State: notify.StateDead}, "", lettersShown)
			if err != nil {
				return nil, err
			}
			for i := range dead.Items {
				letter := f.row(&dead.Items[i])
				for _, at := range dead.Items[i].Targets {
					if at.Target == t.Name {
						letter.Answer = at.Answer
					}
				}
				row.Letters = append(row.Letters, letter)
			}
		}
		p.Rows = append(p.Rows, row)
	}
	p.frame = *f
	return p, nil
}

// try has what waits for a target tried at once.
func (s *site) try(r *http.Request, _ web.Person) (to, done string, err error) {
	_, err = s.Desk.Again(r.Context(), r.PostFormValue("target"))
	return wayBack(r, "targets"), "try", conflict(err)
}

type mutesPage struct {
	frame
	Rows []muteRow
	Form muteForm
}

type muteRow struct {
	Kind, Name, Shown string // what is muted
	Path              string // the link to its page; empty if it has none
	By, Why           string
	Since, Until      moment
	Held              int
	Stray             bool
}

func (s *site) mutes(r *http.Request, f *frame) (any, error) {
	f.Title = "Mutes"
	all, err := s.Desk.Mutes(r.Context())
	if err != nil {
		return nil, err
	}
	p := mutesPage{Form: muteForm{Root: f.Root}}
	for _, m := range all {
		row := muteRow{m.Kind, m.Name, m.Name, "", m.By, m.Why, f.At(m.Since), f.At(m.Until), m.Held, m.Stray}
		switch {
		case m.Kind == "story" && m.Title != "":
			row.Shown = m.Title
		case m.Stray: // which has no page
		case m.Kind == "rule":
			row.Path = f.RulePath(m.Name)
		case m.Kind == "feed":
			row.Path = f.FeedPath(m.Name)
		}
		p.Rows = append(p.Rows, row)
	}
	p.frame = *f
	return p, nil
}

type statusPage struct {
	frame
	S desk.Status
	// Problems is whether something fails, although the daemon itself works.
	Problems bool
	Up       moment
	Trouble  moment
	States   []stateCount
	Failing  []failing
	Sharing  []sharing
	History  string
	Reload   moment
	Memory   string
}

// sharing is one of the machines that share the store.
type sharing struct {
	Name, Config string
	Self, Live   bool
	Differs      bool // its config, from this one's
	Shards       int
	Targets      string
	Seen         moment
}

type failing struct {
	Target, State, Error string
	Since, Next          moment
}

func (s *site) status(r *http.Request, f *frame) (any, error) {
	f.Title = "Status"
	st, err := s.Desk.Status(r.Context())
	if err != nil {
		return nil, err
	}
	p := statusPage{S: st, Problems: len(st.Failing) > 0 || len(st.Risks) > 0 || len(st.Differing) > 0 || st.ReloadError != "", Up: f.Ago(st.Started), Reload: f.At(st.Reloaded)}
	for _, c := range slices.Backward(poll.Conditions[:]) {
		if st.States[c] > 0 {
			p.States = append(p.States, stateCount{string(c), stateClass(c), st.States[c]})
			p.Problems = p.Problems || stateClass(c) == "bad"
		}
	}
	for _, t := range st.Failing {
		p.Failing = append(p.Failing, failing{t.Target, string(t.State), t.Error, f.At(t.Since), f.Ago(t.Next)})
	}
	for _, m := range st.Machines {
		p.Sharing = append(p.Sharing, sharing{
			Name: m.Name, Config: m.Config, Self: m.Self, Live: m.Live, Differs: slices.Contains(st.Differing, m.Name),
			Shards: m.Shards, Targets: strings.Join(m.Targets, ", "), Seen: f.Ago(m.Seen),
		})
	}
	p.History = size(st.History.Bytes)
	if st.History.Max > 0 {
		p.History += " of " + size(st.History.Max)
	}
	p.frame = *f
	return p, nil
}

// size writes bytes as people do.
func size(n int64) string {
	switch {
	case n >= 1<<30:
		return tenths(float64(n)/(1<<30)) + " GB"
	case n >= 1<<20:
		return tenths(float64(n)/(1<<20)) + " MB"
	}
	return text.Number(n>>10) + " KB"
}

func tenths(v float64) string {
	whole, tenth, _ := strings.Cut(strconv.FormatFloat(v, 'f', 1, 64), ".")
	return text.Grouped(whole) + "." + tenth
}
