import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";

const SKIPPED = new Set(["dist", "node_modules"]);
const KINDS = { ".js": "js", ".css": "css", ".scss": "css" };

/** Every file below a folder, links resolved: no path that esbuild sees goes through a link. */
export function* filesBelow(folder) {
	if (!existsSync(folder)) return;
	for (const name of readdirSync(folder).sort()) {
		if (SKIPPED.has(name)) continue;
		const file = path.join(folder, name);
		if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) yield* filesBelow(file);
		else if (existsSync(file)) yield realpathSync(file);
	}
}

/** The bundles of an app's public folder: [{ name: "desk.bundle", kind: "js", file }]. */
export function bundlesOf(publicFolder) {
	const bundles = new Map();
	for (const file of filesBelow(publicFolder)) {
		const extension = path.extname(file);
		const name = path.basename(file, extension);
		const kind = KINDS[extension];
		if (!kind || !name.endsWith(".bundle")) continue;
		const key = `${kind}/${name}`;
		if (bundles.has(key)) {
			throw new Error(`two bundles have one name: ${bundles.get(key).file} and ${file}`);
		}
		bundles.set(key, { name, kind, file });
	}
	return [...bundles.values()];
}
