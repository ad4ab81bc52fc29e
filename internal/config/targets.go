package config

import (
	"reflect"
	"slices"

	"go.yaml.in/yaml/v4"

	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
	"watcher/internal/suggest"
)

// targetList decodes the notify section: names that the user chose, and under each
// the settings of the kind that its type names.
type targetList []TargetEntry

const kindKey = "type"

func (ts *targetList) decode(d *decoder, n *yaml.Node, p *path) {
	if !d.want(n, yaml.MappingNode, p) {
		return
	}
	for _, e := range d.keys(n, p, true) {
		t := TargetEntry{Name: e.key.Value}
		t.decode(d, e.value, p.child(t.Name))
		// A target with mistakes still exists for those who name it.
		*ts = append(*ts, t)
	}
}

func (t *TargetEntry) decode(d *decoder, n *yaml.Node, p *path) {
	at := n
	if n = follow(n); n.Kind != yaml.MappingNode {
		d.fail(start(at), p, "wants keys with values, type first, but this is %s%s", describe(n), shape(n, yaml.MappingNode, p))
		return
	}
	kind, found := locate(n, (*path)(nil).child(kindKey))
	if !found {
		d.fail(start(at), p.child(kindKey), "is missing%s", suggest.For("", targets.Kinds()))
		return
	}
	before := len(d.errs)
	d.decode(kind, reflect.ValueOf(&t.Kind).Elem(), p.child(kindKey))
	if len(d.errs) > before {
		return
	}
	options, ok := targets.NewOptions(t.Kind)
	if !ok {
		d.fail(start(kind), p.child(kindKey), "unknown type %q%s", t.Kind, suggest.For(t.Kind, targets.Kinds()))
		return
	}
	d.structure(n, reflect.ValueOf(options).Elem(), p, append([]string{kindKey}, policyKeys...))
	t.Options = options
	t.Policy = deliver.DefaultPolicy()
	d.structure(only(n, policyKeys), reflect.ValueOf(&t.Policy).Elem(), p, nil)
}

// policyKeys are the keys that every kind of target has.
var policyKeys = fieldNames(fieldsOf(reflect.TypeFor[deliver.PolicyOptions]()))

// only returns a mapping without the keys that are not among keys.
func only(n *yaml.Node, keys []string) *yaml.Node {
	part := *n
	part.Content = nil
	entries, _ := unfold(n)
	var taken []string
	for _, e := range entries {
		if slices.Contains(keys, e.key.Value) && !slices.Contains(taken, e.key.Value) {
			taken = append(taken, e.key.Value)
			part.Content = append(part.Content, e.key, e.value)
		}
	}
	return &part
}
