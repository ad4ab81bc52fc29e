package notify

import "context"

// Greeter is a Notifier that can check its target without sending a message.
type Greeter interface {
	// Greet connects as Notify does, up to the point where somebody would notice.
	Greet(ctx context.Context) error
}
