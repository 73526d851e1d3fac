from smooth_lms.base.guarded import GuardedRow


class LMSSCORMSCO(GuardedRow):
	pass
