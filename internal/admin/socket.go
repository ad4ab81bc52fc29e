package admin

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"watcher/internal/config"
)

// SocketPath is where the daemon of a store listens: in systemd's runtime
// directory if there is one, else beside the file of StoreOptions.Beside.
func SocketPath(store config.StoreOptions, getenv func(string) string) string {
	if dir := runtimeDir(getenv); dir != "" {
		return socketIn(dir)
	}
	return beside(store.Beside)
}

// runtimeDir is the directory of sockets that systemd has made for the process;
// of several the first is the main one.
func runtimeDir(getenv func(string) string) string {
	dir, _, _ := strings.Cut(getenv("RUNTIME_DIRECTORY"), ":")
	return dir
}

func socketIn(dir string) string { return short(filepath.Join(dir, socketName)) }

// beside is the socket under a file's name, so that each of two stores, or configs on one
// database, in one folder has its own.
func beside(file string) string {
	return short(strings.TrimSuffix(file, filepath.Ext(file)) + ".sock")
}

// short is path, or a socket elsewhere where that is too long for one.
func short(path string) string {
	path = absolute(path)
	if len(path) > maxSocket {
		sum := sha256.Sum256([]byte(path))
		path = filepath.Join(ownTemp(), fmt.Sprintf("%x.sock", sum[:8]))
	}
	return path
}

// ownTemp is a folder for sockets whose own path would be too long.
func ownTemp() string { return filepath.Join(os.TempDir(), fmt.Sprintf("watcher-%d", os.Getuid())) }

// makeOwnTemp makes it, and refuses one that somebody else has made first: who
// owns the folder could put a socket of their own in the place of ours.
func makeOwnTemp() error {
	if err := os.Mkdir(ownTemp(), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return checkOwnTemp()
}

func checkOwnTemp() error {
	info, err := os.Lstat(ownTemp())
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !ok || int(stat.Uid) != os.Getuid() {
		return fmt.Errorf("%s is not a folder of ours alone; remove it", ownTemp())
	}
	return nil
}

// maxSocket is what sockaddr_un holds everywhere (unix(7)).
const maxSocket = 100
