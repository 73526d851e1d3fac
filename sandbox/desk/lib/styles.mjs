import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import postcss from "postcss";
import rtlcss from "rtlcss";
import * as sass from "sass";

/**
 * Returns compile(source, file) for scss. The engine's style sheets are of 2023 and full of what
 * Sass has deprecated since; that is not ours to mend, so only errors are told.
 */
export function createStyleCompiler(loadPaths) {
	const importers = [{ findFileUrl: (url) => findPackageFile(url, loadPaths) }];
	return (source, file) =>
		sass.compileString(source, {
			url: pathToFileURL(file),
			syntax: "scss",
			loadPaths: [path.dirname(file), ...loadPaths],
			importers,
			logger: sass.Logger.silent,
		}).css;
}

// "~bootstrap/scss/mixins" means a file of the package, wherever packages are.
function findPackageFile(url, loadPaths) {
	if (!url.startsWith("~")) return null;
	const file = url.slice(1);
	const name = file.split("/").slice(0, file.startsWith("@") ? 2 : 1);
	const folder = loadPaths.find((candidate) => existsSync(path.join(candidate, ...name)));
	return folder ? pathToFileURL(path.join(folder, file)) : null;
}

/** Loads css and scss for esbuild, mirrored for right-to-left languages where asked. */
export function stylePlugin(compileStyle, direction) {
	return {
		name: "style",
		setup(build) {
			build.onLoad({ filter: /\.s?css$/ }, async ({ path: file }) => {
				const source = await readFile(file, "utf8");
				const css = file.endsWith(".scss") ? compileStyle(source, file) : source;
				return { contents: direction === "rtl" ? mirror(css, file) : css, loader: "css" };
			});
		},
	};
}

// Before esbuild drops the comments: they tell rtlcss what to leave alone.
function mirror(css, file) {
	return postcss([rtlcss()]).process(css, { from: file, map: false }).css;
}
