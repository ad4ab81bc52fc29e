package strict

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// secretFile decodes a key with FileSuffix: n is the mapping that has it, value the name
// of the file.
func (d *Decoder) secretFile(n, value *yaml.Node, v reflect.Value, p *Path) {
	twin := strings.TrimSuffix(p.Key, FileSuffix)
	for _, e := range Entries(n) {
		if e.Key.Value == twin {
			d.Fail(Start(value), p, "excludes %s; keep one of the two", twin)
			return
		}
	}
	var name string
	before := len(d.Errs)
	if d.Decode(value, reflect.ValueOf(&name).Elem(), p); len(d.Errs) > before {
		return
	}
	text, err := d.dialect.Secret(name)
	if err != nil {
		d.Fail(Start(Follow(value)), p, "%s", err)
		return
	}
	if err := setScalar(v, text); err != nil {
		d.Fail(Start(Follow(value)), p, "in the file: %s", err)
	}
}

// word decodes a keyword that a key of owner accepts besides the values of its type. It
// returns false if n is not one.
func (d *Decoder) word(n *yaml.Node, owner reflect.Value, p *Path) bool {
	if n = Follow(n); n.Kind != yaml.ScalarNode {
		return false
	}
	before := len(d.Errs)
	text, _ := d.Expand(n, p)
	d.Errs = d.Errs[:before] // reported when the value is decoded
	return d.dialect.Word(text, owner.Addr().Interface(), p)
}
