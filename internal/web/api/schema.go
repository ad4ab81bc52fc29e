package api

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"watcher/internal/desk"
	"watcher/internal/notify"
	"watcher/internal/poll"
	"watcher/internal/rules"
)

// schemas are JSON Schemas of Go types as encoding/json writes them, by their name.
type schemas map[string]dict

func (s schemas) all() dict {
	all := dict{}
	for name, schema := range s {
		all[name] = schema
	}
	return all
}

// of is the schema of what v is encoded as.
func (s schemas) of(v any) dict { return s.typeOf(reflect.TypeOf(v)) }

// body is the schema of a body, of which no key is taken that it does not have.
func (s schemas) body(v any) dict {
	ref := s.of(v)
	s[schemaName(reflect.TypeOf(v))]["additionalProperties"] = false
	return ref
}

// words are the values of types that are texts.
var words = map[reflect.Type][]string{
	reflect.TypeFor[notify.AlertState]():  alertStates,
	reflect.TypeFor[notify.Severity]():    severities,
	reflect.TypeFor[notify.TargetState](): {string(notify.TargetWorks), string(notify.TargetFails), string(notify.TargetRefuses)},
	reflect.TypeFor[poll.Condition]():     conditions(),
	reflect.TypeFor[desk.EventKind]():     {string(desk.Came), string(desk.Changed), string(desk.Missed)},
	reflect.TypeFor[desk.PushState]():     {string(desk.Offered), string(desk.Pending), string(desk.Live), string(desk.Refused), string(desk.Denied)},
}

// wordsOf are the values of keys that have no type of their own, by schema and key.
var wordsOf = map[string][]string{
	"MuteReport.kind":     notify.MuteKinds,
	"Muting.kind":         notify.MuteKinds,
	"RuleReport.severity": severities,
	"Excerpt.field":       rules.Fields(),
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textType      = reflect.TypeFor[encoding.TextMarshaler]()
)

func (s schemas) typeOf(t reflect.Type) dict {
	switch {
	case words[t] != nil:
		return dict{"type": "string", "enum": words[t]}
	case t == timeType:
		return dict{"type": "string", "format": "date-time"}
	case t.Kind() == reflect.Pointer:
		return s.typeOf(t.Elem())
	case t.Implements(textType):
		return dict{"type": "string"}
	case t.Implements(marshalerType):
		panic(fmt.Sprintf("api: %s encodes itself: nothing says as what", t))
	}
	switch t.Kind() {
	case reflect.String:
		return dict{"type": "string"}
	case reflect.Bool:
		return dict{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return dict{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return dict{"type": "number"}
	case reflect.Slice:
		return dict{"type": "array", "items": s.typeOf(t.Elem())}
	case reflect.Array:
		return dict{"type": "array", "items": s.typeOf(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return dict{"type": "object"}
		}
		return dict{"type": "object", "additionalProperties": s.typeOf(t.Elem())}
	case reflect.Struct:
		return s.structOf(t)
	}
	panic(fmt.Sprintf("api: %s has no form in JSON", t))
}

func (s schemas) structOf(t reflect.Type) dict {
	name := schemaName(t)
	if _, ok := s[name]; !ok {
		properties, required := dict{}, []any{}
		schema := dict{"type": "object", "properties": properties}
		s[name] = schema // before its fields, of which one may have its type
		for field := range fieldsOf(t) {
			key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			of := s.typeOf(field.Type)
			if words := wordsOf[name+"."+key]; words != nil {
				of = dict{"type": "string", "enum": words}
			}
			if options == "" && field.Type.Kind() == reflect.Pointer {
				of = dict{"anyOf": []any{of, dict{"type": "null"}}}
			}
			properties[key] = of
			if options == "" {
				required = append(required, key)
			}
		}
		if len(required) > 0 {
			schema["required"] = required
		}
	}
	return dict{"$ref": "#/components/schemas/" + name}
}

// fieldsOf yields the fields that have a key, those of what is embedded among them.
func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for _, f := range reflect.VisibleFields(t) {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous && key == "" || !f.IsExported() || key == "-" {
				continue
			}
			if key == "" {
				panic(fmt.Sprintf("api: %s.%s has no key", t, f.Name))
			}
			if !yield(f) {
				return
			}
		}
	}
}

// schemaName is what a struct is called: AlertRowPage for Page[desk.AlertRow].
func schemaName(t reflect.Type) string {
	name, of, generic := strings.Cut(t.Name(), "[")
	if generic {
		of = strings.TrimSuffix(of, "]")
		name = of[strings.LastIndexAny(of, "./")+1:] + upper(name)
	}
	return upper(name)
}

func upper(s string) string {
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
