// Package pages checks the structure of a bbolt file without bbolt. bbolt finds most
// damage only when it reaches it, and then panics, when opening for writing even in a
// goroutine of its own, where nobody can recover.
//
// The layout is that of go.etcd.io/bbolt v1.5.0, internal/common: two meta pages with a
// checksum; a tree of branch and leaf pages for the root bucket and for each bucket in
// it, or a leaf page inside the root's for a small bucket; the list of free pages,
// which only a proper close writes here. bbolt writes the elements of a page without
// gaps, and no page is longer than it must be. Both are checked, so that a flipped bit
// in a count or a length is found too.
package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

var order = binary.NativeEndian

const (
	headerSize  = 16 // of a page: id (8 bytes), flags (2), count (2), overflow (4)
	elementSize = 16 // of a branch: pos, key size (4 each), id (8); of a leaf: flags, pos, key size, value size
	metaSize    = 64
	bucketSize  = 16 // root page, sequence (8 each)

	flagBranch   = 1
	flagLeaf     = 2
	flagFreelist = 16
	flagBucket   = 1 // of an element

	magic   = 0xED0CDAED
	version = 2
	// noFreelist says that the file does not list its free pages.
	noFreelist = ^uint64(0)

	// deepest is deeper than any tree that fits on a disk.
	deepest = 40
)

// ErrUnfinished says that the disk filled up or the process ended while the file was
// being made. Nothing was ever stored in it.
var ErrUnfinished = errors.New("it was never finished, and holds nothing")

// Snapshot is a state of the file.
type Snapshot struct {
	PageSize int
	Root     uint64 // page of the root bucket
	End      uint64 // all pages are below this one
	// Fallback says that the other meta page is damaged. If that was the later one,
	// this state is the one before the last transaction.
	Fallback bool
	freelist uint64
	txid     uint64
}

// Clean reports whether the file was closed properly, so that it can be used before all
// of its pages have been checked.
func (s Snapshot) Clean() bool { return s.freelist != noFreelist }

// At returns the state of the file that a transaction sees.
func At(pageSize int, root, end uint64) Snapshot {
	return Snapshot{PageSize: pageSize, Root: root, End: end, freelist: noFreelist}
}

// Latest returns the state of the file after its last transaction, as far as its meta
// pages can be read.
func Latest(file *os.File) (Snapshot, error) {
	var found []Snapshot
	// The second meta page begins at the end of the first page, whatever the page size.
	for at := int64(0); at <= 64<<10; at = max(1024, 2*at) {
		buf := make([]byte, headerSize+metaSize)
		if _, err := file.ReadAt(buf, at); err != nil {
			break
		}
		if s, ok := meta(buf[headerSize:]); ok && (at == 0 || at == int64(s.PageSize)) {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return Snapshot{}, errors.New("it has no valid meta page")
	}
	s := found[0]
	s.Fallback = len(found) == 1
	for _, other := range found[1:] {
		switch {
		case other.PageSize != s.PageSize, other.txid != s.txid+1 && s.txid != other.txid+1:
			return s, errors.New("its meta pages are of two files")
		case other.txid > s.txid:
			s = other
		}
	}
	info, err := file.Stat()
	if err != nil {
		return s, err
	}
	if size := info.Size(); size < int64(s.End)*int64(s.PageSize) {
		if s.txid <= 1 { // being made, before the first transaction
			return s, ErrUnfinished
		}
		return s, fmt.Errorf("%d of %d bytes are left", size, int64(s.End)*int64(s.PageSize))
	}
	return s, nil
}

func meta(b []byte) (s Snapshot, ok bool) {
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaSize-8])
	if order.Uint32(b) != magic || order.Uint32(b[4:]) != version || order.Uint64(b[56:]) != sum.Sum64() {
		return s, false
	}
	s = Snapshot{
		PageSize: int(order.Uint32(b[8:])), Root: order.Uint64(b[16:]),
		freelist: order.Uint64(b[32:]), End: order.Uint64(b[40:]), txid: order.Uint64(b[48:]),
	}
	size := s.PageSize
	return s, size >= 1024 && size <= 64<<10 && size&(size-1) == 0 && s.End >= 4 && s.End < 1<<40
}

// Check returns what is wrong with the pages of a snapshot of file, if anything. With
// all it reads each page, otherwise it skips the leaf pages of buckets: those are
// nearly all pages, and bbolt reads them on demand. The snapshot's pages must not
// change meanwhile. If the file has a seal, it must match, see Seal.
func Check(file *os.File, s Snapshot, all bool) error {
	sum, err := walk(file, s, all)
	if err != nil {
		return err
	}
	if sealed, ok := sealOf(file, s); ok && sealed != sum {
		return errors.New("its branch pages, buckets or free pages are not what they were when it was closed")
	}
	return nil
}

// walk is Check, and returns the checksum of the pages that lead to all others.
func walk(file *os.File, s Snapshot, all bool) (sum uint32, err error) {
	size := int(s.End) * s.PageSize
	data, err := unix.Mmap(int(file.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return 0, fmt.Errorf("map %s: %w", file.Name(), err)
	}
	defer func() { err = errors.Join(err, unix.Munmap(data)) }()
	// A file that is truncated meanwhile faults, and so does a disk that cannot read.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read %s: %v", file.Name(), p)
		}
	}()
	c := checker{Snapshot: s, data: data, used: make([]uint64, s.End/64+1), all: all}
	if err := c.tree(s.Root, nil, nil, true, deepest); err != nil {
		return 0, err
	}
	if s.Clean() {
		err = c.free()
	}
	return c.sum, err
}

type checker struct {
	Snapshot
	data []byte
	used []uint64 // a bit for each page
	all  bool
	read int    // bytes since pages were released
	sum  uint32 // of all pages but the leaves of buckets
}

// take marks pages as used, and returns an error if one already is.
func (c *checker) take(id, count uint64) error {
	if id < 2 || count > c.End || id > c.End-count {
		return fmt.Errorf("page %d, of %d, lies outside of the file", id, count)
	}
	for i := id; i < id+count; i++ {
		if c.used[i/64]&(1<<(i%64)) != 0 {
			return fmt.Errorf("page %d has two uses", i)
		}
		c.used[i/64] |= 1 << (i % 64)
	}
	return nil
}

// page is a page, or the page of a small bucket inside another.
type page struct {
	id       uint64
	flags    uint16
	count    int
	overflow uint64
	bytes    []byte // all of it
}

func pageOf(b []byte) page {
	return page{order.Uint64(b), order.Uint16(b[8:]), int(order.Uint16(b[10:])), uint64(order.Uint32(b[12:])), b}
}

// maxRead is after how many bytes the pages that were read are released.
const maxRead = 64 << 20

// page returns the page with the id, after checking that it says so itself.
func (c *checker) page(id uint64) (p page, err error) {
	if err := c.take(id, 1); err != nil {
		return p, err
	}
	p = pageOf(c.data[int(id)*c.PageSize : int(id+1)*c.PageSize])
	if p.id != id {
		return p, fmt.Errorf("page %d says it is page %d", id, p.id)
	}
	if p.overflow > 0 {
		if err := c.take(id+1, p.overflow); err != nil {
			return p, err
		}
		p.bytes = c.data[int(id)*c.PageSize : int(id+1+p.overflow)*c.PageSize]
	}
	if c.read += len(p.bytes); c.read > maxRead {
		c.read = 0
		_ = unix.Madvise(c.data, unix.MADV_DONTNEED) // frees this process's memory; the kernel keeps the pages
	}
	return p, nil
}

// tree checks a page and all pages below it. The first key must be low, and all keys
// must be below high; nil is no bound. root says that it is the tree of the buckets.
func (c *checker) tree(id uint64, low, high []byte, root bool, depth int) error {
	p, err := c.page(id)
	if err != nil {
		return err
	}
	if depth == 0 {
		return fmt.Errorf("page %d lies too deep", id)
	}
	length, err := p.elements(low, high, func(e element) error {
		switch {
		case p.flags == flagBranch || e.flags == 0 && !root:
			return nil
		case e.flags != flagBucket || !root:
			return fmt.Errorf("page %d has an element of kind %d", id, e.flags)
		}
		return c.bucket(e)
	})
	switch {
	case err != nil:
		return err
	case uint64((length-1)/c.PageSize) != p.overflow && uint64(length/c.PageSize) != p.overflow: // old ones have one page more than they need
		return fmt.Errorf("page %d is %d pages longer than its first, and has %d bytes", id, p.overflow, length)
	case p.flags == flagLeaf && !root:
		return nil
	}
	c.sum = crc32.Update(c.sum, castagnoli, p.bytes)
	if p.flags == flagLeaf {
		return nil
	}
	return c.children(p, high, root, depth-1)
}

// children checks the pages below a branch page.
func (c *checker) children(p page, high []byte, root bool, depth int) error {
	child := func(i int) uint64 { return order.Uint64(p.bytes[headerSize+i*elementSize+8:]) }
	leaves := false
	if first := child(0); !c.all && !root && first < c.End {
		leaves = pageOf(c.data[int(first)*c.PageSize:]).flags == flagLeaf // and so are all beside it
	}
	for i := 0; i < p.count && !leaves; i++ { // reading them one by one is slow on a cold disk
		if at := child(i); at < c.End {
			_ = unix.Madvise(c.data[int(at)*c.PageSize:int(at+1)*c.PageSize], unix.MADV_WILLNEED) // advice
		}
	}
	for i := range p.count {
		if leaves {
			if err := c.take(child(i), 1); err != nil {
				return err
			}
			continue
		}
		next := high
		if i+1 < p.count {
			next = p.key(i + 1)
		}
		if err := c.tree(child(i), p.key(i), next, root, depth); err != nil {
			return err
		}
	}
	return nil
}

// key returns a key of a branch page that was found intact.
func (p page) key(i int) []byte {
	at := headerSize + i*elementSize
	from := at + int(order.Uint32(p.bytes[at:]))
	return p.bytes[from : from+int(order.Uint32(p.bytes[at+4:]))]
}

// element is an element of a page. That of a branch has neither flags nor value.
type element struct {
	flags      uint32
	key, value []byte
}

// elements checks the keys and lengths of a page, calls each with its elements, and
// returns how many bytes are used. The first key must be the one in the branch above:
// bbolt assumes that, and would refer to the page twice after a change.
func (p page) elements(low, high []byte, each func(element) error) (length int, err error) {
	if p.flags != flagBranch && p.flags != flagLeaf || p.count == 0 && p.flags == flagBranch {
		return 0, fmt.Errorf("page %d is of kind %d, with %d elements", p.id, p.flags, p.count)
	}
	at := headerSize + p.count*elementSize
	if at > len(p.bytes) {
		return 0, fmt.Errorf("page %d has no room for %d elements", p.id, p.count)
	}
	if p.count == 0 && len(p.bytes) > headerSize && len(bytes.Trim(p.bytes[headerSize:headerSize+elementSize], "\x00")) > 0 {
		return 0, fmt.Errorf("page %d has elements, and says that it has none", p.id)
	}
	var last []byte
	for i := range p.count {
		here := headerSize + i*elementSize
		b := p.bytes[here:]
		pos, keySize, valueSize := order.Uint32(b), order.Uint32(b[4:]), uint32(0)
		var e element
		if p.flags == flagLeaf {
			e.flags, pos, keySize, valueSize = pos, keySize, order.Uint32(b[8:]), order.Uint32(b[12:])
		}
		end := int64(at) + int64(keySize) + int64(valueSize)
		if int64(here)+int64(pos) != int64(at) || end > int64(len(p.bytes)) || keySize == 0 {
			return 0, fmt.Errorf("element %d of page %d does not lie where it must", i, p.id)
		}
		e.key, e.value = p.bytes[at:at+int(keySize)], p.bytes[at+int(keySize):end]
		at = int(end)
		if i == 0 && low != nil && !bytes.Equal(e.key, low) || i > 0 && bytes.Compare(e.key, last) <= 0 || high != nil && bytes.Compare(e.key, high) >= 0 {
			return 0, fmt.Errorf("key %d of page %d is out of order", i, p.id)
		}
		last = e.key
		if err := each(e); err != nil {
			return 0, err
		}
	}
	return at, nil
}

// bucket checks a bucket in the root.
func (c *checker) bucket(e element) error {
	if len(e.value) < bucketSize {
		return fmt.Errorf("the bucket %q has no root", e.key)
	}
	if root := order.Uint64(e.value); root != 0 {
		if len(e.value) != bucketSize {
			return fmt.Errorf("the bucket %q has two roots", e.key)
		}
		return c.tree(root, nil, nil, false, deepest)
	}
	inline := e.value[bucketSize:]
	if len(inline) < headerSize {
		return fmt.Errorf("the bucket %q has no page", e.key)
	}
	p := pageOf(inline)
	length, err := p.elements(nil, nil, func(in element) error {
		if in.flags != 0 {
			return fmt.Errorf("the bucket %q has an element of kind %d", e.key, in.flags)
		}
		return nil
	})
	if err == nil && (p.flags != flagLeaf || p.id != 0 || p.overflow != 0 || length != len(inline)) {
		err = fmt.Errorf("the bucket %q is not what it says", e.key)
	}
	return err
}

// free checks the list of free pages, which must not contain a used page.
func (c *checker) free() error {
	p, err := c.page(c.freelist)
	if err != nil {
		return err
	}
	if p.flags != flagFreelist {
		return fmt.Errorf("page %d is of kind %d and should list the free ones", p.id, p.flags)
	}
	c.sum = crc32.Update(c.sum, castagnoli, p.bytes)
	list, count := p.bytes[headerSize:], uint64(p.count)
	if p.count == 0xFFFF { // more than fit: the first number is the count
		count, list = order.Uint64(list), list[8:]
	}
	if count > uint64(len(list)/8) {
		return fmt.Errorf("page %d has no room for %d free pages", p.id, count)
	}
	for ; count > 0; count, list = count-1, list[8:] {
		if err := c.take(order.Uint64(list), 1); err != nil {
			return fmt.Errorf("free: %w", err)
		}
	}
	return nil
}

// Free returns the free pages that a snapshot lists, in order; none unless it is Clean.
func Free(file *os.File, s Snapshot) ([]uint64, error) {
	if !s.Clean() {
		return nil, nil
	}
	head := make([]byte, headerSize)
	if _, err := file.ReadAt(head, int64(s.freelist)*int64(s.PageSize)); err != nil {
		return nil, err
	}
	p := pageOf(head)
	if p.id != s.freelist || p.flags != flagFreelist || s.freelist+p.overflow >= s.End {
		return nil, fmt.Errorf("page %d does not list the free ones", s.freelist)
	}
	list := make([]byte, int(1+p.overflow)*s.PageSize-headerSize)
	if _, err := file.ReadAt(list, int64(s.freelist)*int64(s.PageSize)+headerSize); err != nil {
		return nil, err
	}
	count := uint64(p.count)
	if p.count == 0xFFFF { // more than fit: the first number is the count
		count, list = order.Uint64(list), list[8:]
	}
	if count > uint64(len(list)/8) {
		return nil, fmt.Errorf("page %d has no room for %d free pages", s.freelist, count)
	}
	free := make([]uint64, count)
	for i := range free {
		free[i] = order.Uint64(list[8*i:])
		if free[i] >= s.End || i > 0 && free[i] <= free[i-1] {
			return nil, fmt.Errorf("page %d lists a free page where it must not", s.freelist)
		}
	}
	return free, nil
}
