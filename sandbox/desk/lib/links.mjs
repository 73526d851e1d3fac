import {
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	unlinkSync,
} from "node:fs";
import path from "node:path";

import { filesBelow } from "./sources.mjs";

const OWN = new Set(["dist", "node_modules"]);
const READABLE = new Set([".js", ".vue", ".html", ".py", ".css", ".scss"]);

/**
 * Serves an app's public folder as /assets/APP. The folder itself cannot be the link, as on a real
 * bench, because dist/ would then be written into the checkout: its children are linked one by one.
 */
export function linkPublicFolder(appFolder, target) {
	const source = path.join(appFolder, "public");
	replaceLinkByFolder(target);
	for (const name of readdirSync(target)) {
		const child = path.join(target, name);
		if (lstatSync(child).isSymbolicLink()) unlinkSync(child);
	}
	if (!existsSync(source)) return;
	for (const name of readdirSync(source)) {
		if (!OWN.has(name) && !name.startsWith("."))
			symlinkSync(path.join(source, name), path.join(target, name));
	}
}

/** Some packages are loaded by their path when a page wants them: the code editor, for one. */
export function linkNodeModules(appFolder, target, app, nodeModules) {
	const folder = path.join(target, "node_modules");
	rmSync(folder, { recursive: true, force: true });
	for (const name of packagesLoadedByPath(appFolder, app)) {
		const source = path.join(nodeModules, name);
		if (!existsSync(source)) {
			throw new Error(`${app} loads ${name} by its path: add it to sandbox/desk/package.json`);
		}
		const link = path.join(folder, name);
		mkdirSync(path.dirname(link), { recursive: true });
		symlinkSync(source, link);
	}
}

function packagesLoadedByPath(appFolder, app) {
	const pattern = new RegExp(`assets/${app}/node_modules/((?:@[\\w.-]+/)?[\\w.-]+)/`, "g");
	const names = new Set();
	for (const file of filesBelow(path.join(appFolder, "public"))) {
		if (!READABLE.has(path.extname(file))) continue;
		for (const match of readFileSync(file, "utf8").matchAll(pattern)) names.add(match[1]);
	}
	return names;
}

function replaceLinkByFolder(target) {
	const found = lstatSync(target, { throwIfNoEntry: false });
	if (found && !found.isDirectory()) unlinkSync(target);
	mkdirSync(target, { recursive: true });
}
