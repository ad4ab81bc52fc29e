package strict

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"watcher/internal/problem"
)

// FileSuffix turns the key of a secret into the key that names a file with the secret.
const FileSuffix = "_file"

// Part is a document, or one that it includes.
type Part struct {
	Src  *SourceText
	Root *yaml.Node
	// Constant: ${NAME} in this document is not replaced by environment variables.
	Constant bool
}

// Decoder turns YAML nodes into Go values, notes every mistake, and goes on.
// It is strict: a key that no field has is a mistake, and no value is bent into
// a type that it was not written for. Structs say with yaml tags which keys
// they have ("name", "name,secret", ",inline", "-"), and may check themselves by
//
//	Validate() []problem.Problem
//
// which is called once their keys are decoded.
type Decoder struct {
	Part    // the document itself
	Errs    []Mistake
	dialect Dialect
	fields  map[reflect.Type]map[string]Field // of types met so far
	// Misnamed are keys that are present under a wrong name; they are not reported as
	// missing.
	Misnamed []*Path
	// work counts decoded values, to stop aliases that expand exponentially.
	work, maxWork int
}

// NewDecoder limits the values of a document to a multiple of its nodes, which leaves
// room for legitimate aliases.
func NewDecoder(of Part, dialect Dialect) *Decoder {
	return &Decoder{
		Part: of, dialect: dialect,
		fields:  map[reflect.Type]map[string]Field{},
		maxWork: workFor(of.Root),
	}
}

// custom is a type that decodes itself.
type custom interface {
	DecodeStrictly(d *Decoder, n *yaml.Node, p *Path)
}

// Plainer is a struct that may be written as one value too: the field that Plain
// points to. Then Validate is not called, as there is nothing to compare.
type Plainer interface {
	Plain() any
}

type validator interface {
	Validate() []problem.Problem
}

// PartOf is the file that p is in.
func (d *Decoder) PartOf(p *Path) *Part {
	if in := p.File(); in != nil {
		return in
	}
	return &d.Part
}

// DecodeFile decodes a file that the document includes into v, which Decode describes,
// and returns the path of that file.
func (d *Decoder) DecodeFile(file *Part, v reflect.Value) *Path {
	p := Within(file)
	d.work, d.maxWork = 0, workFor(file.Root)
	d.Decode(file.Root, v, p)
	return p
}

// Fail notes a mistake.
func (d *Decoder) Fail(at Position, p *Path, format string, args ...any) {
	d.Errs = append(d.Errs, Mistake{
		File: d.PartOf(p).Src.Name, Line: at.Line, Col: at.Col,
		KeyPath: p.String(), Text: fmt.Sprintf(format, args...),
	})
}

// Decode fills v, which must be addressable and zero or hold the default.
func (d *Decoder) Decode(n *yaml.Node, v reflect.Value, p *Path) {
	if d.work++; d.work > d.maxWork {
		if d.work == d.maxWork+1 {
			d.Fail(Start(n), p, "the aliases (*name) of this file multiply to more than it may hold")
		}
		return
	}
	if alias := n; n.Kind == yaml.AliasNode {
		n = Follow(n)
		// A value of the wrong kind is reported at the alias; mistakes inside the value
		// are reported where they are.
		defer func(before int) {
			for i := range d.Errs[before:] {
				if e := &d.Errs[before+i]; e.Line == n.Line && e.Col == n.Column {
					e.Line, e.Col = alias.Line, alias.Column
				}
			}
		}(len(d.Errs))
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		// A section with all entries commented out is empty; any other key without a
		// value is a mistake.
		if !p.IsFile() && !p.Parent.IsFile() {
			d.Fail(Start(n), p, "has no value; write one or remove the key")
		}
		return
	}
	if c, ok := v.Addr().Interface().(custom); ok {
		c.DecodeStrictly(d, n, p)
		return
	}
	if s, ok := v.Addr().Interface().(Plainer); ok && n.Kind == yaml.ScalarNode {
		d.Decode(n, reflect.ValueOf(s.Plain()).Elem(), p)
		return
	}
	if isText(v) {
		d.scalar(n, v, p)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.Decode(n, v.Elem(), p)
	case reflect.Struct:
		if d.Want(n, yaml.MappingNode, p) {
			d.Structure(n, v, p, nil)
		}
	case reflect.Map:
		if d.Want(n, yaml.MappingNode, p) {
			d.mapping(n, v, p)
		}
	case reflect.Slice:
		if d.Want(n, yaml.SequenceNode, p) {
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

// Want notes a mistake if n is not of the kind.
func (d *Decoder) Want(n *yaml.Node, kind yaml.Kind, p *Path) bool {
	if n.Kind == kind {
		return true
	}
	d.Fail(Start(n), p, "wants %s, but this is %s%s", kindName(kind), Describe(n), d.Shape(n, kind, p))
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

// Describe says what a node is, never what it contains: that may be a secret.
func Describe(n *yaml.Node) string {
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

func (d *Decoder) list(n *yaml.Node, v reflect.Value, p *Path) {
	s := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.Decode(item, s.Index(i), p.Entry(i))
	}
	v.Set(s)
}

// mapping decodes keys that the user chose.
func (d *Decoder) mapping(n *yaml.Node, v reflect.Value, p *Path) {
	m := reflect.MakeMap(v.Type())
	// A mapping of free keys to text may be HTTP headers, and those may start with x-.
	plain := v.Type().Elem().Kind() == reflect.String
	for _, e := range d.Keys(n, p, !plain) {
		item := reflect.New(v.Type().Elem()).Elem()
		d.Decode(e.Value, item, p.Child(e.Key.Value))
		if plain && d.dialect.TellsSecret(e.Key.Value) {
			d.dialect.NoteSecret(e.Value, p.Child(e.Key.Value))
		}
		m.SetMapIndex(reflect.ValueOf(e.Key.Value).Convert(v.Type().Key()), item)
	}
	v.Set(m)
}

// Keys lists the keys of a mapping, each once, with merge keys resolved and
// without x-… keys where those are comments.
func (d *Decoder) Keys(n *yaml.Node, p *Path, skipX bool) []KeyValue {
	es, over := unfold(n)
	if over {
		d.Fail(Start(n), p, "merges (<<) more than %d times, or itself", maxMerges)
	}
	d.checkMerges(n, p)
	first := make(map[string]*yaml.Node, len(es))
	return slices.DeleteFunc(es, func(e KeyValue) bool {
		if e.Key.Kind != yaml.ScalarNode {
			d.Fail(Start(e.Key), p, "a key must be a single word, but this is %s", kindName(Follow(e.Key).Kind))
			return true
		}
		if skipX && strings.HasPrefix(e.Key.Value, "x-") {
			return true
		}
		if other := first[e.Key.Value]; other != nil {
			if !e.Merged {
				d.Fail(Start(e.Key), p.Child(e.Key.Value), "is there twice, first on line %d%s", other.Line, twice(n, p))
			}
			return true
		}
		first[e.Key.Value] = e.Key
		return false
	})
}

func (d *Decoder) checkMerges(n *yaml.Node, p *Path) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			continue
		}
		value := Follow(n.Content[i+1])
		ok := value.Kind == yaml.MappingNode || value.Kind == yaml.SequenceNode &&
			!slices.ContainsFunc(value.Content, func(m *yaml.Node) bool { return Follow(m).Kind != yaml.MappingNode })
		if !ok {
			d.Fail(Start(n.Content[i+1]), p, "<< merges keys with values, or a list of such, but this is %s", Describe(value))
		}
	}
}

// Structure decodes the keys that a struct type has. extra are further keys
// that are allowed and decoded elsewhere.
func (d *Decoder) Structure(n *yaml.Node, v reflect.Value, p *Path, extra []string) {
	fields := d.fields[v.Type()]
	if fields == nil {
		fields = Fields(v.Type())
		d.fields[v.Type()] = fields
	}
	faulty := map[string]bool{} // keys about which enough was said
	refused := false
	for _, e := range d.Keys(n, p, true) {
		key, before := e.Key.Value, len(d.Errs)
		f, known := fields[key]
		switch {
		case slices.Contains(extra, key):
			continue
		case known && f.File:
			d.secretFile(n, e.Value, v.FieldByIndex(f.Index), p.Child(key))
		case known && d.word(e.Value, v, p.Child(key)):
		case known:
			d.Decode(e.Value, v.FieldByIndex(f.Index), p.Child(key))
			if _, secret := fields[key+FileSuffix]; secret {
				d.dialect.NoteSecret(e.Value, p.Child(key))
			}
		case d.dialect.Refusal(p, key) != "":
			refused = true
			d.Fail(Start(e.Key), p.Child(key), "%s", d.dialect.Refusal(p, key))
		default:
			meant := d.unknownKey(n, e, slices.Concat(Names(fields), extra), p)
			faulty[meant] = true
			if meant != "" {
				d.Misnamed = append(d.Misnamed, p.Child(meant))
			}
		}
		if len(d.Errs) > before {
			faulty[strings.TrimSuffix(key, FileSuffix)] = true
		}
	}
	if c, ok := v.Addr().Interface().(validator); ok && !refused {
		d.validate(c, n, p, faulty)
	}
}

// validate notes the problems that a struct reports of itself, except under keys that
// already have a mistake.
func (d *Decoder) validate(c validator, n *yaml.Node, p *Path, faulty map[string]bool) {
	for _, pr := range c.Validate() {
		if key, _, _ := cutKey(pr.Key); key != "" && faulty[key] {
			continue
		}
		if pr.Key == "" && len(faulty) > 0 {
			continue
		}
		below := (*Path)(nil).Below(pr.Key)
		at, _ := Locate(n, below)
		d.Fail(Start(at), p.Below(pr.Key), "%s", pr.Text)
	}
}

// Field is where a key of a mapping goes.
type Field struct {
	Index []int
	File  bool // the key names the file that has the value
	Type  reflect.Type
}

// Fields lists the keys of a struct type, those of inline structs and the
// twins of secrets included.
func Fields(t reflect.Type) map[string]Field {
	fs := map[string]Field{}
	for i := range t.NumField() {
		sf := t.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		switch {
		case !sf.IsExported() && !sf.Anonymous || name == "-":
		case options == "inline":
			for key, f := range Fields(sf.Type) {
				fs[key] = Field{append([]int{i}, f.Index...), f.File, f.Type}
			}
		case name != "":
			fs[name] = Field{[]int{i}, false, sf.Type}
			if options == "secret" {
				fs[name+FileSuffix] = Field{[]int{i}, true, sf.Type}
			}
		}
	}
	return fs
}

// Names lists fields, sorted.
func Names(fs map[string]Field) []string {
	names := make([]string, 0, len(fs))
	for name := range fs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func workFor(root *yaml.Node) int { return 10_000 + 20*count(root) }

// count returns the number of nodes in a tree. It does not follow aliases.
func count(n *yaml.Node) int {
	sum := 1
	for _, c := range n.Content {
		sum += count(c)
	}
	return sum
}
