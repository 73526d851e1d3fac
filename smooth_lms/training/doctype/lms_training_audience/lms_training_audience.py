from smooth_lms.base.guarded import GuardedRow


class LMSTrainingAudience(GuardedRow):
	pass
