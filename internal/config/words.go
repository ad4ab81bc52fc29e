package config

import (
	"reflect"

	"go.yaml.in/yaml/v4"
)

// words are values that a key takes besides those of its type, by key, word and
// section, and what they do to the struct that has the key.
var words = map[string]map[string]map[string]func(owner any){
	"every": {"adaptive": {
		"poll":    func(owner any) { owner.(*Poll).Adaptive = true },
		"feeds[]": func(owner any) { owner.(*feedEntry).Adaptive = true },
	}},
}

// word decodes such a value of a key of owner; false if n is none.
func (d *decoder) word(n *yaml.Node, owner reflect.Value, p *path) bool {
	known := words[p.key]
	if n = follow(n); known == nil || n.Kind != yaml.ScalarNode {
		return false
	}
	before := len(d.errs)
	text, _ := d.expand(n, p)
	d.errs = d.errs[:before] // reported when the value is decoded
	if known[text] == nil {
		return false
	}
	set := known[text][section(p.parent)]
	if set != nil {
		set(owner.Addr().Interface())
	}
	return set != nil
}

// wordsOf are the words that a key takes, for the schema.
func wordsOf(section, key string) []string {
	var all []string
	for word, sections := range words[key] {
		if sections[section] != nil {
			all = append(all, word)
		}
	}
	return all
}
