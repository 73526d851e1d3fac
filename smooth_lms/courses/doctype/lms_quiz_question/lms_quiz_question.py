from smooth_lms.base.guarded import GuardedRow


class LMSQuizQuestion(GuardedRow):
	pass
