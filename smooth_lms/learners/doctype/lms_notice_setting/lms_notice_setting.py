from smooth_lms.base.guarded import GuardedRow


class LMSNoticeSetting(GuardedRow):
	"""What the site sends about one event, and in which words: a row of LMS Settings."""
