from smooth_lms.base.guarded import GuardedRow


class LMSTrainingException(GuardedRow):
	pass
