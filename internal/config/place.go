package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
)

// StoreOf returns the store of the config at path, whatever else is wrong with it. If
// the config cannot be read or does not name a store it is the default. The address of
// a database is not read: Postgres then only says that there is one.
func StoreOf(path string) StoreOptions {
	env := envOf(path)
	var data []byte
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() { // a pipe can be read only once
		data, _, _ = read(path) // otherwise there is nothing to find
	}
	if env.inPostgres(path, data) {
		return env.store(StoreOptions{Postgres: "postgres://"}, path)
	}
	return env.store(StoreOptions{Path: env.storeKey(path, data)}, path)
}

// ServiceStore is the store of the installed service, whose config is in serviceFolder.
// Commands typed while the service is stopped must use the same store.
const (
	ServiceStore  = "/var/lib/watcher/watcher.db"
	serviceFolder = "/etc/watcher"
	// ServiceConfig is the config of the installed service.
	ServiceConfig = serviceFolder + "/watcher.yaml"
)

// storePath is the store's path for a config that names it so; "" if it names none.
func (e Environment) storePath(named string) (path string, isDefault bool) {
	const name = "watcher.db"
	if named != "" {
		return e.path(named), false
	}
	// systemd separates several directories by colons; the first is the main one.
	if dirs, _ := e.lookup("STATE_DIRECTORY"); dirs != "" {
		dir, _, _ := strings.Cut(dirs, ":")
		return filepath.Join(dir, name), true
	}
	if e.Dir == serviceFolder {
		if _, err := os.Stat(ServiceStore); err == nil {
			return ServiceStore, true
		}
	}
	return e.path(name), true
}

// storeLine finds store.path in a file that is not valid YAML, such as a half-made
// edit.
var storeLine = regexp.MustCompile(`(?m)^store:(?:\s*\{|[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*[ \t]+)\s*path:[ \t]*("[^"\n]*"|'[^'\n]*'|[^\s#,}]+)`)

// storeKey returns store.path of a config; empty if absent.
func (e Environment) storeKey(name string, data []byte) string {
	if !bytes.Contains(data, []byte("store")) && bytes.IndexByte(data, '\\') < 0 { // no letter of it is an escape
		return "" // saves parsing a large config
	}
	src := strict.NewSourceText(name, data)
	root, bad := parseYAML(src, data)
	switch {
	case bad != nil:
		m := storeLine.FindSubmatch(data)
		if m == nil {
			return ""
		}
		root = &yaml.Node{Kind: yaml.ScalarNode, Value: strings.Trim(string(m[1]), `"'`)}
	case root == nil:
		return ""
	default:
		found := false
		if root, found = strict.Locate(root, key("store").Child("path")); !found {
			return ""
		}
	}
	n := strict.Follow(root)
	if n.Kind != yaml.ScalarNode {
		return ""
	}
	if text, ok := newReader(strict.Part{Src: src, Root: n}, e).Expand(n, nil); ok {
		return text
	}
	return ""
}

// postgresLine finds store.postgres, or its _file twin, in the same way.
var postgresLine = regexp.MustCompile(`(?m)^store:(?:\s*\{|[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*[ \t]+)\s*postgres(?:_file)?:`)

// inPostgres reports whether the store of a config is in PostgreSQL.
func (e Environment) inPostgres(name string, data []byte) bool {
	if !bytes.Contains(data, []byte("postgres")) && bytes.IndexByte(data, '\\') < 0 {
		return false
	}
	root, bad := parseYAML(strict.NewSourceText(name, data), data)
	if bad != nil {
		return postgresLine.Match(data)
	}
	if root == nil {
		return false
	}
	_, value := strict.Locate(root, key("store").Child("postgres"))
	_, file := strict.Locate(root, key("store").Child("postgres"+strict.FileSuffix))
	return value || file
}

// maxNeighbour is the maximum size of a file that is checked for being a config.
const maxNeighbour = 1 << 20

// Neighbours returns the other configs beside the config at path that use the same
// store, if it is the default one.
func Neighbours(path string, store StoreOptions) []string {
	mine, err := os.Stat(path)
	if err != nil || !store.Default {
		return nil
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil
	}
	var others []string
	for _, e := range entries {
		other := filepath.Join(filepath.Dir(path), e.Name())
		if !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(e.Name())) {
			continue
		}
		info, err := os.Stat(other)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxNeighbour || os.SameFile(info, mine) {
			continue
		}
		if data, err := os.ReadFile(other); err == nil && isConfig(data) && StoreOf(other).Path == store.Path {
			others = append(others, other)
		}
	}
	return others
}

// isConfig reports whether a file has the sections that every config has.
func isConfig(data []byte) bool {
	root, bad := parseYAML(strict.NewSourceText("", data), data)
	if bad != nil || root == nil || root.Kind != yaml.MappingNode {
		return false
	}
	_, feeds := strict.Locate(root, key("feeds"))
	_, targets := strict.Locate(root, key("notify"))
	return feeds && targets
}

// because drops the path, which the caller names.
func because(err error) error {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err
	}
	return err
}
