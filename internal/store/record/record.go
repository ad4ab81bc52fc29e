// Package record has what a store keeps, as it is on disk: one type for each kind of
// thing, by tags, which both stores share, so that a value of one is a value of the
// other. A field may be renamed, its tag may not. What others know is converted where
// it comes in and where it goes out, so nothing that is stored can be lost by a change
// elsewhere.
package record

import "encoding/json"

// Record is what is stored as JSON. Only types of this package are records, down to the
// last field (but for those of the standard library).
type Record interface{ record() }

// Encode is what is stored of r. Equal records have equal bytes.
func Encode(r Record) ([]byte, error) {
	switch s := r.(type) {
	case *Shallow:
		return s.encode()
	case Shallow:
		return s.encode()
	}
	return json.Marshal(r)
}

// Decode reads what Encode made, by this version or an earlier one, into r, which is a
// pointer to a zero record. After an error r is undefined.
func Decode(raw []byte, r Record) error { return json.Unmarshal(raw, r) }

// Valid says whether raw may be a record, at a third of the cost of Decode.
func Valid(raw []byte) bool { return json.Valid(raw) }

// converted converts what a list has. nil stays nil, which JSON tells from a list
// without anything.
func converted[To, From any](from []From, to func(From) To) []To {
	if from == nil {
		return nil
	}
	all := make([]To, len(from))
	for i := range from {
		all[i] = to(from[i])
	}
	return all
}
