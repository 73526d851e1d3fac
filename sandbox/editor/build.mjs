// Bundles libraries.js into one module that browsers import: `npm ci --ignore-scripts && npm run build`.
import { createRequire } from "node:module";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../smooth_lms/public/editor");
const packages = createRequire(import.meta.url)("./package-lock.json").packages;

const { metafile } = await build({
	absWorkingDir: here,
	entryPoints: ["libraries.js"],
	outfile: join(target, "libraries.min.js"),
	bundle: true,
	format: "esm",
	target: "es2020",
	minify: true,
	legalComments: "none",
	metafile: true,
});

const used = new Set(
	Object.keys(metafile.inputs)
		.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
		.filter(Boolean),
);
const texts = [...used].sort().map((name) => {
	const folder = join(here, "node_modules", name);
	const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
	const { version, license } = packages[`node_modules/${name}`];
	return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : license}\n`;
});
writeFileSync(join(target, "LICENSE"), texts.join(`\n${"-".repeat(78)}\n\n`));
