from smooth_lms.base.guarded import GuardedRow


class LMSPurgeRequestLine(GuardedRow):
	pass
