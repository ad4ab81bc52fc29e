package config

import (
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
)

// noteSecret records a secret in the file itself: not a variable of the environment,
// nor an address of this machine, which opens nothing elsewhere.
func (r *reader) noteSecret(value *yaml.Node, p *strict.Path) {
	value = strict.Follow(value)
	if value.Kind != yaml.ScalarNode || value.Value == "" || strings.Contains(value.Value, "${") {
		return
	}
	if u, err := url.Parse(value.Value); err == nil && u.Host != "" {
		ip, err := netip.ParseAddr(u.Hostname())
		if u.Hostname() == "localhost" || err == nil && ip.IsLoopback() {
			return
		}
	}
	at := strict.Start(value)
	r.secrets = append(r.secrets, Mistake{File: r.PartOf(p).Src.Name, Line: at.Line, Col: at.Col, KeyPath: p.String()})
}

// saysWho reports whether an HTTP header carries a secret, by its name.
func saysWho(header string) bool {
	header = strings.ToLower(header)
	return slices.ContainsFunc([]string{"authorization", "cookie", "token", "secret", "key", "password"}, func(word string) bool {
		return strings.Contains(header, word)
	})
}

// exposed is the warning about secrets in a config that every user of the machine can
// read; nil if there is nothing to warn of.
func exposed(path string, mode fs.FileMode, secrets []Mistake) *Mistake {
	if mode.Perm()&0o004 == 0 || len(secrets) == 0 || runtime.GOOS == "windows" {
		return nil
	}
	mend := "chmod o= " + quoteShell(path)
	if filepath.Dir(path) == serviceFolder { // the service must still read it
		mend = "chgrp watcher " + quoteShell(path) + " && " + mend
	}
	e := secrets[0]
	switch n := len(secrets) - 1; n {
	case 0:
		e.Text = "is a secret"
	case 1:
		e.Text = "this and " + secrets[1].KeyPath + " are secrets"
	default:
		e.Text = fmt.Sprintf("this and %d others are secrets", n)
	}
	e.Text += fmt.Sprintf(", and every user of this machine can read this file (mode %04o): run %s, or keep each in a file of its own (key%s)", mode.Perm(), mend, strict.FileSuffix)
	return &e
}

// quoteShell quotes text as one word of a shell command.
func quoteShell(text string) string {
	if strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789/._-") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
