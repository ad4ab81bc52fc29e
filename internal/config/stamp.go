package config

import (
	"crypto/sha256"
	"io"
	"os"
	"time"
)

// Stamp tells whether a config's file is still the one that was read, by its bytes.
// The zero value is that of no file.
type Stamp struct {
	Changed time.Time // when the file was last written
	info    os.FileInfo
	sum     [sha256.Size]byte
}

// StampOf is that of the file at path as it is now.
func StampOf(path string) (Stamp, error) {
	f, err := os.Open(path)
	if err != nil {
		return Stamp{}, plain(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Stamp{}, plain(err)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.LimitReader(f, maxSize)); err != nil {
		return Stamp{}, plain(err)
	}
	return Stamp{info.ModTime(), info, [sha256.Size]byte(hash.Sum(nil))}, nil
}

// Now returns the stamp of the file at path as it is now. It reads the file only
// if it was written since s. What is no file, such as a pipe, is never written.
func (s Stamp) Now(path string) (Stamp, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return Stamp{}, plain(err)
	case !info.Mode().IsRegular():
		return s, nil
	case s.info == nil || !os.SameFile(info, s.info) || info.Size() != s.info.Size() || !info.ModTime().Equal(s.Changed):
		return StampOf(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return Stamp{}, plain(err)
	}
	return s, f.Close()
}

// Size is how many bytes the file has.
func (s Stamp) Size() int64 {
	if s.info == nil {
		return 0
	}
	return s.info.Size()
}

// Equal reports whether two stamps are of the same bytes.
func (s Stamp) Equal(other Stamp) bool { return s.sum == other.sum }
