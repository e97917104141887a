"""CSV import in the browser: upload, columns, check, import, and the rows that did not go in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.access import EXPORTS, WorkspaceView
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.services import audit
from surveys import importers
from surveys.enums import ImportStatus
from surveys.forms import MappingForm, UploadForm
from surveys.models import ContactImport
from surveys.queries import lists
from surveys.services import imports
from surveys.views.staff import base

SHOWN_BAD_ROWS = 10
WORKING = (ImportStatus.CHECKING, ImportStatus.RUNNING)


class ImportView(WorkspaceView):
    """Adding people: for those who may manage contacts."""

    permission = Permission.MANAGE_CONTACTS

    def one(self, public_id: str) -> ContactImport:
        """The workspace's import with this id, or 404."""
        found: ContactImport = get_object_or_404(lists.imports(workspace=self.workspace), public_id=public_id)
        return found

    def crumbs(self, *, deep: bool = True) -> list[dict[str, Any]]:
        slug = self.workspace.slug
        first = (_("Contacts"), reverse("surveys:contact_list", args=[slug]))
        return base.crumbs(
            first, *([(_("Imports"), reverse("surveys:import_list", args=[slug]))] if deep else [])
        )

    def back(self, row: ContactImport) -> HttpResponse:
        """To the import's page, which shows what its state asks for."""
        return redirect("surveys:import", slug=self.workspace.slug, public_id=row.public_id)

    def refused(self, row: ContactImport, error: Exception) -> HttpResponse:
        """Say why not, and show the import as it is."""
        messages.error(self.request, str(error))
        return self.back(row)


class ImportList(ImportView):
    """What was imported before, and with which outcome."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        page = lists.keyset(lists.imports(workspace=self.workspace), **base.cursor(request))
        context = {
            "title": _("Imports"),
            "crumbs": self.crumbs(deep=False),
            "page": page,
            **base.paging(request, page),
        }
        return render(request, "surveys/import_list.html", context)


class ImportNew(ImportView):
    """Upload a file."""

    rates: ClassVar[dict[str, str]] = {"POST": "30/hour"}

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        return self._show(UploadForm())

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                row = imports.create(
                    workspace=self.workspace,
                    file=file,
                    file_name=file.name,
                    by=self.request.user,
                    now=timezone.now(),
                )
                return self.back(row)
            except imports.ImportFailed as error:
                form.add_error("file", str(error))
        return self._show(form, 422)

    def _show(self, form: UploadForm, status: int = 200) -> HttpResponse:
        context = {
            "title": _("Import contacts"),
            "crumbs": self.crumbs(),
            "form": form,
            "most_mb": settings.MAX_IMPORT_BYTES // (1024 * 1024),
            "most_columns": importers.MAX_COLUMNS,
        }
        return render(self.request, "surveys/import_new.html", context, status=status)


class ImportPage(ImportView):
    """One import in whatever state it is: columns, check, progress or outcome."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self._show(self.one(public_id))

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        """The columns are chosen: check every row."""
        row = self.one(public_id)
        form = MappingForm(request.POST, columns=row.columns, mapping=row.mapping)
        if not form.is_valid():
            return self._show(row, form, 422)
        try:
            imports.check(contact_import=row, mapping=form.mapping(), now=timezone.now())
        except imports.NotNow as error:
            return self.refused(row, error)
        except imports.ImportFailed as error:
            form.add_error(None, str(error))
            return self._show(row, form, 422)
        return self.back(row)

    def _show(self, row: ContactImport, form: MappingForm | None = None, status: int = 200) -> HttpResponse:
        is_mapping = row.status == ImportStatus.MAPPING
        context: dict[str, Any] = {
            "title": row.file_name,
            "crumbs": self.crumbs(),
            "row": row,
            "is_mapping": is_mapping,
            **progress_context(row),
        }
        if is_mapping:
            form = form or MappingForm(columns=row.columns, mapping=row.mapping)
            cells = [
                [sample[index] if index < len(sample) else "" for sample in row.sample]
                for index in range(len(row.columns))
            ]
            context["form"] = form
            context["columns"] = [
                {
                    "header": header,
                    "target": target,
                    "name": name,
                    "samples": [cell for cell in values if cell][:3],
                }
                for header, (target, name), values in zip(row.columns, form.pairs(), cells, strict=True)
            ]
        return render(self.request, "surveys/import.html", context, status=status)


class ImportProgress(ImportView):
    """The part of the page that changes while rows are read; asked for again and again."""

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row = self.one(public_id)
        return render(request, "surveys/_import_progress.html", {"row": row, **progress_context(row)})


class ImportStart(ImportView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row = self.one(public_id)
        try:
            imports.start(contact_import=row, now=timezone.now())
        except imports.NotNow as error:
            return self.refused(row, error)
        return self.back(row)


class ImportColumns(ImportView):
    """Back to the columns after a check."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row = self.one(public_id)
        try:
            imports.change_mapping(contact_import=row)
        except imports.NotNow as error:
            return self.refused(row, error)
        return self.back(row)


class ImportCancel(ImportView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        row = self.one(public_id)
        try:
            imports.cancel(contact_import=row, now=timezone.now())
        except imports.NotNow as error:
            return self.refused(row, error)
        messages.success(request, _("The import is cancelled."))
        return self.back(row)


class ImportBadRows(ImportView):
    """The rows that are not in, as a CSV that can be corrected and imported again."""

    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str, public_id: str) -> StreamingHttpResponse:
        row = self.one(public_id)
        audit.record(
            act=Act.EXPORTED, by=self.request.user, now=timezone.now(), workspace=self.workspace,
            subject_kind="import", subject_id=row.public_id, detail={"rows": row.rows_bad},
        )  # fmt: skip
        response = StreamingHttpResponse(_bad_rows(row), content_type="text/csv; charset=utf-8")
        name = f"{row.file_name.rsplit('.', 1)[0]}-not-imported.csv"
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response


def progress_context(row: ContactImport) -> dict[str, Any]:
    """What the page says of an import's state; templates only show it."""
    states = {code.lower(): row.status == code for code in ImportStatus.values}
    bad_rows = list(lists.bad_rows(contact_import=row, first=SHOWN_BAD_ROWS)) if row.rows_bad else []
    return {
        **{f"is_{name}": value for name, value in states.items()},
        "is_working": row.status in WORKING,
        "is_partly_in": row.rows_done > 0 and row.status in (ImportStatus.CANCELLED, ImportStatus.FAILED),
        "has_good_rows": row.rows_new + row.rows_changed + row.rows_same > 0,
        "bad_rows": bad_rows,
        "more_bad_rows": row.rows_bad > len(bad_rows),
    }


def _bad_rows(row: ContactImport) -> Iterator[str]:
    buffer = io.StringIO()
    writer = importers.BadRowsWriter(buffer, row.columns, row.delimiter or ",")
    for bad in lists.bad_rows(contact_import=row).iterator(chunk_size=2_000):
        writer.write(bad.line, bad.cells, [_said(reason) for reason in bad.reasons])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _said(reason: dict[str, str]) -> str:
    return f"{reason['column']}: {reason['message']}" if reason["column"] else reason["message"]
