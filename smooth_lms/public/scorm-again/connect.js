/* global XMLHttpRequest */
/*
 * Connects a package's page to the run-time library: a classic script that runs before anything of the package.
 *
 * The page has no origin of its own (see smooth_lms/courses/scorm/content.py), so what packages take for granted is
 * given to them here: the API, a parent to search for it, and a storage that lasts as long as the page.
 */
(function () {
	const run = JSON.parse(document.currentScript.dataset.run);
	const byStatements = Boolean(run.endpoint);
	const is12 = run.version === "1.2";
	const name = is12 ? "API" : "API_1484_11";
	const around = window.parent;
	const page = /\.html$/;
	const mark = ":"; // smooth_lms/courses/scorm/address.py
	const TYPE = "text/plain;charset=UTF-8";
	const IDLE = 300_000; // milliseconds that count when nothing happens
	let [worked, seen] = [0, Date.now()];
	const [SHORTEST, LONGEST] = [2000, 30_000]; // milliseconds until something is tried again
	let unsaved = false; // the package has set something since the last commit
	let leaving = false;
	let closing = false;
	let waiting = null; // a commit that is not stored yet
	let pause = SHORTEST;
	let timer;
	const blocked = new Set();
	const { fetch, top } = window;

	document.addEventListener("securitypolicyviolation", report);
	window.addEventListener("message", repeat);
	takePlainName();
	askForPagesByTheirAddress();
	lend(window, "localStorage", { value: makeStorage() });
	lend(window, "sessionStorage", { value: makeStorage() });
	lend(document, "cookie", { get: () => "", set: () => {} });
	if (window.origin === "null") {
		startWorkersFromHere();
	}
	if (byStatements) {
		accompanyStatements();
	} else if (!isInner()) {
		connect();
	}
	sayShown();

	/** Says what of another host was not loaded: to the author, and to the page around, which tells the learner. */
	function report({ blockedURI, effectiveDirective }) {
		const kind = effectiveDirective.split("-")[0];
		let host;
		try {
			host = new URL(blockedURI).host;
		} catch {
			return; // a word such as "inline"
		}
		const found = JSON.stringify({ host, kind });
		if (!host || blocked.has(found)) {
			return;
		}
		blocked.add(found);
		tellWithoutWaiting(run.commit.replace("/~commit", "/~blocked"), found);
		top.postMessage({ scorm: "blocked", host, kind }, "*");
	}

	/** A part that reports nothing is done since the server gave its page. */
	function sayShown() {
		if (run.asset) {
			tell("saved");
		}
	}

	/** The page around may begin to listen later than packages begin to load: then it asks, and every frame answers. */
	function repeat(event) {
		if (event.data?.scorm === "blocked?") {
			sayShown();
			for (const found of blocked) {
				top.postMessage({ scorm: "blocked", ...JSON.parse(found) }, "*");
			}
			for (let index = 0; index < window.frames.length; index++) {
				window.frames[index].postMessage(event.data, "*");
			}
		}
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

	/**
	 * Content of xAPI talks to the server itself. What it sends is marked so that Frappe takes no body for arguments of
	 * its own, and the page around is told what is stored.
	 */
	function accompanyStatements() {
		const { open, send: sendBody, setRequestHeader } = XMLHttpRequest.prototype;
		const meant = new WeakMap();
		XMLHttpRequest.prototype.open = function (method, address, ...rest) {
			meant.set(this, isForEndpoint(address) ? method.toUpperCase() : null);
			return open.call(this, method, address, ...rest);
		};
		XMLHttpRequest.prototype.setRequestHeader = function (field, value) {
			const pairs = meant.get(this) ? marked(field, value) : [[field, value]];
			pairs.forEach((pair) => setRequestHeader.apply(this, pair));
		};
		XMLHttpRequest.prototype.send = function (body) {
			const method = meant.get(this);
			if (method) {
				proveOneself((...pair) => setRequestHeader.apply(this, pair));
				this.addEventListener("loadend", () =>
					sayStored(method, this.status, this.getResponseHeader("Content-Type")),
				);
			}
			return sendBody.call(this, body);
		};
		const before = window.fetch;
		window.fetch = async (wanted, options) => {
			const address = wanted instanceof Request ? wanted.url : wanted;
			if (!isForEndpoint(address)) {
				return before(wanted, options);
			}
			const asked = new Request(wanted, options);
			const headers = new Headers();
			asked.headers.forEach((value, field) =>
				marked(field, value).forEach((pair) => headers.append(...pair)),
			);
			proveOneself((...pair) => headers.append(...pair));
			try {
				const answer = await fetch.call(window, new Request(asked, { headers }));
				sayStored(asked.method, answer.status, answer.headers.get("Content-Type"));
				return answer;
			} catch (error) {
				sayStored(asked.method, 0);
				throw error;
			}
		};
		const left = () => tellWithoutWaiting(run.commit, JSON.stringify({ left: true }));
		window.addEventListener("pagehide", left);
		window.addEventListener("message", (event) => {
			if (event.source === around && event.data?.scorm === "leave") {
				tell("left", { saved: post(JSON.stringify({ left: true })).stored });
			}
		});
	}

	function isForEndpoint(address) {
		try {
			return new URL(address, document.baseURI).pathname.startsWith(run.endpoint);
		} catch {
			return false;
		}
	}

	function marked(field, value) {
		const isJson = field.toLowerCase() === "content-type" && value.includes("json");
		return isJson
			? [
					[field, TYPE],
					["X-LMS-Content-Type", value],
				]
			: [[field, value]];
	}

	function proveOneself(add) {
		if (run.token) {
			add("X-Frappe-CSRF-Token", run.token);
		}
	}

	/** Whether what was sent is stored; that a statement breaks a rule is a matter of the content, and said to it. */
	function sayStored(method, status, type) {
		const isOver = status === 401 || (status === 403 && !type?.includes("json"));
		if (method === "GET" || method === "HEAD") {
			return;
		}
		if (status >= 200 && status < 300) {
			tell("saved");
		} else if (isOver) {
			tell("unsaved", { why: "over" });
		} else if (status === 0 || status >= 500) {
			tell("unsaved", { why: "lost" });
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
		makeRoom(api.cmi);
		api.loadFromJSON(run.cmi, "cmi");
		if (run.shared) {
			api.adl.restoreSharedDataSnapshot(run.shared.stores);
			api.adl.configureSharedDataMaps(run.shared.maps);
		}
		api.on(is12 ? "LMSSetValue" : "SetValue", () => {
			unsaved = true;
			notice();
		});
		window[name] = api;
		if (around !== window) {
			// some packages look in the parent only, and to read the real one is an error
			const found = { [name]: api, postMessage: (...values) => around.postMessage(...values) };
			found.parent = found;
			window.parent = found;
		}
		keep(api);
	}

	/** Suspend data may be as long as a commit: the library stops at the 64,000 characters of the standard. */
	function makeRoom(cmi) {
		let data = "";
		Object.defineProperty(cmi, "suspend_data", {
			configurable: true,
			enumerable: true,
			get: () => data,
			set: (value) => (data = String(value)),
		});
	}

	/** Saves what was not saved, when the page is left and when the portal asks. */
	function keep(api) {
		const commit = () => api[is12 ? "LMSCommit" : "Commit"]("");
		// before the package's own: it may end itself while the page is closing, when nothing can be waited for
		window.addEventListener("beforeunload", () => {
			closing = true;
			setTimeout(() => (closing = false)); // somebody stays after all
		});
		window.addEventListener("pagehide", () => {
			closing = true;
			leave(api, commit);
		});
		window.addEventListener("pageshow", () => (closing = false));
		window.addEventListener("online", tryAgain);
		for (const kind of ["pointerdown", "pointermove", "keydown", "scroll"]) {
			window.addEventListener(kind, notice, { capture: true, passive: true });
		}
		window.addEventListener("message", (event) => {
			const asked = event.source === around ? event.data?.scorm : null;
			if (asked === "leave") {
				tell("left", { saved: leave(api, commit) });
			} else if (asked === "ticket" && around !== window) {
				run.token = event.data.token;
				run.commit = `${run.commit.split("?")[0]}?by=${encodeURIComponent(event.data.ticket)}`;
				tryAgain();
			}
		});
	}

	/** Lets the server decide about the part. Returns whether all that was done is stored. */
	function leave(api, commit) {
		leaving = true;
		try {
			if (api.isInitialized() && unsaved) {
				commit();
			} else if (waiting) {
				send("", waiting);
			} else if (api.isInitialized()) {
				// nothing new is not sent: it could be older than what another tab has saved
				return post(JSON.stringify({ left: true })).stored;
			}
			return !waiting;
		} finally {
			leaving = false;
		}
	}

	/** Sends a commit and waits for the answer, as SCORM wants it. Only what is stored is true. */
	function send(_address, values) {
		const ended = Boolean(values.ended) || leaving || Boolean(waiting?.ended);
		const whole = {
			...values,
			ended,
			totalTimeSeconds: run.seconds + spent(values.runtimeData?.cmi ?? {}),
		};
		clearTimeout(timer);
		return heard(whole, post(JSON.stringify(whole)));
	}

	/** The seconds of this session: those that the package reports, or else those in which somebody was there. */
	function spent(cmi) {
		const reported = String((cmi.core ?? cmi).session_time ?? "");
		const clock = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(reported);
		if (clock) {
			const [, hours, minutes, seconds] = clock.map(Number);
			return hours * 3600 + minutes * 60 + seconds || active();
		}
		const span = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(reported);
		const [, days, hours, minutes, seconds] = (span ?? []).map((part) => Number(part ?? 0));
		return (span && days * 86_400 + hours * 3600 + minutes * 60 + seconds) || active();
	}

	/** Seconds in which somebody did something; a tab that is left open adds little. */
	function active() {
		return (worked + Math.min(Date.now() - seen, IDLE)) / 1000;
	}

	function notice() {
		const now = Date.now();
		worked += Math.min(now - seen, IDLE);
		seen = now;
	}

	/** Sends once more what is not stored yet, without holding the page up. */
	function tryAgain() {
		clearTimeout(timer);
		if (waiting) {
			const whole = waiting;
			post(JSON.stringify(whole), (answer) => whole === waiting && heard(whole, answer));
		}
	}

	/** What an answer means for the page and for the portal around it. */
	function heard(whole, answer) {
		if (answer.stored) {
			waiting = null;
			unsaved = false;
			pause = SHORTEST;
			tell("saved");
			return { result: "true", errorCode: 0 };
		}
		if (answer.why === "large" && !closing) {
			post(JSON.stringify(withoutDetails(whole)));
		}
		// every commit holds the whole state: the latest is all that has to be kept
		waiting = whole;
		timer = setTimeout(tryAgain, pause);
		pause = Math.min(pause * 2, LONGEST);
		tell("unsaved", { why: answer.why });
		return { result: "false", errorCode: 391 };
	}

	/** A commit of results alone, so that completion and score are not lost with details there is no room for. */
	function withoutDetails({ runtimeData, ...result }) {
		const cmi = runtimeData?.cmi ?? {};
		const { score, exit, location, core } = cmi;
		const { lesson_status, lesson_location } = core ?? {};
		const kept = core
			? { core: { lesson_status, lesson_location, exit: core.exit, score: core.score } }
			: { score, exit, location };
		return { ...result, runtimeData: { cmi: kept }, without_details: true };
	}

	/** Posts a text; `then` takes the outcome later, without it the page waits. */
	function post(body, then) {
		const request = new XMLHttpRequest();
		try {
			request.open("POST", run.commit, Boolean(then));
			request.setRequestHeader("Content-Type", TYPE);
			if (run.token) {
				request.setRequestHeader("X-Frappe-CSRF-Token", run.token);
			}
			if (then) {
				request.onloadend = () => then(outcome(request));
			}
			request.send(body);
			return then ? null : outcome(request);
		} catch {
			if (closing) {
				// browsers wait for nothing now; whether this arrives nobody will tell
				tellWithoutWaiting(run.commit, body);
			}
			return { stored: false, why: "offline" };
		}
	}

	/** Sends a text that arrives also when the page closes, without the portal's cookies. */
	function tellWithoutWaiting(address, body) {
		const headers = { "Content-Type": TYPE };
		const options = { method: "POST", keepalive: true, credentials: "omit", mode: "no-cors" };
		fetch.call(window, address, { ...options, headers, body }).catch(() => {});
	}

	/** Whether the server has stored it: nothing but its own word counts, whatever a proxy answers. */
	function outcome({ status, responseText }) {
		try {
			if (status === 200 && JSON.parse(responseText).result === "true") {
				return { stored: true };
			}
		} catch {
			// a page of something in between
		}
		const why = { 0: "offline", 403: "ended", 413: "large" }[status] || "server";
		return { stored: false, why };
	}

	function tell(scorm, more) {
		around.postMessage({ scorm, ...more }, "*");
	}

	/** Gives the page its own version of something that it may not touch. */
	function lend(target, property, descriptor) {
		try {
			void target[property];
		} catch {
			Object.defineProperty(target, property, { configurable: true, ...descriptor });
		}
	}

	/** A page without an origin may start no worker from a file, not even its own: one of its own making loads the file. */
	function startWorkersFromHere() {
		const { Worker } = window;
		window.Worker = class extends Worker {
			constructor(address, options) {
				const { href } = new URL(address, document.baseURI);
				const file = JSON.stringify(href);
				const load = options?.type === "module" ? `import ${file};` : `importScripts(${file});`;
				const made = URL.createObjectURL(new Blob([load], { type: "text/javascript" }));
				super(href.startsWith("blob:") || href.startsWith("data:") ? address : made, options);
			}
		};
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
