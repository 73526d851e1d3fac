import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Writes { "desk.bundle.js": "/assets/frappe/dist/js/desk.bundle.HASH.js" }. The lines of installed
 * apps that this run does not build stay; those of apps that are gone do not.
 */
export function writeAssetMap(file, { bench, installed, wanted }, results, prefix = "") {
	const untouched = installed.filter((app) => !wanted.includes(app)).map((app) => `/assets/${app}/dist/`);
	const kept = Object.entries(readAssetMap(file)).filter(([, url]) =>
		untouched.some((start) => url.startsWith(start)),
	);
	const map = Object.fromEntries(kept);
	for (const [output, { entryPoint }] of outputsOf(results)) {
		if (!entryPoint) continue;
		const extension = path.extname(output);
		const name = path.basename(entryPoint, path.extname(entryPoint));
		const url = path.relative(path.join(bench, "sites"), path.join(bench, output));
		map[`${prefix}${name}${extension}`] = `/${url.split(path.sep).join("/")}`;
	}
	writeFileSync(file, `${JSON.stringify(map, null, "\t")}\n`);
}

/** Removes what earlier builds left, after the new map is in place, so that no page misses a file. */
export function removeOldOutputs(assets, { bench, wanted }, results) {
	const current = new Set(outputsOf(results).map(([output]) => path.join(bench, output)));
	for (const app of wanted) {
		for (const kind of ["js", "css", "css-rtl"]) {
			const folder = path.join(assets, app, "dist", kind);
			if (!existsSync(folder)) continue;
			for (const name of readdirSync(folder)) {
				const file = path.join(folder, name);
				if (!current.has(file)) rmSync(file);
			}
		}
	}
}

function readAssetMap(file) {
	return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function outputsOf(results) {
	return results.flatMap((result) => Object.entries(result.metafile.outputs));
}
