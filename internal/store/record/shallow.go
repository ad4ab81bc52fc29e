package record

import "encoding/json"

// Shallow is an Alert whose body stays encoded: encoding/json would scan it byte by
// byte, for each of hundreds of alerts in a batch.
type Shallow struct {
	Alert
	Body json.RawMessage `json:"alert,omitempty"` // as stored
}

// encode encodes the record, with the body unchanged at the end.
func (s *Shallow) encode() ([]byte, error) {
	rest := *s
	rest.Body = nil
	b, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	b = append(b[:len(b)-1], `,"alert":`...)
	return append(append(b, s.Body...), '}'), nil
}
