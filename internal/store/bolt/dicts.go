package bolt

import (
	"encoding/binary"

	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
)

// dictKey is the key of one of the two copies of a dictionary, 0 or 1. There are two
// because everything packed with a dictionary depends on it.
func dictKey(id uint32, copy byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, id), copy)
}

// loadDicts loads the dictionaries that can be read. What was packed with the others
// cannot be read.
func (s *Store) loadDicts(tx *sealed.Tx) {
	tx.Bucket(bucketDicts).Sound(nil, func(k, v []byte) bool {
		if len(k) != 5 {
			return true
		}
		id := binary.BigEndian.Uint32(k)
		if s.volumes.dict != nil && s.volumes.dict.ID() == id {
			return true // the other copy
		}
		if d, err := s.volumes.codec.OpenDict(id, v); err == nil {
			s.volumes.codec.AddDict(d)
			s.volumes.dict = d
		}
		return true
	})
}

// dictNumber allocates the number of a new dictionary.
func (s *Store) dictNumber() (id uint32, err error) {
	err = s.update(func(tx *sealed.Tx) error {
		b := tx.Bucket(bucketDicts)
		n := b.Sequence()
		if last, _ := b.Last(); len(last) == 5 { // a bucket's sequence has no checksum
			n = max(n, uint64(binary.BigEndian.Uint32(last)))
		}
		id = uint32(n + 1)
		return b.SetSequence(n + 1)
	})
	return id, err
}

// putDict stores a dictionary. After a crash before a segment uses it, the next segment
// uses it.
func (s *Store) putDict(d *segment.Dict) error {
	raw := d.Bytes()
	err := s.updateLarge(func(tx *sealed.Tx) error {
		b := tx.Bucket(bucketDicts)
		if err := b.Put(dictKey(d.ID(), 0), raw); err != nil {
			return err
		}
		return b.Put(dictKey(d.ID(), 1), raw)
	})
	if err == nil {
		s.volumes.codec.AddDict(d)
		s.volumes.dict = d
	}
	return err
}

// dictAgain restores one copy from the other.
func dictAgain(tx *sealed.Tx, key []byte) error {
	if len(key) != 5 {
		return nil
	}
	b := tx.Bucket(bucketDicts)
	other, err := b.Look(dictKey(binary.BigEndian.Uint32(key), 1-key[4]&1))
	if err != nil || other == nil {
		return nil //nolint:nilerr // both are lost
	}
	return b.Put(key, other)
}
