from smooth_lms.base.guarded import GuardedRow


class LMSFieldMap(GuardedRow):
	pass
