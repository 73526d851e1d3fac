/** A film's speed and captions, as somebody chose them last; and the way back to its beginning where it goes on. */

const SPEED = "smooth-lms-speed";
const CAPTIONS = "smooth-lms-captions";

export function start() {
	const panel = document.querySelector("[data-film]");
	const video = document.querySelector("video[data-video]");
	if (!video || panel.dataset.started) {
		return;
	}
	panel.dataset.started = "1";
	panel.hidden = false;
	setSpeed(panel.querySelector("[data-speed]"), video);
	setCaptions(video);
	const resumed = panel.querySelector("[data-resumed]");
	video.addEventListener("film:resumed", ({ detail }) => {
		resumed.querySelector("span").textContent = resumed.dataset.words.replace("{0}", clock(detail));
		resumed.hidden = false;
	});
	resumed.querySelector("[data-from-start]").addEventListener("click", () => {
		video.currentTime = 0;
		resumed.hidden = true;
		video.focus();
	});
}

function setSpeed(select, video) {
	const offered = [...select.options].map((option) => option.value);
	const wanted = remembered(SPEED);
	if (offered.includes(wanted)) {
		select.value = wanted;
	}
	const apply = () => {
		video.defaultPlaybackRate = video.playbackRate = Number(select.value);
	};
	apply();
	select.addEventListener("change", () => {
		apply();
		remember(SPEED, select.value);
	});
}

/** Off unless somebody has switched them on, here or in another film. */
function setCaptions(video) {
	const tracks = video.textTracks;
	const wanted = remembered(CAPTIONS);
	for (const track of tracks) {
		track.mode = wanted && track.language === wanted ? "showing" : "disabled";
	}
	tracks.addEventListener("change", () => {
		const shown = [...tracks].find((track) => track.mode === "showing");
		remember(CAPTIONS, shown?.language ?? "");
	});
}

function clock(seconds) {
	const whole = Math.floor(seconds);
	const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
	return (parts[0] ? parts : parts.slice(1))
		.map((part, index) => (index ? String(part).padStart(2, "0") : part))
		.join(":");
}

/** A browser may keep nothing: then it is chosen anew each time. */
function remembered(key) {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

function remember(key, value) {
	try {
		localStorage.setItem(key, value);
	} catch {
		// see above
	}
}
