package strict

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

var variable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Expand replaces ${NAME} in a scalar's value by the environment's, and $${ by ${. A bare
// $ stays: passwords and regular expressions are full of them. It works on parsed values,
// which keeps the environment from adding YAML. It returns false if a variable is not
// set.
func (d *Decoder) Expand(n *yaml.Node, p *Path) (string, bool) {
	text := n.Value
	if !strings.Contains(text, "${") {
		return text, true
	}
	src := d.PartOf(p).Src
	if at := strings.Index(strings.ReplaceAll(text, "$${", "$$$"), "${"); at >= 0 && d.PartOf(p).Constant {
		d.Fail(src.Inside(n, at), p, "an included file has no variables; write the value itself, and for the characters themselves $${")
		return "", false
	}
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
			d.Fail(src.Inside(n, at), p, "after ${ must come the name of a variable and }; for the characters themselves write $${")
			return "", false
		}
		value, set := d.dialect.Lookup(m[1])
		if !set {
			d.Fail(src.Inside(n, at), p, "the environment variable %s is not set; for the characters themselves write $${%s}", m[1], m[1])
			ok = false
		}
		b.WriteString(value)
		at += len(m[0])
	}
	return b.String(), ok
}
