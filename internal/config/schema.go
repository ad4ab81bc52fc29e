package config

import (
	"encoding"
	"encoding/json"
	"maps"
	"net/netip"
	"reflect"
	"time"

	"watcher/internal/config/strict"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
)

// schema is a JSON Schema, or a part of one.
type schema map[string]any

// required are the keys of which an entry needs at least one.
var required = map[string][]string{"feeds[]": {"url", "opml"}, "rules[]": {"name"}}

// Schema returns the JSON Schema (2020-12) of the config, for editors to check and
// complete while one types. It is derived from the structs that decode the file, so it
// has every key. It accepts everything that Parse accepts, and leaves to Parse what a
// schema cannot express.
func Schema() ([]byte, error) { return schemaFor("watcher's config", reflect.TypeFor[document]()) }

// IncludedSchema is the schema of an included file.
func IncludedSchema() ([]byte, error) {
	return schemaFor("a file with lists and rules for watcher's config", reflect.TypeFor[included]())
}

func schemaFor(title string, t reflect.Type) ([]byte, error) {
	s := object("", t)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = title
	for _, section := range s["properties"].(schema) {
		// A section with all entries commented out is null.
		section := section.(schema)
		if one, ok := section["type"].(string); ok {
			section["type"] = []string{one, "null"}
		}
	}
	return json.MarshalIndent(s, "", "  ")
}

// schemaOf describes what the decoder accepts for a value of type t in section p.
func schemaOf(p string, t reflect.Type) schema {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return schema{"type": "string", "pattern": `^(0|((\d+(\.\d+)?|\.\d+)(ms|us|µs|ns|w|d|h|m|s))+)$|\$\{`}
	case reflect.TypeFor[notify.Severity]():
		return oneWord("low", "normal", "high")
	case reflect.TypeFor[First]():
		return oneWord(string(Baseline), string(Alert))
	case reflect.TypeFor[Reload]():
		return oneWord(string(BySignal), string(Auto))
	case reflect.TypeFor[netip.Prefix]():
		return schema{"type": "string"}
	case reflect.TypeFor[targetList]():
		return schema{"type": "object", "patternProperties": comments(), "additionalProperties": target(p + ".*")}
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return schema{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(p, t.Elem())
	case reflect.Struct:
		s := object(p, t)
		if one, ok := reflect.New(t).Interface().(strict.Plainer); ok {
			return schema{"anyOf": []schema{s, schemaOf(p, reflect.TypeOf(one.Plain()).Elem())}}
		}
		return s
	case reflect.Slice:
		return schema{"type": "array", "items": schemaOf(p+"[]", t.Elem())}
	case reflect.Map:
		s := schema{"type": "object", "additionalProperties": schemaOf(p+".*", t.Elem())}
		if t.Elem().Kind() != reflect.String {
			s["patternProperties"] = comments()
		}
		return s
	case reflect.Bool:
		return schema{"anyOf": []schema{{"type": "boolean"}, oneWord("yes", "no", "on", "off")}}
	case reflect.String:
		// Numbers and booleans are accepted as text.
		return schema{"type": []string{"string", "number", "boolean"}}
	}
	return schema{"anyOf": []schema{{"type": "number"}, variableOnly()}}
}

// object describes a struct.
func object(p string, t reflect.Type) schema {
	properties := schema{}
	for name, f := range strict.Fields(t) {
		below := name
		if p != "" {
			below = p + "." + name
		}
		properties[name] = schemaOf(below, f.Type)
		if words := wordsOf(p, name); words != nil {
			properties[name] = schema{"anyOf": []schema{schemaOf(below, f.Type), {"enum": words}}}
		}
		if text := hint(p, name); text != "" {
			properties[name].(schema)["description"] = text
		}
	}
	s := schema{
		"type": "object", "properties": properties,
		"patternProperties": comments(), "additionalProperties": false,
	}
	if keys := required[p]; len(keys) == 1 {
		s["required"] = keys
	} else if len(keys) > 1 {
		var either []schema
		for _, key := range keys {
			either = append(either, schema{"required": []string{key}})
		}
		s["oneOf"] = either
	}
	return s
}

// target describes an entry of notify: which keys it may have depends on its type.
func target(p string) schema {
	kinds := targets.Kinds()
	policy := object(p, reflect.TypeFor[deliver.PolicyOptions]())["properties"].(schema)
	var cases []schema
	for _, kind := range kinds {
		options, _ := targets.NewOptions(kind)
		s := object(p+":"+kind, reflect.TypeOf(options).Elem())
		properties := s["properties"].(schema)
		properties[kindKey] = schema{"const": kind}
		maps.Copy(properties, policy)
		cases = append(cases, schema{
			"if": schema{"properties": schema{kindKey: schema{"const": kind}}, "required": []string{kindKey}}, "then": s,
		})
	}
	return schema{"type": "object", "required": []string{kindKey}, "properties": schema{kindKey: schema{"enum": kinds, "description": hint(p, kindKey)}}, "allOf": cases}
}

// comments are the ignored keys and YAML's merge key.
func comments() schema { return schema{"^(x-|<<$)": schema{}} }

func oneWord(words ...string) schema {
	return schema{"anyOf": []schema{{"enum": words}, variableOnly()}}
}

// variableOnly describes a value in which an environment variable is expanded.
func variableOnly() schema { return schema{"type": "string", "pattern": `\$\{`} }
