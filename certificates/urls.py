from django.urls import path

from certificates.views import configuring, own, public, register, training

app_name = "certificates"
urlpatterns = [
    path("xac-minh/", public.ask, name="verify"),
    path("xac-minh/<str:code>/", public.answer, name="answer"),
    path("hoc/giay-chung-nhan/<int:completion_id>/", own.mine, name="mine"),
    path("giay-chung-nhan/<str:code>.pdf", own.file, name="file"),
    path("giay-chung-nhan/<str:code>.png", own.picture, name="picture"),
    path("don-vi/boi-duong/", training.training, name="training"),
    path("don-vi/boi-duong/tai-ve/", training.export, name="training_export"),
    path("so-cap/", register.register, name="register"),
    path("so-cap/so-cap.xlsx", register.export, name="register_export"),
    path("so-cap/thiet-lap/", configuring.settings, name="settings"),
    path("so-cap/thiet-lap/ban-mau.<str:kind>", configuring.sample, name="sample"),
    path("so-cap/<str:code>/", register.entry, name="entry"),
    path("so-cap/<str:code>/thu-hoi/", register.revoke, name="revoke"),
]
