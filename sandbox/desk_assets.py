"""The desk's scripts and styles, built by `desk/build.mjs` with Node."""

import shutil

from sandbox.fingerprint import fingerprint
from sandbox.layout import APPS, Layout
from sandbox.steps import Log


def install_packages(layout: Layout, log: Log) -> None:
	"""Install the locked npm packages in a copy of the build script's folder."""
	_copy_sources(layout)
	log.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=layout.root / "desk")


def packages(layout: Layout) -> str:
	"""A fingerprint of the packages to install."""
	source = layout.checkout / "sandbox" / "desk"
	return fingerprint(source / "package.json", source / "package-lock.json")


def build(layout: Layout, log: Log, apps: tuple[str, ...]) -> None:
	"""Build the bundles of some apps."""
	_copy_sources(layout)
	command = ["node", "build.mjs", "--bench", layout.bench, "--apps", ",".join(apps)]
	log.run(command, cwd=layout.root / "desk")


def scripts(layout: Layout) -> str:
	"""A fingerprint of what the engine's bundles are made of."""
	return fingerprint(layout.checkout / "sandbox" / "engine.lock", layout.checkout / "sandbox" / "desk")


def app_files(layout: Layout) -> str:
	"""A fingerprint of what the other apps' bundles are made of."""
	standins = layout.checkout / "sandbox" / "standins"
	folders = [standins / app / app for app in APPS[1:-1]] + [layout.checkout / "smooth_lms"]
	return fingerprint(scripts(layout), *(folder / "public" for folder in folders))


def _copy_sources(layout: Layout) -> None:
	# In a copy, because npm would write its packages into the checkout.
	ignored = shutil.ignore_patterns("node_modules")
	source = layout.checkout / "sandbox" / "desk"
	shutil.copytree(source, layout.root / "desk", ignore=ignored, dirs_exist_ok=True)
