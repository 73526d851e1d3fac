import { existsSync, readFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";

const PATIENCE_MS = 2000;

/** Frappe keeps the asset map in Redis: a running site would go on naming files that are gone. */
export function forgetCachedAssetMap(bench) {
	const file = path.join(bench, "sites", "common_site_config.json");
	const address = existsSync(file) && JSON.parse(readFileSync(file, "utf8")).redis_cache;
	return address ? deleteKey(new URL(address), "assets_json") : undefined;
}

// No Redis that answers means no cached map either, so every outcome is fine.
function deleteKey(address, key) {
	const database = address.pathname.slice(1) || "0";
	return new Promise((resolve) => {
		const socket = net.connect(Number(address.port) || 6379, address.hostname);
		socket.setTimeout(PATIENCE_MS, () => socket.destroy());
		socket.on("connect", () => socket.write(`SELECT ${database}\r\nDEL ${key}\r\nQUIT\r\n`));
		socket.on("error", () => {});
		socket.on("close", resolve);
		socket.resume();
	});
}
