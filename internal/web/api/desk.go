package api

import (
	"time"

	"watcher/internal/desk"
	"watcher/internal/duration"
	"watcher/internal/notify"
	"watcher/internal/web/syndicate"
)

func (c *call) listAlerts() (any, error) {
	f := desk.Filter{
		Rule: c.args.text("rule"), Feed: c.args.text("feed"), Tag: c.args.text("tag"), Severity: c.args.text("severity"),
		Target: c.args.text("target"), State: notify.AlertState(c.args.text("state")), Query: c.args.text("q"),
		From: c.args.moment("from"), To: c.args.moment("to"),
	}
	return c.Desk.Alerts(c.context(), f, c.args.text("cursor"), c.args.count("limit"))
}

func (c *call) getAlert() (any, error) { return c.Desk.Alert(c.context(), c.args.text("id")) }

func (c *call) retryAlert() (any, error) {
	if err := c.Desk.Retry(c.context(), c.args.text("id")); err != nil {
		return nil, err
	}
	return c.getAlert()
}

func (c *call) dropAlert() (any, error) {
	if err := c.Desk.Drop(c.context(), c.args.text("id")); err != nil {
		return nil, err
	}
	return c.getAlert()
}

// acknowledgement is the body of acknowledgeAlert.
type acknowledgement struct {
	Note string `json:"note,omitempty"`
}

func (c *call) acknowledgeAlert() (any, error) {
	if err := c.Desk.Acknowledge(c.context(), c.by(), c.args.text("id"), c.body.(*acknowledgement).Note); err != nil {
		return nil, err
	}
	return c.getAlert()
}

func (c *call) unacknowledgeAlert() (any, error) {
	if err := c.Desk.Unacknowledge(c.context(), c.by(), c.args.text("id")); err != nil {
		return nil, err
	}
	return c.getAlert()
}

func (c *call) listRules() (any, error) {
	all, err := c.Desk.Rules(c.context())
	return list[desk.RuleReport]{Items: all}, err
}

func (c *call) getRule() (any, error) { return c.Desk.Rule(c.context(), c.args.text("name")) }

// listFeeds goes on behind the name that is the cursor.
func (c *call) listFeeds() (any, error) {
	l := list[desk.FeedReport]{Items: []desk.FeedReport{}}
	state, after, most := c.args.text("state"), c.args.text("cursor"), c.args.count("limit")
	for f, err := range c.Desk.Feeds(c.context()) {
		switch {
		case err != nil:
			return nil, err
		case f.Name <= after, state != "" && string(f.State) != state:
			continue
		case len(l.Items) == most:
			l.Next = l.Items[most-1].Name
			return l, nil
		}
		l.Items = append(l.Items, f)
	}
	return l, nil
}

func (c *call) getFeed() (any, error) {
	f, err := c.Desk.Feed(c.context(), c.args.text("name"))
	if err == nil && f.Held > 0 {
		f.HeldItems, err = c.Desk.Held(c.context(), f.Name)
	}
	return f, err
}

func (c *call) acceptFeed() (any, error) { return c.decide(desk.Accept, nil) }

// release is the body of releaseFeed.
type release struct {
	Items []string `json:"items,omitempty"` // ids of held items
}

func (c *call) releaseFeed() (any, error) {
	if ids := c.body.(*release).Items; ids != nil {
		return c.decide(desk.ReleaseSome, ids)
	}
	return c.decide(desk.Release, nil)
}

func (c *call) retryFeed() (any, error) {
	if _, err := c.decide(desk.PollNow, nil); err != nil {
		return nil, err
	}
	return c.getFeed()
}

func (c *call) decide(what desk.FeedAction, ids []string) (any, error) {
	return c.Desk.Decide(c.context(), what, c.args.text("name"), ids)
}

func (c *call) listTargets() (any, error) {
	all, err := c.Desk.Targets(c.context())
	return list[desk.TargetReport]{Items: all}, err
}

func (c *call) retryTarget() (any, error) { return c.Desk.Again(c.context(), c.args.text("name")) }

func (c *call) listMutes() (any, error) {
	all, err := c.Desk.Mutes(c.context())
	return list[desk.MuteReport]{Items: all}, err
}

// muting is the body of addMute. Either Until or For is given.
type muting struct {
	Kind  string    `json:"kind"`
	Name  string    `json:"name"`
	Until time.Time `json:"until,omitzero"`
	For   string    `json:"for,omitempty"` // a duration such as 2h or 1d
	Why   string    `json:"why,omitempty"`
}

func (c *call) addMute() (any, error) {
	of := c.body.(*muting)
	until := of.Until
	if of.For != "" {
		d, err := duration.Parse(of.For)
		switch {
		case err != nil:
			return nil, bad(mistake{Detail: err.Error(), Parameter: "for"})
		case !until.IsZero():
			return nil, bad(mistake{Detail: "is given beside until; leave one out", Parameter: "for"})
		}
		until = time.Now().Add(d)
	}
	if !until.After(time.Now()) {
		return nil, bad(mistake{Detail: "is not in the future; write when the mute ends, or under for how long it lasts", Parameter: "until"})
	}
	m := notify.Mute{Kind: of.Kind, Name: of.Name, Since: time.Now().UTC(), Until: until.UTC(), By: c.by(), Why: of.Why}
	if err := c.Desk.Mute(c.context(), m); err != nil {
		return nil, err
	}
	return c.muteOf(m.Kind, m.Name)
}

// muteOf returns the mute in force of a name.
func (c *call) muteOf(kind, name string) (desk.MuteReport, error) {
	all, err := c.Desk.Mutes(c.context())
	for _, m := range all {
		if m.Kind == kind && m.Name == name {
			return m, nil
		}
	}
	if err == nil {
		err = &desk.NotFoundError{Text: "no " + kind + " " + name + " is muted"}
	}
	return desk.MuteReport{}, err
}

func (c *call) endMute() (any, error) {
	m, err := c.muteOf(c.args.text("kind"), c.args.text("name"))
	if err != nil {
		return nil, err
	}
	m.Until = time.Now().UTC()
	return nil, c.Desk.Mute(c.context(), m.Mute)
}

func (c *call) getStatus() (any, error) { return c.Desk.Status(c.context()) }

func (c *call) listFeedTokens() (any, error) {
	all, err := c.Feeds.List(c.context())
	return list[syndicate.ListedToken]{Items: all}, err
}

// feedToken is the body of makeFeedToken.
type feedToken struct {
	Feed string `json:"feed"` // its path and query: /alerts?tag=baltics, /rules/NAME, /search?q=QUERY
}

func (c *call) makeFeedToken() (any, error) {
	return c.Feeds.Make(c.r, c.by(), c.body.(*feedToken).Feed)
}

func (c *call) revokeFeedToken() (any, error) {
	return nil, c.Feeds.Revoke(c.context(), c.args.text("id"))
}
