package config

import (
	"crypto/sha256"
	"io"
	"os"
	"slices"
	"time"
)

// Files are all files of a config, as they were when it was read. The zero value has
// none.
type Files struct {
	parts    []stamped // the config, then those that it includes
	beside   []stamped // secrets and lists of feeds, and the places searched for them
	patterns []string  // of the included files
}

type stamped struct {
	path string
	stamp
}

// Now returns the current state of the files: it adds files that the patterns match by
// now, and drops those that are gone. It reads only files written since, and needs a
// readable config.
func (f Files) Now() (Files, error) {
	if len(f.parts) == 0 {
		return f, nil
	}
	now := Files{patterns: f.patterns}
	for i, p := range f.among() {
		s, err := p.now()
		if i == 0 && err != nil {
			return Files{}, because(err)
		}
		now.parts = append(now.parts, s) // an unreadable file exists, as it did when the config was read
	}
	for _, p := range f.beside {
		s, _ := p.now() // a missing or unreadable file stays one
		now.beside = append(now.beside, s)
	}
	return now, nil
}

// among are the files there were and those that match by now.
func (f Files) among() []stamped {
	all := f.parts[:1:1]
	for _, pattern := range f.patterns {
		files, _ := Environment{}.matches(pattern)
		for _, file := range files {
			if _, again := (Files{parts: all}).part(file); !again && !sameFile(file, f.parts[0].path) {
				was, _ := f.part(file)
				all = append(all, was)
			}
		}
	}
	return all
}

// part is the file with a path; without a stamp if there is none.
func (f Files) part(path string) (_ stamped, there bool) {
	for _, p := range f.parts {
		if p.path == path {
			return p, true
		}
	}
	return stamped{path: path}, false
}

// Changes of a file of the config.
const (
	Changed = "was changed"
	Added   = "was added"
	Removed = "was removed"
)

// Difference names a file of the config that has changed, how, and when it was written.
// Secrets and lists of feeds are ignored. All results are empty if nothing has changed.
func (f Files) Difference(now Files) (path, what string, when time.Time) {
	for _, p := range now.parts {
		switch was, there := f.part(p.path); {
		case was.sum == p.sum && there:
		case !there:
			return p.path, Added, p.written()
		default:
			return p.path, Changed, p.written()
		}
	}
	for _, p := range f.parts {
		if _, there := now.part(p.path); !there {
			return p.path, Removed, time.Time{}
		}
	}
	return "", "", time.Time{}
}

// Same reports whether the config and what it includes are the same bytes under the
// same names.
func (f Files) Same(other Files) bool {
	path, _, _ := f.Difference(other)
	return path == ""
}

// Equal reports whether all files, secrets and lists of feeds included, are the same
// bytes under the same names.
func (f Files) Equal(other Files) bool {
	same := func(a, b stamped) bool { return a.path == b.path && a.sum == b.sum }
	return slices.EqualFunc(f.parts, other.parts, same) && slices.EqualFunc(f.beside, other.beside, same)
}

// Missing reports whether the config itself could not be read.
func (f Files) Missing() bool { return len(f.parts) == 1 && f.parts[0].info == nil }

// Size is the size in bytes of the config and the files that it includes.
func (f Files) Size() int64 {
	sum := int64(0)
	for _, p := range f.parts {
		if p.info != nil {
			sum += p.info.Size()
		}
	}
	return sum
}

// Paths are the paths of all files, existing or not. Patterns are those of the included
// files, whose folders may get more.
func (f Files) Paths() []string {
	var all []string
	for _, p := range slices.Concat(f.parts, f.beside) {
		all = append(all, p.path)
	}
	return all
}

// Patterns are those of include, relative to the config's folder.
func (f Files) Patterns() []string { return f.patterns }

// noteBeside records a file that the config needs but does not include.
func (r *reader) noteBeside(path string) {
	if !slices.ContainsFunc(r.read.beside, func(s stamped) bool { return s.path == path }) {
		s, _ := stamped{path: path}.now()
		r.read.beside = append(r.read.beside, s)
	}
}

// stamp identifies the content of a file. The zero value is that of no file.
type stamp struct {
	info os.FileInfo
	sum  [sha256.Size]byte
}

func stampOf(info os.FileInfo, data []byte) stamp { return stamp{info, sha256.Sum256(data)} }

func (s stamp) written() time.Time {
	if s.info == nil {
		return time.Time{}
	}
	return s.info.ModTime()
}

// now is the current stamp of the file. It reads the file only if it was written since.
// What is not a regular file, such as a pipe, never counts as written.
func (s stamped) now() (stamped, error) {
	info, err := os.Stat(s.path)
	switch {
	case err != nil:
		return stamped{path: s.path}, err
	case !info.Mode().IsRegular():
		return s, nil
	}
	f, err := os.Open(s.path)
	if err != nil {
		return stamped{path: s.path, stamp: stamp{info: info}}, err
	}
	defer f.Close()
	if s.info != nil && os.SameFile(info, s.info) && info.Size() == s.info.Size() && info.ModTime().Equal(s.info.ModTime()) {
		return s, nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.LimitReader(f, maxSize)); err != nil {
		return stamped{path: s.path, stamp: stamp{info: info}}, err
	}
	return stamped{s.path, stamp{info, [sha256.Size]byte(hash.Sum(nil))}}, nil
}

// Included are the paths of the files that are included by now.
func (f Files) Included() []string {
	if len(f.parts) == 0 {
		return nil
	}
	var all []string
	for _, p := range f.among()[1:] {
		all = append(all, p.path)
	}
	return all
}
