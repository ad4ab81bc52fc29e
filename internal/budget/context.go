package budget

import "context"

type accountKey struct{}

// OnAccount makes what is read under a context a part of what a document of the
// same poll holds: one account never waits for another of its own. A nil account
// returns ctx as it is.
func OnAccount(ctx context.Context, a *Account) context.Context {
	if a == nil {
		return ctx
	}
	return context.WithValue(ctx, accountKey{}, a)
}

// AccountOf returns the account of a context; nil if it has none.
func AccountOf(ctx context.Context) *Account {
	a, _ := ctx.Value(accountKey{}).(*Account)
	return a
}
