package daemon

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
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
