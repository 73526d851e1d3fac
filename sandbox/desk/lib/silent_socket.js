// Stands in for socket.io-client in the sandbox, which runs no socket.io server. It takes every
// call the desk makes, never connects and never delivers an event: what is live elsewhere shows
// here after a reload, or by polling.
class SilentSocket {
	connected = false;

	on() {
		return this;
	}

	once() {
		return this;
	}

	off() {
		return this;
	}

	emit() {
		return this;
	}

	connect() {
		return this;
	}

	disconnect() {
		return this;
	}
}

export function io() {
	return new SilentSocket();
}
