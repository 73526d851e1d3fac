/** How much of a film was watched, in seconds, and how long it is. */

/**
 * Seconds that were played, in whatever order, none of them twice.
 * @param {TimeRanges} played what the browser has played since the page was opened
 * @param {number} from where one went on
 * @param {number} before seconds before that place that count as watched earlier
 */
export function watchedSeconds(played, from, before) {
	let earlier = 0;
	let later = 0;
	for (let index = 0; index < played.length; index++) {
		const [start, end] = [played.start(index), played.end(index)];
		earlier += Math.max(Math.min(end, from) - start, 0);
		later += Math.max(end - Math.max(start, from), 0);
	}
	return Math.max(earlier, before) + later;
}

/**
 * The length of a film in seconds; 0 while nobody knows it. A browser's own recording does not say how long it is:
 * only its end tells.
 * @param {HTMLVideoElement} video
 */
export function lengthOf({ duration, ended, currentTime }) {
	if (Number.isFinite(duration)) {
		return duration;
	}
	return ended ? currentTime : 0;
}
