package config

import (
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
	"watcher/internal/suggest"
)

// targetList decodes the notify section: names that the user chose, and under each
// the settings of the kind that its type names.
type targetList []TargetEntry

const kindKey = "type"

// DecodeStrictly is for the decoder.
func (ts *targetList) DecodeStrictly(d *strict.Decoder, n *yaml.Node, p *strict.Path) {
	if !d.Want(n, yaml.MappingNode, p) {
		return
	}
	for _, e := range d.Keys(n, p, true) {
		t := TargetEntry{Name: e.Key.Value}
		t.decode(d, e.Value, p.Child(t.Name))
		// A target with mistakes still exists for those who name it.
		*ts = append(*ts, t)
	}
}

func (t *TargetEntry) decode(d *strict.Decoder, n *yaml.Node, p *strict.Path) {
	at := n
	if n = strict.Follow(n); n.Kind != yaml.MappingNode {
		d.Fail(strict.Start(at), p, "wants keys with values, type first, but this is %s%s", strict.Describe(n), d.Shape(n, yaml.MappingNode, p))
		return
	}
	kind, found := strict.Locate(n, (*strict.Path)(nil).Child(kindKey))
	if !found {
		d.Fail(strict.Start(at), p.Child(kindKey), "is missing%s", suggest.For("", targets.Kinds()))
		return
	}
	before := len(d.Errs)
	d.Decode(kind, reflect.ValueOf(&t.Kind).Elem(), p.Child(kindKey))
	if len(d.Errs) > before {
		return
	}
	options, ok := targets.NewOptions(t.Kind)
	if !ok {
		d.Fail(strict.Start(kind), p.Child(kindKey), "unknown type %q%s", t.Kind, suggest.For(t.Kind, targets.Kinds()))
		return
	}
	d.Structure(n, reflect.ValueOf(options).Elem(), p, append([]string{kindKey}, policyKeys...))
	t.Options = options
	t.Policy = deliver.DefaultPolicy()
	d.Structure(only(n, policyKeys), reflect.ValueOf(&t.Policy).Elem(), p, nil)
}

// policyKeys are the keys that every kind of target has.
var policyKeys = strict.Names(strict.Fields(reflect.TypeFor[deliver.PolicyOptions]()))

// only returns a mapping without the keys that are not among keys.
func only(n *yaml.Node, keys []string) *yaml.Node {
	part := *n
	part.Content = nil
	entries := strict.Entries(n)
	var taken []string
	for _, e := range entries {
		if slices.Contains(keys, e.Key.Value) && !slices.Contains(taken, e.Key.Value) {
			taken = append(taken, e.Key.Value)
			part.Content = append(part.Content, e.Key, e.Value)
		}
	}
	return &part
}
