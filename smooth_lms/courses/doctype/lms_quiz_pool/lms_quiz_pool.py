from smooth_lms.base.guarded import GuardedRow


class LMSQuizPool(GuardedRow):
	pass
