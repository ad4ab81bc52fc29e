package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Environment is what a config takes from outside its files. The zero value has no
// variables and finds files in the working directory.
type Environment struct {
	// LookupEnv is os.LookupEnv, or nil for an empty environment.
	LookupEnv func(string) (string, bool)
	// Dir is the config's directory. Relative paths start there, so that they mean the
	// same wherever the daemon is started.
	Dir string
	// instead are bytes that replace those of included files, by path.
	instead map[string][]byte
}

func (e Environment) lookup(name string) (string, bool) {
	if e.LookupEnv == nil {
		return "", false
	}
	return e.LookupEnv(name)
}

// path makes a path of the config absolute, or relative to the working directory if Dir
// is.
func (e Environment) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(e.Dir, name)
}

// maxSecret is far longer than any password, token or key.
const maxSecret = 64 << 10

// secret reads a secret and records that the config needs it.
func (r *reader) secret(name string) (string, error) {
	for _, place := range r.env.secretPlaces(name) {
		r.noteBeside(place)
	}
	return r.env.secret(name)
}

// secret reads the secret called name: a credential passed by systemd, from a directory
// of credentials called secrets or by itself, else a file, else a file in the folder
// secrets beside the config, which is the source of the service's credentials.
func (e Environment) secret(name string) (string, error) {
	if name == "" {
		return "", errors.New("wants the name of a file")
	}
	places := e.secretPlaces(name)
	for _, place := range places {
		text, err := readSecret(place)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return text, err
	}
	return "", fmt.Errorf("there is no such file, looked for as %s", strings.Join(places, ", "))
}

// secretPlaces are the places of a secret, in order of precedence.
func (e Environment) secretPlaces(name string) []string {
	places := []string{e.path(name)}
	if filepath.Base(name) == name {
		if dir, _ := e.lookup("CREDENTIALS_DIRECTORY"); dir != "" {
			places = []string{filepath.Join(dir, "secrets_"+name), filepath.Join(dir, name), e.path(name)}
		}
		if folder := e.path("secrets"); isFolder(folder) {
			places = append(places, filepath.Join(folder, name))
		}
	}
	return places
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func readSecret(file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", reason(err, file)
	}
	// Checked before opening: opening a pipe would wait for its writer.
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file", file)
	}
	if info.Mode().Perm()&0o007 != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("%s is open to every user of this machine (mode %04o): run chmod o= on it", file, info.Mode().Perm())
	}
	f, err := os.Open(file)
	if err != nil {
		return "", reason(err, file)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", reason(err, file)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	switch {
	case len(data) > maxSecret:
		return "", fmt.Errorf("%s is longer than a secret may be (%d bytes)", file, maxSecret)
	case strings.TrimSpace(text) == "":
		return "", fmt.Errorf("%s is empty", file)
	}
	return text, nil
}

// reason is the system's error about a file, which names the file once.
func reason(err error, file string) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return fmt.Errorf("cannot read %s: %w", file, pe.Err)
	}
	return err
}
