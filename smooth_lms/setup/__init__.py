"""Records that the app brings along: made and repaired by `sync_records`, removed by `remove_records`."""

from smooth_lms.base import fulltext
from smooth_lms.setup.custom_fields import remove_custom_fields, sync_custom_fields
from smooth_lms.setup.desktop import remove_desktop, sync_desktop
from smooth_lms.setup.indexes import remove_indexes, sync_indexes
from smooth_lms.setup.learners import sync_learner_records
from smooth_lms.setup.list_views import remove_list_views, sync_list_views
from smooth_lms.setup.notices import sync_notices
from smooth_lms.setup.roles import remove_roles, sync_roles
from smooth_lms.setup.server_scripts import remove_server_scripts, sync_server_scripts
from smooth_lms.setup.settings import sync_settings
from smooth_lms.training.subscriptions import remove_subscriptions


def sync_records() -> None:
	"""Make or repair everything; safe to run any number of times."""
	sync_roles()
	sync_settings()
	sync_notices()
	sync_custom_fields()
	sync_indexes()
	fulltext.sync()
	sync_learner_records()
	sync_server_scripts()
	sync_list_views()
	sync_desktop()


def remove_records() -> None:
	"""Take everything away again, in the opposite order."""
	remove_subscriptions()
	remove_desktop()
	remove_list_views()
	remove_server_scripts()
	remove_indexes()
	remove_custom_fields()
	remove_roles()
