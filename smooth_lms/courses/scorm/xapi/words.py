"""The identifiers of xAPI and cmi5 that the app knows, and the errors that content is answered with. No database."""

ADL = "http://adlnet.gov/expapi/verbs/"
W3ID = "https://w3id.org/xapi/adl/verbs/"
LAUNCHED, INITIALIZED, COMPLETED, PASSED, FAILED, TERMINATED, ANSWERED, VOIDED = (
	f"{ADL}{verb}"
	for verb in (
		"launched",
		"initialized",
		"completed",
		"passed",
		"failed",
		"terminated",
		"answered",
		"voided",
	)
)
ABANDONED, SATISFIED, WAIVED = (f"{W3ID}{verb}" for verb in ("abandoned", "satisfied", "waived"))
OF_AUTHORS = frozenset((INITIALIZED, COMPLETED, PASSED, FAILED, TERMINATED))
"""cmi5: verbs that content says about its part."""
OF_LMS = frozenset((LAUNCHED, ABANDONED, SATISFIED, WAIVED))
"""cmi5: verbs that are the app's own."""
CMI5_CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON_CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/moveon"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/"
TYPES = "https://w3id.org/xapi/cmi5/activitytype/"
LAUNCH_DATA = "LMS.LaunchData"
PREFERENCES = "cmi5LearnerPreferences"
NORMAL, BROWSE, REVIEW = "Normal", "Browse", "Review"
VERSION = "1.0.3"


class RequestRefusedError(Exception):
	"""What content has sent is not taken; the sentence is for whoever made the content."""

	def __init__(self, status: int, sentence: str) -> None:
		"""Args: status, of the answer by HTTP, as xAPI names it."""
		super().__init__(sentence)
		self.status = status
