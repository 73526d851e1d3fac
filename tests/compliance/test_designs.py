"""The look of certificates: who issues them, which design they have and keep, and the sheet of paper."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader

import frappe
from frappe.utils import getdate

from smooth_lms.compliance import certificates, pdf, records, sheet
from tests.support.completions import certified_course, completed, learner
from tests.support.factories import company, make_users, unique

DOCTYPE = "LMS Certificate Design"
PICTURE = io.BytesIO()
Image.new("RGB", (60, 20), "#aa2222").save(PICTURE, "PNG")
LONG_NAME = "Maria Magdalena Friederike von Württemberg-Hohenlohe-Langenburg zu Sachsen"
LONG_TITLE = (
	"Handling of hazardous substances in warehouses, workshops and laboratories: refresher for supervisors"
)


def make_design(**values):
	return frappe.get_doc(
		{"doctype": DOCTYPE, "title": unique("Design"), "layout": "Classic", **values}
	).insert()


def certificate_of(user, **course):
	name = certificates.issue(completed(user, certified_course(**course).name))
	return frappe.get_doc("LMS Certificate", name)


def text_of(doc):
	reader = PdfReader(io.BytesIO(pdf.render("LMS Certificate", doc.name)))
	return reader.pages, "\n".join(page.extract_text() for page in reader.pages)


class TestChoice:
	def test_is_the_course_then_the_company_then_the_settings(self):
		user, employee = learner()
		employer = frappe.db.get_value("Employee", employee, "company")
		assert certificate_of(user).design is None
		general = make_design()
		frappe.db.set_single_value("LMS Settings", "certificate_design", general.name)
		assert certificate_of(user).design == general.name
		own = make_design(company=employer)
		assert certificate_of(user).design == own.name
		of_course = make_design()
		assert certificate_of(user, certificate_design=of_course.name).design == of_course.name

	def test_the_design_of_a_company_is_not_for_people_of_others(self):
		(external,) = make_users(1)
		make_design(company=company())
		assert certificate_of(external).design is None

	def test_a_company_has_one_design(self):
		make_design(company=company())
		with pytest.raises(frappe.UniqueValidationError):
			make_design(company=company())

	def test_any_number_may_be_for_no_company(self):
		make_design(company="")
		make_design(company="")

	def test_the_issuer_is_the_employer_unless_the_design_says_another(self):
		user, employee = learner()
		employer = frappe.db.get_value("Employee", employee, "company")
		assert certificate_of(user).issuer == employer
		design = make_design(issuer="Northwind Academy")
		assert certificate_of(user, certificate_design=design.name).issuer == "Northwind Academy"

	def test_a_certificate_keeps_its_issuer_and_design(self):
		user, _employee = learner()
		doc = certificate_of(user, certificate_design=make_design(issuer="Before").name)
		frappe.db.set_value("LMS Course", doc.course, "certificate_design", make_design(issuer="After").name)
		doc.reload()
		_pages, text = text_of(doc)
		assert "Before" in text
		assert "After" not in text

	def test_by_hand_it_is_the_same(self):
		user, employee = learner()
		design = make_design(company=frappe.db.get_value("Employee", employee, "company"), issuer="By hand")
		values = {"member": user, "course": certified_course().name, "reason": "Classroom"}
		doc = frappe.get_doc({"doctype": "LMS Certificate", **values}).insert()
		assert (doc.design, doc.issuer) == (design.name, "By hand")

	def test_a_design_in_use_stays(self):
		(user,) = make_users(1)
		design = make_design()
		certificate_of(user, certificate_design=design.name)
		with pytest.raises(frappe.LinkExistsError):
			design.delete()

	def test_the_color_is_one(self):
		with pytest.raises(frappe.ValidationError, match="RRGGBB"):
			make_design(color="red;} body{display:none")


class TestMonths:
	def test_two_years_end_on_the_same_day(self):
		user, _employee = learner()
		course = certified_course(validity_months=24)
		name = completed(user, course.name)
		frappe.db.set_value("LMS Enrollment", name, "completed_on", "2024-02-29 10:00:00")
		doc = frappe.get_doc("LMS Certificate", certificates.issue(name))
		assert getdate(doc.expiry_date) == getdate("2026-02-28")
		until = frappe.db.get_value(records.DOCTYPE, {"certificate": doc.name}, "valid_until")
		assert until == getdate("2026-02-28")

	def test_a_type_renews_after_months(self):
		user, _employee = learner()
		course = certified_course()
		kind = {"doctype": "Compliance Type", "compliance_type": unique("Type"), "renewal_months": 12}
		frappe.get_doc({**kind, "courses": [{"course": course.name}]}).insert()
		name = completed(user, course.name)
		frappe.db.set_value("LMS Enrollment", name, "completed_on", "2025-11-29 10:00:00")
		certificate = certificates.issue(name)
		until = frappe.db.get_value(records.DOCTYPE, {"certificate": certificate}, "valid_until")
		assert until == getdate("2026-11-29")

	def test_months_and_days_together_are_refused(self):
		with pytest.raises(frappe.ValidationError, match="months or days"):
			certified_course(validity_months=24, validity_days=730)


class TestSheet:
	@pytest.mark.parametrize("layout", ["Classic", "Modern", "Plain"])
	@pytest.mark.parametrize("paper", ["A4", "Letter"])
	def test_is_one_page_of_the_chosen_paper_even_with_long_names(self, layout, paper):
		user, _employee = learner()
		design = make_design(
			layout=layout,
			page_size=paper,
			issuer="Northwind International Trading and Logistics Holding (Deutschland) GmbH & Co. KG",
			signed_by="Joyce Mensah",
			signed_by_title="Head of Learning",
		)
		doc = certificate_of(user, certificate_design=design.name, compliance_control_id="CTRL-5")
		frappe.db.set_value(
			"LMS Certificate", doc.name, {"member_name": LONG_NAME, "course_title": LONG_TITLE}
		)
		pages, text = text_of(doc)
		(page,) = pages
		short, long = {"A4": (595, 842), "Letter": (612, 792)}[paper]
		wanted = (short, long) if layout == "Plain" else (long, short)
		size = (float(page.mediabox.width), float(page.mediabox.height))
		assert size == pytest.approx(wanted, abs=3)
		words = "".join(text.split())
		for part in (
			LONG_NAME,
			LONG_TITLE,
			"Joyce Mensah",
			"Head of Learning",
			"CTRL-5",
			doc.verification_code,
		):
			assert part.replace(" ", "") in words, part

	def test_writes_dates_as_the_reader_does(self, monkeypatch):
		(user,) = make_users(1)
		doc = certificate_of(user)
		frappe.db.set_value("LMS Certificate", doc.name, "issue_date", "2026-05-02")
		doc.reload()
		for language, written in (("en", "May 2, 2026"), ("de", "2. Mai 2026"), ("en-GB", "2 May 2026")):
			monkeypatch.setattr(frappe.local, "lang", language)
			assert written in sheet.of_certificate(doc)

	def test_is_laid_out_from_right_to_left_where_the_reader_reads_so(self, monkeypatch):
		(user,) = make_users(1)
		doc = certificate_of(user)
		monkeypatch.setattr(frappe.local, "lang", "ar")
		assert 'dir="rtl"' in sheet.of_certificate(doc)

	def test_carries_its_pictures_with_it(self):
		(user,) = make_users(1)
		file = frappe.get_doc(
			{"doctype": "File", "file_name": "logo.png", "is_private": 1, "content": PICTURE.getvalue()}
		).insert()
		design = make_design(logo=file.file_url, signature=file.file_url, seal=file.file_url)
		html = sheet.of_certificate(certificate_of(user, certificate_design=design.name))
		assert html.count("data:image/png;base64,") == 3
		assert "/files/" not in html

	def test_goes_without_a_picture_that_is_gone(self):
		(user,) = make_users(1)
		design = make_design()
		frappe.db.set_value(DOCTYPE, design.name, "logo", "/private/files/gone.png")
		doc = certificate_of(user, certificate_design=design.name)
		assert 'class="logo"' not in sheet.of_certificate(doc)

	def test_of_a_void_certificate_says_so(self):
		(user,) = make_users(1)
		doc = certificate_of(user)
		assert "No longer valid" not in sheet.of_certificate(doc)
		certificates.revoke(doc.name, "Copied")
		doc.reload()
		assert "No longer valid" in sheet.of_certificate(doc)

	def test_escapes_what_people_typed(self):
		(user,) = make_users(1)
		text = "<img src=x onerror=alert(1)>"
		design = make_design()
		for field in ("issuer", "statement", "signed_by", "signed_by_title"):
			frappe.db.set_value(DOCTYPE, design.name, field, text)
		html = sheet.of_certificate(certificate_of(user, certificate_design=design.name))
		assert "<img src=x" not in html
		assert html.count("&lt;img src=") == 4


def test_the_preview_shows_the_design_without_anybody():
	design = make_design(issuer="Northwind Academy", layout="Plain", page_size="Letter")
	html, paper = sheet.sample(design)
	assert paper.options == {"page-size": "Letter", "orientation": "Portrait"}
	assert "Northwind Academy" in html
