"""Requests for a seat or a course, and who decides about them (LMS Enrollment Request).

Cohorts and courses that require approval take a request where others enroll; a manager nominates people for cohorts that
nobody may enter by themselves. A request holds a seat until somebody decides, or until it runs out.
"""
