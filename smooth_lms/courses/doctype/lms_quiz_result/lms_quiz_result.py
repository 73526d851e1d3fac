from smooth_lms.base.guarded import GuardedRow


class LMSQuizResult(GuardedRow):
	pass
