package pages

import (
	"errors"
	"hash/crc32"
	"os"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sealAt is where the seal stands in the page of the meta that it is of: bbolt
// uses the first 80 bytes of it, and clears the rest with every transaction.
const sealAt = 512

// Seal puts a sum of all pages but the leaves of buckets behind the meta page of
// the last transaction: of what leads to the data, and of the list of free pages.
// None of that has a checksum of bbolt's, and of a large file a start looks at
// nothing else. It is for the end of who has the file open for writing; with the
// next transaction the seal is gone. A crash before it is on disk leaves no seal,
// with which all pages are to be looked at, or one that is torn, which is none.
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

// Sealed says whether the file has a seal, so that Check need not look at all
// pages.
func Sealed(file *os.File, s Snapshot) bool {
	_, ok := sealOf(file, s)
	return ok
}

func (s Snapshot) seal() int64 { return int64(s.txid%2)*int64(s.PageSize) + sealAt }

// sealOf returns the sum that a file was sealed with.
func sealOf(file *os.File, s Snapshot) (sum uint32, ok bool) {
	seal := make([]byte, 16)
	if _, err := file.ReadAt(seal, s.seal()); err != nil || order.Uint32(seal[12:]) != crc32.Checksum(seal[:12], castagnoli) {
		return 0, false
	}
	return order.Uint32(seal[8:]), s.Clean() && order.Uint64(seal) == s.txid
}
