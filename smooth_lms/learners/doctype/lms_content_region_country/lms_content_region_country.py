from smooth_lms.base.guarded import GuardedRow


class LMSContentRegionCountry(GuardedRow):
	pass
