from smooth_lms.base.guarded import GuardedRow


class ComplianceTypeQuiz(GuardedRow):
	pass
