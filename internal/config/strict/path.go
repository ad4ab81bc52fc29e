package strict

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Path is the position of a value in a document; nil is the whole document. It is a
// linked list: values without a mistake, which are nearly all, never build a string.
type Path struct {
	Parent *Path
	Key    string
	Index  int   // of a list's entry; -1 for a key
	in     *Part // the file that is meant as a whole, where it is not the document itself; else nil
}

// Within returns the path of an included file as a whole.
func Within(file *Part) *Path { return &Path{in: file, Index: -1} }

// Child is the path of a key below p, and Entry that of an entry of a list, from 0.
func (p *Path) Child(key string) *Path { return &Path{p, key, -1, nil} }
func (p *Path) Entry(i int) *Path      { return &Path{p, "", i, nil} }

// IsFile reports whether the path is that of a file as a whole.
func (p *Path) IsFile() bool { return p == nil || p.in != nil }

// File returns the included file that the path is in; nil for the document itself.
func (p *Path) File() *Part {
	for ; p != nil; p = p.Parent {
		if p.in != nil {
			return p.in
		}
	}
	return nil
}

// String is the path as users read it: feeds[0].schedule.
func (p *Path) String() string {
	if p.IsFile() {
		return ""
	}
	parent := p.Parent.String()
	switch {
	case p.Index >= 0:
		return parent + "[" + strconv.Itoa(p.Index) + "]"
	case parent == "":
		return p.Key
	}
	return parent + "." + p.Key
}

// Below follows the path of a problem that a leaf package found, "to[1]" or
// "headers.X-Key", from p.
func (p *Path) Below(keys string) *Path {
	for key, more, ok := "", keys, keys != ""; ok; {
		key, more, ok = cutKey(more)
		if i, err := strconv.Atoi(strings.Trim(key, "[]")); err == nil && strings.HasPrefix(key, "[") {
			p = p.Entry(i)
		} else {
			p = p.Child(key)
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

// Locate returns the node at p, and whether it is there. If it is not (a key
// that is missing, or was written as its _file twin), the node that comes
// nearest is returned.
func Locate(root *yaml.Node, p *Path) (n *yaml.Node, found bool) {
	if p == nil {
		return root, true
	}
	if p.in != nil {
		return p.in.Root, true
	}
	n, found = Locate(root, p.Parent)
	if !found {
		return n, false
	}
	inner := Follow(n)
	switch {
	case p.Index >= 0 && inner.Kind == yaml.SequenceNode && p.Index < len(inner.Content):
		return inner.Content[p.Index], true
	case p.Index < 0 && inner.Kind == yaml.MappingNode:
		var twin *yaml.Node
		for _, e := range Entries(inner) {
			switch e.Key.Value {
			case p.Key:
				return e.Value, true
			case p.Key + FileSuffix:
				twin = e.Value
			}
		}
		if twin != nil {
			return twin, true
		}
	}
	return n, false
}

// Follow resolves an alias.
func Follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

// KeyValue is a key of a mapping and its value.
type KeyValue struct {
	Key, Value *yaml.Node
	Merged     bool // it came by a merge key (<<)
}

// maxMerges bounds how many mappings one mapping may merge, nested or side by side. It
// also stops a mapping that merges itself.
const maxMerges = 256

// Entries lists a mapping's keys in the order in which they count: its own,
// then those merged into it. A key may come more than once; the first counts.
// Entries beyond maxMerges are left out; the decoder refuses such a mapping before.
func Entries(n *yaml.Node) []KeyValue {
	es, _ := unfold(n)
	return es
}

// unfold is Entries; it also reports whether there are too many merges.
func unfold(n *yaml.Node) (es []KeyValue, over bool) {
	es = make([]KeyValue, 0, len(n.Content)/2)
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
			es = append(es, KeyValue{n.Content[i], n.Content[i+1], merges > 0})
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
	value = Follow(value)
	if value.Kind == yaml.MappingNode {
		return []*yaml.Node{value}
	}
	var ms []*yaml.Node
	if value.Kind == yaml.SequenceNode {
		for _, one := range value.Content[:min(len(value.Content), maxMerges)] {
			if one = Follow(one); one.Kind == yaml.MappingNode {
				ms = append(ms, one)
			}
		}
	}
	return ms
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.ShortTag() == "!!merge"
}
