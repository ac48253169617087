from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("hien-thi/", views.display, name="display"),
    path("thiet-bi/", views.end_visit, name="end_visit"),
    path("phieu/", views.slip_entry, name="slip_entry"),
    path("phieu/<int:number>-<str:code>/", views.slip, name="slip"),
    # The library's own addresses, guarded against a provider that does not answer.
    path("oidc/oidc/login/", views.single_sign_on, name="single_sign_on"),
    path("oidc/oidc/login/callback/", views.single_sign_on_callback, name="sign_on_callback"),
]
