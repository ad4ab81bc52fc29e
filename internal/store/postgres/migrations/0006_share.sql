-- targets are those that the machine works for: it has them in its config, and its
-- deliverer asks for them. They are spread over the machines that do.
alter table machine add column targets text[] not null default '{}';

-- rest is until when the target is to get no message, by its own word or its rate. Who
-- sends to it knows that by itself; it is for who takes the target over.
alter table target add column rest timestamptz;
