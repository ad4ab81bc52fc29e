package admin

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
	"watcher/internal/stores"
)

const (
	// backupTries is how often a backup begins again where the daemon broke it off.
	backupTries = 5
	// backupStall is how long whoever takes a backup may take nothing of it: the
	// daemon cannot use pages again meanwhile, and may have to wait.
	backupStall = 10 * time.Second
)

// ErrBrokenOff says that the daemon ended a backup before its end.
var ErrBrokenOff = errors.New("the daemon broke it off, its log says why")

// Backup writes a copy of the store that a has to path, which only its owner can read, once
// it has been opened and read as a start would. A backup that has path's name
// already is replaced then, and stays where this one fails; any other file is
// never touched. It returns the size of the copy in bytes.
func Backup(ctx context.Context, a Admin, path string, progress func(done, total int64)) (size int64, err error) {
	if err := mayBeBackup(a, path); err != nil {
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
		size, err = copyStore(ctx, a, file, progress)
		if again := errors.Is(err, ErrBrokenOff) || errors.Is(err, bolt.ErrBusy); !again || try == backupTries {
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
func mayBeBackup(a Admin, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("write the backup: %w", err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder; name a file in it", path)
	}
	if store, err := os.Lstat(a.StorePath()); err == nil && os.SameFile(info, store) {
		return fmt.Errorf("%s is the store itself; name another file", path)
	}
	if !info.Mode().IsRegular() || info.Size() > 0 && !bolt.IsStore(path) {
		return fmt.Errorf("%s is there and no backup; name another file", path)
	}
	return nil
}

// copyStore writes the store as it is now to file, from its beginning.
func copyStore(ctx context.Context, a Admin, file *os.File, progress func(done, total int64)) (size int64, err error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	if err := file.Truncate(0); err != nil {
		return 0, err
	}
	to := &progressWriter{file, 0, 0, progress}
	err = a.Copy(ctx, to, func(size int64) { to.total = size })
	return to.total, err
}

// Copy writes the daemon's store to w.
func (c *Client) Copy(ctx context.Context, w io.Writer, size func(int64)) error {
	resp, err := c.do(ctx, http.MethodPost, "/backup", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	size(resp.ContentLength)
	_, err = io.Copy(w, resp.Body)
	if errors.Is(err, io.ErrUnexpectedEOF) && ctx.Err() == nil {
		err = ErrBrokenOff
	}
	return err
}

// Copy writes the config's store to w.
func (l *Local) Copy(ctx context.Context, w io.Writer, size func(int64)) error {
	if err := stores.Absent(l.Config.Store); err != nil {
		return err
	}
	store, err := stores.OpenToRead(ctx, l.Config.Store)
	if err != nil {
		return err
	}
	err = backup(ctx, store, func(total int64) io.Writer {
		size(total)
		return w
	})
	return errors.Join(err, store.Close())
}

// backup copies a store that is a file.
func backup(ctx context.Context, store stores.Store, begin func(size int64) io.Writer) error {
	s, ok := store.(interface {
		Backup(ctx context.Context, begin func(size int64) io.Writer) error
	})
	if !ok {
		return errors.New("the store is in PostgreSQL, which backs up its databases itself: use pg_dump, or what the others of that server are backed up with")
	}
	return s.Backup(ctx, begin)
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
func (s *Socket) serveBackup(w http.ResponseWriter, r *http.Request) {
	begun := false
	err := backup(r.Context(), s.daemon.Store, func(size int64) io.Writer {
		begun = true
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		return &stallWriter{w, http.NewResponseController(w)}
	})
	switch {
	case err == nil:
		s.daemon.Log.Info("store backed up")
	case begun:
		s.daemon.Log.Warn("backup broken off", "error", err)
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
