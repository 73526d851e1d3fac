from smooth_lms.base.guarded import GuardedRow


class ComplianceTypeCourse(GuardedRow):
	pass
