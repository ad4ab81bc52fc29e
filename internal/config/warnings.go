package config

import (
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"watcher/internal/config/strict"
	"watcher/internal/netguard"
)

var listName = regexp.MustCompile(`@([\pL\pN_.-]+)`)

// checkLists warns of lists that no rule uses, directly or through another list.
func (c *checker) checkLists() {
	if len(c.doc.Lists) == 0 {
		return
	}
	used := map[string]bool{}
	var use func(texts ...string)
	use = func(texts ...string) {
		for _, text := range texts {
			for _, m := range listName.FindAllStringSubmatch(text, -1) {
				if name := strings.TrimRight(m[1], ".-"); !used[name] {
					used[name] = true
					use(c.doc.Lists[name]...)
				}
			}
		}
	}
	for i := range c.doc.Rules {
		use(c.doc.Rules[i].Match)
		use(c.doc.Rules[i].Keywords...)
	}
	for _, name := range slices.Sorted(maps.Keys(c.doc.Lists)) {
		if !used[name] {
			c.warn(c.lists[name], "no rule uses this list; in a query it is written @%s", name)
		}
	}
}

// warnPrivate warns of feeds and targets at addresses that the guard refuses, as far as
// that shows without a DNS lookup.
func (c *checker) warnPrivate() {
	guard := netguard.Guard(c.doc.Network.Allow)
	look := func(p *strict.Path, raw string) {
		u, err := url.Parse(raw)
		if err == nil && u.Host != "" && netguard.Refuses(guard, u.Hostname()) {
			c.warn(p, "%s is a private address, which is refused; network: {allow: […]} can permit it", u.Hostname())
		}
	}
	section := key("feeds")
	for i := range c.doc.Feeds {
		// A proxy connects in our place.
		if s := &c.doc.Feeds[i]; s.Proxy == "" {
			look(section.Entry(i).Child("url"), s.URL)
		}
	}
	for _, t := range c.doc.Notify {
		if t.Options == nil {
			continue
		}
		v := reflect.ValueOf(t.Options).Elem()
		fields := strict.Fields(v.Type())
		for _, name := range slices.Sorted(slices.Values(strict.Names(fields))) {
			if f := fields[name]; !f.File && f.Type.Kind() == reflect.String {
				look(key("notify").Child(t.Name).Child(name), v.FieldByIndex(f.Index).String())
			}
		}
	}
}
