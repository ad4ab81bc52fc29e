package record

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/feeds"
	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/poll"
	"watcher/internal/store"
)

// fromOutside are the types of other packages that a record may have: their JSON is a
// promise of the standard library.
var fromOutside = []string{"time.Time", "time.Duration", "json.RawMessage"}

// layout reads the sources of this package, and reports what of the layout on disk depends
// on something other than a tag.
type layout struct {
	types   map[string]ast.Expr // all that are declared
	records []string            // those with the method record
	seen    map[string]bool
	wrong   []string
}

func readLayout(t *testing.T) *layout {
	t.Helper()
	l := &layout{types: make(map[string]ast.Expr), seen: make(map[string]bool)}
	for name, file := range sources(t, "*.go") {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				l.types[n.Name.Name] = n.Type
			case *ast.FuncDecl:
				if n.Recv != nil && n.Name.Name == "record" {
					l.records = append(l.records, n.Recv.List[0].Type.(*ast.Ident).Name)
				}
			}
			return true
		})
		if name != "record.go" && name != "shallow.go" {
			l.coded(name, file)
		}
	}
	for _, store := range []string{"bolt", "postgres"} {
		for name, file := range sources(t, filepath.Join("..", store, "*.go")) {
			l.coded(name, file)
		}
	}
	for _, name := range l.records {
		l.follow(name)
	}
	return l
}

// sources returns the parsed files that a pattern matches, without tests.
func sources(t *testing.T, pattern string) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]*ast.File)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if all[name], err = parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// coded finds what a file encodes as JSON that is not a record.
func (l *layout) coded(name string, file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if from, ok := s.X.(*ast.Ident); ok && from.Name == "json" && s.Sel.Name != "RawMessage" {
			l.wrong = append(l.wrong, fmt.Sprintf("%s uses json.%s: Encode and Decode take records alone", name, s.Sel.Name))
		}
		return true
	})
}

// follow checks a type of this package that is stored.
func (l *layout) follow(name string) {
	if l.seen[name] {
		return
	}
	l.seen[name] = true
	l.look(name, l.types[name])
}

func (l *layout) look(where string, e ast.Expr) {
	switch e := e.(type) {
	case *ast.StructType:
		for _, f := range e.Fields.List {
			l.field(where, f)
		}
	case *ast.ArrayType:
		l.look(where, e.Elt)
	case *ast.StarExpr:
		l.look(where, e.X)
	case *ast.MapType:
		l.look(where, e.Key)
		l.look(where, e.Value)
	case *ast.SelectorExpr:
		if from := e.X.(*ast.Ident).Name + "." + e.Sel.Name; !slices.Contains(fromOutside, from) {
			l.wrong = append(l.wrong, fmt.Sprintf("%s stores a %s: make it a record of this package", where, from))
		}
	case *ast.Ident:
		if l.types[e.Name] != nil {
			l.follow(e.Name)
		}
	default:
		l.wrong = append(l.wrong, fmt.Sprintf("%s stores something of a kind that is not looked at here: %T", where, e))
	}
}

func (l *layout) field(where string, f *ast.Field) {
	if len(f.Names) == 0 { // its fields are those of the struct
		l.look(where, f.Type)
		return
	}
	for _, name := range f.Names {
		if !name.IsExported() {
			continue // not stored
		}
		if f.Tag == nil || len(f.Names) > 1 || tagOf(f) == "" {
			l.wrong = append(l.wrong, fmt.Sprintf("%s.%s has no json tag of its own: to rename it would lose what is stored", where, name.Name))
		}
	}
	l.look(where+"."+f.Names[0].Name, f.Type)
}

// tagOf returns the name of a field on disk.
func tagOf(f *ast.Field) string {
	name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
	return name
}

// Only types of this package are written to disk and read from it, each field by a tag:
// renaming a Go field loses nothing that is stored.
func TestLayoutIsOfTagsAlone(t *testing.T) {
	l := readLayout(t)
	for _, wrong := range l.wrong {
		t.Error(wrong)
	}
	for _, name := range []string{"Alert", "HistoryItem", "State", "Push", "Spooled", "Message", "Story"} {
		if !l.seen[name] {
			t.Errorf("%s was not looked at", name)
		}
	}
}

// filled sets every field of v to a different value that is not zero.
func filled(v reflect.Value, n *int64) {
	if *n++; v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(1_700_000_000+*n, *n).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			filled(field, n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), n)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes(fmt.Appendf(nil, "%d", *n))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			filled(v.Index(i), n)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int8: // a severity
		v.SetInt(int64(notify.High))
	case reflect.Uint8:
		v.SetUint(uint64(*n%250 + 1))
	case reflect.Int, reflect.Int64:
		v.SetInt(*n)
	case reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n))
	default:
		panic(fmt.Sprint("cannot fill a ", v.Type()))
	}
}

func full[T any]() (v T) {
	var n int64
	filled(reflect.ValueOf(&v).Elem(), &n)
	return v
}

// keeps stores v and reports what is lost. without removes from v what is left out on
// purpose.
func keeps[T any, R any](to func(T) R, back func(R) T, without func(*T)) func(*testing.T) {
	return func(t *testing.T) {
		v := full[T]()
		raw, err := json.Marshal(to(v))
		if err != nil {
			t.Fatal(err)
		}
		var r R
		if err := json.Unmarshal(raw, &r); err != nil {
			t.Fatal(err)
		}
		if without != nil {
			without(&v)
		}
		if diff := cmp.Diff(v, back(r)); diff != "" {
			t.Errorf("what is read is not what was stored (-stored +read):\n%s", diff)
		}
	}
}

// historyItemOf makes the record of an item in the form from before articles had numbers.
func historyItemOf(it feeds.Item) HistoryItem {
	return HistoryItem{
		Feed: it.Feed, FeedURL: it.FeedURL, Tags: it.Tags,
		GUID: it.GUID, Title: it.Title, Summary: it.Summary, Content: it.Content, Link: it.Link,
		Authors: it.Authors, Categories: it.Categories, Language: it.Language,
		Published: it.Published, Updated: it.Updated, Entry: HistoryEntry(it.Entry),
	}
}

// Each record has every field of what it records: a field that is new there and missing
// here would be lost at the next start.
func TestRecordsKeepAllTheyAreOf(t *testing.T) {
	for what, keeps := range map[string]func(*testing.T){
		"an item of the history": keeps(historyItemOf, HistoryItem.item, nil),
		"the state of a feed": keeps(func(s poll.FeedState) State { return StateOf(&s) },
			func(r State) poll.FeedState { return r.FeedState() }, nil),
		"an alert; what is beside it has a place of its own, or is needed no longer once it is held": keeps(
			func(a notify.Alert) Body { return BodyOf(&a) }, func(b Body) notify.Alert { return b.Alert() },
			func(a *notify.Alert) {
				a.Target, a.Keys, a.Story, a.EachArticle, a.Trails, a.Flood = "", nil, story.Sketch{}, false, false, false
			}),
		"an alert in the spool": keeps(func(a notify.Alert) SpoolPart { return SpoolPart{SpooledOf(&a)} },
			func(p SpoolPart) notify.Alert { return p.Alerts()[0] }, nil),
		"a message; its Ref is looked up": keeps(func(m notify.Message) Message { return MessageOf(&m) },
			func(r Message) notify.Message { return r.Message() }, func(m *notify.Message) { m.Ref = "" }),
		"the token of a feed; its id is the key": keeps(FeedTokenOf, func(r FeedToken) store.FeedToken { return r.Token("") },
			func(t *store.FeedToken) { t.ID = "" }),
		"a held alert": keeps(func(h notify.HeldAlert) Held {
			return Held{h.ID, h.Since, Severity(h.Severity), h.Rules, h.Feed, h.Trouble, h.Follows, h.Flood, h.Story}
		}, func(r Held) notify.HeldAlert { return r.HeldAlert() }, nil),
	} {
		t.Run(what, keeps)
	}
	for _, s := range []notify.Severity{notify.Low, notify.Normal, notify.High} {
		raw, err := Severity(s).MarshalText()
		if err != nil || string(raw) != s.String() {
			t.Errorf("%v is stored as %q (%v)", s, raw, err)
		}
		var r Severity
		if err := r.UnmarshalText(raw); err != nil || notify.Severity(r) != s {
			t.Errorf("%q is read as %v (%v)", raw, notify.Severity(r), err)
		}
	}
	var r Severity
	if r.UnmarshalText([]byte("higher")) == nil {
		t.Error("an unknown severity is read")
	}
}

// A packed story is the same record as one in JSON, and both are read.
func TestStoriesPack(t *testing.T) {
	r := Story{Item: Key{1, 2}, Story: Key{3}, Feed: "wire", Text: []byte{0, 0, 0, 7}, Terms: []byte{0, 0, 1, 0}, Said: "A title\nand a text"}
	packed := r.Packed()
	want := "\x01" + "\x01\x02" + strings.Repeat("\x00", 14) + "\x03" + strings.Repeat("\x00", 15) +
		"\x04wire" + "\x04\x00\x00\x00\x07" + "\x00" + "\x04\x00\x00\x01\x00" + "\x00\x00\x00" + "\x12A title\nand a text"
	if string(packed) != want { // what is stored must be readable for ever
		t.Errorf("it is packed as %q", packed)
	}
	raw, err := Encode(&r)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range [][]byte{packed, raw} {
		var got Story
		if err := UnpackStory(form, &got); err != nil || !reflect.DeepEqual(got.Sketch(), r.Sketch()) || got.Item != r.Item || got.Story != r.Story || got.Feed != r.Feed {
			t.Errorf("%q is read as %+v (%v)", form, got, err)
		}
	}
	for n := range packed {
		var got Story
		if UnpackStory(packed[:n], &got) == nil {
			t.Errorf("the first %d bytes are read as %+v", n, got)
		}
	}
}
