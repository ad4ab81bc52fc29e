package config

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

var variable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces ${NAME} in a scalar's value by the environment's, and $${ by
// ${. A bare $ stays: passwords and regular expressions are full of them. It
// works on values after parsing, so that nothing in the environment can become
// YAML; false if a variable is not set.
func (d *decoder) expand(n *yaml.Node, p *path) (string, bool) {
	text := n.Value
	if !strings.Contains(text, "${") {
		return text, true
	}
	if !d.noVariables(n, p) {
		return "", false
	}
	src := d.partOf(p).src
	var b strings.Builder
	ok := true
	for at := 0; at < len(text); {
		rest := text[at:]
		if strings.HasPrefix(rest, "$${") {
			b.WriteString("${")
			at += len("$${")
			continue
		}
		if !strings.HasPrefix(rest, "${") {
			b.WriteByte(text[at])
			at++
			continue
		}
		m := variable.FindStringSubmatch(rest)
		if m == nil {
			d.fail(src.inside(n, at), p, "after ${ must come the name of a variable and }; for the characters themselves write $${")
			return "", false
		}
		value, set := d.env.lookup(m[1])
		if !set {
			d.fail(src.inside(n, at), p, "the environment variable %s is not set; for the characters themselves write $${%s}", m[1], m[1])
			ok = false
		}
		b.WriteString(value)
		at += len(m[0])
	}
	return b.String(), ok
}
