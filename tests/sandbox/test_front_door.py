"""nginx's configuration: what a bench generates, on loopback only and in a folder of its own."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from sandbox import front_door
from sandbox.front_door import FrontDoor
from sandbox.layout import CHECKOUT, Layout
from sandbox.steps import StepFailed


@pytest.fixture
def door(tmp_path: Path) -> FrontDoor:
	bench = tmp_path / "bench"
	for name in ("assets", "one.localhost/public", "one.localhost/private", "two.localhost/public"):
		(bench / "sites" / name).mkdir(parents=True)
	(bench / "sites" / "one.localhost" / "site_config.json").write_text(json.dumps({"db_name": "secret"}))
	return FrontDoor(Layout.of_checkout(), tmp_path / "door", bench, "one.localhost", 18881, 18882)


def test_it_is_what_a_bench_generates_for_one_site(door: FrontDoor) -> None:
	door.arrange()
	door.arrange()  # again, over what is there
	conf = (door.folder / "bench" / "config" / "nginx.conf").read_text()
	for line in (
		"rewrite ^(.+)\\.html$ $1 permanent;",
		"client_max_body_size 50m;",
		"proxy_set_header X-Use-X-Accel-Redirect True;",
		'add_header X-Frame-Options "SAMEORIGIN";',
		"proxy_set_header X-Frappe-Site-Name one.localhost;",
		"server 127.0.0.1:18882 fail_timeout=0;",
	):
		assert line in conf
	assert "two.localhost" not in conf
	listens = [line.strip() for line in conf.splitlines() if line.strip().startswith("listen ")]
	assert listens == ["listen 127.0.0.1:18881;"]
	assert "secret" not in "".join(
		path.read_text() for path in door.folder.rglob("*.json") if not path.is_symlink()
	)


def test_it_is_generated_with_the_command_of_the_install_guide(door: FrontDoor) -> None:
	"""Without that option bench names a log format that Debian's nginx does not know."""
	guide = (CHECKOUT / "docs" / "install.md").read_text()
	commands = re.findall(r"bench setup nginx\b[^`#&\n]*", guide)
	assert commands
	for command in commands:
		assert "--yes" not in command or command.split()[3:] == ["--yes", "--log_format", "none"]
	door.arrange()
	conf = (door.folder / "bench" / "config" / "nginx.conf").read_text()
	assert re.search(rf"access_log\s+{re.escape(str(door.folder))}/access.log\s*;", conf)
	assert "/var/log" not in conf


def test_nginx_accepts_it_and_writes_to_its_own_folder_only(door: FrontDoor) -> None:
	door.arrange()
	command = [str(word) for word in door.command()]
	done = subprocess.run([*command[:-2], "-t"], capture_output=True, text=True)
	assert done.returncode == 0, done.stderr
	main = (door.folder / "nginx.conf").read_text()
	for word in ("pid", "error_log", "access_log", *(f"{name}_temp_path" for name in front_door.TEMPORARY)):
		assert f"{word} {door.folder}/" in main


@pytest.mark.parametrize(
	"conf",
	[
		"server { listen 80; }",
		"server {\n\tlisten 80;\n\tlisten [::]:80;\n\taccess_log /var/log/nginx/access.log;\n}",
	],
)
def test_another_template_is_refused_instead_of_opened_to_the_network(conf: str) -> None:
	with pytest.raises(StepFailed, match="another nginx"):
		front_door._on_loopback(conf)


def test_listening_anywhere_else_is_refused() -> None:
	with pytest.raises(StepFailed, match="another nginx"):
		front_door._on_loopback("\tlisten 80;\n\tlisten [::]:80;\n\tlisten unix:/tmp/x;\n")


def test_the_generator_is_pinned_by_hash() -> None:
	lock = (CHECKOUT / "sandbox" / "front-door.lock").read_text()
	packages = re.split(r"\n(?=\S)", lock.strip())
	assert any(package.startswith("frappe-bench==") for package in packages)
	assert all("--hash=sha256:" in package for package in packages)
