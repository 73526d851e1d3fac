/**
 * Shows dates by the clock of the browser where the person has not told the site their time zone.
 * The server has written them by the zone of the site, with the cohort's own zone beneath where it differs.
 */

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Browsers still give these zones their old names. */
const NEWER_NAMES = {
	Calcutta: "Kolkata",
	Katmandu: "Kathmandu",
	Kiev: "Kyiv",
	Rangoon: "Yangon",
	Saigon: "Ho_Chi_Minh",
};

/** Rewrites every time range of the page. */
export function refine() {
	const { zone, hasOwnZone } = document.body.dataset;
	if (hasOwnZone === "1" || !browserZone || browserZone === zone) {
		return;
	}
	for (const element of document.querySelectorAll("[data-when][data-timed='1']")) {
		rewrite(element);
	}
	for (const element of document.querySelectorAll("[data-moment]")) {
		rewriteMoment(element);
	}
}

function rewrite(element) {
	const { start, firstEnd, end, zone } = element.dataset;
	const here = range(start, firstEnd, end, browserZone);
	const there = range(start, firstEnd, end, zone);
	element.querySelector("[data-when-days]").textContent = here.days;
	element.querySelector("[data-when-hours]").textContent = ltr(here.hours);
	element.querySelector("[data-when-place]").textContent = place(browserZone);
	element.querySelector("[data-when-there]").hidden =
		here.days === there.days && here.hours === there.hours;
}

/** A time of day that stands under a date: it carries its own date where the clock shows another one. */
function rewriteMoment(element) {
	const { start, end, day: shownOn, zone } = element.dataset;
	const moments = [start, end].filter(Boolean).map((each) => new Date(each));
	const [here, there] = [browserZone, zone].map((timeZone) => {
		const hours = ltr(moments.map((each) => hour(each, timeZone)).join("–"));
		return isoDay(moments[0], timeZone) === shownOn
			? hours
			: `${day(moments[0], timeZone, false)}, ${hours}`;
	});
	element.querySelector("[data-moment-hours]").textContent = here;
	element.querySelector("[data-moment-place]").textContent = place(browserZone);
	element.querySelector("[data-moment-there]").hidden = here === there;
}

function isoDay(moment, timeZone) {
	return new Intl.DateTimeFormat("en-CA", { timeZone }).format(moment);
}

function range(start, firstEnd, end, timeZone) {
	const first = new Date(start);
	// the last day starts as long after the first day's start as it ends after the first day's end
	const last = firstEnd ? new Date(first.getTime() + (new Date(end) - new Date(firstEnd))) : new Date(end);
	const sameYear = year(first, timeZone) === year(last, timeZone);
	const days = [day(first, timeZone), day(last, timeZone)];
	const hours = [first, firstEnd && new Date(firstEnd)].filter(Boolean).map((each) => hour(each, timeZone));
	if (sameYear && days[0] !== days[1]) {
		days[0] = day(first, timeZone, false);
	}
	return { days: [...new Set(days)].join(" – "), hours: hours.join("–") };
}

/** The place a time zone is named after, as the server calls it. */
function place(zone) {
	const name = zone.split("/").pop();
	return (NEWER_NAMES[name] ?? name).replaceAll("_", " ");
}

/** Hours keep their order within text that runs from right to left. */
function ltr(text) {
	return `\u2066${text}\u2069`;
}

function day(moment, timeZone, withYear = true) {
	const format = new Intl.DateTimeFormat(document.documentElement.lang, {
		weekday: "short",
		day: "numeric",
		month: "short",
		year: "numeric",
		timeZone,
	});
	const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
	return [parts.weekday, parts.day, parts.month, withYear && parts.year].filter(Boolean).join(" ");
}

function year(moment, timeZone) {
	return new Intl.DateTimeFormat("en", { year: "numeric", timeZone }).format(moment);
}

function hour(moment, timeZone) {
	const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
	return new Intl.DateTimeFormat("en-GB", options).format(moment);
}
