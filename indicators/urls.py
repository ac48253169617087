from django.urls import path

from indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.plan, name="plan"),
    path("<str:code>/", views.indicator, name="indicator"),
    path("<str:code>/nguoi/", views.people, name="people"),
    path("<str:code>/nguoi.xlsx", views.people_export, name="people_export"),
]
