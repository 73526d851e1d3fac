/* global XMLHttpRequest */
/*
 * Connects a package's page to the run-time library: a classic script that runs before anything of the package.
 *
 * The page has no origin of its own (see smooth_lms/courses/scorm/content.py), so what packages take for granted is
 * given to them here: the API, a parent to search for it, and a storage that lasts as long as the page.
 */
(function () {
	const run = JSON.parse(document.currentScript.dataset.run);
	const is12 = run.version === "1.2";
	const name = is12 ? "API" : "API_1484_11";
	const around = window.parent;
	const page = /\.html$/;
	const mark = ":"; // smooth_lms/courses/scorm/address.py
	let unsaved = false;
	let leaving = false;

	takePlainName();
	askForPagesByTheirAddress();
	lend(window, "localStorage", { value: makeStorage() });
	lend(window, "sessionStorage", { value: makeStorage() });
	lend(document, "cookie", { get: () => "", set: () => {} });
	if (!isInner()) {
		connect();
	}

	/** Lets the package see the name that its file has, where the browser allows it. */
	function takePlainName() {
		const { pathname, search, hash } = window.location;
		if (pathname.endsWith(`.html${mark}`)) {
			try {
				history.replaceState(history.state, "", pathname.slice(0, -mark.length) + search + hash);
			} catch {
				// an older browser: pages without an origin keep the address that they came by
			}
		}
	}

	/** A script that reads a page must not be led there by the web server, whose answer only its own origin may see. */
	function askForPagesByTheirAddress() {
		const { open } = XMLHttpRequest.prototype;
		const { fetch } = window;
		XMLHttpRequest.prototype.open = function (method, address, ...rest) {
			return open.call(this, method, clear(address), ...rest);
		};
		window.fetch = (wanted, ...rest) =>
			fetch.call(window, wanted instanceof Request ? wanted : clear(wanted), ...rest);
	}

	function clear(address) {
		try {
			const found = new URL(address, document.baseURI);
			if (found.origin === new URL(document.URL).origin && page.test(found.pathname)) {
				found.pathname += mark;
				return found.href;
			}
		} catch {
			// the browser says what is wrong with it
		}
		return address;
	}

	/** Whether this is a frame of a package that can see the frame around it: that one has the API already. */
	function isInner() {
		try {
			return around !== window && Boolean(around[name]);
		} catch {
			return false;
		}
	}

	function connect() {
		const Api = is12 ? window.Scorm12API : window.Scorm2004API;
		const api = new Api({
			autocommit: true,
			autocommitSeconds: 2,
			lmsCommitUrl: run.commit,
			httpService: { processHttpRequest: send, updateSettings: () => {} },
			renderCommonCommitFields: true,
			alwaysSendTotalTime: true,
			selfReportSessionTime: true,
			mastery_override: true,
			terminateCommitPayloadField: "ended",
			logLevel: 5,
		});
		api.loadFromJSON(run.cmi, "cmi");
		api.on(is12 ? "LMSSetValue" : "SetValue", () => (unsaved = true));
		window[name] = api;
		if (around !== window) {
			// some packages look in the parent only, and to read the real one is an error
			const found = { [name]: api, postMessage: (...values) => around.postMessage(...values) };
			found.parent = found;
			window.parent = found;
		}
		window.addEventListener("pagehide", () => {
			if (!api.isInitialized()) {
				return;
			}
			leaving = true;
			if (unsaved) {
				api[is12 ? "LMSCommit" : "Commit"]("");
			} else {
				// nothing new is not sent: it could be older than what another tab has saved
				navigator.sendBeacon(
					run.commit,
					new Blob([JSON.stringify({ left: true })], { type: "text/plain" }),
				);
			}
		});
	}

	/** Sends a commit and waits for the answer, as SCORM wants it; when the page is closing it is sent without. */
	function send(address, values) {
		const body = JSON.stringify({ ...values, ended: Boolean(values.ended) || leaving });
		const type = "text/plain;charset=UTF-8";
		unsaved = false;
		try {
			const request = new XMLHttpRequest();
			request.open("POST", address, false);
			request.setRequestHeader("Content-Type", type);
			request.send(body);
			around.postMessage({ scorm: request.status === 403 ? "ended" : "saved" }, "*");
			if (request.status === 403) {
				return { result: "false", errorCode: 391 };
			}
			return JSON.parse(request.responseText);
		} catch {
			const sent = navigator.sendBeacon(address, new Blob([body], { type }));
			return { result: String(sent), errorCode: sent ? 0 : 391 };
		}
	}

	/** Gives the page its own version of something that it may not touch. */
	function lend(target, property, descriptor) {
		try {
			void target[property];
		} catch {
			Object.defineProperty(target, property, { configurable: true, ...descriptor });
		}
	}

	function makeStorage() {
		const values = new Map();
		return {
			get length() {
				return values.size;
			},
			key: (index) => [...values.keys()][index] ?? null,
			getItem: (key) => values.get(String(key)) ?? null,
			setItem: (key, value) => void values.set(String(key), String(value)),
			removeItem: (key) => void values.delete(String(key)),
			clear: () => values.clear(),
		};
	}
})();
