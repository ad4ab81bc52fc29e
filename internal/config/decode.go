package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"watcher/internal/feeds"
	"watcher/internal/notify/targets"
	"watcher/internal/problem"
)

// fileSuffix makes the key that names a file out of the key of a secret.
const fileSuffix = "_file"

// decoder turns YAML nodes into Go values, notes every mistake, and goes on.
// It is strict: a key that no field has is a mistake, and no value is bent into
// a type that it was not written for. Structs say with yaml tags which keys
// they have ("name", ",inline", "-"), and may check themselves by
//
//	Validate() []problem.Problem
//
// which is called once their keys are decoded.
type decoder struct {
	part             // the config itself
	included []*part // in the order in which they count
	read     Files   // all that was read
	env      Environment
	errs     []Mistake
	fields   map[reflect.Type]map[string]field // of types met so far
	// misnamed are keys that are there by another name, so that nobody says that
	// they are missing.
	misnamed []*path
	// secrets are those that stand in the file itself, without texts.
	secrets []Mistake
	// work counts values decoded, to end aliases that multiply one another.
	work, maxWork int
}

// custom is a type of this package that decodes itself.
type custom interface {
	decode(d *decoder, n *yaml.Node, p *path)
}

// plainer is a struct that may be written as one value too: the field that Plain
// points to. Then Validate is not called, as there is nothing to compare.
type plainer interface {
	Plain() any
}

type validator interface {
	Validate() []problem.Problem
}

func (d *decoder) fail(at position, p *path, format string, args ...any) {
	d.errs = append(d.errs, Mistake{
		File: d.partOf(p).src.name, Line: at.line, Col: at.col,
		KeyPath: p.String(), Text: fmt.Sprintf(format, args...),
	})
}

// decode fills v, which must be addressable and zero or hold the default.
func (d *decoder) decode(n *yaml.Node, v reflect.Value, p *path) {
	if d.work++; d.work > d.maxWork {
		if d.work == d.maxWork+1 {
			d.fail(start(n), p, "the aliases (*name) of this file multiply to more than it may hold")
		}
		return
	}
	if alias := n; n.Kind == yaml.AliasNode {
		n = follow(n)
		// What does not fit as a whole is the alias's mistake; what is wrong
		// inside it stays where it stands.
		defer func(before int) {
			for i := range d.errs[before:] {
				if e := &d.errs[before+i]; e.Line == n.Line && e.Col == n.Column {
					e.Line, e.Col = alias.Line, alias.Column
				}
			}
		}(len(d.errs))
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		// A section whose entries are all commented out is empty; elsewhere
		// a key without a value was forgotten.
		if !p.isFile() && !p.parent.isFile() {
			d.fail(start(n), p, "has no value; write one or remove the key")
		}
		return
	}
	if c, ok := v.Addr().Interface().(custom); ok {
		c.decode(d, n, p)
		return
	}
	if s, ok := v.Addr().Interface().(plainer); ok && n.Kind == yaml.ScalarNode {
		d.decode(n, reflect.ValueOf(s.Plain()).Elem(), p)
		return
	}
	if isText(v) {
		d.scalar(n, v, p)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.decode(n, v.Elem(), p)
	case reflect.Struct:
		if d.want(n, yaml.MappingNode, p) {
			d.structure(n, v, p, nil)
		}
	case reflect.Map:
		if d.want(n, yaml.MappingNode, p) {
			d.mapping(n, v, p)
		}
	case reflect.Slice:
		if d.want(n, yaml.SequenceNode, p) {
			d.list(n, v, p)
		}
	default:
		d.scalar(n, v, p)
	}
}

// isText reports whether a value is written as one word, whatever its kind.
func isText(v reflect.Value) bool {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return true
	}
	_, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	return ok
}

// want notes a mistake unless n is of the kind.
func (d *decoder) want(n *yaml.Node, kind yaml.Kind, p *path) bool {
	if n.Kind == kind {
		return true
	}
	d.fail(start(n), p, "wants %s, but this is %s%s", kindName(kind), describe(n), shape(n, kind, p))
	return false
}

func kindName(k yaml.Kind) string {
	switch k {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}

// describe says what a node is, never what it contains: that may be a secret.
func describe(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		return kindName(n.Kind)
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "empty"
	}
	return "text"
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, p *path) {
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.decode(item, s.Index(i), p.entry(i))
	}
	v.Set(s)
}

// mapping decodes keys that the user chose.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, p *path) {
	m := reflect.MakeMap(v.Type())
	// Plain text under free keys may be HTTP headers, which do start with x-.
	plain := v.Type().Elem().Kind() == reflect.String
	for _, e := range d.keys(n, p, !plain) {
		item := reflect.New(v.Type().Elem()).Elem()
		d.decode(e.value, item, p.child(e.key.Value))
		if plain && saysWho(e.key.Value) {
			d.noteSecret(e.value, p.child(e.key.Value))
		}
		m.SetMapIndex(reflect.ValueOf(e.key.Value).Convert(v.Type().Key()), item)
	}
	v.Set(m)
}

// keys lists the keys of a mapping, each once, with merge keys resolved and
// without x-… keys where those are comments.
func (d *decoder) keys(n *yaml.Node, p *path, skipX bool) []entry {
	es, over := unfold(n)
	if over {
		d.fail(start(n), p, "merges (<<) more than %d times, or itself", maxMerges)
	}
	d.checkMerges(n, p)
	first := make(map[string]*yaml.Node, len(es))
	return slices.DeleteFunc(es, func(e entry) bool {
		if e.key.Kind != yaml.ScalarNode {
			d.fail(start(e.key), p, "a key must be a single word, but this is %s", kindName(follow(e.key).Kind))
			return true
		}
		if skipX && strings.HasPrefix(e.key.Value, "x-") {
			return true
		}
		if other := first[e.key.Value]; other != nil {
			if !e.merged {
				d.fail(start(e.key), p.child(e.key.Value), "is there twice, first on line %d%s", other.Line, twice(n, p))
			}
			return true
		}
		first[e.key.Value] = e.key
		return false
	})
}

func (d *decoder) checkMerges(n *yaml.Node, p *path) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			continue
		}
		value := follow(n.Content[i+1])
		ok := value.Kind == yaml.MappingNode || value.Kind == yaml.SequenceNode &&
			!slices.ContainsFunc(value.Content, func(m *yaml.Node) bool { return follow(m).Kind != yaml.MappingNode })
		if !ok {
			d.fail(start(n.Content[i+1]), p, "<< merges keys with values, or a list of such, but this is %s", describe(value))
		}
	}
}

// structure decodes the keys that a struct type has. extra are further keys
// that are allowed and decoded elsewhere.
func (d *decoder) structure(n *yaml.Node, v reflect.Value, p *path, extra []string) {
	fields := d.fields[v.Type()]
	if fields == nil {
		fields = fieldsOf(v.Type())
		d.fields[v.Type()] = fields
	}
	faulty := map[string]bool{} // keys about which enough was said
	planned := false
	for _, e := range d.keys(n, p, true) {
		key, before := e.key.Value, len(d.errs)
		f, known := fields[key]
		switch {
		case slices.Contains(extra, key):
			continue
		case !known && isPlanned(p, key):
			planned = true
			d.fail(start(e.key), p.child(key), "this feature is not built yet; remove the key")
		case known && f.file:
			d.secretFile(n, e.value, v.FieldByIndex(f.index), p.child(key))
		case known && d.word(e.value, v, p.child(key)):
		case known:
			d.decode(e.value, v.FieldByIndex(f.index), p.child(key))
			if _, secret := fields[key+fileSuffix]; secret {
				d.noteSecret(e.value, p.child(key))
			}
		default:
			meant := d.unknownKey(n, e, slices.Concat(fieldNames(fields), extra), p)
			faulty[meant] = true
			if meant != "" {
				d.misnamed = append(d.misnamed, p.child(meant))
			}
		}
		if len(d.errs) > before {
			faulty[strings.TrimSuffix(key, fileSuffix)] = true
		}
	}
	if c, ok := v.Addr().Interface().(validator); ok && !planned {
		d.validate(c, n, p, faulty)
	}
}

// validate notes the problems that a struct finds in itself, but for keys that
// are already known to be faulty.
func (d *decoder) validate(c validator, n *yaml.Node, p *path, faulty map[string]bool) {
	for _, pr := range c.Validate() {
		if key, _, _ := cutKey(pr.Key); key != "" && faulty[key] {
			continue
		}
		if pr.Key == "" && len(faulty) > 0 {
			continue
		}
		below := (*path)(nil).below(pr.Key)
		at, _ := locate(n, below)
		d.fail(start(at), p.below(pr.Key), "%s", pr.Text)
	}
}

// field is where a key of a mapping goes.
type field struct {
	index []int
	file  bool // the key names the file that has the value
	typ   reflect.Type
}

// isSecret reports whether a struct's key is a secret and has a _file twin:
// by its type, or because the table has it, where a package cannot know the type.
func isSecret(owner, t reflect.Type, key string) bool {
	return t == reflect.TypeFor[targets.Secret]() ||
		owner == reflect.TypeFor[feeds.Source]() && (key == "password" || key == "token")
}

// fieldsOf lists the keys of a struct type, those of inline structs and the
// twins of secrets included.
func fieldsOf(t reflect.Type) map[string]field {
	fs := map[string]field{}
	for i := range t.NumField() {
		sf := t.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		switch {
		case !sf.IsExported() && !sf.Anonymous || name == "-":
		case options == "inline":
			for key, f := range fieldsOf(sf.Type) {
				fs[key] = field{append([]int{i}, f.index...), f.file, f.typ}
			}
		case name != "":
			fs[name] = field{[]int{i}, false, sf.Type}
			if isSecret(t, sf.Type, name) {
				fs[name+fileSuffix] = field{[]int{i}, true, sf.Type}
			}
		}
	}
	return fs
}

func fieldNames(fs map[string]field) []string {
	names := make([]string, 0, len(fs))
	for name := range fs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// newDecoder allows a document as many values as it has nodes, and some times
// that for honest aliases.
func newDecoder(of part, env Environment) *decoder {
	return &decoder{
		part: of, env: env,
		fields:  map[reflect.Type]map[string]field{},
		maxWork: workFor(of.root),
	}
}

func workFor(root *yaml.Node) int { return 10_000 + 20*count(root) }

// count is the number of nodes in a tree, aliases not followed.
func count(n *yaml.Node) int {
	sum := 1
	for _, c := range n.Content {
		sum += count(c)
	}
	return sum
}
