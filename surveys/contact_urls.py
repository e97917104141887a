"""Pages about contacts: audiences, companies, attributes, duplicates, files. They stand before a contact's own address."""

from django.urls import path

from surveys.views.staff import (
    attributes,
    audiences,
    bulk_edits,
    companies,
    contact_files,
    history,
    merging,
)

W = "w/<slug:slug>/"
urlpatterns = [
    path(f"{W}contacts/audiences/", audiences.AudienceList.as_view(), name="audience_list"),
    path(f"{W}contacts/audiences/new/", audiences.AudienceAdd.as_view(), name="audience_add"),
    path(f"{W}contacts/audiences/<str:public_id>/", audiences.AudiencePage.as_view(), name="audience"),
    path(
        f"{W}contacts/audiences/<str:public_id>/delete/",
        audiences.AudienceDelete.as_view(),
        name="audience_delete",
    ),
    path(f"{W}contacts/bulk-edits/", bulk_edits.BulkEditList.as_view(), name="bulk_edit_list"),
    path(f"{W}contacts/bulk-edits/new/", bulk_edits.BulkEditNew.as_view(), name="bulk_edit_new"),
    path(f"{W}contacts/bulk-edits/<str:public_id>/", bulk_edits.BulkEditPage.as_view(), name="bulk_edit"),
    path(
        f"{W}contacts/bulk-edits/<str:public_id>/progress/",
        bulk_edits.BulkEditProgress.as_view(),
        name="bulk_edit_progress",
    ),
    path(
        f"{W}contacts/bulk-edits/<str:public_id>/stop/",
        bulk_edits.BulkEditStop.as_view(),
        name="bulk_edit_stop",
    ),
    path(
        f"{W}contacts/bulk-edits/<str:public_id>/undo/",
        bulk_edits.BulkEditUndo.as_view(),
        name="bulk_edit_undo",
    ),
    path(f"{W}settings/attributes/", attributes.Attributes.as_view(), name="attributes"),
    path(f"{W}settings/attributes/<int:pk>/", attributes.AttributePage.as_view(), name="attribute"),
    path(f"{W}contacts.csv", contact_files.ContactsCsv.as_view(), name="contacts_csv"),
    path(f"{W}contacts/<str:public_id>/history/", history.ContactHistory.as_view(), name="contact_history"),
    path(f"{W}contacts/<str:public_id>/merge/", merging.ContactMerge.as_view(), name="contact_merge"),
    path(f"{W}contacts/companies/", companies.CompanyList.as_view(), name="company_list"),
    path(f"{W}contacts/companies/<str:public_id>/", companies.CompanyPage.as_view(), name="company"),
]
