package admin

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"watcher/internal/config"
)

// DeniedError says that a person may not ask the daemon behind a socket, and what
// to do about that.
type DeniedError struct {
	Socket string
	text   string
}

func (e *DeniedError) Error() string { return e.text }

// denied says who may open the socket.
func denied(socket string) *DeniedError {
	e := &DeniedError{socket, fmt.Sprintf("you may not ask the daemon at %s; ask it as root, with sudo", socket)}
	info, mode := os.FileInfo(nil), os.FileMode(0o020)
	info, err := os.Stat(socket)
	if err != nil { // the folder is shut
		mode = 0o010
		if info, err = os.Stat(filepath.Dir(socket)); err != nil {
			return e
		}
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return e
	}
	group, err := user.LookupGroupId(strconv.Itoa(int(stat.Gid)))
	if err != nil || stat.Gid == 0 || info.Mode().Perm()&mode == 0 {
		if owner, err := user.LookupId(strconv.Itoa(int(stat.Uid))); err == nil && stat.Uid != 0 {
			e.text = fmt.Sprintf("only root and %[1]s may ask the daemon at %[2]s: put \"sudo -u %[1]s\" before the command", owner.Username, socket)
		}
		return e
	}
	me, err := user.Current()
	if err != nil {
		return e
	}
	e.text = fmt.Sprintf("only root and members of the group %[1]s may ask the daemon at %[2]s: run \"sudo usermod -aG %[1]s %[3]s\", then log in again", group.Name, socket, me.Username)
	if of, err := me.GroupIds(); err == nil && slices.Contains(of, group.Gid) {
		e.text = fmt.Sprintf("only root and members of the group %[1]s may ask the daemon at %[2]s, and you became one after you logged in: log in again, or run \"newgrp %[1]s\"", group.Name, socket)
	}
	return e
}

// closed says that this process may not write in the folder of the store, whose that
// is and what to do; nil where it may, or where something else is wrong with it.
func closed(store config.StoreOptions) error {
	if store.Path == "" {
		return nil
	}
	folder := filepath.Dir(store.Path)
	if !errors.Is(unix.Access(folder, unix.W_OK|unix.X_OK), unix.EACCES) {
		return nil
	}
	shut := folder // the first on the way to it that cannot be entered
	info, err := os.Stat(shut)
	for errors.Is(err, unix.EACCES) && shut != filepath.Dir(shut) {
		shut = filepath.Dir(shut)
		info, err = os.Stat(shut)
	}
	if err != nil {
		return fmt.Errorf("the store's folder %s: %w", folder, err)
	}
	whose, mend := "", fmt.Sprintf("chown %d", os.Getuid())
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		whose = " belongs to " + userName(int(stat.Uid)) + ","
		if int(stat.Uid) == os.Getuid() {
			mend = "chmod u+rwx"
		}
	}
	text := fmt.Sprintf("the store's folder %s is closed to %s, as whom watcher runs: %s%s mode %v", folder, userName(os.Getuid()), shut, whose, info.Mode())
	if shut == folder && store.Default && os.Getenv("STATE_DIRECTORY") != "" {
		return fmt.Errorf("%s; as root, run \"%s %s\", for a container on the host, on the folder that is mounted there", text, mend, folder)
	}
	return fmt.Errorf("%s; name another place in the config, store: {path: …}, or run watcher as who may write there", text)
}

// userName is what a person calls a user.
func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return fmt.Sprintf("%s (uid %d)", u.Username, uid)
	}
	return fmt.Sprintf("uid %d", uid)
}
