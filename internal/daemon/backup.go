package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"watcher/internal/store/bolt"
)

const (
	// backupTries is how often a backup begins again where the daemon broke it off.
	backupTries = 5
	// backupStall is how long whoever takes a backup may take nothing of it: the
	// daemon cannot use pages again meanwhile, and may have to wait.
	backupStall = 10 * time.Second
)

// errBrokenOff says that the daemon ended a backup before its end.
var errBrokenOff = errors.New("the daemon broke it off, its log says why")

// Backup writes a copy of the store to path, which only its owner can read, once
// it has been opened and read as a start would. A backup that has path's name
// already is replaced then, and stays where this one fails; any other file is
// never touched. It returns the size of the copy in bytes.
func (a Asked) Backup(ctx context.Context, path string, progress func(done, total int64)) (size int64, err error) {
	if err := a.mayBeBackup(path); err != nil {
		return 0, err
	}
	// A crash before the rename leaves a file that nobody takes for a backup.
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".part-*") // 0600
	if err != nil {
		return 0, fmt.Errorf("write the backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	for try := 1; ; try++ {
		size, err = a.copyStore(ctx, file, progress)
		if again := errors.Is(err, errBrokenOff) || errors.Is(err, bolt.ErrBusy); !again || try == backupTries {
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("back up the store: %w", err)
	}
	if err := file.Sync(); err != nil {
		return 0, fmt.Errorf("write the backup: %w", err)
	}
	if err := bolt.Verify(file.Name()); err != nil {
		return 0, fmt.Errorf("check the backup: %w", err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return 0, fmt.Errorf("write the backup: %w", err)
	}
	return size, errors.Join(file.Close(), syncFolder(filepath.Dir(path)))
}

// mayBeBackup returns an error unless path is free, or has a backup.
func (a Asked) mayBeBackup(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("write the backup: %w", err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder; name a file in it", path)
	}
	if store, err := os.Lstat(a.Store()); err == nil && os.SameFile(info, store) {
		return fmt.Errorf("%s is the store itself; name another file", path)
	}
	if !info.Mode().IsRegular() || info.Size() > 0 && !bolt.IsStore(path) {
		return fmt.Errorf("%s is there and no backup; name another file", path)
	}
	return nil
}

// copyStore writes the store as it is now to file, from its beginning.
func (a Asked) copyStore(ctx context.Context, file *os.File, progress func(done, total int64)) (size int64, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	if err := file.Truncate(0); err != nil {
		return 0, err
	}
	to := &progressWriter{file, 0, 0, progress}
	if a.Client == nil {
		return to.total, a.copyClosed(ctx, to)
	}
	resp, err := a.Client.do(ctx, http.MethodPost, "/backup", nil)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	to.total = resp.ContentLength
	_, err = io.Copy(to, resp.Body)
	if errors.Is(err, io.ErrUnexpectedEOF) && ctx.Err() == nil {
		err = errBrokenOff
	}
	return to.total, err
}

// copyClosed is copyStore where no daemon runs.
func (a Asked) copyClosed(ctx context.Context, to *progressWriter) error {
	path := a.Config.Store.Path
	if err := bolt.Absent(path); err != nil {
		return err
	}
	store, err := bolt.OpenReadOnly(path)
	if err != nil {
		return err
	}
	err = store.Backup(ctx, func(size int64) io.Writer {
		to.total = size
		return to
	})
	return errors.Join(err, store.Close())
}

// progressWriter tells how much of a total was written to a file.
type progressWriter struct {
	file        *os.File
	done, total int64
	progress    func(done, total int64)
}

func (w *progressWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	w.done += int64(n)
	w.progress(w.done, w.total)
	return n, err
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// serveBackup answers with a copy of the store. It is broken off, so that less
// arrives than was announced, where the store has to go on.
func (d *Daemon) serveBackup(w http.ResponseWriter, r *http.Request) {
	begun := false
	err := d.store.Backup(r.Context(), func(size int64) io.Writer {
		begun = true
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		return &stallWriter{w, http.NewResponseController(w)}
	})
	switch {
	case err == nil:
		d.log.Info("store backed up")
	case begun:
		d.log.Warn("backup broken off", "error", err)
		panic(http.ErrAbortHandler) // closes the connection, and nothing else
	default:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

// stallWriter fails where who reads takes nothing for too long.
type stallWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (w *stallWriter) Write(p []byte) (int, error) {
	if err := w.control.SetWriteDeadline(time.Now().Add(backupStall)); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}
