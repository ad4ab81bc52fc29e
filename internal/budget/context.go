package budget

import "context"

type accountKey struct{}

// OnAccount returns a context whose reads are charged to the account of a poll's
// document: an account must never wait for another one of the same poll. A nil account
// returns ctx itself.
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
