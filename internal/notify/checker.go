package notify

import "context"

// Greeter is a Notifier that can be asked whether it is there without being
// sent a message.
type Greeter interface {
	// Greet connects as Notify does, as far as that has no effect on anyone.
	Greet(ctx context.Context) error
}
