// Served behind htmx, which reads it at each connection: a stream that is cut tries again after 4 s at most.
htmx.config.sse = { reconnectMaxDelay: 4000 };
