package config

import (
	"fmt"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"watcher/internal/config/strict"
	"watcher/internal/feeds"
	"watcher/internal/notify/targets"
	"watcher/internal/schedule"
	"watcher/internal/suggest"
	"watcher/internal/text"
)

const (
	defaultEvery = 15 * time.Minute
	defaultKeep  = 90 * 24 * time.Hour
	defaultMax   = 4 << 30
	shortest     = time.Second
	// polite is the interval below which strangers' servers may object.
	polite  = time.Minute
	tagMark = "tag:"
	// maxCooldown and minExpect are where a typing slip is likely.
	maxCooldown = 30 * 24 * time.Hour
	minExpect   = time.Hour
)

// checker makes a Config of a decoded document: it fills in defaults and checks what
// involves more than one entry.
type checker struct {
	*reader
	doc      *document
	reported map[spot]bool // keys with a mistake that was reported
	warnings []Mistake

	targets     map[string]int // index by name
	feeds       []placed       // of the whole config, lists included
	ids         map[string]int // index of feeds by ID
	tags        map[string]bool
	anyCase     map[string]bool // feed: or tag: and the name in lower case
	usedTargets map[string]bool // targets with something sent to them

	rules    []*strict.Path          // of each rule
	lists    map[string]*strict.Path // of each list
	halfRead bool                    // an included file is not YAML, so its contents are unknown

	compiled []int        // for each rule of the set, its index in the config
	badScope map[int]bool // rules that name an unknown feed or tag
	compared int          // names compared for suggestions
}

func newChecker(r *reader, doc *document) *checker {
	c := &checker{
		reader: r, doc: doc,
		reported: make(map[spot]bool, len(r.Errs)),
		targets:  map[string]int{}, ids: map[string]int{},
		tags: map[string]bool{}, anyCase: map[string]bool{}, usedTargets: map[string]bool{},
		badScope: map[int]bool{},
	}
	for _, e := range r.Errs {
		c.reported[spot{e.File, e.KeyPath}] = true
	}
	c.noteMisnamed(0)
	return c
}

// noteMisnamed suppresses the mistake of a missing key that is there under another
// name.
func (c *checker) noteMisnamed(from int) {
	for _, p := range c.Misnamed[from:] {
		c.reported[c.spot(p)] = true
	}
}

func (c *checker) check() *Config {
	c.include()
	c.merge()
	zone := c.checkZone()
	c.checkTargets()
	c.checkHTTP()
	c.checkFeeds()
	hosts := c.checkHosts()
	c.checkRules()
	sources := feeds.Pack(c.sources()...)
	set := c.compile(sources)
	c.checkOps()
	c.checkLists()
	c.warnIdle()
	c.warnPrivate()
	rulePlaces, listPlaces := c.places()
	store := c.checkStore(c.Src.Name)
	return &Config{
		Store: store, Poll: c.doc.Poll, Network: c.doc.Network, HTTP: c.doc.HTTP, History: c.doc.History, Limits: c.doc.Limits, Hosts: hosts,
		Lists: c.doc.Lists, Feeds: sources, Rules: c.doc.Rules, Targets: c.doc.Notify,
		Ops: c.doc.Ops, Zone: zone, Set: set, Defaults: c.doc.Defaults,
		RulePlaces: rulePlaces, ListPlaces: listPlaces, Include: c.doc.Include, Reload: c.doc.Reload,
	}
}

func key(name string) *strict.Path { return (*strict.Path)(nil).Child(name) }

// wrong records a mistake at p, unless p or a key that contains it already has one.
func (c *checker) wrong(p *strict.Path, format string, args ...any) {
	if c.reported[c.spot(p)] || !p.Parent.IsFile() && c.reported[c.spot(p.Parent)] {
		return
	}
	n, _ := strict.Locate(c.Root, p)
	c.Fail(strict.Start(n), p, format, args...)
	c.reported[c.spot(p)] = true
}

func (c *checker) warn(p *strict.Path, format string, args ...any) {
	n, _ := strict.Locate(c.Root, p)
	at := strict.Start(n)
	c.warnings = append(c.warnings, Mistake{
		File: c.PartOf(p).Src.Name, Line: at.Line, Col: at.Col, KeyPath: p.String(), Text: fmt.Sprintf(format, args...),
	})
}

// checkName refuses names that break a log line or cannot be typed.
func (c *checker) checkName(p *strict.Path, name string) {
	switch {
	case strings.TrimSpace(name) != name || name == "":
		c.wrong(p, "a name cannot be empty, nor begin or end with a space")
	case strings.ContainsFunc(name, unicode.IsControl):
		c.wrong(p, "a name cannot contain control characters")
	}
}

// checkZone returns the zone of timezone, which is the default of the targets.
func (c *checker) checkZone() *time.Location {
	zone, err := schedule.Zone(c.doc.Timezone)
	if err != nil {
		c.wrong(key("timezone"), "%v", err)
		return time.UTC
	}
	for i := range c.doc.Notify {
		if p := &c.doc.Notify[i].Policy; p.Timezone == "" {
			p.Timezone = c.doc.Timezone
		}
	}
	return zone
}

func (c *checker) checkTargets() {
	for i, t := range c.doc.Notify {
		c.checkName(key("notify").Child(t.Name), t.Name)
		c.targets[t.Name] = i
		warnings := t.Policy.Warn()
		if o, ok := t.Options.(targets.Warner); ok {
			warnings = append(warnings, o.Warn()...)
		}
		for _, p := range warnings {
			c.warn(key("notify").Child(t.Name).Below(p.Key), "%s", p.Text)
		}
	}
}

func (c *checker) checkFeeds() {
	c.feeds = c.placeFeeds()
	urls := make(map[string]int, len(c.feeds))
	for i := range c.feeds {
		f := &c.feeds[i]
		if f.list { // the others were validated while decoding
			for _, p := range f.Validate() {
				if p.Key == "url" {
					c.wrongFeed(f, p.Key, "%s", p.Text)
				}
			}
		}
		c.checkFeedName(f, i)
		if f.URL != "" {
			if first, taken := urls[f.URL]; taken {
				c.wrongFeed(f, "url", "the same URL as %s", c.feedAt(first))
			} else {
				urls[f.URL] = i
			}
		}
		for _, tag := range f.Tags {
			c.tags[tag] = true
			c.anyCase["tag:"+strings.ToLower(tag)] = true
		}
		c.checkCadence(&f.Source, f.path)
	}
	if every := c.doc.Poll.Every; every >= shortest && every < polite {
		c.warn(key("poll").Child("every"), "every %s is for servers of your own; others may refuse whoever asks more often than once a minute", every)
	}
}

// checkFeedName fills in the ID and checks that it is unique.
func (c *checker) checkFeedName(f *placed, i int) {
	at := "name"
	switch {
	case f.ID == "" || f.ID == f.URL:
		if _, found := strict.Locate(c.Root, f.path.Child(at)); found && f.ID == "" {
			c.wrongFeed(f, at, "a name cannot be empty; without the key the feed is known by its URL")
		}
		if f.ID, at = f.URL, "url"; f.ID == "" {
			return
		}
		if feeds.Shown(f.URL) != f.URL {
			c.wrongFeed(f, at, "has what looks like a secret in it, and is the feed's name in alerts and logs as long as there is no other; write a name")
			return
		}
	case strings.HasPrefix(f.ID, tagMark):
		c.wrongFeed(f, at, "a name cannot begin with %s, which selects feeds by their tags", tagMark)
	default:
		c.checkName(f.key(at), f.ID)
	}
	first, taken := c.ids[f.ID]
	if !taken {
		c.ids[f.ID] = i
		c.anyCase["feed:"+strings.ToLower(f.ID)] = true
	} else if at == "name" {
		c.wrongFeed(f, at, "the name %q is taken by %s", f.ID, c.feedAt(first))
	}
}

// wrongFeed records a mistake at a key of a feed. For a list it records only the first:
// they would all be at the same key.
func (c *checker) wrongFeed(f *placed, key, format string, args ...any) {
	if !f.list {
		c.wrong(f.path.Child(key), format, args...)
		return
	}
	if f.faulty {
		return
	}
	f.faulty = true
	n, _ := strict.Locate(c.Root, f.key(key))
	c.Fail(strict.Start(n), f.key(key), "%s", c.ofList(f, fmt.Sprintf(format, args...)))
}

// ofList adds to a mistake about a feed of a list which feed it is.
func (c *checker) ofList(f *placed, words string) string {
	if f.list {
		return text.Shorten(feeds.Shown(f.ID), 60) + ": " + words
	}
	return words
}

// feedAt names a feed in a message about another.
func (c *checker) feedAt(i int) string {
	f := &c.feeds[i]
	n, _ := strict.Locate(c.Root, f.path)
	return c.ofList(f, fmt.Sprintf("%s on line %d", f.path, strict.Start(n).Line))
}

// sources returns all feeds of the config.
func (c *checker) sources() []feeds.Source {
	all := make([]feeds.Source, len(c.feeds))
	for i := range c.feeds {
		all[i] = c.feeds[i].Source
	}
	return all
}

func (c *checker) checkCadence(s *feeds.Source, p *strict.Path) {
	switch {
	case s.Schedule != "", s.Adaptive:
	case s.Every == 0:
		if _, found := strict.Locate(c.Root, p.Child("every")); found {
			c.wrong(p.Child("every"), "the shortest interval is %s", shortest)
		}
		if s.Adaptive = c.doc.Poll.Adaptive; !s.Adaptive {
			s.Every = c.doc.Poll.Every
		}
	case s.Every >= shortest && s.Every < polite:
		c.warn(p.Child("every"), "every %s is for servers of your own; others may refuse whoever asks more often than once a minute", s.Every)
	}
}

// checkHosts checks that the keys are names of hosts, without duplicates.
func (c *checker) checkHosts() map[string]Host {
	if len(c.doc.Hosts) == 0 {
		return nil
	}
	hosts := make(map[string]Host, len(c.doc.Hosts))
	first := make(map[string]string, len(c.doc.Hosts))
	for _, name := range slices.Sorted(maps.Keys(c.doc.Hosts)) {
		p := key("hosts").Child(name)
		u, err := url.Parse("http://" + name)
		if err != nil || u.Host != name || u.Hostname() == "" {
			c.wrong(p, "wants the name of a host, such as example.org or 127.0.0.1:8080, without http:// and path")
		}
		id := feeds.HostKey(name)
		if other, taken := first[id]; taken {
			c.wrong(p, "is the same host as %s", other)
		}
		first[id], hosts[id] = name, c.doc.Hosts[name]
	}
	return hosts
}

func (c *checker) checkRules() {
	names := make(map[string]int, len(c.doc.Rules))
	for i := range c.doc.Rules {
		r, p := &c.doc.Rules[i], c.rules[i]
		if r.Name == "" {
			c.wrong(p.Child("name"), "is missing; alerts say by it which rule matched")
		} else {
			c.checkName(p.Child("name"), r.Name)
			if first, taken := names[r.Name]; taken {
				c.wrong(p.Child("name"), "the name %q is taken by %s", r.Name, c.elsewhere(p, c.rules[first]))
			} else {
				names[r.Name] = i
			}
		}
		if r.Cooldown > maxCooldown {
			c.wrong(p.Child("cooldown"), "the longest cooldown is %s", "30d")
		}
		if r.Expect > 0 && r.Expect < minExpect {
			c.wrong(p.Child("expect"), "the shortest time is %s", "1h")
		}
		r.Notify = c.checkNotify(r.Notify, p)
		before := len(c.Errs)
		c.checkScope(r.Feeds, p.Child("feeds"))
		c.badScope[i] = len(c.Errs) > before
	}
}

// checkNotify checks that the targets of a notify list exist, and fills in all targets
// if there is no list.
func (c *checker) checkNotify(names []string, p *strict.Path) []string {
	p = p.Child("notify")
	if names == nil && !c.reported[c.spot(p)] {
		names = c.targetNames()
		for _, name := range names {
			c.usedTargets[name] = true
		}
		return names
	}
	if len(names) == 0 {
		c.wrong(p, "names no target; without the key every target is told")
	}
	var told []string
	for i, name := range names {
		switch _, ok := c.targets[name]; {
		case c.reported[c.spot(p.Entry(i))]:
		case !ok:
			c.wrong(p.Entry(i), "no target is called %q%s", name, c.suggest(name, maps.Keys(c.targets)))
		case slices.Contains(told, name):
			c.warn(p.Entry(i), "%s is named twice", name)
		default:
			told = append(told, name)
			c.usedTargets[name] = true
		}
	}
	return told
}

func (c *checker) targetNames() []string {
	names := make([]string, len(c.doc.Notify))
	for i, t := range c.doc.Notify {
		names[i] = t.Name
	}
	return names
}

// checkScope checks that the feeds and tags of a rule exist, ignoring case as the rules
// do.
func (c *checker) checkScope(scope []string, p *strict.Path) {
	if scope != nil && len(scope) == 0 {
		c.wrong(p, "names no feed; without the key the rule looks at every feed")
	}
	for i, name := range scope {
		tag, isTag := strings.CutPrefix(name, tagMark)
		switch {
		case isTag && !c.anyCase["tag:"+strings.ToLower(tag)]:
			c.wrong(p.Entry(i), "no feed has the tag %q%s", tag, c.suggest(tag, maps.Keys(c.tags)))
		case isTag || c.anyCase["feed:"+strings.ToLower(name)]:
		case c.anyCase["tag:"+strings.ToLower(name)]:
			c.wrong(p.Entry(i), "no feed is called %q, but there is such a tag: write tag:%s", name, name)
		default:
			c.wrong(p.Entry(i), "no feed is called %q%s", name, c.suggest(name, maps.Keys(c.ids)))
		}
	}
}

// maxCompared bounds the search for suggestions, which compares with every name. A file
// with thousands of such mistakes needs no suggestions.
const maxCompared = 500_000

func (c *checker) suggest(word string, choices iter.Seq[string]) string {
	if c.compared > maxCompared {
		return ""
	}
	names := slices.Sorted(choices)
	c.compared += len(names)
	return suggest.For(word, names)
}

func (c *checker) checkOps() {
	p := key("ops")
	if c.doc.Ops.Notify == nil && len(c.doc.Notify) > 0 && !c.reported[c.spot(p)] && !c.reported[c.spot(p.Child("notify"))] {
		c.warn(p.Child("notify"), "is missing, so every target hears of watcher's own troubles; name those who should: ops: {notify: [%s]}", c.doc.Notify[0].Name)
	}
	c.doc.Ops.Notify = c.checkNotify(c.doc.Ops.Notify, p)
	for _, name := range c.targetNames() {
		if !c.usedTargets[name] {
			c.warn(key("notify").Child(name), "no rule names this target, nor does ops")
		}
	}
}

// warnIdle warns of what keeps watcher from ever sending anything.
func (c *checker) warnIdle() {
	for _, missing := range []struct {
		key, text string
		there     bool
	}{
		{"feeds", "no feed is named, so nothing is polled", len(c.feeds) > 0},
		{"rules", "there is no rule, so nothing is alerted", len(c.doc.Rules) > 0},
		{"notify", "there is no target, so nobody is told", len(c.doc.Notify) > 0},
	} {
		if !missing.there {
			c.warn(key(missing.key), "%s", missing.text)
		}
	}
}
