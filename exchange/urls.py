from django.urls import path

from exchange.views import keys, reports, webhooks

app_name = "exchange"
urlpatterns = [
    path("khoa/", keys.keys, name="keys"),
    path("khoa/<int:pk>/rut/", keys.withdraw, name="withdraw_key"),
    path("webhook/", webhooks.webhooks, name="webhooks"),
    path("webhook/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhook/<int:pk>/dung/", webhooks.stop_webhook, name="stop_webhook"),
    path("webhook/gui/<int:pk>/", webhooks.resend_delivery, name="resend"),
    path("kho-hoc-tap/", reports.reports, name="reports"),
    path("kho-hoc-tap/gui-lai/", reports.resend_failed, name="resend_reports"),
    path("kho-hoc-tap/gui/<int:pk>/", reports.resend, name="resend_report"),
]
