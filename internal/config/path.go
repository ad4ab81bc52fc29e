package config

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// path is where a value stands in the document; nil is the whole document. It
// is a chain so that the thousands of values that are fine never cost a string.
type path struct {
	parent *path
	key    string
	index  int   // of a list's entry; -1 for a key
	in     *part // the file that is meant as a whole, where it is not the config itself; else nil
}

func (p *path) child(key string) *path { return &path{p, key, -1, nil} }
func (p *path) entry(i int) *path      { return &path{p, "", i, nil} }

// isFile reports whether the path is that of a file as a whole.
func (p *path) isFile() bool { return p == nil || p.in != nil }

// file returns the included file that the path is in; nil for the config itself.
func (p *path) file() *part {
	for ; p != nil; p = p.parent {
		if p.in != nil {
			return p.in
		}
	}
	return nil
}

// String is the path as users read it: feeds[0].schedule.
func (p *path) String() string {
	if p.isFile() {
		return ""
	}
	parent := p.parent.String()
	switch {
	case p.index >= 0:
		return parent + "[" + strconv.Itoa(p.index) + "]"
	case parent == "":
		return p.key
	}
	return parent + "." + p.key
}

// below follows the path of a problem that a leaf package found, "to[1]" or
// "headers.X-Key", from p.
func (p *path) below(keys string) *path {
	for key, more, ok := "", keys, keys != ""; ok; {
		key, more, ok = cutKey(more)
		if i, err := strconv.Atoi(strings.Trim(key, "[]")); err == nil && strings.HasPrefix(key, "[") {
			p = p.entry(i)
		} else {
			p = p.child(key)
		}
	}
	return p
}

// cutKey splits the first key or "[index]" off a path.
func cutKey(keys string) (key, more string, ok bool) {
	from := 0
	if strings.HasPrefix(keys, "[") {
		from = 1
	}
	end := strings.IndexAny(keys[from:], ".[")
	if end < 0 {
		return keys, "", false
	}
	end += from
	return keys[:end], strings.TrimPrefix(keys[end:], "."), true
}

// locate returns the node at p, and whether it is there. If it is not (a key
// that is missing, or was written as its _file twin), the node that comes
// nearest is returned.
func locate(root *yaml.Node, p *path) (n *yaml.Node, found bool) {
	if p == nil {
		return root, true
	}
	if p.in != nil {
		return p.in.root, true
	}
	n, found = locate(root, p.parent)
	if !found {
		return n, false
	}
	inner := follow(n)
	switch {
	case p.index >= 0 && inner.Kind == yaml.SequenceNode && p.index < len(inner.Content):
		return inner.Content[p.index], true
	case p.index < 0 && inner.Kind == yaml.MappingNode:
		var twin *yaml.Node
		for _, e := range entries(inner) {
			switch e.key.Value {
			case p.key:
				return e.value, true
			case p.key + fileSuffix:
				twin = e.value
			}
		}
		if twin != nil {
			return twin, true
		}
	}
	return n, false
}

// follow returns what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

// entry is a key of a mapping and its value.
type entry struct {
	key, value *yaml.Node
	merged     bool // it came by a merge key (<<)
}

// maxMerges bounds how many mappings one mapping may merge, in each other or
// side by side, and so also one that merges itself.
const maxMerges = 256

// entries lists a mapping's keys in the order in which they count: its own,
// then those merged into it. A key may come more than once; the first counts.
// What is beyond maxMerges is left out; the decoder has refused it by then.
func entries(n *yaml.Node) []entry {
	es, _ := unfold(n)
	return es
}

// unfold is entries, and whether there are too many merges.
func unfold(n *yaml.Node) (es []entry, over bool) {
	es = make([]entry, 0, len(n.Content)/2)
	queue := []*yaml.Node{n}
	for merges := 0; len(queue) > 0; merges++ {
		if merges > maxMerges {
			return es, true
		}
		n, queue = queue[0], queue[1:]
		var inner []*yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if isMerge(n.Content[i]) {
				inner = append(inner, mergedBy(n.Content[i+1])...)
				continue
			}
			es = append(es, entry{n.Content[i], n.Content[i+1], merges > 0})
		}
		if len(inner) > 0 {
			queue = append(inner, queue...)
		}
	}
	return es, false
}

// mergedBy lists the mappings that the value of a merge key names, one or a
// list of them.
func mergedBy(value *yaml.Node) []*yaml.Node {
	value = follow(value)
	if value.Kind == yaml.MappingNode {
		return []*yaml.Node{value}
	}
	var ms []*yaml.Node
	if value.Kind == yaml.SequenceNode {
		for _, one := range value.Content[:min(len(value.Content), maxMerges)] {
			if one = follow(one); one.Kind == yaml.MappingNode {
				ms = append(ms, one)
			}
		}
	}
	return ms
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.ShortTag() == "!!merge"
}
