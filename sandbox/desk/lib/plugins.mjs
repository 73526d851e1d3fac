import { readFile } from "node:fs/promises";
import path from "node:path";

/** Addresses such as /assets/frappe/css/… are served as they are. */
export function assetUrlPlugin() {
	return {
		name: "asset-url",
		setup(build) {
			build.onResolve({ filter: /^\/?assets\// }, (args) => ({ path: args.path, external: true }));
		},
	};
}

/** import "./form_sidebar.html" fills frappe.templates.form_sidebar, as the desk expects. */
export function htmlTemplatePlugin() {
	return {
		name: "html-template",
		setup(build) {
			build.onLoad({ filter: /\.html$/ }, async ({ path: file }) => {
				const name = path.basename(file).split(".")[0];
				const html = await readFile(file, "utf8");
				return {
					contents: `frappe.templates[${JSON.stringify(name)}] = ${templateLiteral(html)};`,
					loader: "js",
				};
			});
		},
	};
}

// The desk's templates are written for a template literal: they hold \' where they mean '. Comments
// go: the desk's template engine stumbles over apostrophes, and one comment of the engine has two.
function templateLiteral(html) {
	const text = html.replace(/<!--[^]*?-->/g, "");
	return `\`${text.replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;
}

/** There is no socket.io server in the sandbox, and nobody wants its absence in the console. */
export function silentRealtimePlugin(standIn) {
	return {
		name: "silent-realtime",
		setup(build) {
			build.onResolve({ filter: /^socket\.io-client$/ }, () => ({ path: standIn }));
		},
	};
}
