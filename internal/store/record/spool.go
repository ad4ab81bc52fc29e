package record

import (
	"watcher/internal/notify"
	"watcher/internal/notify/story"
)

// SpoolPart is a part of a spool: some of the alerts of a poll.
type SpoolPart []Spooled

func (SpoolPart) record() {}

// Spooled is an article on its way to targets that get the same alert. The fields
// beside Alert are those that its JSON leaves out.
type Spooled struct {
	Alert  Body        `json:"alert"` // the first one; the others differ only in To
	Keys   []Key       `json:"keys"`
	Story  *Story      `json:"story,omitempty"`
	To     []Addressee `json:"to"`
	Trails bool        `json:"trails,omitempty"`
	Flood  bool        `json:"flood,omitempty"`
	Each   bool        `json:"each,omitempty"`
}

// Addressee is a target of an article, with the ID of its alert.
type Addressee struct {
	ID     string `json:"id"`
	Target string `json:"target"`
}

// SpooledOf makes the record of an alert, with its target alone.
func SpooledOf(a *notify.Alert) Spooled {
	one := Spooled{Alert: BodyOf(a), Keys: KeysOf(a.Keys), Trails: a.Trails, Flood: a.Flood, Each: a.EachArticle, To: []Addressee{{a.ID, a.Target}}}
	if !a.Story.IsZero() {
		one.Story = StoryOf(story.Sketched{}, a.Story)
	}
	return one
}

// Alerts returns the alerts of a SpoolPart in order.
func (p SpoolPart) Alerts() []notify.Alert {
	var alerts []notify.Alert
	for i := range p {
		one := &p[i]
		a := one.Alert.Alert()
		a.Keys, a.Trails, a.Flood, a.EachArticle = ItemKeys(one.Keys), one.Trails, one.Flood, one.Each
		if one.Story != nil {
			a.Story = one.Story.Sketch()
		}
		for _, to := range one.To {
			a.ID, a.Target = to.ID, to.Target
			alerts = append(alerts, a)
		}
	}
	return alerts
}
