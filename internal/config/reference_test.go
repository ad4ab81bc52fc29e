package config

import (
	"fmt"
	"maps"
	"net/netip"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
	"watcher/internal/notify"
	"watcher/internal/notify/deliver"
	"watcher/internal/notify/targets"
	"watcher/internal/testutil"
)

// sections returns all structs that a config is decoded into, by their path in keys.yaml.
func sections() map[string]reflect.Type {
	all := map[string]reflect.Type{}
	var walk func(p string, t reflect.Type)
	walk = func(p string, t reflect.Type) {
		switch {
		case t == reflect.TypeFor[targetList]():
			for _, kind := range targets.Kinds() {
				options, _ := targets.NewOptions(kind)
				all[p+".*:"+kind] = reflect.TypeOf(options).Elem()
			}
		case t.Kind() == reflect.Pointer:
			walk(p, t.Elem())
		case t.Kind() == reflect.Slice:
			walk(p+"[]", t.Elem())
		case t.Kind() == reflect.Struct:
			all[p] = t
			for name, f := range strict.Fields(t) {
				walk(strings.TrimPrefix(p+"."+name, "."), f.Type)
			}
		}
	}
	walk("", reflect.TypeFor[document]())
	return all
}

// The pages have, between marks, a table of the keys of each section, made of keys.yaml and
// the structs that a config is decoded into. So no key is without an explanation, and the
// tables have what the program has.
func TestReference(t *testing.T) {
	sections := documented()
	marked := regexp.MustCompile(`(?s)(<!-- keys of ([^ ]*) -->\n).*?(<!-- end -->\n)`)
	shown := map[string]bool{}
	for _, page := range []string{"config.md", "targets.md"} {
		file := "../../docs/" + page
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		testutil.Golden(t, file, marked.ReplaceAllStringFunc(string(data), func(block string) string {
			m := marked.FindStringSubmatch(block)
			name := strings.TrimPrefix(m[2], "config")
			section, ok := sections[name]
			if !ok || shown[name] {
				t.Errorf("docs/%s: the keys of %s are shown twice, or there are none", page, m[2])
			}
			shown[name] = true
			return m[1] + "\n" + strings.ReplaceAll(table(t, name, section), "]("+page+"#", "](#") + "\n" + m[3]
		}))
	}
	for name := range sections {
		if !shown[name] {
			t.Errorf("no page has the mark <!-- keys of %s -->", name)
		}
	}
}

// documented returns all sections by their names in keys.yaml, with their defaults.
func documented() map[string]reflect.Value {
	doc := reflect.ValueOf(defaultDocument())
	all := map[string]reflect.Value{"": doc, "hosts.*": reflect.ValueOf(Host{})}
	policy := deliver.DefaultPolicy()
	all["notify.*"] = reflect.ValueOf(policy)
	all["notify.*.quiet"] = reflect.ValueOf(deliver.QuietOptions{})
	all["notify.*.max_per_hour"] = reflect.ValueOf(deliver.LimitOptions{})
	all["notify.*:"] = reflect.ValueOf(targets.Words{})
	shared := strict.Fields(reflect.TypeFor[targets.Words]())
	for name, typ := range sections() {
		_, have := all[name]
		if bare := !slices.ContainsFunc(strict.Names(strict.Fields(typ)), func(key string) bool { _, ok := shared[key]; return !ok }); have || bare {
			continue
		}
		v := reflect.New(typ).Elem()
		if f, top := strict.Fields(doc.Type())[name]; top {
			v = doc.FieldByIndex(f.Index)
		} else if _, kind, ok := strings.Cut(name, ":"); ok {
			options, _ := targets.NewOptions(kind)
			v = reflect.ValueOf(options).Elem()
		}
		all[name] = v
	}
	return all
}

// table returns the table of a section in the order of keys.yaml. It fails if keys.yaml
// does not have exactly the section's keys.
func table(t *testing.T, name string, section reflect.Value) string {
	t.Helper()
	fields := strict.Fields(section.Type())
	if name == "notify.*" {
		fields[kindKey] = strict.Field{Type: reflect.TypeFor[string]()}
	}
	own := strict.Fields(reflect.TypeFor[targets.Words]())
	var b strings.Builder
	b.WriteString("| key | value | default | what it does |\n|---|---|---|---|\n")
	left := maps.Clone(fields)
	for _, key := range inOrder(t, name) {
		f, ok := fields[key]
		if !ok {
			t.Errorf("keys.yaml: %s.%s is no key of the config", name, key)
			continue
		}
		delete(left, key)
		delete(left, key+strict.FileSuffix)
		k, _ := keyOf(name, key)
		fallback := k.Default
		if key != kindKey {
			if held := inCode(section.FieldByIndex(f.Index)); held != "" && fallback != "" {
				t.Errorf("keys.yaml: %s.%s has its default, %s, in the code", name, key, held)
			} else if held != "" {
				fallback = held
			}
		}
		kind := valueOf(f.Type)
		if _, secret := fields[key+strict.FileSuffix]; secret {
			kind = "[secret](config.md#secrets)"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", key, kind, fallback, strings.ReplaceAll(k.Does, "|", `\|`))
	}
	for key := range left {
		if _, shared := own[key]; !shared || !strings.Contains(name, ":") {
			t.Errorf("keys.yaml: %s.%s is missing", name, key)
		}
	}
	return strings.ReplaceAll(b.String(), "|  |", "| |")
}

// inOrder returns the keys of a section of keys.yaml.
func inOrder(t *testing.T, section string) []string {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(keysYAML, &root); err != nil {
		t.Fatal(err)
	}
	all := root.Content[0].Content
	for i := 0; i < len(all); i += 2 {
		if all[i].Value == section {
			var names []string
			for j, n := range all[i+1].Content {
				if j%2 == 0 {
					names = append(names, n.Value)
				}
			}
			return names
		}
	}
	return nil
}

// inCode returns the default of a value as it would be written in a config; empty if there
// is none.
func inCode(v reflect.Value) string {
	if v.IsZero() || v.Kind() == reflect.Struct || v.Kind() == reflect.Map || v.Kind() == reflect.Slice {
		return ""
	}
	text := fmt.Sprint(v.Interface())
	if d, ok := v.Interface().(time.Duration); ok {
		text = d.String()
		if days := d / (24 * time.Hour); d%(24*time.Hour) == 0 {
			text = fmt.Sprintf("%dd", days)
		}
		text = regexp.MustCompile(`(m)0s$|(h)0m0s$`).ReplaceAllString(text, "$1$2")
	}
	return "`" + strings.ReplaceAll(text, " ", "") + "`"
}

// valueOf says in a word what a key takes.
func valueOf(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "duration"
	case reflect.TypeFor[Size]():
		return "size"
	case reflect.TypeFor[netip.Prefix]():
		return "address range"
	case reflect.TypeFor[notify.Severity]():
		return "severity"
	case reflect.TypeFor[targetList]():
		return "targets by name"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return valueOf(t.Elem())
	case reflect.Slice:
		return "list"
	case reflect.Map:
		if t.Elem().Kind() == reflect.Struct || t.Elem().Kind() == reflect.Slice {
			return "keys by name"
		}
		return "names with values"
	case reflect.Bool:
		return "`true`, `false`"
	case reflect.Struct:
		if one, ok := reflect.New(t).Interface().(strict.Plainer); ok {
			return valueOf(reflect.TypeOf(one.Plain()).Elem()) + " or keys"
		}
		return "keys"
	case reflect.String:
		return "text"
	}
	return "number"
}

// An editor explains a key as the pages do.
func TestSchemaExplainsEveryKey(t *testing.T) {
	all := sections()
	for _, p := range slices.Sorted(maps.Keys(all)) {
		for _, name := range strict.Names(strict.Fields(all[p])) {
			if hint(p, name) == "" {
				t.Errorf("the schema does not explain %s.%s", p, name)
			}
		}
	}
}
