package htpasswd

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// An unknown name takes as long as the costliest known one: its password is compared with a
// hash that no password has.
func TestDecoy(t *testing.T) {
	cheap, _ := bcrypt.GenerateFromPassword([]byte("x"), 4)
	dear, err := bcrypt.GenerateFromPassword([]byte("x"), 6)
	if err != nil {
		t.Fatal(err)
	}
	u, wrong := Parse("anna:" + string(dear) + "\njan:" + string(cheap) + "\n")
	if wrong != nil {
		t.Fatal(wrong)
	}
	if cost, err := bcrypt.Cost([]byte(u.decoy)); err != nil || cost != 6 {
		t.Errorf("it costs %d, %v", cost, err)
	}
	for _, password := range []string{"", "x", strings.Repeat("x", 100)} {
		if err := bcrypt.CompareHashAndPassword([]byte(u.decoy), []byte(password)); !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
			t.Errorf("a password of %d letters is not compared: %v", len(password), err)
		}
	}
}
