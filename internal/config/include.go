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

	"go.yaml.in/yaml/v4"
)

// part is one file of a config: the one that is named to a command, or one that it
// includes.
type part struct {
	src  *source
	root *yaml.Node
}

// included is what a file that is included may have.
type included struct {
	Lists map[string][]string `yaml:"lists"`
	Rules []RoutedRule        `yaml:"rules"`
}

// Place is where something stands in a config: a file as it is named in mistakes,
// and a line from 1.
type Place struct {
	File string
	Line int
}

// partOf is the file that p is in.
func (d *decoder) partOf(p *path) *part {
	if in := p.file(); in != nil {
		return in
	}
	return &d.part
}

// spot is a key of one of the files.
type spot struct{ file, key string }

func (d *decoder) spot(p *path) spot { return spot{d.partOf(p).src.name, p.String()} }

// elsewhere names to a reader of what stands at p what stands at other.
func (c *checker) elsewhere(p, other *path) string {
	n, _ := locate(c.root, other)
	words := fmt.Sprintf("%s on line %d", other, start(n).line)
	if file := c.partOf(other); file != c.partOf(p) {
		words += " of " + file.src.name
	}
	return words
}

// merge makes one document of the config and the files that it includes: their rules
// follow its own, in the order of include and, of one pattern, of their names.
func (c *checker) merge() {
	c.lists = make(map[string]*path, len(c.doc.Lists))
	for i := range c.doc.Rules {
		c.rules = append(c.rules, key("rules").entry(i))
	}
	for name := range c.doc.Lists {
		c.lists[name] = key("lists").child(name)
	}
	for _, file := range c.included {
		root := &path{in: file, index: -1}
		var has included
		before, misnamed := len(c.errs), len(c.misnamed)
		c.work, c.maxWork = 0, workFor(file.root)
		c.decode(file.root, reflect.ValueOf(&has).Elem(), root)
		for _, e := range c.errs[before:] {
			c.faulty[spot{e.File, e.KeyPath}] = true
		}
		c.noteMisnamed(misnamed)
		for i := range has.Rules {
			c.rules = append(c.rules, root.child("rules").entry(i))
		}
		c.doc.Rules = append(c.doc.Rules, has.Rules...)
		for _, name := range slices.Sorted(maps.Keys(has.Lists)) {
			p := root.child("lists").child(name)
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

// places are where the rules, in their order, and the lists stand.
func (c *checker) places() ([]Place, map[string]Place) {
	at := func(p *path) Place {
		n, _ := locate(c.root, p)
		return Place{c.partOf(p).src.name, start(n).line}
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

// include reads the files that the config includes.
func (c *checker) include() {
	seen := map[string]bool{c.src.name: true}
	for i, pattern := range c.doc.Include {
		p := key("include").entry(i)
		if c.faulty[c.spot(p)] {
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
			if sameFile(file, c.src.name) {
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

func (c *checker) includeFile(file string, p *path) {
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
	of := part{src: newSource(file, data)}
	root, bad := parseYAML(of.src, data)
	switch {
	case bad != nil && bad.Text == emptyFile: // or all of it is commented out
	case bad != nil:
		c.errs = append(c.errs, *bad)
		c.halfRead = true
	default:
		of.root = root
		c.included = append(c.included, &of)
	}
}

// matches lists the files that a pattern of include names, sorted. Hidden files are
// left out unless they are asked for: editors keep theirs so, as links that lead
// nowhere (.#rules.yaml). text says what is wrong with the pattern.
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

// noVariables refuses ${NAME} in an included file: who may edit one need not be who
// may see the environment of the service.
func (d *decoder) noVariables(n *yaml.Node, p *path) bool {
	at := strings.Index(strings.ReplaceAll(n.Value, "$${", "$$$"), "${")
	if at < 0 || p.file() == nil {
		return true
	}
	d.fail(p.file().src.inside(n, at), p, "an included file has no variables; write the value itself, and for the characters themselves $${")
	return false
}
