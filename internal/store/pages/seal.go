package pages

import (
	"errors"
	"hash/crc32"
	"os"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sealAt is the offset of the seal in its meta page: bbolt uses the first 80 bytes, and
// clears the rest in every transaction.
const sealAt = 512

// Seal writes a checksum of all pages except the leaves of buckets into the meta page
// of the last transaction: of what leads to the data, and of the list of free pages.
// bbolt has no checksum of these, and a start reads nothing else of a large file. It is
// called after a file that was open for writing is closed; the next transaction removes
// the seal. A crash before it is on disk leaves no seal, so that the next start reads
// all pages, or a torn one, which counts as none.
func Seal(path string) (err error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	s, err := Latest(file)
	if err != nil {
		return err
	}
	sum, err := walk(file, s, false)
	if err != nil {
		return err
	}
	seal := order.AppendUint32(order.AppendUint64(nil, s.txid), sum)
	seal = order.AppendUint32(seal, crc32.Checksum(seal, castagnoli))
	_, err = file.WriteAt(seal, s.seal())
	return err
}

// Sealed reports whether the file has a seal, so that Check may skip pages.
func Sealed(file *os.File, s Snapshot) bool {
	_, ok := sealOf(file, s)
	return ok
}

func (s Snapshot) seal() int64 { return int64(s.txid%2)*int64(s.PageSize) + sealAt }

// sealOf returns the checksum in the seal of a file.
func sealOf(file *os.File, s Snapshot) (sum uint32, ok bool) {
	seal := make([]byte, 16)
	if _, err := file.ReadAt(seal, s.seal()); err != nil || order.Uint32(seal[12:]) != crc32.Checksum(seal[:12], castagnoli) {
		return 0, false
	}
	return order.Uint32(seal[8:]), s.Clean() && order.Uint64(seal) == s.txid
}
