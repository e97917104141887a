"""Addresses of the outbox."""

from django.urls import path

from outbox.views import chat_targets, hooks, mailbox, public, sender, suppressions

app_name = "outbox"
urlpatterns = [
    path("u/<str:token>/", public.unsubscribe, name="unsubscribe"),
    path("hooks/anymail/<str:provider>/tracking/", hooks.tracking, name="tracking"),
    path("w/<slug:slug>/mailbox/", mailbox.Mailbox.as_view(), name="mailbox"),
    path("w/<slug:slug>/mailbox/<str:public_id>/", mailbox.MessagePage.as_view(), name="message"),
    path("w/<slug:slug>/mailbox/<str:public_id>/html/", mailbox.MessageHtml.as_view(), name="message_html"),
    path("w/<slug:slug>/mailbox/<str:public_id>/retry/", mailbox.Retry.as_view(), name="retry"),
    path("w/<slug:slug>/settings/suppressions/", suppressions.Suppressions.as_view(), name="suppressions"),
    path(
        "w/<slug:slug>/settings/suppressions/lift/",
        suppressions.LiftSuppression.as_view(),
        name="lift_suppression",
    ),
    path("w/<slug:slug>/settings/chat/", chat_targets.ChatTargets.as_view(), name="chat_targets"),
    path("w/<slug:slug>/settings/chat/add/", chat_targets.ChatTargetAdd.as_view(), name="chat_target_add"),
    path(
        "w/<slug:slug>/settings/chat/<str:public_id>/",
        chat_targets.ChatTargetPage.as_view(),
        name="chat_target",
    ),
    path(
        "w/<slug:slug>/settings/chat/<str:public_id>/act/",
        chat_targets.ChatTargetAct.as_view(),
        name="chat_target_act",
    ),
    path("w/<slug:slug>/settings/sender/", sender.Sender.as_view(), name="sender"),
    path("w/<slug:slug>/settings/sender/check/", sender.CheckSender.as_view(), name="check_sender"),
]
