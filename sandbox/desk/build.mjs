// Builds the desk of the sandbox's Frappe, which comes without the build scripts of a real bench.
//
//   node build.mjs --bench DIR [--apps frappe,smooth_lms] [--production]
//
// Every public/**/NAME.bundle.{js,css,scss} of an app becomes DIR/sites/assets/APP/dist/…, and
// assets.json says which file a bundle's name stands for. Nothing is written into an app's folder.

import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import esbuild from "esbuild";

import { removeOldOutputs, writeAssetMap } from "./lib/asset_map.mjs";
import { forgetCachedAssetMap } from "./lib/cache.mjs";
import { linkNodeModules, linkPublicFolder } from "./lib/links.mjs";
import { assetUrlPlugin, htmlTemplatePlugin, silentRealtimePlugin } from "./lib/plugins.mjs";
import { bundlesOf } from "./lib/sources.mjs";
import { createStyleCompiler, stylePlugin } from "./lib/styles.mjs";
import { vuePlugin } from "./lib/vue.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const NODE_MODULES = path.join(HERE, "node_modules");

class UsageError extends Error {}

function readOptions() {
	const { values } = parseArgs({
		options: {
			bench: { type: "string" },
			apps: { type: "string" },
			production: { type: "boolean", default: false },
		},
	});
	if (!values.bench) throw new UsageError("say which bench to build for: --bench DIR");
	const bench = path.resolve(values.bench);
	const installed = readLines(path.join(bench, "sites", "apps.txt"));
	const wanted = values.apps ? values.apps.split(",").filter(Boolean) : installed;
	for (const app of wanted) {
		const folder = path.join(bench, "apps", app, app);
		if (!existsSync(folder)) throw new UsageError(`there is no app in ${folder}`);
	}
	return { bench, installed, wanted, production: values.production };
}

function readLines(file) {
	return readFileSync(file, "utf8")
		.split("\n")
		.map((line) => line.trim())
		.filter(Boolean);
}

function sharedOptions({ bench, installed, production }) {
	const appFolders = installed.map((app) => path.join(bench, "apps", app)).filter(existsSync);
	return {
		absWorkingDir: bench,
		outdir: path.join(bench, "sites", "assets"),
		entryNames: "[dir]/[name].[hash]",
		bundle: true,
		metafile: true,
		minify: production,
		sourcemap: !production,
		logLevel: "warning",
		// What a real bench builds for: syntax that its browsers lack fails here too.
		target: ["es2017"],
		// Packages by name, and files of any app by their path from the app's folder.
		nodePaths: [NODE_MODULES, ...appFolders],
		define: {
			"process.env.NODE_ENV": JSON.stringify(production ? "production" : "development"),
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
		},
	};
}

function buildScripts(entryPoints, shared, compileStyle) {
	const plugins = [
		assetUrlPlugin(),
		silentRealtimePlugin(path.join(HERE, "lib", "silent_socket.js")),
		htmlTemplatePlugin(),
		vuePlugin(shared, compileStyle),
	];
	return esbuild.build({ ...shared, entryPoints, plugins });
}

function buildStyles(entryPoints, shared, compileStyle, direction) {
	const plugins = [assetUrlPlugin(), stylePlugin(compileStyle, direction)];
	return esbuild.build({ ...shared, entryPoints, plugins });
}

async function build(options) {
	const shared = sharedOptions(options);
	const assets = shared.outdir;
	mkdirSync(assets, { recursive: true });
	const entries = { js: {}, css: {}, "css-rtl": {} };
	for (const app of options.wanted) {
		const folder = path.join(options.bench, "apps", app, app);
		linkPublicFolder(folder, path.join(assets, app));
		linkNodeModules(folder, path.join(assets, app), app, NODE_MODULES);
		const bundles = bundlesOf(path.join(folder, "public"));
		for (const { name, kind, file } of bundles) {
			entries[kind][`${app}/dist/${kind}/${name}`] = file;
			if (kind === "css") entries["css-rtl"][`${app}/dist/css-rtl/${name}`] = file;
		}
	}

	const compileStyle = createStyleCompiler(shared.nodePaths);
	const [scripts, styles, rtlStyles] = await Promise.all([
		buildScripts(entries.js, shared, compileStyle),
		buildStyles(entries.css, shared, compileStyle, "ltr"),
		buildStyles(entries["css-rtl"], shared, compileStyle, "rtl"),
	]);

	const results = [scripts, styles, rtlStyles];
	writeAssetMap(path.join(assets, "assets.json"), options, [scripts, styles]);
	writeAssetMap(path.join(assets, "assets-rtl.json"), options, [rtlStyles], "rtl_");
	removeOldOutputs(assets, options, results);
	stampBuild(path.join(options.bench, "sites", ".build"));
	await forgetCachedAssetMap(options.bench);
	return Object.keys({ ...entries.js, ...entries.css }).length;
}

// Frappe tells browsers to drop what they cached when this file's time changes.
function stampBuild(file) {
	if (!existsSync(file)) writeFileSync(file, "");
	const now = new Date();
	utimesSync(file, now, now);
}

try {
	const started = Date.now();
	const options = readOptions();
	const count = await build(options);
	const seconds = ((Date.now() - started) / 1000).toFixed(1);
	console.log(`desk built: ${count} bundles of ${options.wanted.join(", ")} in ${seconds} s`);
} catch (error) {
	// esbuild has printed its own errors by now, and a wrong call needs no stack.
	if (!error.errors && !(error instanceof UsageError)) console.error(error.stack);
	console.error(`desk not built: ${error.message.split("\n")[0]}`);
	process.exitCode = 1;
}
