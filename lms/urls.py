"""The addresses of the contract."""

from allauth.account import views as signing
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from lms import health, journal, offline, own, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("trinh-dien/", views.about_demo, name="about_demo"),
    path("ngoai-tuyen/", offline.page, name="offline"),
    path("sw.js", offline.worker, name="worker"),
    path("ngon-ngu/", set_language, name="set_language"),
    path("", include("media.urls")),
    path("tai-khoan/", include("accounts.urls")),
    path("tai-khoan/du-lieu/", own.held, name="held"),
    path("tai-khoan/du-lieu/tai-ve/<slug:kind>/", own.held_export, name="held_export"),
    path("tai-khoan/muc-dich/", own.purpose, name="purpose"),
    path("luu-giu/", own.retention, name="retention"),
    path("nhat-ky/", journal.journal, name="journal"),
    path("nhat-ky/tai-ve/", journal.journal_export, name="journal_export"),
    # Ours shows the same and more.
    path("tai-khoan/sessions/", RedirectView.as_view(pattern_name="accounts:account")),
    path("tai-khoan/", include("allauth.urls")),
    path("tai-khoan/dang-nhap/", signing.login, name="account_login"),
    path("tai-khoan/dang-xuat/", signing.logout, name="account_logout"),
    path("tai-khoan/mat-khau/", signing.password_change, name="account_change_password"),
    # Wagtail's own account page wants a first and a last name; ours is elsewhere.
    path("soan/account/", RedirectView.as_view(pattern_name="accounts:account")),
    # Each file is uploaded on its own, with the statement that it is no secret.
    path("soan/documents/multiple/add/", RedirectView.as_view(pattern_name="wagtaildocs:add")),
    path("soan/", include(wagtailadmin_urls)),
    path("tai-lieu/", include(wagtaildocs_urls)),
    path("trang/", include(wagtail_urls)),
    path("don-vi/", include("cadres.urls")),
    path("", include("certificates.urls")),
    path("ket-noi/", include("exchange.urls")),
    path("chi-tieu/", include("indicators.urls")),
    path("", include("operations.urls")),
    path("", include("courses.urls")),
    path("api/v1/", include("lms.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]

# What allauth answers to a flood.
handler429 = "accounts.limiting.tell_too_often"
