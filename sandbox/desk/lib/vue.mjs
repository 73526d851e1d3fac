import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { compileScript, compileStyle, parse } from "@vue/compiler-sfc";
import esbuild from "esbuild";

import { assetUrlPlugin } from "./plugins.mjs";

const VARIABLE = "component";

/** Compiles Vue single-file components; their styles go into the page together with the script. */
export function vuePlugin(shared, compileScss) {
	return {
		name: "vue",
		setup(build) {
			build.onLoad({ filter: /\.vue$/ }, async ({ path: file }) => {
				const descriptor = await readComponent(file);
				const id = scopeId(file, shared.absWorkingDir);
				const styles = descriptor.styles.map((style) => styleText(style, file, id, compileScss));
				const css = styles.length && (await bundleStyles(styles, file, shared));
				return {
					contents: componentModule(descriptor, id, css, shared.minify),
					resolveDir: path.dirname(file),
					loader: "js",
				};
			});
		},
	};
}

async function readComponent(file) {
	const source = await readFile(file, "utf8");
	// An empty <script setup></script> counts too: the component is its template then.
	const { descriptor, errors } = parse(source, { filename: file, ignoreEmpty: false });
	if (errors.length) throw new Error(`${file}: ${errors[0].message}`);
	if (!descriptor.scriptSetup) throw new Error(`${file}: only <script setup> is supported`);
	return descriptor;
}

function scopeId(file, root) {
	return createHash("sha256").update(path.relative(root, file)).digest("hex").slice(0, 8);
}

function componentModule(descriptor, id, css, isProd) {
	const script = compileScript(descriptor, {
		id,
		isProd,
		inlineTemplate: true,
		sourceMap: false,
		genDefaultAs: VARIABLE,
	});
	const lines = [script.content];
	if (descriptor.styles.some((style) => style.scoped)) {
		lines.push(`${VARIABLE}.__scopeId = "data-v-${id}";`);
	}
	if (css) lines.push(injectStyle(css));
	lines.push(`export default ${VARIABLE};`);
	return lines.join("\n");
}

function styleText(style, file, id, compileScss) {
	const source = style.lang === "scss" ? compileScss(style.content, file) : style.content;
	const { code, errors } = compileStyle({
		source,
		filename: file,
		id: `data-v-${id}`,
		scoped: style.scoped,
	});
	if (errors.length) throw new Error(`${file}: ${errors[0].message}`);
	return code;
}

// A component's style may import a package's css, so it is bundled like any other.
async function bundleStyles(styles, file, shared) {
	const { outputFiles } = await esbuild.build({
		absWorkingDir: shared.absWorkingDir,
		nodePaths: shared.nodePaths,
		target: shared.target,
		minify: shared.minify,
		stdin: { contents: styles.join("\n"), resolveDir: path.dirname(file), loader: "css" },
		bundle: true,
		write: false,
		logLevel: "warning",
		plugins: [assetUrlPlugin()],
	});
	return outputFiles[0].text;
}

function injectStyle(css) {
	return `{
		const style = document.createElement("style");
		style.textContent = ${JSON.stringify(css)};
		document.head.append(style);
	}`;
}
