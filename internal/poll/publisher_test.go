package poll_test

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"watcher/internal/notify"
)

// report is a story that a publisher tells, under whatever title.
type report struct {
	n     int
	title []string
	text  []string
	date  time.Time
	when  time.Time // the date that goes into links
	count int       // what stands in its guid, where that has a counter
	fresh bool      // changed since it was shown last
	gone  bool
}

// node is a story as a document shows it.
type node struct {
	*report
	guid, link, title, text string
	date                    time.Time
}

// paper is a document that was served.
type paper struct {
	at    time.Time
	nodes []node
	body  string
}

// publisher makes the documents of one feed, another one for each poll. All randomness
// comes from its seed.
type publisher struct {
	habits
	id      int    // no two publishers have one host
	style   uint64 // for what each publisher does in its own way
	chance  *rand.Rand
	stories []*report // the oldest first
	polls   int       // made so far
	anew    int       // at which poll everything is given anew that Once names; -1 once it has been
	remade  bool      // it was
	session string    // of this poll
	host    string    // of this poll
	papers  []paper
	whole   []node // of the last document, before it was cut
}

const archive = 40 // how many stories there are before the first poll

func newPublisher(h habits, id int, seed uint64, now time.Time) *publisher {
	p := &publisher{habits: h, id: id, style: seed, chance: rand.New(rand.NewPCG(seed, 1))}
	p.Window = cmp.Or(p.Window, 12)
	p.anew = 4 + p.chance.IntN(6)
	if !p.Late {
		for i := range archive {
			p.publish(now.Add(-time.Duration(archive-i) * 3 * hour))
		}
		if !p.Refills { // nothing is there to replace what leaves
			for _, s := range p.stories[:archive-p.Window] {
				s.gone = true
			}
		}
	}
	return p
}

// sometimes returns true with this probability.
func (p *publisher) sometimes(chance float64) bool { return p.chance.Float64() < chance }

var vocabulary = strings.Fields(`accord agency airport alliance ambassador army ballot bank barrier bishop blockade border bridge budget cabinet
	campaign canal capital cargo ceasefire chamber charter coalition coast colony commander congress convoy council court crisis currency dam
	debt decree defence delegation deputy desert diplomat drought election embargo embassy emergency energy envoy exile export factory famine
	farmer ferry fleet forum frontier fuel garrison general glacier governor grain guard harbour hospital hostage inquiry inspector island
	journal judge junta labour lawyer leader legion levy liberty mandate marine market mayor mediator migrant militia mine minister mission
	monarch monitor nation navy officer oil opposition orbit panel parliament party patrol peace pension petition pilot pipeline platform
	police policy port premier president press prison protest province quarry railway rebel reform refugee regime region relief republic
	reserve resolution reunion ruling sanction satellite senate settler shipyard siege soldier spokesman statute strait strike summit
	surplus tariff tender territory treaty tribunal troops truce tunnel union unrest uranium valley verdict veteran village visa volcano
	vote warning warship water wheat witness worker`)

func (p *publisher) some(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = vocabulary[p.chance.IntN(len(vocabulary))]
	}
	return all
}

// moment returns a time within twenty minutes before at that no other story has.
func (p *publisher) moment(at time.Time, n int) time.Time {
	return at.Add(-time.Duration(p.chance.IntN(40)*30+n%30) * time.Second)
}

func (p *publisher) publish(at time.Time) {
	n := len(p.stories)
	at = p.moment(at, n)
	p.stories = append(p.stories, &report{
		n: n, title: p.some(6), text: p.some(20 + p.chance.IntN(25)), date: at, when: at, fresh: true,
	})
}

// next returns the document for another poll.
func (p *publisher) next(now time.Time) string {
	defer func() { p.polls++ }()
	p.session = fmt.Sprintf("%012x", p.chance.Uint64()>>16)
	p.host = fmt.Sprintf("%s%d.example", []string{"www", "edge"}[p.chance.IntN(2)], p.id)
	if p.polls > 0 {
		p.edit(now)
		p.release(now)
		p.remove()
	}
	before := p.whole
	p.whole = p.write(now, p.visible())
	nodes, cut := p.whole, false
	switch {
	case p.Late && p.polls < 3, p.Empties && p.polls > 0 && p.sometimes(0.2):
		nodes = nil
	case p.Nodes && p.polls > 0 && p.sometimes(0.4):
		nodes = before
	case p.Cut && len(nodes) > 1 && p.polls > 0 && p.sometimes(0.3):
		nodes, cut = nodes[:1+p.chance.IntN(len(nodes)-1)], true
	}
	for _, n := range nodes {
		n.fresh = false
	}
	p.papers = append(p.papers, paper{now, nodes, p.render(nodes, cut, now)})
	return p.papers[p.polls].body
}

// edit changes stories that were shown. A changed story is left alone until it was polled.
func (p *publisher) edit(now time.Time) {
	seen := slices.DeleteFunc(p.visible(), func(s *report) bool { return s.fresh })
	if p.anew == p.polls && p.Once != "" {
		if len(seen) < len(p.visible()) {
			p.anew++
			return
		}
		p.remade = true
		if p.Once == "dates" {
			for _, s := range p.stories {
				s.date = now.Add(-time.Duration(s.n) * time.Second) // as an importer writes them
				s.when = s.date
			}
		}
		for _, s := range seen {
			s.fresh = true
		}
		return
	}
	var kinds []change
	for _, c := range []change{headline, words, redated} {
		if p.happens(c) && (c != redated || p.Redates) {
			kinds = append(kinds, c)
		}
	}
	for _, s := range seen {
		if p.sometimes(0.1) {
			s.count += 1 + p.chance.IntN(2)
		}
		if len(kinds) == 0 || !p.sometimes(0.08) {
			continue
		}
		s.fresh = true
		switch kinds[p.chance.IntN(len(kinds))] {
		case headline:
			s.title = slices.Clone(s.title)
			s.title[p.chance.IntN(len(s.title))] = p.some(1)[0]
		case words:
			s.text = append(slices.Clone(s.text), p.some(3)...)
		case redated:
			s.date = s.date.Add(-time.Duration(1+p.chance.IntN(50)) * time.Hour)
			s.when = s.date
			continue
		}
		if p.Date == "edited" {
			s.date = p.moment(now, s.n)
		}
	}
}

// release publishes what was written since the last poll.
func (p *publisher) release(now time.Time) {
	if p.Late && p.polls < 3 {
		return
	}
	most := max(1, p.Window/4)
	if p.sometimes(0.03) {
		most = p.Window
	}
	if p.Window == 1 && p.sometimes(0.5) || p.Window > 1 && p.sometimes(0.4) {
		for range 1 + p.chance.IntN(most) {
			p.publish(now)
		}
	}
}

// remove removes stories that were shown.
func (p *publisher) remove() {
	if (p.Deletes || p.Refills) && p.sometimes(0.25) {
		if seen := p.visible(); len(seen) > 2 {
			seen[p.chance.IntN(len(seen)-1)+1].gone = true
		}
	}
}

// visible returns the stories that are in the feed, in its order.
func (p *publisher) visible() []*report {
	there := slices.DeleteFunc(slices.Clone(p.stories), func(s *report) bool { return s.gone })
	window := there[max(0, len(there)-p.Window):]
	if p.Order == "" {
		slices.Reverse(window)
	}
	if p.Shuffled {
		p.chance.Shuffle(len(window), func(i, j int) { window[i], window[j] = window[j], window[i] })
	}
	if p.Pinned && !p.Late {
		pinned := p.stories[archive-1]
		window = append([]*report{pinned}, slices.DeleteFunc(window, func(s *report) bool { return s == pinned })...)
	}
	return window
}

// write fills in the items of stories.
func (p *publisher) write(now time.Time, stories []*report) []node {
	nodes := make([]node, 0, len(stories)+1)
	newest := slices.MaxFunc(append([]*report{{n: -1}}, stories...), func(a, b *report) int { return cmp.Compare(a.n, b.n) })
	for _, s := range stories {
		nodes = append(nodes, node{report: s, title: p.titleOf(s, newest), text: p.textOf(s, newest, now), date: p.dateOf(s, newest, now)})
		n := &nodes[len(nodes)-1]
		n.link = p.linkOf(s)
		n.guid = p.guidOf(n, len(nodes))
	}
	if p.Doubled && len(nodes) > 0 && p.polls > 0 && p.sometimes(0.3) {
		i := p.chance.IntN(len(nodes))
		again := nodes[i]
		if p.GUID == "counter" {
			again.guid += "2"
		}
		nodes = slices.Insert(nodes, i+1, again)
	}
	return nodes
}

func (p *publisher) titleOf(s, newest *report) string {
	own := "NATO " + strings.Join(s.title, " ")
	switch p.Title {
	case "none":
		return ""
	case "constant":
		return "Situation report"
	case "serial":
		if s.n%3 > 0 {
			return "Open thread"
		}
	case "numbered":
		return fmt.Sprint("Weekly digest ", 400+s.n)
	case "counter":
		return fmt.Sprintf("%s (%d comments)", own, p.polls*(1+s.n%4)+s.n%7)
	case "newest marked":
		if s == newest {
			return "[default] " + own
		}
	}
	return own
}

func (p *publisher) textOf(s, newest *report, now time.Time) string {
	own := strings.Join(s.text, " ") + "."
	switch p.Text {
	case "none":
		return ""
	case "boilerplate":
		return "Read the whole report on our page."
	case "minutes ago":
		return fmt.Sprintf("%d minutes ago: %s", int(now.Sub(s.when)/time.Minute), own)
	case "block":
		return own + " Latest: " + strings.Join(newest.title, " ")
	}
	return own
}

func (p *publisher) dateOf(s, newest *report, now time.Time) time.Time {
	switch p.Date {
	case "none":
		return time.Time{}
	case "now":
		return now
	case "day":
		return s.date.UTC().Truncate(day)
	case "newest's":
		return newest.date
	}
	return s.date
}

func (p *publisher) slug(s *report) string {
	switch p.Title {
	case "none", "constant", "serial", "numbered":
		return fmt.Sprint("report-", s.n)
	}
	return strings.Join(s.title, "-")
}

func (p *publisher) linkOf(s *report) string {
	base := fmt.Sprintf("https://www.paper%d.example/", p.id)
	article := fmt.Sprint(base, "news/", 1000+s.n)
	switch p.Link {
	case "none":
		return ""
	case "page":
		return base + "reports"
	case "home":
		return base
	case "session":
		return []string{article + ";jsessionid=" + p.session, article + "?PHPSESSID=" + p.session, fmt.Sprintf("%sshow?sid=%s&id=%d", base, p.session, s.n)}[p.style%3]
	case "tracker":
		return fmt.Sprintf("https://click.example/c/%d-%016x", p.id, p.chance.Uint64())
	case "utm":
		return fmt.Sprintf("%s?utm_source=rss&utm_campaign=%x", article, p.chance.Uint32())
	case "parameter":
		return fmt.Sprintf("%s?from=%x", article, p.chance.Uint32())
	case "host flips":
		return fmt.Sprint("https://", p.host, "/news/", 1000+s.n)
	case "slug":
		return base + p.slug(s)
	case "dated":
		return fmt.Sprint(base, s.when.UTC().Format("2006/01/02/150405/"), "report")
	case "id":
		return fmt.Sprint(base, "show?id=", 1000+s.n)
	case "anchor":
		return fmt.Sprint(base, "reports#", s.n)
	}
	return article
}

func (p *publisher) guidOf(n *node, place int) string {
	host := fmt.Sprintf("paper%d.example", p.id)
	own := fmt.Sprintf("id %d of %s", n.n, host)
	if p.remade && p.Once == "guids" {
		own = fmt.Sprintf("tag:%s,2026:%d", host, 7000+n.n)
	}
	switch p.GUID {
	case "none":
		return ""
	case "constant":
		return "the feed of " + host
	case "counter":
		return fmt.Sprint("https://", host, "/", own, "#", n.count)
	case "place":
		return fmt.Sprint("item-", place)
	case "session":
		return fmt.Sprint("https://", host, "/", own, ";jsessionid=", p.session)
	case "fresh":
		return fmt.Sprintf("urn:uuid:%d-%016x", p.id, p.chance.Uint64())
	case "title":
		return n.title
	case "link":
		return n.link
	case "host flips":
		return fmt.Sprint("https://", p.host, "/", own)
	case "scheme flips":
		return fmt.Sprint([]string{"http://", "https://", "http://www."}[p.polls%3], host, "/", own)
	case "slug":
		return fmt.Sprint(host, "/", strings.Fields(own)[0], "/", p.slug(n.report))
	}
	return own
}

// render returns the RSS of a document.
func (p *publisher) render(nodes []node, cut bool, now time.Time) string {
	var b strings.Builder
	element := func(name, value string) {
		if value != "" {
			b.WriteString("<" + name + ">")
			_ = xml.EscapeText(&b, []byte(value))
			b.WriteString("</" + name + ">")
		}
	}
	fmt.Fprintf(&b, "<rss version=\"2.0\"><channel><title>Paper</title><link>https://www.paper%d.example/</link>", p.id)
	if p.Stamped {
		element("lastBuildDate", now.UTC().Format(time.RFC1123Z))
	}
	for _, n := range nodes {
		b.WriteString("\n<item>")
		element(`guid`, n.guid)
		element("title", n.title)
		element("link", n.link)
		if !n.date.IsZero() {
			element("pubDate", n.date.UTC().Format(time.RFC1123Z))
		}
		element("description", n.text)
		b.WriteString("<category>NATO</category></item>")
	}
	if cut {
		return b.String() + "\n<item><descr"
	}
	return b.String() + "\n</channel></rss>"
}

// account is what became of a publisher's stories.
type account struct {
	stories int   // published after the first document
	lost    []int // of those, never alerted
	twice   []int // alerted more than once, or although they are old
	strange []string
}

// account compares what was shown with the alerts, by the time of each poll.
func (p *publisher) account(alerts []notify.Alert) account {
	told := map[int]int{}
	var a account
	for _, alert := range alerts {
		if s := p.storyOf(&alert, told); s != nil {
			told[s.n]++
		} else {
			a.strange = append(a.strange, alert.Item.Title+" "+alert.Item.Link)
		}
	}
	first := map[int]bool{} // shown in the first document
	for _, n := range p.papers[0].nodes {
		first[n.n] = true
	}
	judged := map[int]bool{}
	for _, paper := range p.papers {
		for _, n := range paper.nodes {
			if judged[n.n] {
				continue
			}
			judged[n.n] = true
			isNew := p.Late || n.n >= archive
			if isNew {
				a.stories++
			}
			switch {
			case isNew && told[n.n] == 0:
				a.lost = append(a.lost, n.n)
			case told[n.n] > 1, told[n.n] == 1 && first[n.n], told[n.n] == 1 && !isNew && p.oldOnesAreKnown():
				a.twice = append(a.twice, n.n)
			}
		}
	}
	return a
}

// storyOf returns the story of an alert, by the document that it was found in. If several
// have the same words, it prefers one that was not alerted.
func (p *publisher) storyOf(alert *notify.Alert, told map[int]int) (found *report) {
	it := alert.Item
	for _, paper := range slices.Backward(p.papers) {
		if paper.at.After(alert.FirstSeen) {
			continue
		}
		for _, n := range paper.nodes {
			same := it.Title == n.title && it.Summary == n.text && (it.Published == nil) == n.date.IsZero() &&
				(it.Published == nil || it.Published.Unix() == n.date.Unix()) && (n.guid == "" || it.ID == n.guid) && (n.link == "" || it.Link == n.link)
			if same && (found == nil || told[found.n] > told[n.n]) {
				found = n.report
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// show returns everything that was served, for whoever has to find out why.
func (p *publisher) show() string {
	var b strings.Builder
	for i, paper := range p.papers {
		fmt.Fprintf(&b, "--- poll %d\n%s\n", i, paper.body)
	}
	return b.String()
}
