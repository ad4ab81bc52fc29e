package strict

import (
	"bytes"
	"encoding"
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"watcher/internal/duration"
)

// scalar decodes a single value, with ${…} replaced.
func (d *Decoder) scalar(n *yaml.Node, v reflect.Value, p *Path) {
	if !d.Want(n, yaml.ScalarNode, p) {
		return
	}
	// YAML takes a leading ! for the name of a type and drops it.
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		if rest := d.PartOf(p).Src.cursor(Start(n)).rest; len(rest) > 0 && rest[0] == '!' && !bytes.HasPrefix(rest, []byte("!!")) {
			d.Fail(Start(n), p, "a value that begins with ! must be put in single quotes")
			return
		}
	}
	text, ok := d.Expand(n, p)
	if !ok {
		return
	}
	if err := setScalar(v, text); err != nil {
		d.Fail(Start(n), p, "%s", err)
	}
}

// setScalar parses text according to v's type.
func setScalar(v reflect.Value, text string) error {
	switch t := v.Addr().Interface().(type) {
	case *time.Duration:
		x, err := duration.Parse(text)
		*t = x
		return err
	case *netip.Prefix:
		x, err := parsePrefix(text)
		*t = x
		return err
	case encoding.TextUnmarshaler:
		return t.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		return setBool(v, text)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		x, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("wants a whole number, but this is %q", text)
		}
		v.SetInt(x)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		x, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("wants a whole number from 0 up, but this is %q", text)
		}
		v.SetUint(x)
	case reflect.Float32, reflect.Float64:
		x, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("wants a number, but this is %q", text)
		}
		v.SetFloat(x)
	default:
		return fmt.Errorf("a value of type %s cannot be configured", v.Type())
	}
	return nil
}

func setBool(v reflect.Value, text string) error {
	switch strings.ToLower(text) {
	case "true", "yes", "on":
		v.SetBool(true)
	case "false", "no", "off":
		v.SetBool(false)
	default:
		return fmt.Errorf("wants on or off (or true or false), but this is %q", text)
	}
	return nil
}

// parsePrefix reads an address range, or one address as a range of its own.
func parsePrefix(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	x, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("wants a range of addresses such as 10.20.0.0/16, but this is %q", text)
	}
	return x.Masked(), nil
}
