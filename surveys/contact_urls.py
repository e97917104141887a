"""Pages about contacts: audiences, companies, attributes, duplicates, files. They stand before a contact's own address."""

from django.urls import path

from surveys.views.staff import audiences

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
]
