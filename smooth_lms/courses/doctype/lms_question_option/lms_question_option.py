from smooth_lms.base.guarded import GuardedRow


class LMSQuestionOption(GuardedRow):
	pass
