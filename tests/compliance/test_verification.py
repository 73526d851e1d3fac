"""The public page: what strangers see, and what they do not."""

import pytest

import frappe
from frappe.utils import add_days, today

from smooth_lms.compliance import certificates, pdf, verification
from smooth_lms.compliance.standing import standing_on
from tests.support.completions import certified_course, completed, learner
from tests.support.factories import make_users

NOWHERE = "203.0.113.9"


@pytest.fixture(autouse=True)
def _fresh_count():
	frappe.cache.delete(frappe.cache.make_key(f"smooth_lms:certificate_checks:{NOWHERE}"))


def issued(user, **course):
	name = certificates.issue(completed(user, certified_course(**course).name))
	return frappe.get_doc("LMS Certificate", name)


class TestCheck:
	def test_says_what_is_certified_and_nothing_else(self):
		user, employee = learner()
		doc = issued(user, validity_days=30)
		frappe.db.set_value("LMS Certificate", doc.name, "member_name", "Amara Okafor")
		found = verification.check(doc.verification_code.lower().replace("-", " "), NOWHERE)
		assert (found["standing"], found["holder"]) == ("valid", "Amara Okafor")
		assert found["course"] == doc.course_title
		text = str(found)
		for secret in (user, employee, doc.name, doc.course):
			assert secret not in text

	def test_hides_the_name_where_the_site_wants_that(self):
		(user,) = make_users(1)
		frappe.db.set_single_value("LMS Settings", "show_name_on_check", 0)
		assert verification.check(issued(user).verification_code, NOWHERE)["holder"] is None

	def test_gives_no_address_away_for_want_of_a_name(self):
		(user,) = make_users(1)
		doc = issued(user)
		frappe.db.set_value("LMS Certificate", doc.name, "member_name", user)
		assert verification.check(doc.verification_code, NOWHERE)["holder"] is None

	def test_says_void_without_the_reason(self):
		(user,) = make_users(1)
		doc = issued(user)
		certificates.revoke(doc.name, "Copied answers")
		found = verification.check(doc.verification_code, NOWHERE)
		assert found["standing"] == "revoked"
		assert "Copied" not in str(found)

	def test_does_not_say_whose_it_became_or_was(self):
		wrong, right = make_users(2)
		doc = issued(wrong)
		new = certificates.reissue(doc.name, right, "Shared computer")
		found = verification.check(doc.verification_code, NOWHERE)
		assert (found["standing"], found["holder"]) == ("replaced", None)
		assert frappe.db.get_value("LMS Certificate", new, "verification_code") not in str(found)

	@pytest.mark.parametrize("code", ["", "x", "7K3QM-0V9TX-ABCDE-FGHJK", "' or 1=1 --", "%", "x" * 9999])
	def test_knows_nothing_of_other_codes(self, code):
		assert verification.check(code, NOWHERE) is None

	@pytest.mark.parametrize(
		("status", "ends_in", "standing"),
		[
			("Valid", None, "valid"),
			("Valid", 0, "valid"),
			("Valid", -1, "expired"),
			("Revoked", -1, "revoked"),
		],
	)
	def test_standing(self, status, ends_in, standing):
		ends = None if ends_in is None else frappe.utils.getdate(add_days(today(), ends_in))
		assert standing_on(frappe.utils.getdate(), status, ends) == standing

	def test_is_limited_for_each_network_address(self):
		for _ in range(verification.CHECKS):
			verification.check("x", NOWHERE)
		with pytest.raises(frappe.RateLimitExceededError):
			verification.check("x", NOWHERE)
		assert verification.check("x", "203.0.113.10") is None


class TestPages:
	def test_for_strangers(self, server):
		user, _employee = learner()
		doc = issued(user)
		frappe.db.commit()
		guest = server.session()
		page = guest.get(f"{server.url}/lms/certificates/{doc.verification_code}")
		assert page.status_code == 200
		assert doc.course_title in page.text
		assert user not in page.text
		assert "Download PDF" not in page.text
		assert page.headers["Content-Security-Policy"]
		missing = guest.get(f"{server.url}/lms/certificates/7K3QM-0V9TX-ABCDE-FGHJK")
		assert missing.status_code == 404
		typed = guest.get(
			f"{server.url}/lms/certificates",
			params={"code": doc.verification_code.lower()},
			allow_redirects=False,
		)
		assert typed.headers["Location"].endswith(doc.verification_code)
		closed = guest.get(
			f"{server.url}/lms/certificates/{doc.verification_code}/pdf", allow_redirects=False
		)
		assert closed.status_code == 303
		assert "/lms/sign-in" in closed.headers["Location"]

	def test_for_the_holder_and_no_other_learner(self, server):
		user, _employee = learner()
		other, _ = learner()
		doc = issued(user)
		frappe.db.commit()
		address = f"{server.url}/lms/certificates/{doc.verification_code}"
		mine = server.session(user)
		assert doc.course_title in mine.get(f"{server.url}/lms/certificates").text
		file = mine.get(f"{address}/pdf")
		assert file.headers["Content-Type"] == "application/pdf"
		assert file.content[:4] == b"%PDF"
		theirs = server.session(other)
		assert theirs.get(f"{address}/pdf").status_code == 404
		assert doc.course_title not in theirs.get(f"{server.url}/lms/certificates").text

	def test_other_pages_still_ask_to_sign_in(self, server):
		guest = server.session()
		for path in ("/lms", "/lms/batches", "/lms/nowhere", "/lms/courses"):
			answer = guest.get(server.url + path, allow_redirects=False)
			assert answer.headers["Location"].startswith("/lms/sign-in"), path


class TestPrint:
	def test_makes_a_pdf_and_escapes_what_people_typed(self):
		(user,) = make_users(1)
		doc = issued(user)
		values = {"member_name": "<script>x</script>", "compliance_control_id": "CTRL-5"}
		frappe.db.set_value("LMS Certificate", doc.name, values)
		layout = frappe.get_doc("Print Format", "LMS Certificate")
		html = frappe.www.printview.get_rendered_template(
			frappe.get_doc("LMS Certificate", doc.name), print_format=layout
		)
		assert "<script>x" not in html
		assert doc.verification_code in html
		assert "CTRL-5" in html
		assert pdf.render("LMS Certificate", doc.name)[:4] == b"%PDF"

	def test_of_a_quiz_has_every_question(self):
		assert pdf.print_format("LMS Quiz Submission") == "Quiz Submission Detail"

	def test_uses_the_format_of_the_site(self):
		layout = frappe.copy_doc(frappe.get_doc("Print Format", "LMS Certificate"))
		layout.update({"standard": "No", "name": frappe.generate_hash(length=8), "module": None})
		layout.insert()
		frappe.db.set_single_value("LMS Settings", "certificate_print_format", layout.name)
		assert pdf.print_format("LMS Certificate") == layout.name
