package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"

	"watcher/internal/store/record"
)

// A column of records has for each record the CRC-32C of the table's name, the row's key
// and the record (big-endian), and behind it the record as the bbolt store has it. So a
// flipped bit is noticed, and a record in the row of another one too. PostgreSQL's own
// checksums are often off, and cover only what its disk does.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumSize = 4

var errSum = errors.New("it does not fit its checksum")

// seal returns what a column has for the bytes of a record. key are the values of the row's
// key, in the order of its columns: strings, bytes, int16 or int64.
func seal(table string, raw []byte, key ...any) []byte {
	sealed := make([]byte, sumSize, sumSize+len(raw))
	binary.BigEndian.PutUint32(sealed, sumOf(table, raw, key))
	return append(sealed, raw...)
}

// unseal returns the bytes that seal was given. Its error is a *brokenError.
func unseal(table string, sealed []byte, key ...any) ([]byte, error) {
	if len(sealed) < sumSize || binary.BigEndian.Uint32(sealed) != sumOf(table, sealed[sumSize:], key) {
		return nil, &brokenError{table, key, errSum}
	}
	return sealed[sumSize:], nil
}

// pack returns what a column has for a record.
func pack(table string, r record.Record, key ...any) ([]byte, error) {
	raw, err := record.Encode(r)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", rowName(table, key), err)
	}
	return seal(table, raw, key...), nil
}

// unpack decodes what pack returned. Its error is a *brokenError.
func unpack(table string, sealed []byte, r record.Record, key ...any) error {
	raw, err := unseal(table, sealed, key...)
	if err != nil {
		return err
	}
	if err := record.Decode(raw, r); err != nil {
		return &brokenError{table, key, err}
	}
	return nil
}

func sumOf(table string, raw []byte, key []any) uint32 {
	b := append(make([]byte, 0, 64), table...)
	for _, k := range key {
		b = appendKey(append(b, 0), k)
	}
	return crc32.Update(crc32.Checksum(append(b, 0), castagnoli), castagnoli, raw)
}

func appendKey(b []byte, key any) []byte {
	switch k := key.(type) {
	case string:
		return append(binary.AppendUvarint(b, uint64(len(k))), k...)
	case []byte:
		return append(binary.AppendUvarint(b, uint64(len(k))), k...)
	case int16:
		return binary.BigEndian.AppendUint64(b, uint64(k))
	case int64:
		return binary.BigEndian.AppendUint64(b, uint64(k))
	}
	panic(fmt.Sprintf("no key of a row is a %T", key))
}

// rowName names the row of a record, for people.
func rowName(table string, key []any) string { return fmt.Sprintf("%q of %s", keyText(key), table) }

func keyText(key []any) string {
	parts := make([]string, len(key))
	for i, k := range key {
		if b, ok := k.([]byte); ok {
			k = fmt.Sprintf("%x", b)
		}
		parts[i] = fmt.Sprint(k)
	}
	return strings.Join(parts, " ")
}

// brokenError says that the record of a row cannot be read.
type brokenError struct {
	table string
	key   []any
	err   error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("the record %s is damaged: %v", rowName(e.table, e.key), e.err)
}
func (e *brokenError) Unwrap() error { return e.err }
