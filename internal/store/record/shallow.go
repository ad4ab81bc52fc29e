package record

import "encoding/json"

// Shallow is an Alert whose body is not looked at: encoding/json would go through it
// byte by byte, for each of hundreds that are composed at once.
type Shallow struct {
	Alert
	Body json.RawMessage `json:"alert,omitempty"` // as it is stored
}

// encode encodes the record. The body stays as it is, and goes behind the rest.
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
