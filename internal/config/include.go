package config

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"watcher/internal/config/strict"
)

// included is what an included file may contain.
type included struct {
	Lists map[string][]string `yaml:"lists"`
	Rules []RoutedRule        `yaml:"rules"`
}

// Place is a place in a config: a file as mistakes name it, and a line from 1.
type Place struct {
	File string
	Line int
}

// spot is a key in one of the files.
type spot struct{ file, key string }

func (r *reader) spot(p *strict.Path) spot { return spot{r.PartOf(p).Src.Name, p.String()} }

// elsewhere names the place other for a reader of place p.
func (c *checker) elsewhere(p, other *strict.Path) string {
	n, _ := strict.Locate(c.Root, other)
	words := fmt.Sprintf("%s on line %d", other, strict.Start(n).Line)
	if file := c.PartOf(other); file != c.PartOf(p) {
		words += " of " + file.Src.Name
	}
	return words
}

// merge merges the config and its included files into one document: their rules follow
// its own, in the order of include and, within a pattern, of file names.
func (c *checker) merge() {
	c.lists = make(map[string]*strict.Path, len(c.doc.Lists))
	for i := range c.doc.Rules {
		c.rules = append(c.rules, key("rules").Entry(i))
	}
	for name := range c.doc.Lists {
		c.lists[name] = key("lists").Child(name)
	}
	for _, file := range c.included {
		var has included
		before, misnamed := len(c.Errs), len(c.Misnamed)
		root := c.DecodeFile(file, reflect.ValueOf(&has).Elem())
		for _, e := range c.Errs[before:] {
			c.reported[spot{e.File, e.KeyPath}] = true
		}
		c.noteMisnamed(misnamed)
		for i := range has.Rules {
			c.rules = append(c.rules, root.Child("rules").Entry(i))
		}
		c.doc.Rules = append(c.doc.Rules, has.Rules...)
		for _, name := range slices.Sorted(maps.Keys(has.Lists)) {
			p := root.Child("lists").Child(name)
			if first, taken := c.lists[name]; taken {
				c.wrong(p, "the list %q is there already, as %s; keep one of the two", name, c.elsewhere(p, first))
				continue
			}
			if c.doc.Lists == nil {
				c.doc.Lists = make(map[string][]string)
			}
			c.doc.Lists[name], c.lists[name] = has.Lists[name], p
		}
	}
}

// places are the places of the rules, in order, and of the lists.
func (c *checker) places() ([]Place, map[string]Place) {
	at := func(p *strict.Path) Place {
		n, _ := strict.Locate(c.Root, p)
		return Place{c.PartOf(p).Src.Name, strict.Start(n).Line}
	}
	rules := make([]Place, len(c.rules))
	for i, p := range c.rules {
		rules[i] = at(p)
	}
	lists := make(map[string]Place, len(c.lists))
	for name, p := range c.lists {
		lists[name] = at(p)
	}
	return rules, lists
}

// include reads the included files.
func (c *checker) include() {
	seen := map[string]bool{c.Src.Name: true}
	for i, pattern := range c.doc.Include {
		p := key("include").Entry(i)
		if c.reported[c.spot(p)] {
			continue
		}
		files, text := c.env.matches(pattern)
		c.read.patterns = append(c.read.patterns, c.env.path(pattern))
		if text != "" {
			c.wrong(p, "%s", text)
		}
		if len(files) == 0 && text == "" && !hasGlob(pattern) {
			c.warn(p, "there is no such file, looked for as %s", c.env.path(pattern))
		}
		for _, file := range files {
			if sameFile(file, c.Src.Name) {
				c.wrong(p, "includes the config itself; keep included files in a folder of their own: include: [rules.d/*.yaml]")
				continue
			}
			if !seen[file] {
				seen[file] = true
				c.includeFile(file, p)
			}
		}
	}
}

func (c *checker) includeFile(file string, p *strict.Path) {
	data, there := c.env.instead[file]
	mark := stampOf(nil, data)
	if !there {
		var err error
		if data, mark, err = read(file); err != nil {
			c.read.parts = append(c.read.parts, stamped{path: file})
			c.wrong(p, "%s", fmt.Errorf("cannot read %s: %w", file, because(err)))
			return
		}
	}
	c.read.parts = append(c.read.parts, stamped{file, mark})
	// Whoever may edit an included file need not be allowed to see the environment of
	// the service.
	of := strict.Part{Src: strict.NewSourceText(file, data), Constant: true}
	root, bad := parseYAML(of.Src, data)
	switch {
	case bad != nil:
		c.Errs = append(c.Errs, *bad)
		c.halfRead = true
	case root != nil:
		of.Root = root
		c.included = append(c.included, &of)
	}
}

// matches returns the files that a pattern of include matches, sorted. Hidden files are
// left out unless the pattern names them: editors keep dangling links there
// (.#rules.yaml). text says what is wrong with the pattern.
func (e Environment) matches(pattern string) (files []string, text string) {
	switch {
	case strings.TrimSpace(pattern) == "":
		return nil, "wants the name of a file, or a pattern such as rules.d/*.yaml"
	case strings.Contains(pattern, "**"):
		return nil, "** is not known; name each folder: rules.d/*.yaml"
	case strings.ContainsAny(filepath.Dir(pattern), `*?[`):
		return nil, "only the name of the file can be a pattern, not its folder; name each folder: rules.d/*.yaml"
	}
	full := e.path(pattern)
	if !hasGlob(pattern) {
		if _, err := os.Lstat(full); err != nil && e.instead[full] == nil {
			return nil, ""
		}
		return []string{full}, ""
	}
	base := filepath.Base(full)
	if _, err := filepath.Match(base, ""); err != nil {
		return nil, "is no pattern: a [ is not closed"
	}
	entries, err := os.ReadDir(filepath.Dir(full))
	if err != nil && !os.IsNotExist(err) {
		return nil, reason(err, filepath.Dir(full)).Error()
	}
	take := func(name string) {
		if ok, _ := filepath.Match(base, name); ok && (name[0] != '.' || base[0] == '.') {
			files = append(files, filepath.Join(filepath.Dir(full), name))
		}
	}
	for _, entry := range entries {
		if entry.Type()&fs.ModeDir == 0 {
			take(entry.Name())
		}
	}
	for file := range e.instead {
		if filepath.Dir(file) == filepath.Dir(full) {
			take(filepath.Base(file))
		}
	}
	slices.Sort(files)
	return slices.Compact(files), ""
}

func hasGlob(pattern string) bool { return strings.ContainsAny(pattern, `*?[`) }

func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
